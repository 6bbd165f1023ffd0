import Foundation
import Testing

/// Files and sockets that are not as they should be: a clear error with the remedy, and nothing lost (S13).
@Suite(.serialized, .ownThread) struct BadSurroundingsTests {
  private func refusedStart(_ daemon: LiveDaemon) throws -> String {
    do {
      try daemon.start(["--hand", "none"])
      Issue.record("the daemon started")
      return ""
    } catch let error as LiveDaemon.NotServing {
      #expect(error.status != 0)
      return error.line
    }
  }

  @Test("S13 a socket path taken by a file is left alone and named") func socketIsFile() throws {
    let daemon = try LiveDaemon(start: false)
    try Data("precious".utf8).write(to: URL(fileURLWithPath: daemon.socket))
    #expect(try refusedStart(daemon).contains("not a socket"))
    #expect(try String(contentsOfFile: daemon.socket, encoding: .utf8) == "precious")
  }

  @Test("S13 a socket path served by a living daemon is not taken from it") func socketIsServed() throws {
    let first = try LiveDaemon(arguments: ["--hand", "none"])
    let outcome = try Programs.run(
      "smpsim", ["serve", "--state", first.directory.path + "/other", "--socket", first.socket])
    #expect(outcome.status != 0)
    #expect(outcome.complaint.contains("already listening"), "\(outcome)")
    #expect(try first.smpctl("status").status == 0)
  }

  @Test("S13 a state directory in use by another daemon is refused") func stateInUse() throws {
    let first = try LiveDaemon(arguments: ["--hand", "none"])
    let outcome = try Programs.run(
      "smpsim", ["serve", "--state", first.state, "--socket", first.directory.path + "/second"])
    #expect(outcome.status != 0)
    #expect(!outcome.complaint.isEmpty)
    #expect(try first.smpctl("status").status == 0)
  }

  @Test("S13 a journal that is no journal, or of a newer version, is refused and left as it is") func badJournals()
    throws
  {
    let daemon = try LiveDaemon(start: false)
    try FileManager.default.createDirectory(atPath: daemon.state, withIntermediateDirectories: false)
    let path = daemon.state + "/journal.sqlite"
    let noise = Data((0..<8_192).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ ($0 >> 3)) })
    try noise.write(to: URL(fileURLWithPath: path))
    #expect(!(try refusedStart(daemon)).isEmpty)
    #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == noise)
  }

  @Test("S3 without the site's limits file the daemon serves, refuses to arm, and says how to mend it")
  func limitsAbsent()
    throws
  {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let course = try daemon.practiceCourse()
    let limits = daemon.state + "/limits.yaml"
    for damage in ["absent", "altered"] {
      if damage == "absent" {
        try FileManager.default.removeItem(atPath: limits)
      } else {
        try Data("version: 1\nno-such-key: 3 mm\n".utf8).write(to: URL(fileURLWithPath: limits))
      }
      let refused = try daemon.startSession(course, watch: false)
      #expect(refused.status == 4, "\(refused)")
      #expect(refused.complaint.contains("smpctl limits example"), "\(refused)")
    }
    let defaults = try daemon.smpctl("limits", "example").output
    try Data(defaults.utf8).write(to: URL(fileURLWithPath: limits))
    #expect(try daemon.startSession(course, watch: false).status == 0)
  }

  @Test("S13 without a daemon smpctl says so with exit status 6, in JSON too") func noDaemon() throws {
    let outcome = try Programs.run("smpctl", ["status", "--socket", "/nonexistent/io.smpd"])
    #expect(outcome.status == 6)
    #expect(outcome.complaint.contains("smpsim serve"))
    let json = try Programs.run("smpctl", ["status", "--socket", "/nonexistent/io.smpd", "--json"])
    #expect(json.status == 6)
    #expect(try JSONSerialization.jsonObject(with: Data(json.output.utf8)) is [String: Any])
  }

  @Test("S13 bad plans are told whole, with exit status 65") func badPlans() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let plan = try daemon.smpctl("plan", "example", "--practice").output
    let wrong = plan.replacingOccurrences(of: "0.5 mm", with: "0.5 Hz").replacingOccurrences(
      of: "100 Hz", with: "9000 Hz")
    let checked = try daemon.smpctl("plan", "check", "-", input: wrong)
    #expect(checked.status == 65, "\(checked)")
    #expect(checked.complaint.split(separator: "\n").count > 3, "all errors at once: \(checked.complaint)")
    let huge = try daemon.smpctl("plan", "check", "-", input: String(repeating: "# padding\n", count: 1_048_576))
    #expect(huge.status == 65, "\(huge.complaint.prefix(400))")
    #expect(try daemon.smpctl("status").status == 0)
  }

  @Test("S13 clients that misbehave do not disturb a session in progress") func rudeClients() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let course = try daemon.practiceCourse()
    #expect(try daemon.startSession(course, watch: false).status == 0)
    let script = """
      import socket, sys, os
      def connect(path):
          s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(path); return s
      for path in (sys.argv[1], sys.argv[1] + ".stop"):
          s = connect(path); s.sendall(b'{"method":"io.smpd.ses'); s.close()
          s = connect(path); s.sendall(b'{"method":42}\\0'); assert s.recv(1) == b""
          s = connect(path); s.sendall(b'{"method":"io.smpd.stop.Describe","parameters":{"x":1}}\\0'); s.recv(4096)
          s = connect(path)
          try:
              for _ in range(100): s.sendall(b"x" * 1048576)
              refused = s.recv(1) == b""
          except (BrokenPipeError, ConnectionResetError): refused = True
          assert refused
      s = connect(sys.argv[1]); s.sendall(b'{"method":"io.smpd.session.Monitor","more":true}\\0'); s.recv(10); s.close()
      print("done")
      """
    let outcome = try Programs.run("/usr/bin/env", ["python3", "-c", script, daemon.socket])
    #expect(outcome.status == 0, "\(outcome)")
    let status = try daemon.json("status")
    #expect("\(status)".contains("armed"), "\(status)")
    #expect(try daemon.smpctl("session", "stop").status == 0)
  }
}
