import Foundation
import SMPInterface
import Testing

@testable import smpctl

/// The rows about devices: from the daemon's list, from the bus, and from udev's rules.
@Suite struct DoctorDeviceTests {
  private func rows(
    _ devices: [DeviceInterface.DeviceSummary], _ prepare: (FakeMachine) throws -> Void = { _ in }
  ) throws -> [DoctorRow] {
    let daemon = try Station.daemon(devices: devices)
    defer { daemon.retire() }
    let machine = try FakeMachine(root: (daemon.path as NSString).deletingLastPathComponent)
    try prepare(machine)
    let rows = machine.examine()
    #expect(daemon.breaches == [])
    return rows
  }

  private func refused(_ problem: String) -> DeviceInterface.DeviceSummary {
    .init(
      place: "1-2", serial: "N-1", driven: false, problem: problem, reason: "the reason of \(problem)",
      remedy: "the remedy of \(problem)")
  }

  @Test("no device: a problem of the device, status 7")
  func noDevice() throws {
    let rows = try rows([])
    #expect(rows.of("device").map(\.what) == ["no device is there"])
    #expect(rows.of("device").first?.remedy?.contains("smpctl device list") == true)
    #expect(DoctorCommand.status(rows) == .fault)
  }

  @Test(
    "no needle machine, wrong version, no answer: the daemon's reason and remedy, status 7",
    arguments: ["not_a_needle_device", "protocol_version", "no_answer", "busy", "a_word_of_tomorrow"])
  func notDriven(problem: String) throws {
    let rows = try rows([refused(problem)])
    #expect(
      rows.of("device") == [
        DoctorRow("device", .problem, "N-1 at 1-2: the reason of \(problem)", remedy: "the remedy of \(problem)")
      ])
    #expect(DoctorCommand.status(rows) == .fault)
  }

  @Test("a device without permission has a row of its own, once, from the daemon who knows it best")
  func notPermitted() throws {
    let rows = try rows([refused("not_permitted")]) { try $0.plugIn() }
    #expect(rows.of("device") == [])
    #expect(rows.of("device_permission").map(\.remedy) == ["the remedy of not_permitted"])
    #expect(DoctorCommand.status(rows) == .fault)
  }

  @Test("a device that waits is well; one that has not said what it is, is a warning")
  func waiting() throws {
    let rows = try rows([
      .init(place: "1-1", serial: "N-0", driven: true),
      .init(place: "1-2", serial: "N-1", driven: false, reason: "it waits: N-0 is driven", remedy: "name it"),
    ])
    #expect(rows.of("device").map(\.severity) == [.warning, .good])
    #expect(rows.of("device").map(\.remedy) == ["look again: smpctl device list", nil])
  }

  @Test("on the bus and not in the daemon's list: the daemon is to be started again")
  func unseen() throws {
    let rows = try rows([]) { try $0.plugIn() }
    #expect(rows.of("device").map(\.what) == ["N-1 at 1-2 is plugged in, and the daemon does not see it"])
    #expect(rows.of("device").map(\.remedy) == ["systemctl restart smpd"])
    #expect(try self.rows([Station.simulated]) { try $0.plugIn() }.of("device").map(\.severity) == [.good])
  }

  @Test("without the daemon the bus tells what is plugged in, and another's device of the same id is not ours")
  func bus() throws {
    let machine = try FakeMachine()
    #expect(machine.examine().of("device").map(\.severity) == [.unknown])
    try machine.plugIn("1-3", serial: "X-1", subclass: "01")
    #expect(machine.examine().of("device").map(\.severity) == [.unknown])
    try machine.plugIn("1-2")
    let found = machine.examine().of("device")
    #expect(found.map(\.what) == ["N-1 at 1-2 is plugged in"])
    #expect(found.map(\.severity) == [.good])
  }

  @Test("device without permission: the node must have been touched by the rule, and be the daemon's alone")
  func node() throws {
    let machine = try FakeMachine()
    try machine.plugIn()
    let node = "/dev/bus/usb/001/007"
    let trigger = "udevadm control --reload && udevadm trigger --attr-match=idVendor=1209 --action=add"
    if machine.machine.facts(node)?.uid == 0 {
      let untouched = machine.examine().of("device_permission")
      #expect(untouched.map(\.what) == ["N-1 at 1-2: the rule 60-smpd.rules has not touched /dev/bus/usb/001/007"])
      #expect(untouched.map(\.remedy) == [trigger])
      #expect(machine.give(node, to: 990, group: 990))
      #expect(machine.examine().of("device_permission").map(\.what) == ["/dev/bus/usb/001/007 is smpd's alone"])
    }
    #expect(machine.examine().of("device_permission").map(\.severity) == [.good])
    for mode in [0o660, 0o604, 0o666] {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: machine.root + node)
      let open = machine.examine().of("device_permission")
      #expect(open.map(\.severity) == [.problem] && open.map(\.remedy) == [trigger], "\(mode)")
    }
  }

  @Test("udev rule missing or switched off: a problem where a device needs it, else a warning")
  func rule() throws {
    let machine = try FakeMachine()
    #expect(machine.examine().of("udev_rule").map(\.severity) == [.good])
    // A file in a higher folder hides the one below, and an empty one switches it off.
    try machine.put("/etc/udev/rules.d/60-smpd.rules", "")
    let masked = machine.examine().of("udev_rule")
    #expect(masked.map(\.severity) == [.warning] && masked.map(\.remedy) == ["rm /etc/udev/rules.d/60-smpd.rules"])
    try machine.remove("/etc/udev/rules.d/60-smpd.rules")
    try machine.remove("/usr/lib/udev/rules.d/60-smpd.rules")
    let missing = machine.examine().of("udev_rule")
    #expect(missing.map(\.severity) == [.warning])
    #expect(missing.first?.remedy?.contains("make install") == true)
    try machine.plugIn()
    #expect(machine.examine().of("udev_rule").map(\.severity) == [.problem])
    for folder in USBSight.ruleFolders {
      try machine.put(folder + "/60-smpd.rules", "# a rule\n")
      #expect(machine.examine().of("udev_rule").map(\.severity) == [.good], "\(folder)")
      try machine.remove(folder + "/60-smpd.rules")
    }
  }
}
