import Foundation
import Glibc
import SMPInterface
import StrictJSON
import Testing
import Varlink

@testable import smpctl

/// Each row of the doctor: its condition brought about, and the command that mends it.
@Suite struct DoctorTests {
  /// A fake daemon and the machine around it: the daemon's directory is the machine's root.
  private func station(
    devices: [DeviceInterface.DeviceSummary] = [Station.simulated],
    findings: [DeviceInterface.Finding] = Station.good, _ body: (FakeMachine, FakeDaemon) throws -> Void
  ) throws {
    let daemon = try Station.daemon(devices: devices, findings: findings)
    defer { daemon.retire() }
    let machine = try FakeMachine(root: (daemon.path as NSString).deletingLastPathComponent)
    try body(machine, daemon)
    #expect(daemon.breaches == [])
  }

  @Test("a healthy station has no problem and no warning, and the status is 0")
  func healthy() throws {
    try station { machine, daemon in
      let rows = machine.examine()
      #expect(rows.allSatisfy { $0.severity == .good && $0.remedy == nil }, "\(rows)")
      #expect(rows.map(\.check) == ["daemon", "socket", "group", "device", "udev_rule", "session", "link"])
      #expect(DoctorCommand.status(rows) == .done)
      #expect(Wording.doctor(rows).hasSuffix("\nall is well"))
      #expect(daemon.methods == ["io.smpd.device.List", "io.smpd.device.Diagnose"], "it only asks")
    }
  }

  // MARK: The way to the daemon

  @Test("daemon not running, socket absent: the unit is to be started, and the status is 6")
  func notRunning() throws {
    let machine = try FakeMachine()
    for (unit, command) in [
      ("inactive", "systemctl start smpd"), ("failed", "systemctl restart smpd"),
      (nil, "smpsim serve --state DIR --socket /io.smpd"),
    ] {
      machine.unit = unit
      let rows = machine.examine()
      #expect(rows.of("daemon").map(\.severity) == [.problem])
      #expect(rows.of("daemon").map(\.remedy) == [command])
      #expect(rows.of("socket").map(\.what) == ["/io.smpd is not there"])
      #expect(rows.of("socket").map(\.remedy) == [command])
      #expect(rows.of("station").map(\.severity) == [.unknown])
      #expect(DoctorCommand.status(rows) == .unreachable)
    }
    machine.unit = "active"
    let elsewhere = machine.examine()
    #expect(elsewhere.of("daemon").map(\.severity) == [.good])
    #expect(elsewhere.of("socket").map(\.remedy) == ["name the daemon's: smpctl doctor --socket PATH"])
    #expect(
      Doctor(machine: machine.machine, socket: SocketPath.system).examine().of("socket").map(\.severity) == [.problem])
  }

  @Test("socket refused: nobody listens at it any more")
  func refused() throws {
    try station { machine, daemon in
      daemon.retire()
      machine.unit = "inactive"
      let rows = machine.examine()
      #expect(rows.of("socket").map(\.what) == ["nobody listens at /io.smpd"])
      #expect(rows.of("daemon").map(\.remedy) == ["systemctl start smpd"])
      #expect(DoctorCommand.status(rows) == .unreachable)
    }
  }

  @Test("socket not permitted, wrong group: who is to be put into which group, or has only to log in again")
  func wrongGroup() throws {
    try station { machine, _ in
      // Whoever runs the tests, the socket becomes another user's; what its group is then, the file says.
      machine.give(FakeMachine.socket, to: 990, group: 4_242)
      let gid = try #require(machine.machine.facts(FakeMachine.socket)).gid
      try machine.put("/etc/group", "smp:x:\(gid):anna\n")
      func rows(_ uid: UInt32) -> [DoctorRow] {
        machine.caller = Machine.Caller(uid: uid, groups: [gid &+ 1])
        let doctor = Doctor(machine: machine.machine, socket: FakeMachine.socket)
        return doctor.unreachable(.unreachable(path: FakeMachine.socket, code: EACCES))
          + [doctor.group(isOpen: false)].compactMap(\.self)
      }
      let stranger = rows(1_002)
      #expect(stranger.of("daemon").map(\.severity) == [.unknown])
      #expect(stranger.of("socket").map(\.what) == ["ben may not open /io.smpd"])
      #expect(stranger.of("group").map(\.what) == ["ben is not in the group smp, which /io.smpd belongs to"])
      for check in ["socket", "group"] {
        #expect(stranger.of(check).map(\.remedy) == ["as root, then log in again: usermod -aG smp ben"])
      }
      #expect(DoctorCommand.status(stranger) == .unreachable)
      #expect(rows(1_001).of("group").map(\.remedy) == ["log in again, or in this terminal: newgrp smp"])

      machine.caller = Machine.Caller(uid: 1_002, groups: [100, gid])
      #expect(machine.examine().of("group").map(\.what) == ["ben is in the group smp"])
      machine.caller = Machine.Caller(uid: 0, groups: [0])
      #expect(machine.examine().of("group").map(\.severity) == [.good], "root is fine")
      machine.caller = Machine.Caller(uid: 1_002, groups: [100])
      let open = machine.examine().of("group")
      #expect(open.map(\.severity) == [.warning] && open.map(\.remedy) == ["chmod 0660 /io.smpd"])
    }
  }

  @Test("a daemon that hangs up is a problem of the daemon, one of another version is named as such")
  func badDaemons() throws {
    for (answer, check, remedy, status) in [
      (FakeDaemon.Answer.hangUp, "daemon", "systemctl restart smpd", smpctl.ExitStatus.unreachable),
      (
        .error("org.varlink.service.MethodNotFound", ["method": "io.smpd.device.Diagnose"]), "station",
        "use the smpctl of the daemon's version", .failure
      ),
    ] {
      let daemon = try FakeDaemon { _ in answer }
      defer { daemon.retire() }
      let machine = try FakeMachine(root: (daemon.path as NSString).deletingLastPathComponent)
      let rows = machine.examine()
      let row = try #require(rows.of(check).problems.first)
      #expect(row.remedy == remedy)
      if status == .unreachable { #expect(DoctorCommand.status(rows) == .unreachable) }
    }
  }

  // MARK: What the daemon finds

  @Test("a finding of the daemon comes out as it went in, whatever its check")
  func findings() throws {
    let sent: [DeviceInterface.Finding] = [
      .init(check: "clock", severity: .warning, what: "not synchronised", remedy: "timedatectl set-ntp true"),
      .init(check: "sandbox", severity: .problem, what: "not confined", remedy: "systemctl restart smpd"),
      .init(check: "self_test", severity: .notKnown, what: "cannot be read", remedy: "smpctl log verify"),
    ]
    try station(findings: sent) { machine, _ in
      let rows = machine.examine()
      #expect(
        rows.suffix(3) == [
          DoctorRow("clock", .warning, "not synchronised", remedy: "timedatectl set-ntp true"),
          DoctorRow("sandbox", .problem, "not confined", remedy: "systemctl restart smpd"),
          DoctorRow("self_test", .unknown, "cannot be read", remedy: "smpctl log verify"),
        ])
      #expect(DoctorCommand.status(rows) == .failure)
      #expect(
        Wording.doctor(rows).hasSuffix(
          """
          warning  clock      not synchronised
            what to do: timedatectl set-ntp true
          problem  sandbox    not confined
            what to do: systemctl restart smpd
          unknown  self test  cannot be read
            what to do: smpctl log verify
          1 problem, 1 warning, 1 not known
          """))
    }
  }

  @Test("the status: 0 without a problem, 6 for the way to the daemon, 7 for device and session, 1 for the rest")
  func status() {
    func status(_ checks: String...) -> smpctl.ExitStatus {
      DoctorCommand.status(checks.map { DoctorRow($0, .problem, "x", remedy: "y") })
    }
    for check in ["daemon", "socket", "group"] { #expect(status(check, "session", "limits") == .unreachable) }
    for check in ["device", "device_permission", "link", "self_test", "session"] {
      #expect(status("limits", check) == .fault)
    }
    for check in ["limits", "journal", "udev_rule", "clock", "sandbox", "a_check_of_tomorrow"] {
      #expect(status(check) == .failure)
    }
    #expect(DoctorCommand.status([]) == .done)
    #expect(DoctorCommand.status([DoctorRow("plan", .warning, "x", remedy: "y")]) == .done)
  }

  @Test("the program: one JSON document on standard output, and the status in it")
  func program() throws {
    let daemon = try Station.daemon(
      findings: [.init(check: "limits", severity: .problem, what: "absent", remedy: "smpctl limits example > F")])
    defer { daemon.retire() }
    let run = try Run(["doctor", "--json"], socket: daemon.path)
    #expect(run.status == 1 || run.status == 6, "the caller of the tests may not be in the socket's group")
    let document = try run.document()
    #expect(document["exit"] == .integer(Int64(run.status)))
    #expect(
      run.out.contains(#"{"check":"limits","severity":"problem","what":"absent","remedy":"smpctl limits example > F"}"#)
    )
    #expect(try Run(["doctor"], socket: daemon.path).out.contains("\n  what to do: smpctl limits example > F\n"))
    #expect(try Run(["doctor"], socket: "/nonexistent/io.smpd").status == 6)
  }
}
