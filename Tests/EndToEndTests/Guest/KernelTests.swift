import Foundation
import StrictJSON
import Testing

/// smpd on a real kernel: xHCI, usbfs, udevd, the project's rules, the daemon as its own user (rung 2 of the ladder).
/// Emulated, in real time: what is asserted is what must hold however slow the machine is.
@Suite(.serialized, .ownThread, .enabled(if: Guest.areMade, "make test makes what they boot"))
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

  @Test("S5 S6 S7 S8 a whole session, the cable pulled in mid-dot, a device that hangs; the node is the daemon's alone")
  func life() throws {
    let guest = try station()
    let person = GuestOperator(guest: guest, device: try OutsideDevice(guest, seed: 3))
    try person.becomeReady()
    try nodeIsTheDaemons(guest)
    try wholeSession(person)
    try unplugged(person)
    try hung(person)
  }

  private func say(_ text: String) { print("guest: \(text)") }

  private func nodeIsTheDaemons(_ guest: Guest) throws {
    let complaints = try guest.run("lsusb -v -d 1209:0001 2>&1 >/dev/null").output
    #expect(complaints.isEmpty, "descriptors: \(complaints)")
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
  }

  private func wholeSession(_ person: GuestOperator) throws {
    say("a whole session")
    try person.begin(client: "WHOLE")
    try person.waitForDots(3)
    let stop = try person.guest.run("smpctl stop --protective --json", as: "stranger")
    #expect(stop.status == 0, "a stop is everybody's: \(stop)")
    #expect(try person.device.isStill)
    try person.finish()
    let latency = try JSON.parse(Array(stop.output.utf8)).object?["latencyMicroseconds"]?.integer ?? 0
    say("a stop was answered still after \(latency) us")
    say("the link: \(try person.guest.run("smpctl device show").output)")
  }

  /// Still within the lease, uncertain, read back, resolved, finished.
  private func unplugged(_ person: GuestOperator) throws {
    say("the cable is pulled in mid-dot")
    try person.begin(client: "PULLED")
    try person.waitForDots(person.device.contacts + 3)
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

  /// A named fault, the needle still, and the session can be finished.
  private func hung(_ person: GuestOperator) throws {
    say("a device that hangs")
    try person.begin(client: "HUNG")
    try person.waitForDots(person.device.contacts + 2)
    try person.device.inject("hang")
    try person.waitUntilStill()
    try eventually("a fault by name, or uncertain") { try ["faulted", "uncertain"].contains(person.state) }
    try person.device.clear("hang")
    try person.finish()
  }
}
