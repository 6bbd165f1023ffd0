import Foundation
import Testing

/// Report, passport and recall through the real programs, held against the exports of the same journal.
@Suite(.serialized, .ownThread) struct ReportTests {
  @Test("S11 a report of a simulated session: its numbers are those of the journal's own views, its word is simulated")
  func report() throws {
    let daemon = try LiveDaemon()
    let course = try daemon.practiceCourse()
    for _ in 1...2 {
      #expect(try daemon.startSession(course, watch: true).status == 0)
      #expect(try daemon.smpctl("session", "stop").status == 0)
    }
    let file = daemon.directory.path + "/report.html"
    let written = try daemon.smpctl("log", "report", course + "-2", "-o", file)
    #expect(written.status == 0, "\(written)")
    let page = try Self.judge(file)
    #expect((page["problems"] as? [String]) == [] && (page["outside"] as? [String]) == [])
    let zones = try #require(page["zones"] as? [String: [String: String]])
    try Self.hold(zones, against: daemon.state + "/journal.sqlite", session: course + "-2")
    let text = try #require(page["text"] as? String)
    for words in [
      "Practice pad", "Simulated.", "Operator", "Session 2 of 2", "PRACTICE-1", "Practice black", "L1", "Needle on",
    ] {
      #expect(text.contains(words), "\(words)")
    }
    let printed = try daemon.smpctl("log", "report", course + "-2", "-o", "-")
    #expect(printed.output == (try String(contentsOfFile: file, encoding: .utf8)))
    let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
    #expect(mode == 0o600)

    try passport(daemon, course)
    try recall(daemon, course)
  }

  private func passport(_ daemon: LiveDaemon, _ course: String) throws {
    let passport = try daemon.json("log", "passport", course)
    let sessions = try #require(passport["sessions"] as? [[String: Any]])
    #expect(sessions.count == 2)
    for session in sessions {
      #expect(session["brand"] as? String == "Example Pigments")
      let pigments = session["pigments"] as? [[String: String]]
      #expect(pigments == [["lot": "L1"]] && session["practitioner"] as? String == "Operator", "\(session)")
    }
    let file = daemon.directory.path + "/passport.html"
    #expect(try daemon.smpctl("log", "passport", course + "-1", "-o", file).status == 0)
    let page = try Self.judge(file)
    #expect((page["problems"] as? [String]) == [] && (page["outside"] as? [String]) == [])
    #expect(try daemon.smpctl("log", "passport", "C-000000").status == 3)
  }

  private func recall(_ daemon: LiveDaemon, _ course: String) throws {
    let none = try daemon.smpctl("log", "recall", "--lot", "L2")
    #expect(none.status == 2, "\(none)")
    for lot in ["L1", " l 1", "K1"] {
      let found = try daemon.json("log", "recall", "--lot", lot)
      let sessions = try #require(found["sessions"] as? [[String: Any]])
      #expect(sessions.compactMap { $0["session"] as? String } == [course + "-1", course + "-2"])
      #expect(sessions.allSatisfy { $0["client"] as? String == "PRACTICE-1" })
      #expect(sessions.allSatisfy { $0["pigment"] as? Bool == (lot != "K1") })
    }
    #expect(try daemon.smpctl("log", "recall", "--lot", "L1").output.contains("PRACTICE-1"))
    #expect(try daemon.smpctl("log", "recall", "--lot", " ").status == 64)
  }

  /// Dots of each zone in the page against the view of the journal's file.
  private static func hold(_ zones: [String: [String: String]], against journal: String, session: String) throws {
    let script = """
      import json, sqlite3, sys
      db = sqlite3.connect(sys.argv[1])
      own = dict(db.execute("SELECT zone, COUNT(*) FROM dots WHERE session_id = ? GROUP BY zone", (sys.argv[2],)))
      print(json.dumps([own, dict(db.execute("SELECT zone, COUNT(*) FROM dots GROUP BY zone"))]))
      """
    let said = try Programs.run("/usr/bin/env", ["python3", "-c", script, journal, session])
    let counts = try #require(try JSONSerialization.jsonObject(with: Data(said.output.utf8)) as? [[String: Int]])
    #expect(counts[0].values.reduce(0, +) > 0)
    for (name, row) in zones {
      #expect(row["dots"] == String(counts[0][name] ?? 0) && row["all"] == String(counts[1][name] ?? 0), "\(name)")
    }
    #expect(Set(zones.keys) == Set(counts[1].keys))
  }

  private static func judge(_ file: String) throws -> [String: Any] {
    let script = Programs.repository.appendingPathComponent("Tests/tools/page-judge.py").path
    let said = try Programs.run("/usr/bin/env", ["python3", script, "parse", file])
    #expect(said.status == 0, "\(said.complaint)")
    return try JSONSerialization.jsonObject(with: Data(said.output.utf8)) as? [String: Any] ?? [:]
  }
}
