import Foundation
import Testing

/// The package on a Debian with systemd as its first process (rung 3 of the ladder): the project's units, sockets,
/// watchdog, hardening and rules, as a technician gets them. The device is plugged into the guest's kernel over USB/IP.
///
/// One guest lives through all of it, because to boot it and install there takes longer than all the rest.
@Suite(.serialized, .ownThread, .enabled(if: Guest.areMade, "make test makes what it boots"))
struct InstalledTests {
  @Test("S2 S5 S7 S13 the package from installation to removal, and whatever ends or hinders the daemon between")
  func life() throws {
    let guest = try Guest(.debian)
    try firstHour(guest)
    try aClientStartsIt(guest)
    let person = try theDeviceStartsIt(guest)
    try boardTest(guest)
    try survivesItsEnds(person)
    try person.begin()
    try survivesTheClock(person)
    try refusesAnUpgrade(person)
    try stopsOnAFullDisk(person)
    try person.end()
    try upgradesAndGoes(person)
  }

  private func say(_ text: String) { print("guest: \(text)") }

  private func package(_ guest: Guest, _ command: String) throws -> Outcome {
    try guest.run("DEBIAN_FRONTEND=noninteractive dpkg \(command)")
  }

  private func isActive(_ guest: Guest) throws -> Bool { try guest.run("systemctl is-active smpd").status == 0 }

  /// The Operating article's first hour as it stands there: a technician, from the package to a verified session.
  private func firstHour(_ guest: Guest) throws {
    say("the first hour")
    #expect(try guest.run("mount -o ro /dev/vdb /mnt && sh /mnt/put").status == 0)
    var reader = GuestReader(guest: guest, names: ["NAME": "practitioner"])
    for line in try GuestReader.lines("The first hour", of: "Sources/Host/SMPDaemon/SMPDaemon.docc/Operating.md") {
      try reader.follow(line)
      if line.text.contains("apt install ./smpd") {
        for unit in ["smpd.socket", "smpd-stop.socket", "smpd"] {
          #expect(try guest.run("systemctl is-active \(unit)").status == 0, "\(unit) runs once it is installed")
        }
      }
      if line.text.contains("usbip attach") {
        try reader.waitFor("ready")
      }
      if line.text.contains("smpsim hand plan.yaml") {
        let watched = "smpctl session watch --json | grep -m 1 dotsMade...[1-9]"
        #expect(try guest.run("timeout 120 sh -c '\(watched)'", as: "practitioner").status == 0)
      }
    }
    #expect(reader.said.contains("C-"), "log list has the session: \(reader.said)")
    #expect(try guest.run("usbip detach -p 00").status == 0)
    #expect(try guest.run("pkill -x smpsim").status == 0)
    try guest.run("systemctl stop smpd")
    #expect(try !isActive(guest))
  }

  /// The Device protocol article's way from a board to its first self-test.
  private func boardTest(_ guest: Guest) throws {
    say("a board's first self-test")
    var reader = GuestReader(guest: guest, names: ["SERIAL": "SIM-0001"])
    let article = "Sources/Device/SMPWire/SMPWire.docc/DeviceProtocol.md"
    for line in try GuestReader.lines("A board's first self-test", of: article) { try reader.follow(line) }
    let complaints = try guest.run("lsusb -v -d 1209:0001 2>&1 >/dev/null").output
    #expect(complaints.isEmpty, "descriptors: \(complaints)")
  }

  private func aClientStartsIt(_ guest: Guest) throws {
    say("started by a client")
    // What was practised stays where it is; from here on the needle's own log is of this journal's dots alone.
    #expect(try guest.run("sed -i 's|/practice|/trial|' /etc/smpd/smpd.yaml").status == 0)
    let status = try guest.run("smpctl status", as: "practitioner")
    #expect(status.status == 0 && status.output.contains("no device"), "the socket starts the daemon: \(status)")
    #expect(try isActive(guest))
    #expect(try guest.run("ps -o user= -C smpd").output == "smpd\n", "never as root")
    let refused = try guest.run("smpctl status", as: "stranger")
    // By the socket's own mode: the daemon would refuse a stranger too, in other words.
    #expect(refused.status == 5 && refused.output.contains("Permission denied"), "\(refused)")
    let stop = try guest.run("smpctl stop --protective", as: "stranger")
    #expect(stop.output.contains("no device"), "heard, on the stop socket: \(stop)")
    try guest.run("systemctl stop smpd")
    #expect(try !isActive(guest))
  }

  private func theDeviceStartsIt(_ guest: Guest) throws -> GuestOperator {
    say("started by the device")
    let device = try InsideDevice(guest, seed: 6)
    try guest.wait("systemctl is-active smpd")
    let person = GuestOperator(guest: guest, device: device)
    try person.waitFor("ready")
    let node = try guest.run("find /dev/bus/usb -user smpd").output.trimmingCharacters(in: .whitespacesAndNewlines)
    #expect(try guest.run("stat -c %U:%a \(node)").output == "smpd:600\n")
    #expect(try guest.run("cat \(node)", as: "practitioner").status != 0, "group smp opens sockets, never the device")
    say(try guest.run("systemd-analyze security --no-pager smpd | tail -n 1").output)
    return person
  }

  /// What ends the daemon, by its name.
  private static let ends = [
    ("a stuck daemon, ended by the watchdog", "pkill -STOP -x smpd"),
    ("systemctl restart", "systemctl restart smpd"),
    ("SIGTERM", "pkill -TERM -x smpd; systemctl start smpd"),
    ("SIGKILL", "pkill -KILL -x smpd"),
  ]

  private func survivesItsEnds(_ person: GuestOperator) throws {
    let guest = person.guest
    for (number, (name, command)) in Self.ends.enumerated() {
      say(name)
      try person.begin(client: "TRIAL-\(number)")
      try person.waitForDots(person.device.contacts + 2)
      // A clinic's daemon does not end four times in a minute; this one may.
      try guest.run("systemctl reset-failed smpd")
      let before = try guest.run("systemctl show -P MainPID smpd").output.trimmingCharacters(in: .newlines)
      try guest.run(command)
      try person.waitUntilStill()
      let another = "pid=$(systemctl show -P MainPID smpd); test $pid -ne 0 -a $pid -ne \(before)"
      try guest.wait(another)
      try guest.wait("smpctl status --json | grep -q uncertain.*SIM-0001")
      #expect(try person.device.isStill, "\(name): nothing resumes by itself")
      // And with it closed: another daemon's session is not gone on with.
      let resolved = try person.smpctl("session resolve --by P --reason looked")
      #expect(resolved.status == 0, "\(resolved)")
      try person.device.call("LayDown")
      try person.expectAgreement()
    }
    let log = try guest.run("journalctl -u smpd --no-pager -g 'Watchdog timeout'")
    #expect(log.status == 0, "the stuck one was ended by the service manager: \(log)")
  }

  private func survivesTheClock(_ person: GuestOperator) throws {
    for jump in ["+3 hours", "-1 day"] {
      say("the clock jumps, \(jump)")
      #expect(try person.guest.run("date -s '\(jump)'").status == 0)
      try person.waitForDots(person.device.contacts + 2)
    }
  }

  private func refusesAnUpgrade(_ person: GuestOperator) throws {
    say("an upgrade in mid-session")
    let daemon = try person.guest.run("systemctl show -P MainPID smpd").output
    let upgrade = try package(person.guest, "-i ~root/smpd_*.deb")
    #expect(upgrade.status != 0 && upgrade.output.contains("nothing is changed"), "\(upgrade)")
    #expect(try person.guest.run("systemctl show -P MainPID smpd").output == daemon, "the daemon runs on")
    #expect(try person.snapshot["session"] != nil, "the session goes on")
    try person.waitForDots(person.device.contacts + 1)
  }

  private func stopsOnAFullDisk(_ person: GuestOperator) throws {
    say("a full disk")
    let guest = person.guest
    #expect(try guest.run("fallocate -l $(df --output=avail -B1 / | tail -n 1) /var/lib/full").status == 0)
    // A journal that cannot write stops the needle.
    try guest.wait("smpctl status --json | grep -qE faulted.*SIM-0001")
    try person.waitUntilStill()
    let told = try person.smpctl("doctor")
    #expect(told.status != 0 && told.output.contains("journal"), "\(told)")
    #expect(try guest.run("rm /var/lib/full && systemctl reset-failed smpd && systemctl restart smpd").status == 0)
    try person.waitFor("uncertain")
  }

  private func upgradesAndGoes(_ person: GuestOperator) throws {
    say("an upgrade between sessions, and removal")
    let guest = person.guest
    let upgraded = try package(guest, "-i ~root/smpd_*.deb")
    #expect(upgraded.status == 0, "\(upgraded)")
    try person.becomeReady()
    let removed = try package(guest, "-r smpd")
    #expect(removed.status == 0, "\(removed)")
    #expect(try guest.run("test -e /usr/sbin/smpd").status != 0)
    for journal in ["practice", "trial"] {
      #expect(try guest.run("test -s /var/lib/smpd/\(journal)/journal.sqlite").status == 0, "records stay")
    }
    #expect(try person.device.isStill)
  }
}
