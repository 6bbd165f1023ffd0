import Foundation
import Testing

/// A client is forgotten where the law asks for it, through the real programs.
@Suite(.serialized, .ownThread) struct ForgettingTests {
  private static let client = "REF-OF-SOMEBODY"

  /// Files of the state directory in which the client's reference stands.
  private func traces(_ daemon: LiveDaemon) throws -> [String] {
    let files = try FileManager.default.contentsOfDirectory(atPath: daemon.state)
    return files.filter { name in
      guard let data = FileManager.default.contents(atPath: daemon.state + "/" + name) else { return false }
      return data.range(of: Data(Self.client.utf8)) != nil
    }
  }

  private func importPlan(_ daemon: LiveDaemon, _ text: String) throws -> String {
    let imported = try daemon.smpctl("plan", "import", "-", input: text)
    return try #require(imported.output.split(separator: "\n").last.map(String.init), "\(imported)")
  }

  @Test(
    "S10 S13 a client is forgotten in every course, not before all are over; the record verifies and says who did it")
  func forgotten() throws {
    let daemon = try LiveDaemon()
    let text = try daemon.smpctl("plan", "example", "--practice").output
      .replacingOccurrences(of: "client: PRACTICE-1", with: "client: \(Self.client)")
    let course = try importPlan(daemon, text)
    let other = try importPlan(daemon, text + "# another course\n")
    #expect(try daemon.smpctl("plan", "sign", course, "--by", "P").status == 0)
    #expect(try daemon.startSession(course, watch: true).status == 0)
    #expect(try daemon.smpctl("session", "pause", "--reason", "client", "--remarks", Self.client).status == 0)
    func forget(_ more: String...) throws -> Outcome {
      let arguments = ["course", "forget", course, "--by", "N", "--reason", "asked for"]
      return try Programs.run("smpctl", arguments + ["--socket", daemon.socket] + more)
    }
    #expect(try forget().status == 4, "a session is open")
    #expect(try daemon.smpctl("session", "stop").status == 0)
    #expect(try forget().complaint.contains("(course_over)"))
    for name in [course, other] {
      #expect(try daemon.smpctl("course", "abandon", name, "--by", "N", "--reason", Self.client).status == 0)
    }
    #expect(try forget("--dry-run").status == 0)
    #expect(try daemon.smpctl("course", "list").output.contains(course))
    #expect(try !traces(daemon).isEmpty)

    let reader = try Reader(daemon.state + "/journal.sqlite")
    let forgotten = try forget()
    #expect(forgotten.status == 0 && forgotten.output.contains(other), "\(forgotten)")
    #expect(try forgotten.complaint.contains("once it lets go") && !traces(daemon).isEmpty)
    reader.leave()
    // Whatever is written next, with no session open, is followed by another try; one of ours may read just then.
    for round in 0..<20 where try !traces(daemon).isEmpty {
      _ = try importPlan(daemon, daemon.smpctl("plan", "example", "--practice").output + "# \(round)\n")
    }
    #expect(try traces(daemon).isEmpty)
    #expect(try daemon.smpctl("course", "status", course).status == 3)
    #expect(try daemon.smpctl("log", "verify").status == 0)
    let log = try daemon.smpctl("log", "events", "--session", course + "-1").output
    #expect(!log.contains(Self.client) && log.contains("session_opened"), "\(log.prefix(500))")
    #expect(try daemon.smpctl("log", "report", course + "-1", "-o", daemon.state + "/r.html").status == 0)
    #expect(try daemon.smpctl("log", "recall", "--lot", "L1").output.contains("(not shown)"))
    #expect(try importPlan(daemon, text) != course, "the same document is another course now")
  }

  /// Another program that reads the journal and holds what it saw.
  private final class Reader {
    private let process = Process()
    private let input = Pipe()

    init(_ path: String) throws {
      process.executableURL = URL(filePath: "/usr/bin/env")
      process.arguments = ["sqlite3", path]
      process.standardInput = input
      let output = Pipe()
      process.standardOutput = output
      try process.run()
      try input.fileHandleForWriting.write(contentsOf: Data("BEGIN; SELECT count(*) FROM entries;\n".utf8))
      // The answer comes only once the state is held. A signal may interrupt the wait for it.
      while (try? output.fileHandleForReading.read(upToCount: 1)) == nil {}
    }

    func leave() {
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
  }
}
