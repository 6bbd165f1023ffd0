import Foundation
import SMPInterface
import SMPModel
import SMPRecord
import StrictJSON
import Testing
import Varlink

@testable import smpctl

/// Papers of a course whose plan was changed between two sessions, and in whose session another client came by.
@Suite struct LogPassportTests {
  private static let course = "C-7F3A2B"
  private static let plans = [Fingerprint(of: [1]), Fingerprint(of: [2])]
  private static func text(_ text: String) -> Confidential {
    Confidential(text: text, salt: Array(repeating: 7, count: Confidential.saltBytes))
  }
  private static let operatorName = text("A. Practitioner")
  private static let client = text("REF-OF-THE-CLIENT")
  private static let others = text("REF-OF-ANOTHER")

  private static func opened(_ number: Int) -> EntryBody {
    .sessionOpened(
      SessionOpenedEntry(
        number: Int64(number), serial: Label(cleaning: "SN-1"), operatorName: operatorName.commitment,
        pigmentLot: Label(cleaning: "Q1/b"), cartridge: Label(cleaning: "K-9"), skin: "clear",
        plan: plans[number - 1], envelope: Fingerprint(of: [3]), zones: [Label(cleaning: "vertex")], dotsPlanned: 5))
  }

  /// The journal, with the texts behind each entry.
  private static func journal() throws -> [(StoredEntry, [Confidential])] {
    let journal = try #require(JournalID(hex: ExampleJournal.name))
    let (one, two) = (course + "-1", course + "-2")
    let closed = EntryBody.sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 0))
    func imported(_ client: Confidential) -> EntryBody {
      .planImported(
        PlanImportedEntry(
          plan: Fingerprint(of: [4]), version: 1, schema: 1, title: client.commitment, client: client.commitment))
    }
    let story: [(body: EntryBody, session: String?, course: String?, texts: [Confidential])] = [
      (.journalCreated(JournalCreatedEntry(schema: 1, journal: journal, station: Label(cleaning: "t"))), nil, nil, []),
      // Imports as journals had them before: with the name of the session that was open.
      (imported(client), "C-000000-1", course, [client]), (opened(1), one, course, [operatorName]),
      (imported(others), one, "C-000000", [others]), (closed, one, course, []),
      (opened(2), two, course, [operatorName]), (closed, two, course, []),
    ]
    var head = Chain.genesis(of: journal)
    return story.enumerated().map { index, told in
      let header = EntryHeader(
        monotonic: MonotonicTime(nanoseconds: UInt64(index) * 1_000), wall: WallTime(milliseconds: 1_795_385_101_000),
        bootID: "b", clock: .virtual, actorUID: 1_000, session: told.session,
        course: told.course, simulated: true)
      let stored = Entry(number: UInt64(index + 1), header: header, body: told.body).stored(after: head)
      head = stored.head
      return (stored, told.texts)
    }
  }

  private static func message(_ entry: StoredEntry, _ texts: [Confidential]) -> JournalInterface.Entry {
    JournalInterface.Entry(
      number: Int64(entry.number), text: entry.text, hash: entry.hash.hex,
      disclosures: texts.isEmpty
        ? nil
        : texts.map {
          .init(commitment: $0.commitment.hex, salt: Fingerprint($0.salt)?.hex ?? "", text: $0.text)
        })
  }

  private static func row(_ number: Int64) -> SessionInterface.Session {
    SessionInterface.Session(
      session: "\(course)-\(number)", course: course, number: number, state: .closed, operator: "A. Practitioner",
      device: "SN-1",
      loaded: [
        .init(supply: .pigment, lot: "Q1/b", dots: 0, strokes: 0),
        .init(supply: .cartridge, lot: "K-9", dots: 0, strokes: 0),
      ], dotsMade: 0, dotsPresumed: 0, dotsPlanned: 5, denials: 0, startedWallMilliseconds: 1_795_385_101_000,
      durationMilliseconds: 0, workingMilliseconds: 0, needleOnMilliseconds: 0, firstEntry: 2, lastEntry: 2,
      seal: .unsealed, simulated: true)
  }

  private static func lot(_ name: String, expires: String) -> LotInterface.Lot {
    LotInterface.Lot(
      supply: .pigment, lot: name, brand: "B", shade: "S", expires: expires, expired: false,
      registeredWallMilliseconds: 0)
  }

  private func daemon() throws -> FakeDaemon {
    let journal = try Self.journal()
    let head = try #require(journal.last?.0.head)
    return try FakeDaemon { request in
      switch request.method {
      case SessionInterface.List.name: return .reply(Batch([Self.row(1), Self.row(2)], hasMore: false).json)
      case LotInterface.List.name:
        // The one of several came on record first.
        return .reply(
          Batch([Self.lot("Q1/b", expires: "2027-01-31"), Self.lot("Q1", expires: "2029-12-31")], hasMore: false).json)
      case PlanInterface.Describe.name:
        let version = Self.plans.firstIndex { $0.hex == request.parameters["sha256"]?.string } ?? 1
        let summary = PlanInterface.Summary(
          title: "A plan", sha256: Self.plans[version].hex, zones: [], sessions: [], dots: 0, minutes: 0,
          pigment: .init(brand: "Brand", shade: "Shade \(version + 1)", dilution: "1:8"))
        return .reply(PlanInterface.Describe.Reply(summary: summary, text: "").json)
      case JournalInterface.Read.name:
        let (after, session) = (request.parameters["after"]?.integer ?? 0, request.parameters["session"]?.string)
        let found = journal.filter {
          Int64($0.0.number) > after && (session == nil || $0.0.header.session == session)
        }
        let batches = ExampleJournal.batches(found.map { Self.message($0.0, $0.1) }, head: head, size: 100)
        return request.parameters["limit"]?.integer != 1 ? .replies(batches) : .reply(batches[0])
      default: return .error("io.smpd.journal.JournalFailed", ["reason": "no key", "remedy": "put it back"])
      }
    }
  }

  @Test("a passport has each session's own pigment, and the expiry of the nearest lot on record")
  func passport() throws {
    let daemon = try daemon()
    defer { daemon.retire() }
    let run = try Run(["log", "passport", Self.course, "--json"], socket: daemon.path)
    let sessions = try #require(try run.document()["sessions"]?.array?.compactMap(\.object))
    #expect(sessions.map { $0["shade"] } == ["Shade 1", "Shade 2"])
    for session in sessions { #expect(session["pigments"] == [["lot": "Q1/b", "expires": "2027-01-31"]]) }
    #expect(daemon.breaches == [])
  }

  @Test("S11 a passport in a table says simulated where a session was")
  func simulated() throws {
    let daemon = try daemon()
    defer { daemon.retire() }
    let lines = try Run(["log", "passport", Self.course], socket: daemon.path).out.split(separator: "\n")
    #expect(lines.count { $0.hasPrefix(Self.course + "-") } == 2)
    #expect(lines.filter { $0.hasPrefix(Self.course + "-") }.allSatisfy { $0.hasSuffix("simulated") }, "\(lines)")
  }

  @Test("a bundle of a session discloses its own texts, and none of a client who came by meanwhile")
  func disclosed() throws {
    let daemon = try daemon()
    defer { daemon.retire() }
    let run = try Run(
      ["log", "export", Self.course + "-1", "--format", "bundle", "--texts"], socket: daemon.path)
    #expect(run.status == 0 && run.out.contains(Self.operatorName.text), "\(run.err)")
    #expect(!run.out.contains(Self.others.text))
    let whole = try Run(["log", "export", "--format", "bundle", "--texts"], socket: daemon.path)
    #expect(whole.out.contains(Self.others.text))
  }

  @Test("a recall names the client also where an older journal has another session's name beside the import")
  func recall() throws {
    let daemon = try daemon()
    defer { daemon.retire() }
    let run = try Run(["log", "recall", "--lot", "Q1"], socket: daemon.path)
    #expect(run.status == 0 && run.out.contains(Self.client.text), "\(run.out)")
  }
}
