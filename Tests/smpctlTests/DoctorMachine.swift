import Foundation
import Glibc
import SMPInterface
import StrictJSON
import Varlink

@testable import smpctl

/// A machine of directories and plain files, gone with the test.
final class FakeMachine {
  let root: String
  var caller = Machine.Caller(uid: 0, groups: [0])
  var unit: String?
  /// Where the fake daemon listens, seen from the fake root.
  static let socket = "/io.smpd"

  /// - Parameter root: the directory of a fake daemon, so that its socket is the machine's.
  init(root: String? = nil) throws {
    self.root =
      root ?? FileManager.default.temporaryDirectory.appending(path: "smpctl-\(UUID().uuidString.prefix(8))").path
    try FileManager.default.createDirectory(atPath: self.root, withIntermediateDirectories: true)
    try put("/etc/group", "root:x:0:\nsmp:x:4242:anna\nusers:x:100:\n")
    try put(
      "/etc/passwd",
      "root:x:0:0::/:/bin/sh\nsmpd:x:990:990::/:/bin/false\nanna:x:1001:100::/:/bin/sh\nben:x:1002:100::/:/bin/sh\n")
    try put("/usr/lib/udev/rules.d/60-smpd.rules", "# a rule\n")
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func put(_ path: String, _ text: String, mode: Int = 0o644) throws {
    try FileManager.default.createDirectory(
      atPath: (root + path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try Data(text.utf8).write(to: URL(filePath: root + path))
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: root + path)
  }

  /// False where the one who runs the tests may not give files away.
  @discardableResult
  func give(_ path: String, to uid: UInt32, group gid: UInt32) -> Bool {
    // The path is lent for the length of the call.
    unsafe chown(root + path, uid, gid) == 0
  }

  func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: root + path) }

  /// A needle machine as sysfs shows it, with its node.
  func plugIn(_ place: String = "1-2", serial: String = "N-1", subclass: String = "53", mode: Int = 0o600) throws {
    let folder = "/sys/bus/usb/devices"
    for (name, text) in [
      ("idVendor", "1209"), ("idProduct", "0001"), ("serial", serial), ("busnum", "1"), ("devnum", "7"),
    ] { try put("\(folder)/\(place)/\(name)", text + "\n") }
    for (name, text) in [("bInterfaceClass", "ff"), ("bInterfaceSubClass", subclass), ("bInterfaceProtocol", "01")] {
      try put("\(folder)/\(place):1.0/\(name)", text + "\n")
    }
    try put("/dev/bus/usb/001/007", "", mode: mode)
  }

  var machine: Machine {
    let unit = unit
    return Machine(root: root, caller: caller, unitState: { unit })
  }

  func examine() -> [DoctorRow] { Doctor(machine: machine, socket: Self.socket).examine() }
}

/// A daemon that says what the doctor asks for.
enum Station {
  static let good: [DeviceInterface.Finding] = [
    .init(check: "session", severity: .good, what: "none is open"),
    .init(check: "link", severity: .good, what: "no trouble"),
  ]
  static let simulated = DeviceInterface.DeviceSummary(
    place: "simulated", serial: "SIM-0001", firmware: "sim", simulated: true, phase: .idle, driven: true)

  static func daemon(
    devices: [DeviceInterface.DeviceSummary] = [simulated], findings: [DeviceInterface.Finding] = good
  ) throws -> FakeDaemon {
    let list: JSONObject = ["devices": .array(devices.map { .object($0.json) })]
    let diagnosis: JSONObject = ["findings": .array(findings.map { .object($0.json) })]
    return try FakeDaemon { request in
      switch request.method {
      case "io.smpd.device.List": .reply(list)
      case "io.smpd.device.Diagnose": .reply(diagnosis)
      default: .hangUp
      }
    }
  }
}

extension [DoctorRow] {
  /// The rows of a check.
  func of(_ check: String) -> [DoctorRow] { filter { $0.check == check } }
  var problems: [DoctorRow] { filter { $0.severity == .problem } }
}
