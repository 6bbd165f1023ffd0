import Foundation
import StrictJSON
import Testing

/// smpd on a real kernel: xHCI, usbfs, udevd, the project's rules, the daemon as its own user (rung 2 of the ladder).
/// Emulated, in real time: what is asserted is what must hold however slow the machine is.
@Suite(.serialized, .enabled(if: Guest.areMade, "make test makes what they boot"))
struct KernelTests {
  /// A guest with the daemon running as its own user, and nothing plugged in.
  private func station() throws -> Guest {
    let guest = try Guest(.small)
    try guest.run("chown smpd:smpd /var/lib/smpd /run/smpd")
    let started =
      "cd /; ulimit -r 49; ulimit -l unlimited; su smpd -s /bin/sh -c "
      + "'SWIFT_BACKTRACE=enable=no setsid smpd --training >/tmp/smpd.log 2>&1 &'"
    try guest.run(started)
    try eventually("smpd serves: \(try guest.run("cat /tmp/smpd.log").output)") {
      try guest.run("smpctl status").status == 0
    }
    return guest
  }

  /// Somebody at such a guest, with a session begun.
  private func treatment(seed: UInt64) throws -> GuestOperator {
    let guest = try station()
    let person = GuestOperator(guest: guest, device: try GuestOperator.plugIn(guest, seed: seed))
    try person.begin()
    return person
  }

  @Test("S5 S6 a whole session on a real kernel; the node is the daemon's alone; figures of stop and link")
  func wholeSession() throws {
    let guest = try station()
    let device = try GuestOperator.plugIn(guest, seed: 3)
    let person = GuestOperator(guest: guest, device: device)
    try person.waitFor("ready")
    // Group smp opens sockets, never the device (design, section 6).
    let node = try guest.run("find /dev/bus/usb -user smpd").output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(node.hasPrefix("/dev/bus/usb/"), "the rule has given the node to the daemon")
    #expect(try guest.run("stat -c %U:%G:%a \(node)").output == "smpd:root:600\n")
    for user in ["practitioner", "stranger"] {
      let refused = try guest.run("cat \(node)", as: user)
      #expect(refused.status != 0 && refused.output.contains("Permission denied"), "\(user): \(refused)")
    }
    #expect(try guest.run("smpctl status", as: "practitioner").status == 0)
    let refused = try guest.run("smpctl status", as: "stranger")
    #expect([5, 6].contains(refused.status), "by the socket's mode, or by the daemon: \(refused)")

    try person.begin()
    try person.waitForDots(3)
    let stop = try guest.run("smpctl stop --protective --json", as: "stranger")
    #expect(stop.status == 0, "a stop is everybody's: \(stop)")
    #expect(try device.isStill)
    try person.finish()
    let latency = try JSON.parse(Array(stop.output.utf8)).object?["latencyMicroseconds"]?.integer ?? 0
    print("guest: a stop was answered still after \(latency) us")
    print("guest: the link: \(try guest.run("smpctl device show").output)")
  }

  @Test("S5 S7 the cable is pulled in mid-dot: still within the lease, uncertain, read back, resolved, finished")
  func unplugged() throws {
    let person = try treatment(seed: 4)
    try person.waitForDots(3)
    try person.waitForDot()
    try person.device.inject("unplug")
    try person.waitUntilStill()
    try person.waitFor("uncertain")
    #expect(try person.snapshot["device"] == nil)
    try person.device.clear("unplug")
    try eventually("the device is back") { try person.snapshot["device"] != nil }
    #expect(try person.state == "uncertain", "nothing resumes by itself")
    try person.finish()
  }

  @Test("S5 S8 a device that hangs: a named fault, the needle still, and the session can be finished")
  func hung() throws {
    let person = try treatment(seed: 5)
    try person.waitForDots(2)
    try person.device.inject("hang")
    try person.waitUntilStill()
    try eventually("a fault by name, or uncertain") { try ["faulted", "uncertain"].contains(person.state) }
    try person.device.clear("hang")
    try person.finish()
  }
}
