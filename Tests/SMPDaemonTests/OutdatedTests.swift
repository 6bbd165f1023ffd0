import Foundation
import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import SMPSession
import StrictJSON
import Testing
import Varlink

@testable import SMPDaemon

/// What was judged on a record that has gone on since is not recorded: it is judged again.
@Suite struct OutdatedTests {
  private static let name = Confidential(text: "N", salt: Array(repeating: 7, count: Confidential.saltBytes)).commitment
  private static let amended = EntryDraft(
    body: .planAmended(
      PlanAmendedEntry(plan: Fingerprint(of: [2]), version: 2, schema: 1, by: name, reason: name)), course: "C-1")
  private static let signed = EntryDraft(
    body: .planSigned(PlanSignedEntry(plan: Fingerprint(of: [1]), by: name, consent: name)), course: "C-1")
  private static let withdrawn = EntryDraft(
    body: .lotWithdrawn(
      LotWithdrawnEntry(supply: .cartridge, lot: Label(cleaning: "K2"), by: name, reason: name)), course: nil)

  private func isOutdated(_ reply: OwnerReply?) -> Bool { if case .outdated? = reply { true } else { false } }
  private func isDone(_ reply: OwnerReply?) -> Bool { if case .done? = reply { true } else { false } }

  private func ready() -> Station {
    let station = Station()
    #expect(station.turn { station.state == .ready })
    return station
  }

  @Test("S12 a signature that was judged before an amendment, and comes after it, is not recorded")
  func overtaken() throws {
    let station = ready()
    let basis = try #require(station.entries.last?.number)
    #expect(isDone(station.ask(.record([Self.amended], basedOn: basis))))
    let entries = station.entries.count
    #expect(isOutdated(station.ask(.record([Self.signed], basedOn: basis))))
    #expect(station.entries.count == entries)
    #expect(isDone(station.ask(.record([Self.signed], basedOn: UInt64(entries)))), "judged again")
    #expect(station.entries.last?.body.kind == .planSigned)
  }

  @Test("S12 no session starts that was judged before a lot was withdrawn")
  func withdrawnBeforeStart() throws {
    let station = ready()
    let basis = try #require(station.entries.last?.number)
    #expect(isDone(station.ask(.record([Self.withdrawn], basedOn: basis))))
    #expect(isOutdated(station.ask(.start(Orders.small(), basedOn: basis, dryRun: false))))
    #expect(station.state == .ready)
    #expect(isDone(station.ask(.start(Orders.small(), basedOn: basis + 1, dryRun: true))))
  }

  @Test("S12 nothing is loaded in mid-session that was judged before its lot was withdrawn")
  func withdrawnBeforeLoading() throws {
    let station = ready()
    station.begin(Orders.small())
    station.make(2)
    #expect(isDone(station.ask(.pause(nil, remarks: nil))))
    let basis = try #require(station.entries.last?.number)
    #expect(isDone(station.ask(.record([Self.withdrawn], basedOn: basis))))
    let loading = Loading(session: "C-TEST-1", names: [.cartridge: "K2"], earlier: .none)
    #expect(isOutdated(station.ask(.load(loading, basedOn: basis, dryRun: false))))
    #expect(!station.entries.contains { $0.body.kind == .supplyChanged })
    let newest = try #require(station.entries.last?.number)
    #expect(isDone(station.ask(.load(loading, basedOn: newest, dryRun: false))))
  }

  @Test("dots, which come all the time, make nothing outdated; the close of their session does")
  func dots() throws {
    let station = ready()
    station.begin(Orders.small())
    station.make(1)
    let basis = try #require(station.entries.last?.number)
    station.make(3)
    #expect(isDone(station.ask(.record([Self.signed], basedOn: basis))))
    let newest = try #require(station.entries.last?.number)
    #expect(isDone(station.ask(.stop)))
    #expect(station.entries.contains { $0.body.kind == .sessionClosed })
    #expect(isOutdated(station.ask(.record([Self.amended], basedOn: newest))))
  }

  @Test("papers of another course, and of none, name no session; those of the session's own course name it")
  func places() throws {
    let station = ready()
    station.begin(Orders.small())
    let own = EntryDraft(body: Self.signed.body, course: "C-TEST")
    for (draft, session) in [(Self.signed, nil), (Self.withdrawn, nil), (own, "C-TEST-1")] {
      #expect(isDone(station.ask(.record([draft], basedOn: nil))))
      let entry = try #require(station.entries.last { $0.body.kind == draft.body.kind })
      #expect(entry.header.session == session && entry.header.course == draft.course)
    }
  }

  // MARK: Every act is given with what it was judged on

  private static let acts: [String] = [
    PlanInterface.Amend.name, PlanInterface.Agree.name, PlanInterface.Sign.name, CourseInterface.Abandon.name,
    CourseInterface.Forget.name, LotInterface.Register.name, LotInterface.Withdraw.name,
  ]

  /// - Parameter text: of the second course's plan.
  private static func parameters(_ method: String, _ text: String) -> JSONObject {
    switch method {
    case PlanInterface.Amend.name:
      let changed = text.replacing("style:", with: "style: another and")
      return ["course": "C-2", "text": .string(changed), "by": "N", "reason": "R"]
    case PlanInterface.Agree.name: return ["course": "C-1", "by": "N"]
    case PlanInterface.Sign.name: return ["course": "C-2", "by": "N"]
    case CourseInterface.Abandon.name: return ["course": "C-1", "by": "N", "reason": "R"]
    case CourseInterface.Forget.name: return ["course": "C-3", "by": "N", "reason": "R"]
    case LotInterface.Register.name:
      return ["supply": "cartridge", "lot": "K2", "brand": "B", "expires": "2099-12-31", "by": "N"]
    default: return ["supply": "cartridge", "lot": "K2", "by": "N", "reason": "R"]
    }
  }

  @Test(
    "S12 whatever is judged on the record is given to the owner with the entry it was judged on",
    arguments: acts)
  func basis(_ method: String) throws {
    let desk = try ControlDesk()
    try desk.desk.takeIn("C-1", PlanDocument.exampleText, client: "A")
    let text = try desk.desk.takeIn("C-2", PlanDocument.smallExampleText, client: "B")
    try desk.desk.takeIn("C-3", PlanDocument.smallExampleText, client: "C")
    try desk.desk.note(.courseAbandoned(CourseAbandonedEntry(by: Self.name, reason: Self.name)), course: "C-3")
    // One thread at a time has the client: this one hands it over.
    nonisolated(unsafe) let client = try VarlinkClient(path: desk.path)
    let refusal = Monitor<String?>(nil)
    let given = Self.parameters(method, text)
    Thread.detachNewThread {
      var word = "none"
      // Lent above, and used by nobody else.
      do { _ = unsafe try client.call(method, given) } catch { word = "\(error)" }
      refusal.update { $0 = word }
    }
    // The limit only keeps a broken handler from hanging the test.
    desk.queue.wait(until: HostClock.monotonic() + .seconds(30))
    guard case .call(let call)? = desk.queue.takeAll().first, case .record(_, let basis) = call.command else {
      Issue.record("\(method) records nothing")
      return
    }
    #expect(basis == UInt64(desk.lastEntry))
    call.reply(.outdated)
    refusal.wait { $0 != nil }
    #expect(refusal.withLock { $0 }?.contains("WrongState") == true)
  }
}
