import Foundation
import Testing

/// Assess, project, propose and amend, as a person does it; and clients who fade differently.
@Suite(.serialized, .ownThread) struct AssessmentTests {
  @Test("S12 a visit as a person goes through it: assessed, projected, proposed, taken in, signed, and carried out")
  func visit() throws {
    let daemon = try LiveDaemon()
    let course = try daemon.practiceCourse()
    func assess(_ more: String...) throws -> Outcome {
      try Programs.run(
        "smpctl", ["course", "assess", course, "--skin", "clear", "--by", "N", "--socket", daemon.socket] + more)
    }
    let early = try assess("--zone", "pad=80", "--zone", "edge=100")
    #expect(early.status == 4 && early.complaint.contains("no session of this course is done"), "\(early)")
    #expect(try daemon.smpctl("course", "project", course).output.contains("sessions    2"))
    #expect(try daemon.startSession(course, watch: true).status == 0)
    #expect(try assess("--zone", "pad=80", "--zone", "edge=100").status == 4, "a session is open")
    #expect(try daemon.smpctl("session", "stop").status == 0)

    for wrong in ["pad", "pad=", "=80", "pad=101", "pad=-1", "pad=eighty"] {
      #expect(try assess("--zone", wrong).status == 64, "\(wrong)")
    }
    let misspelt = try assess("--zone", "pda=80", "--zone", "edge=100")
    #expect(misspelt.status == 3 && misspelt.complaint.contains("did you mean pad?"), "\(misspelt)")
    let missing = try assess("--zone", "edge=100")
    #expect(missing.status == 4 && missing.complaint.contains("--zone pad=PERCENT"), "\(missing)")
    let tried = try assess("--zone", "pad=80", "--zone", "edge=100", "--dry-run")
    #expect(tried.status == 0 && tried.output.contains("nothing was changed"), "\(tried)")
    #expect(try !daemon.smpctl("course", "status", course).output.contains("assessed"))

    #expect(try assess("--zone", "pad=70", "--zone", "edge=100", "--remarks", "dry").status == 0)
    let status = try daemon.smpctl("course", "status", course).output
    let entry = try #require(status.firstMatch(of: /entry ([0-9]+): pad 70 %, edge 100 %; skin clear; dry/)).output.1
    let corrected = try assess("--zone", "pad=80", "--zone", "edge=100", "--correct", String(entry))
    #expect(corrected.status == 0, "\(corrected)")
    #expect(try assess("--zone", "pad=80", "--zone", "edge=100", "--correct", String(entry)).status == 4)

    let described = try daemon.json("course", "status", course)["course"] as? [String: Any]
    let hours = try #require(described?["hours"] as? [String: Int])
    let used = ["needleOnMilliseconds", "workingMilliseconds", "durationMilliseconds"].map { hours[$0] ?? 0 }
    #expect(used == used.sorted() && used[0] > 0 && used[1] < used[2], "\(hours)")
    let planned = [hours["plannedSoFarMilliseconds"] ?? 0, hours["plannedMilliseconds"] ?? 0]
    #expect(planned[0] > 0 && planned[0] < planned[1] && status.contains("working   0:0"), "\(hours), \(status)")
    let projected = try daemon.smpctl("course", "project", course)
    #expect(projected.status == 0 && projected.output.contains("80 %"), "\(projected)")
    let proposed = try daemon.smpctl("course", "propose", course)
    #expect(proposed.status == 0 && proposed.complaint.contains("session 2, pad: dots"), "\(proposed)")
    let amended = try daemon.smpctl(
      "plan", "amend", course, "-", "--by", "N", "--reason", "assessed", input: proposed.output)
    #expect(amended.status == 0, "\(amended)")
    #expect(try daemon.smpctl("course", "propose", course).complaint.contains("nothing is to change"))
    #expect(try daemon.smpctl("plan", "sign", course, "--by", "N").status == 0)
    #expect(try daemon.startSession(course, watch: true).status == 0)
    #expect(try daemon.smpctl("session", "stop").status == 0)
    let verified = try daemon.smpctl("log", "verify")
    #expect(verified.status == 0 && verified.output.hasPrefix("intact"), "\(verified)")
  }

  /// About two seconds a client; `make fading` treats 200.
  @Test("S3 S4 clients who fade differently are treated until their target is held, or said to be out of reach")
  func fading() throws {
    let plan = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("tools/fading.yaml").path
    let treated = try Programs.run("smpsim", ["treat", plan, "--clients", "8"])
    #expect(treated.status == 0, "\(treated)")
    #expect(treated.output.contains("7 hold their target, 1 cannot, 0 went wrong"), "\(treated)")
    #expect(treated.output.contains("over its life it may have 100 /cm2"), "\(treated)")
    let again = try Programs.run("smpsim", ["treat", plan, "--clients", "1", "--seed", "3"])
    let line = treated.output.split(separator: "\n").first { $0.hasPrefix("client 3:") }
    #expect(try again.output.hasPrefix(String(#require(line))), "a client is a function of the seed")
    #expect(try Programs.run("smpsim", ["treat", plan, "--clients", "0"]).status == 64)
  }
}
