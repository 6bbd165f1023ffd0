import Foundation
import Testing

/// What `smpctl doctor` finds of real programs: each condition brought about, the row, its remedy, the exit status.
@Suite(.serialized, .ownThread) struct DoctorTests {
  /// What `smpctl doctor --json` said.
  struct Examination {
    struct Row: Decodable {
      let check: String
      let severity: String
      let what: String
      let remedy: String?
    }
    private struct Document: Decodable {
      let findings: [Row]
      let exit: Int32
    }
    let status: Int32
    let rows: [Row]

    init(_ outcome: Outcome) throws {
      let document = try JSONDecoder().decode(Document.self, from: Data(outcome.output.utf8))
      #expect(document.exit == outcome.status, "\(outcome)")
      status = outcome.status
      rows = document.findings
      for row in rows where row.severity != "good" { #expect(row.remedy?.isEmpty == false, "\(row)") }
    }

    /// The row of a check that is not good, else any.
    func row(_ check: String) throws -> Row {
      let found = rows.filter { $0.check == check }
      return try #require(found.first { $0.severity != "good" } ?? found.first, "\(rows)")
    }
    var problems: [String] { rows.filter { $0.severity == "problem" }.map(\.check) }
  }

  private func doctor(_ daemon: LiveDaemon) throws -> Examination {
    try Examination(try daemon.smpctl("doctor", "--json"))
  }

  private func inject(_ daemon: LiveDaemon, _ arguments: String...) throws {
    let outcome = try Programs.run("smpsim", ["inject"] + arguments, environment: ["SMPD_SOCKET": daemon.socket])
    #expect(outcome.status == 0, "\(outcome)")
  }

  /// Asks again until the row says so; each question is a process, so the daemon has its time.
  private func settled(
    _ daemon: LiveDaemon, _ check: String, _ severity: String
  ) throws -> Examination {
    for _ in 0..<100 {
      let examination = try doctor(daemon)
      if try examination.row(check).severity == severity { return examination }
    }
    return try doctor(daemon)
  }

  /// Rows that the machine under the tests may cause, and only as warnings: no udev rule is installed on it, its disk
  /// may be small. The simulator looks at nothing else around it.
  private static let machine: Set = ["udev_rule", "journal"]

  @Test("a healthy station: exit status 0 and no problem, after a session as before one") func healthy() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let course = try daemon.practiceCourse()
    for round in 1...2 {
      let examination = try doctor(daemon)
      #expect(examination.status == 0 && examination.problems.isEmpty, "\(examination)")
      let others = examination.rows.filter { $0.severity != "good" && !Self.machine.contains($0.check) }
      #expect(others.isEmpty, "\(others)")
      #expect(try examination.row("device").what.contains("SIM-0001 at simulated is driven"))
      #expect(try examination.row("self_test").what.contains(round == 1 ? "none has run yet" : "the last one passed"))
      if round == 1 {
        #expect(try daemon.startSession(course, watch: false).status == 0)
        #expect(try daemon.smpctl("session", "stop").status == 0)
      }
    }
    let text = try daemon.smpctl("doctor")
    #expect(text.status == 0 && text.output.contains("good     daemon"), "\(text)")
  }

  @Test("daemon not running, socket absent or refused: exit status 6 and the command that starts it")
  func unreachable() throws {
    let daemon = try LiveDaemon(start: false)
    let absent = try doctor(daemon)
    #expect(absent.status == 6 && absent.problems == ["daemon", "socket"], "\(absent)")
    let commands = ["smpsim serve --state DIR --socket \(daemon.socket)", "systemctl start smpd"]
    #expect(commands.contains(try absent.row("daemon").remedy ?? ""))
    #expect(try absent.row("socket").what.contains("is not there"))
    #expect(try absent.row("station").severity == "unknown")
    try daemon.start(["--hand", "none"])
    daemon.kill()
    let refused = try doctor(daemon)
    #expect(refused.status == 6)
    #expect(try refused.row("socket").what == "nobody listens at \(daemon.socket)")
    #expect(commands.contains(try refused.row("socket").remedy ?? ""))
  }

  @Test("socket not permitted, wrong group: who must go into which group", .enabled(if: geteuid() == 0))
  func notPermitted() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    // The path is lent for the length of the call.
    #expect(unsafe chown(daemon.socket, 0, 100) == 0)
    // Nobody may look into a folder that belongs to root: the program is copied to where it may be read.
    let program = daemon.directory.appendingPathComponent("smpctl")
    try FileManager.default.copyItem(at: Programs.directory.appendingPathComponent("smpctl"), to: program)
    let outcome = try Programs.run(
      "/usr/bin/env",
      [
        "setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", program.path, "doctor", "--json", "--socket",
        daemon.socket,
      ])
    let examination = try Examination(outcome)
    #expect(examination.status == 6 && examination.problems == ["socket", "group"], "\(outcome)")
    #expect(try examination.row("group").remedy?.contains("usermod -aG ") == true)
    #expect(try examination.row("socket").remedy == examination.row("group").remedy)
  }

  @Test("no device: exit status 7") func noDevice() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    try inject(daemon, "unplug")
    let examination = try settled(daemon, "device", "problem")
    #expect(examination.status == 7 && examination.problems == ["device"], "\(examination)")
    #expect(try examination.row("device").remedy?.contains("smpctl device list") == true)
    #expect(try daemon.smpctl("device", "list").output == "no device is attached\n")
    try inject(daemon, "--clear", "unplug")
    #expect(try settled(daemon, "device", "good").status == 0)
  }

  @Test("a plan nobody signed is a warning, and the command signs it") func planUnsigned() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let plan = try daemon.smpctl("plan", "example", "--practice").output
    let course = try daemon.smpctl("plan", "import", "-", input: plan).output.split(separator: "\n").last ?? ""
    let examination = try doctor(daemon)
    #expect(examination.status == 0)
    let row = try examination.row("plan")
    #expect(row.severity == "warning" && row.remedy == "smpctl plan sign \(course) --by NAME", "\(row)")
    #expect(try daemon.smpctl("plan", "sign", String(course), "--by", "NAME").status == 0)
    #expect(try doctor(daemon).row("plan").severity == "good")
  }

  @Test("S3 limits file absent or altered: exit status 1, and the command puts the defaults back") func limits() throws
  {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let path = daemon.state + "/limits.yaml"
    for damage in ["absent", "altered"] {
      if damage == "absent" {
        try FileManager.default.removeItem(atPath: path)
      } else {
        try Data("version: 1\nno-such-key: 3 mm\n".utf8).write(to: URL(fileURLWithPath: path))
      }
      let examination = try doctor(daemon)
      #expect(examination.status == 1 && examination.problems == ["limits"], "\(examination)")
      #expect(try examination.row("limits").remedy == "smpctl limits example > \(path)")
      try Data(try daemon.smpctl("limits", "example").output.utf8).write(to: URL(fileURLWithPath: path))
      #expect(try doctor(daemon).status == 0)
    }
  }

  @Test(
    "S2 journal full, nearly full or read-only: what is free and where to make room", .enabled(if: geteuid() == 0))
  func journal() throws {
    for (size, severity, status) in [("100m", "problem", Int32(1)), ("300m", "warning", 0)] {
      let folder = try PrivateFolder()
      let state = folder.path + "/disk/state"
      let daemon = try WrappedDaemon(
        [
          "unshare", "-m", "sh", "-c", "mkdir $1 && mount -t tmpfs -o size=\(size) tmpfs $1 && shift && exec \"$@\"",
          "sh", folder.path + "/disk", Programs.path("smpsim"), "serve", "--state", state, "--socket", folder.socket,
        ])
      let examination = try folder.doctor()
      #expect(examination.status == status, "\(examination)")
      let row = try examination.row("journal")
      #expect(row.severity == severity && row.what.contains("MB are free"), "\(row)")
      #expect(row.remedy == "make room on the file system of the journal: df -h \(state)")
      // A mount over the directory is read-only while what is open in it goes on.
      let script = "mount --bind $1 $1 && mount -o remount,bind,ro $1"
      let mounted = try Programs.run(
        "/usr/bin/env", ["nsenter", "-t", String(daemon.identifier), "-m", "sh", "-c", script, "sh", state])
      #expect(mounted.status == 0, "\(mounted)")
      let sealed = try folder.doctor()
      #expect(sealed.status == 1, "\(sealed)")
      #expect(try sealed.row("journal").what == "\(state) cannot be written")
      #expect(try sealed.row("journal").remedy?.hasPrefix("mount -o remount,rw \(state)") == true)
      daemon.end()
    }
  }

  @Test("real-time rights missing: a warning that names them", .enabled(if: geteuid() == 0)) func realtime() throws {
    let folder = try PrivateFolder()
    let state = folder.path + "/state"
    try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
    let daemon = try WrappedDaemon(
      [
        "setpriv", "--bounding-set=-sys_nice,-ipc_lock", "--inh-caps=-sys_nice,-ipc_lock", "prlimit", "--rtprio=0:0",
        "--memlock=65536:65536", Programs.path("smpd"), "--state", state, "--socket", folder.socket, "--limits",
        state + "/limits.yaml",
      ])
    let examination = try folder.doctor()
    let row = try examination.row("realtime")
    #expect(row.severity == "warning", "\(row)")
    #expect(row.what.contains("real-time scheduling") && row.what.contains("locked memory"), "\(row)")
    #expect(row.remedy?.contains("systemctl revert smpd") == true)
    // What stands around the daemon is told too: its user, the sandbox's doors, its directory, the clock.
    #expect(try examination.row("user").severity == "warning", "root may do anything")
    #expect(try examination.row("state_directory").severity == "good")
    for check in ["hot_plug", "udev", "usb_bus", "clock", "control_socket", "stop_socket"] {
      _ = try examination.row(check)
    }
    daemon.end()
  }

  @Test("S9 last self-test failed: exit status 7, and what is latched must be cleared first") func selfTest() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let course = try daemon.practiceCourse()
    try inject(daemon, "stuck_motor")
    #expect(try daemon.startSession(course, watch: false).status == 7)
    let failed = try doctor(daemon)
    #expect(failed.status == 7 && Set(failed.problems) == ["session", "self_test"], "\(failed)")
    for check in ["session", "self_test"] {
      #expect(try failed.row(check).remedy?.contains("smpctl device clear") == true)
    }
  }

  @Test("S8 locked out: the named unlocking is the remedy") func lockedOut() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let course = try daemon.practiceCourse()
    try inject(daemon, "stuck_motor")
    #expect(try daemon.startSession(course, watch: false).status == 7)
    for _ in 1...2 {
      try inject(daemon, "--clear", "stuck_motor")
      let cleared = try daemon.smpctl("device", "clear")
      #expect(cleared.status == 0, "\(cleared)")
      try inject(daemon, "stuck_motor")
      #expect(try daemon.smpctl("session", "resume").status == 7)
    }
    let locked = try doctor(daemon)
    #expect(locked.status == 7)
    let row = try locked.row("session")
    #expect(row.what.contains("locked out"), "\(row)")
    #expect(row.remedy?.contains("smpctl device unlock --by NAME --reason REASON") == true)
    #expect(try locked.row("self_test").remedy?.contains("smpctl device unlock") == true)
  }

  @Test("S7 uncertain: look, then resolve by name") func uncertain() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let course = try daemon.practiceCourse()
    #expect(try daemon.startSession(course, watch: false).status == 0)
    try inject(daemon, "unplug")
    let examination = try settled(daemon, "session", "problem")
    #expect(examination.status == 7)
    #expect(try examination.row("session").what == "it is uncertain what the needle did")
    #expect(try examination.row("session").remedy?.contains("smpctl session resolve --by NAME --reason") == true)
  }
}
