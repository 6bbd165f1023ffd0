import Foundation
import SMPInterface
import SMPRecord
import StrictJSON
import Testing
import Varlink

@testable import smpctl

@Suite struct LogReportTests {
  static let row = SessionInterface.Session(
    session: "C-7F3A2B-1", course: "C-7F3A2B", number: 1, state: .closed, operator: "A. Practitioner", device: "SN-1",
    loaded: [
      .init(supply: .pigment, lot: "LOT 7", dots: 3, strokes: 21),
      .init(supply: .cartridge, lot: "K-9", dots: 3, strokes: 21),
    ], dotsMade: 3, dotsPresumed: 0, dotsPlanned: 5, denials: 0,
    startedWallMilliseconds: 1_795_385_101_000, durationMilliseconds: 0, workingMilliseconds: 0,
    needleOnMilliseconds: 0, firstEntry: 2, lastEntry: 2, seal: .unsealed, simulated: true)

  static let course = CourseInterface.Course(
    course: "C-7F3A2B", title: "A plan", state: .complete, signed: true, sessionsDone: 1, sessionsPlanned: 1,
    hours: .init(
      plannedMilliseconds: 0, plannedSoFarMilliseconds: 0, workingMilliseconds: 0, durationMilliseconds: 0,
      needleOnMilliseconds: 0), zones: [], dotsMade: 3, dotsPlanned: 5)

  /// A daemon with one session, and the journal given.
  private func daemon(_ entries: [JournalInterface.Entry], head: ChainHead) throws -> FakeDaemon {
    let batches = ExampleJournal.batches(entries, head: head)
    let summary = PlanInterface.Summary(
      title: "A plan", sha256: head.hash.hex, zones: [], sessions: [], dots: 0, minutes: 0)
    return try FakeDaemon { request in
      switch request.method {
      case "io.smpd.session.List": .reply(Batch([Self.row], hasMore: false).json)
      case "io.smpd.journal.Read": .replies(batches)
      case "io.smpd.plan.Describe": .reply(PlanInterface.Describe.Reply(summary: summary, text: "").json)
      case JournalInterface.DescribeKey.name:
        .error("io.smpd.journal.JournalFailed", ["reason": "no key", "remedy": "put it back"])
      case "io.smpd.course.Describe": .reply(CourseInterface.Describe.Reply(course: Self.course).json)
      default: .error("io.smpd.device.Refused", Failure.refusedSiteLimits)
      }
    }
  }

  @Test("S10 a journal that does not verify gives no report, and no file is left that would pass for one")
  func damaged() throws {
    let entries = try ExampleJournal.entries(5)
    var messages = entries.map(ExampleJournal.message)
    let old = messages[3]
    messages[3] = JournalInterface.Entry(
      number: 4, text: old.text.replacing("\"wall_milliseconds\":1795385101000", with: "\"wall_milliseconds\":1"),
      hash: old.hash)
    let daemon = try daemon(messages, head: entries[4].head)
    defer { daemon.retire() }
    let folder = FileManager.default.temporaryDirectory.appending(path: "smpctl-report-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try Run(["log", "report", "C-7F3A2B-1", "-o", folder.path + "/r.html"], socket: daemon.path)
    #expect(run.status == 8 && run.err.contains("entry 4"), "\(run.err)")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test("no such session is 3; JSON and a page on one standard output is usage; no limits is a report all the same")
  func refusals() throws {
    let entries = try ExampleJournal.entries(5)
    let daemon = try daemon(entries.map(ExampleJournal.message), head: entries[4].head)
    defer { daemon.retire() }
    #expect(try Run(["log", "report", "C-0-1", "-o", "-"], socket: daemon.path).status == 3)
    #expect(try Run(["log", "report", "C-7F3A2B-1", "-o", "-", "--json"], socket: daemon.path).status == 64)
    #expect(try Run(["log", "report", "C-7F3A2B-1"], socket: daemon.path).status == 64)
    #expect(try Run(["log", "passport", "C-0"], socket: daemon.path).status == 3)
    #expect(try Run(["log", "recall", "--lot", "LOT 8"], socket: daemon.path).status == 2)
    let report = try Run(["log", "report", "C-7F3A2B-1", "-o", "-"], socket: daemon.path)
    #expect(report.status == 0 && report.out.hasPrefix("<!DOCTYPE html>") && report.err.contains("no limits"))
    let recall = try Run(["log", "recall", "--lot", "lot7", "--json"], socket: daemon.path)
    #expect(try recall.document()["sessions"]?.array?.first?.object?["session"] == "C-7F3A2B-1")
    #expect(daemon.breaches == [])
  }
}

extension Failure {
  /// What a daemon without a limits file answers.
  fileprivate static let refusedSiteLimits: JSONObject = [
    "rule": "site_limits", "reason": "the clinic's limits file cannot be read", "remedy": "put it back",
  ]
}
