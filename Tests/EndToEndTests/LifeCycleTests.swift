import Foundation
import Testing

/// A client's course from draft to its end, through the real programs.
@Suite(.serialized, .ownThread) struct LifeCycleTests {
  @Test("S12 a client's course: agreed, signed with a consent, in treatment, abandoned, and nothing after it")
  func client() throws {
    let daemon = try LiveDaemon()
    // The practice pad's few dots, on a client.
    let plan = try daemon.smpctl("plan", "example", "--practice").output
      .replacingOccurrences(of: "fitzpatrick: none", with: "fitzpatrick: III")
    let imported = try daemon.smpctl("plan", "import", "-", input: plan).output
    let course = try #require(imported.split(separator: "\n").last.map(String.init))
    func state() throws -> String? {
      let status = try daemon.json("course", "status", course)["course"] as? [String: Any]
      return status?["state"] as? String
    }
    #expect(try state() == "draft")
    let unsigned = try daemon.startSession(course, watch: false)
    #expect(unsigned.status == 4 && unsigned.complaint.contains("plan agree"), "\(unsigned)")
    let early = try daemon.smpctl("plan", "sign", course, "--by", "P", "--consent", "CD-1")
    #expect(early.status == 4 && early.complaint.contains("smpctl plan agree \(course)"), "\(early)")
    #expect(try daemon.smpctl("plan", "agree", course, "--by", "W").status == 0)
    #expect(try state() == "agreed")
    #expect(try daemon.smpctl("plan", "agree", course, "--by", "W").status == 2)
    #expect(try daemon.smpctl("plan", "sign", course, "--by", "P").status == 4)
    let long = try daemon.smpctl("plan", "sign", course, "--by", "P", "--consent", String(repeating: "x", count: 65))
    #expect(long.status == 65, "\(long)")
    #expect(try daemon.smpctl("plan", "sign", course, "--by", "P", "--consent", "CD-1").status == 0)
    #expect(try state() == "signed")
    let shown = try daemon.smpctl("plan", "show", course).output
    #expect(shown.contains("agreed, witnessed by W, signed by P, consent CD-1"), "\(shown)")
    try daemon.registerLots(shade: "Practice black")
    #expect(try daemon.startSession(course, watch: true).status == 0)
    #expect(try state() == "in_treatment")
    func abandon(_ more: String...) throws -> Outcome {
      try Programs.run(
        "smpctl",
        ["course", "abandon", course, "--by", "P", "--reason", "client's wish", "--socket", daemon.socket] + more)
    }
    #expect(try abandon().status == 4, "its session is open")
    #expect(try daemon.smpctl("session", "stop").status == 0)
    #expect(try abandon("--dry-run").status == 0)
    #expect(try state() == "in_treatment")
    #expect(try abandon().status == 0)
    #expect(try state() == "abandoned")
    #expect(try abandon().status == 2)
    let after = try daemon.startSession(course, watch: false)
    #expect(after.status == 4 && after.complaint.contains("course_abandoned"), "\(after)")
    #expect(try daemon.smpctl("course", "list").output.contains("abandoned"))
    #expect(try daemon.smpctl("log", "verify").status == 0)
  }

  @Test("a preset of the clinic by name: listed, written out into the plan that names it, and no longer needed then")
  func preset() throws {
    let daemon = try LiveDaemon()
    #expect(try daemon.smpctl("plan", "presets").output.hasPrefix("no preset"))
    let folder = daemon.state + "/presets"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let text = "schema: 1\nabout: For the edge\nsessions:\n  - session: 1\n    dwell: 60 ms\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/edge.yaml"))
    let listed = try daemon.smpctl("plan", "presets")
    #expect(listed.status == 0 && listed.output.contains("For the edge"), "\(listed)")
    let plan = try daemon.smpctl("plan", "example", "--practice").output
      .replacingOccurrences(of: "  - name: edge\n", with: "  - name: edge\n    preset: edge\n")
    let short = try #require(plan.range(of: "        dwell: 60 ms\n"))
    let named = plan.replacingCharacters(in: short, with: "")
    let misspelt = named.replacingOccurrences(of: "preset: edge", with: "preset: egde")
    let refused = try daemon.smpctl("plan", "check", "-", input: misspelt)
    #expect(refused.status == 65 && refused.complaint.contains("did you mean `edge`?"), "\(refused)")
    let imported = try daemon.smpctl("plan", "import", "-", input: named).output
    let course = try #require(imported.split(separator: "\n").last.map(String.init))
    try FileManager.default.removeItem(atPath: folder)
    let whole = try daemon.smpctl("plan", "show", "--text", course).output
    #expect(whole.contains("        dwell: 60 ms   # preset edge\n"), "\(whole)")
    #expect(try daemon.smpctl("plan", "sign", course, "--by", "P").status == 0)
    #expect(try daemon.startSession(course, watch: true).status == 0)
    #expect(try daemon.smpctl("session", "stop").status == 0)
  }
}
