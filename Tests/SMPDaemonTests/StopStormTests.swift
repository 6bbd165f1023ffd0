import SMPDriver
import SMPModel
import SMPRecord
import SMPSession
import Testing

@testable import SMPDaemon

/// Who stops as fast as he can: anybody may, and it costs nobody else anything.
@Suite struct StopStormTests {
  private func stops(_ station: Station, by uid: UInt32) -> Int {
    station.entries.count { entry in if case .stop = entry.body { entry.header.actorUID == uid } else { false } }
  }

  /// What the stop listener does: the stop first, then a word to the owner.
  private func stop(_ station: Station, by uid: UInt32) {
    station.queue.post(.stopSubmitted(by: uid, station.stop.submit()))
    station.owner.turn()
  }

  @Test("S6 a needle that is stopped already is stopped again and again: one entry a second for each user, not each")
  func notes() {
    let station = Station()
    #expect(station.turn { station.state == .ready })
    stop(station, by: 7)
    #expect(stops(station, by: 7) == 1)
    #expect(station.turn { station.state == .stopped })
    let begun = station.pacing.monotonic()
    let before = stops(station, by: 7)
    for _ in 0..<300 { stop(station, by: 7) }
    let seconds = (station.pacing.monotonic() - begun).milliseconds / 1_000
    #expect(stops(station, by: 7) <= before + Int(seconds) + 1)
    // Another user's first is written down, and so is what comes when a second has passed.
    stop(station, by: 8)
    #expect(stops(station, by: 8) == 1)
    let noted = stops(station, by: 7)
    let end = station.pacing.monotonic() + .seconds(1)
    #expect(station.turn { station.pacing.monotonic() >= end })
    stop(station, by: 7)
    #expect(stops(station, by: 7) == noted + 1)
  }

  @Test("S6 a stop that changes something is written down, however soon it comes after the last")
  func changes() {
    var notes = StopNotes()
    let at = MonotonicTime(nanoseconds: 5_000_000_000)
    func isNews(by uid: UInt32, _ outcome: StopOutcome, changes: Bool = false, after: Interval = .zero) -> Bool {
      notes.isNews(by: uid, outcome, changes: changes, at: at + after)
    }
    #expect(isNews(by: 7, .submitted))
    #expect(!isNews(by: 7, .submitted, after: .milliseconds(999)))
    #expect(isNews(by: 7, .absent, after: .milliseconds(100)))
    #expect(isNews(by: 7, .submitted, changes: true, after: .milliseconds(500)))
    #expect(!isNews(by: 7, .submitted, after: .milliseconds(1_499)))
    #expect(isNews(by: 7, .submitted, after: .milliseconds(1_500)))
    // Users without end are each written down, and not remembered without end.
    for uid in 100..<1_000 as Range<UInt32> { #expect(isNews(by: uid, .submitted, after: .milliseconds(1_500))) }
  }

  @Test("S6 an answer to what was asked before the stop is no *still*, though it comes after it")
  func askedBefore() throws {
    let station = Station()
    #expect(station.turn { station.state == .ready })
    func asked() -> UInt64 { station.owner.driver?.statusAsked ?? 0 }
    func answered() -> UInt64 { station.owner.driver?.statusAnswered ?? 0 }
    let first = asked() + 1
    // The second comes while the first one's question is under way.
    station.queue.post(.halt(by: 7))
    station.queue.post(.halt(by: 8))
    station.owner.turn()
    #expect(asked() == first + 1 && answered() < first)
    #expect(station.turn { answered() == first })
    #expect(!station.owner.isHeardSinceStop)
    #expect(station.turn { answered() == first + 1 })
    #expect(station.owner.isHeardSinceStop)
  }
}
