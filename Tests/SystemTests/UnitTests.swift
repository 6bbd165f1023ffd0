import Foundation
import SMPPlanFile
import Testing

@Suite struct UnitTests {
  private static let names = ["smpd.service", "smpd.socket", "smpd-stop.socket"]
  private static func unit(_ name: String) throws -> UnitFile { UnitFile(try Tool.text("systemd/system/" + name)) }

  /// What the sandbox consists of. A line that goes, goes here too, with a reason.
  private static let sandbox: [(key: String, values: [String])] = [
    ("User", ["smpd"]), ("Group", ["smpd"]), ("UMask", ["0077"]), ("StateDirectory", ["smpd"]),
    ("StateDirectoryMode", ["0750"]), ("ConfigurationDirectory", ["smpd"]), ("DevicePolicy", ["closed"]),
    ("DeviceAllow", ["char-usb_device rw"]), ("RestrictAddressFamilies", ["AF_UNIX AF_NETLINK"]),
    ("IPAddressDeny", ["any"]), ("SocketBindDeny", ["any"]), ("CapabilityBoundingSet", [""]),
    ("AmbientCapabilities", [""]), ("NoNewPrivileges", ["yes"]), ("RestrictSUIDSGID", ["yes"]),
    ("RestrictNamespaces", ["yes"]), ("LockPersonality", ["yes"]), ("SystemCallArchitectures", ["native"]),
    ("SystemCallErrorNumber", ["EPERM"]), ("MemoryDenyWriteExecute", ["yes"]), ("ProtectSystem", ["strict"]),
    ("ProtectHome", ["yes"]), ("PrivateTmp", ["yes"]), ("PrivateMounts", ["yes"]), ("ProtectKernelTunables", ["yes"]),
    ("ProtectKernelModules", ["yes"]), ("ProtectKernelLogs", ["yes"]), ("ProtectControlGroups", ["yes"]),
    ("ProtectHostname", ["yes"]), ("ProtectClock", ["yes"]), ("ProtectProc", ["invisible"]),
    ("KeyringMode", ["private"]), ("RemoveIPC", ["yes"]), ("LimitCORE", ["0"]), ("TasksMax", ["64"]),
  ]

  /// What would break the daemon, each with the comment that says so.
  private static let absent = [
    "PrivateNetwork", "PrivateDevices", "PrivateUsers", "DynamicUser", "RuntimeDirectory", "SupplementaryGroups",
    "ProcSubset",
  ]

  @Test("the sandbox is whole") func sandboxIsWhole() throws {
    let unit = try Self.unit("smpd.service")
    for line in Self.sandbox { #expect(unit.values("Service", line.key) == line.values, "\(line.key)") }
    #expect(
      unit.values("Service", "SystemCallFilter") == [
        "@system-service", "~@privileged @resources @keyring @pkey", "sched_setscheduler prlimit64",
      ])
  }

  @Test("what would break the daemon is absent, and the unit says why", arguments: UnitTests.absent)
  func staysAbsent(_ key: String) throws {
    let unit = try Self.unit("smpd.service")
    #expect(unit.values("Service", key) == [])
    #expect(unit.lines.contains { $0.hasPrefix("# ") && $0.contains(key + "=") }, "no comment on \(key)=")
  }

  @Test("real time and locked memory stay possible") func realtime() throws {
    let unit = try Self.unit("smpd.service")
    #expect(unit.values("Service", "RestrictRealtime") == ["no"])
    #expect(unit.values("Service", "LimitMEMLOCK") == ["infinity"])
    let ceiling = try #require(Int32(unit.values("Service", "LimitRTPRIO").first ?? ""))
    #expect(DaemonFile().realtimePriority <= ceiling)
    // As far as the configuration lets anybody ask.
    let most = Array("realtime-priority: \(ceiling)\n".utf8)
    #expect(DaemonFile.parse(most).file?.realtimePriority == ceiling)
    #expect(DaemonFile.parse(Array("realtime-priority: \(ceiling + 1)\n".utf8)).file == nil)
  }

  @Test("S5 S7 the manager watches, restarts a few times, and gives up") func watching() throws {
    let unit = try Self.unit("smpd.service")
    let expected = [
      ("Service", "Type", "notify"), ("Service", "NotifyAccess", "main"), ("Service", "WatchdogSec", "2s"),
      ("Service", "Restart", "on-failure"),
      ("Service", "RestartPreventExitStatus", "64 65"),
      ("Unit", "StartLimitIntervalSec", "60s"), ("Unit", "StartLimitBurst", "5"),
      ("Service", "Environment", "SWIFT_BACKTRACE=enable=no"), ("Service", "ExecStart", "/usr/sbin/smpd"),
      ("Unit", "Requires", "smpd.socket smpd-stop.socket"),
    ]
    for (section, key, value) in expected { #expect(unit.values(section, key) == [value], "\(key)") }
  }

  @Test("S6 commanding is the operators', stopping is everybody's; the paths are the configuration's")
  func sockets() throws {
    let path = DaemonFile().socketPath
    for (name, mode, group, descriptor, place) in [
      ("smpd.socket", "0660", [DaemonFile().operatorsGroup], "control", path),
      ("smpd-stop.socket", "0666", [], "stop", path + ".stop"),
    ] {
      let unit = try Self.unit(name)
      #expect(unit.values("Socket", "ListenStream") == [place])
      #expect(unit.values("Socket", "SocketMode") == [mode])
      #expect(unit.values("Socket", "SocketGroup") == group)
      #expect(unit.values("Socket", "FileDescriptorName") == [descriptor])
      #expect(unit.values("Socket", "Service") == ["smpd.service"])
      #expect(unit.values("Socket", "DirectoryMode") == ["0755"])
      // One daemon serves all clients.
      #expect(unit.values("Socket", "Accept") == [])
    }
    let service = try Self.unit("smpd.service")
    #expect(DaemonFile().statePath == "/var/lib/" + (service.values("Service", "StateDirectory").first ?? ""))
    #expect(DaemonFile().limitsPath.hasPrefix("/etc/smpd/"))
  }

  @Test("every line of the service says why it is there") func explained() throws {
    let unit = try Self.unit("smpd.service")
    let groups = ["Description", "Documentation", "Type", "ExecStart", "WantedBy", "Also"]
    for setting in unit.unexplained where !groups.contains(setting.key) {
      Issue.record("line \(setting.line): \(setting.key)= has no comment above it")
    }
    #expect(UnitFile("[Service]\nA=1\n# --- B\nB=1\n# why\nC=1\nD=1\n\nE=1").unexplained.map(\.key) == ["A", "B", "E"])
  }

  @Test(
    "the service manager's own score is 1.2 or better",
    .enabled(if: Tool.has("systemd-analyze"), "needs systemd-analyze: apt-get install systemd"))
  func score() throws {
    let path = "systemd/system/smpd.service"
    let said = try Tool.run("systemd-analyze", "security", "--offline=true", "--threshold=12", "--no-pager", path)
    #expect(said.status == 0, "\(said.text)")
    // The threshold is heeded: without one of its walls the unit fails.
    let folder = try Folder()
    try folder.write(
      "smpd.service", try Tool.text(path).replacingOccurrences(of: "ProtectSystem=strict\n", with: ""))
    let worse = try Tool.run(
      "systemd-analyze", "security", "--offline=true", "--threshold=12", "--no-pager", folder.path + "/smpd.service")
    #expect(worse.status != 0, "\(worse.text)")
  }

  @Test(
    "the service manager has nothing to complain of, and would say so",
    .enabled(if: Tool.has("systemd-analyze"), "needs systemd-analyze: apt-get install systemd"))
  func verified() throws {
    let folder = try Folder()
    func complaints(_ change: (String) -> String) throws -> Said {
      for name in Self.names {
        // A program that is there stands for the daemon.
        let text = try Tool.text("systemd/system/" + name).replacingOccurrences(of: "/usr/sbin/smpd", with: "/bin/true")
        try folder.write(name, change(text))
      }
      let paths = Self.names.map { folder.path + "/" + $0 }
      return try Tool.run(
        "systemd-analyze", "verify", "--man=no", paths[0], paths[1], paths[2],
        environment: ["SYSTEMD_UNIT_PATH": folder.path + ":"])
    }
    let said = try complaints { $0 }
    #expect(said.status == 0 && said.text.isEmpty, "\(said.text)")
    #expect(try complaints { $0.replacingOccurrences(of: "ProtectHome=", with: "ProtectHouse=") }.text != "")
    #expect(try complaints { $0.replacingOccurrences(of: "=smpd.service", with: "=other.service") }.status != 0)
  }

  @Test(
    "user, group and directory are made as they are meant",
    .enabled(
      if: Tool.has("systemd-sysusers", "systemd-tmpfiles") && Tool.isRoot, "needs root and apt-get install systemd"))
  func users() throws {
    let folder = try Folder()
    let root = "--root=" + folder.path
    try folder.write("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n")
    try folder.write("etc/group", "root:x:0:\n")
    for (kind, tool) in [("sysusers", ["systemd-sysusers"]), ("tmpfiles", ["systemd-tmpfiles", "--create"])] {
      try folder.write("usr/lib/\(kind).d/smpd.conf", try Tool.text("systemd/\(kind).d/smpd.conf"))
      let said = try tool.count == 1 ? Tool.run(tool[0], root) : Tool.run(tool[0], tool[1], root)
      #expect(said.status == 0 && !said.text.contains("smpd.conf:"), "\(said.text)")
    }
    let user = try #require(try folder.text("etc/passwd").split(separator: "\n").first { $0.hasPrefix("smpd:") })
    #expect(user.hasSuffix("nologin"), "\(user)")
    let groups = try folder.text("etc/group").split(separator: "\n").filter { $0.hasPrefix("smp") }
    // Nobody is an operator by being the daemon, and nobody else is anything yet.
    #expect(groups.count == 2 && groups.allSatisfy { $0.hasSuffix(":") }, "\(groups)")
    let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/run/smpd")
    #expect(attributes[.posixPermissions] as? Int == 0o755)
    #expect(attributes[.ownerAccountID] as? Int == 0)
  }

  @Test("what is installed as configuration is what the code says") func configuration() throws {
    #expect(try Tool.text("systemd/etc/limits.yaml") == LimitsFile.defaultText)
    #expect(try Tool.text("systemd/etc/smpd.yaml") == DaemonFile.defaultText)
    #expect(try Tool.text("systemd/examples/plan.yaml") == PlanDocument.exampleText)
    #expect(try Tool.text("systemd/examples/practice.yaml") == PlanDocument.smallExampleText)
  }
}
