import SMPModel
import SMPRecord
import Testing

@Suite("How long a session took") struct SessionTimesTests {
  /// Entries at seconds of the monotonic clock; the wall clock goes with it unless told otherwise.
  private func times(_ story: [(seconds: UInt64, body: EntryBody)], boot: [String] = [], wall: [Int64] = [])
    -> SessionTimes
  {
    var times = SessionTimes()
    for (index, event) in story.enumerated() {
      let header = EntryHeader(
        monotonic: MonotonicTime(nanoseconds: event.seconds * 1_000_000_000),
        wall: WallTime(milliseconds: wall.isEmpty ? Int64(event.seconds) * 1_000 : wall[index]),
        bootID: boot.isEmpty ? "boot" : boot[index], clock: .virtual, session: "C-1-1", course: "C-1", simulated: true)
      times.take(Entry(number: UInt64(index + 1), header: header, body: event.body))
    }
    return times
  }

  private let armed = EntryBody.armed(ArmedEntry(digest: ProfileDigest(generation: 1, checksum: 7)))
  private let paused = EntryBody.paused(PausedEntry(reason: "client"))
  private let closed = EntryBody.sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 1))
  private let dot = EntryBody.dot(Chains.dot(of: 3, Chains.grant(1)))

  @Test("preparation and pauses are no work, and contacts are the dots' own dwells") func account() {
    let times = times([
      (100, .profilesIntended(ProfilesIntendedEntry(generation: 1, zones: []))), (110, armed),
      (130, dot), (140, paused), (200, armed), (230, dot), (250, closed),
    ])
    #expect(times.duration == .seconds(150) && times.working == .seconds(80))
    #expect(times.needleOn == .milliseconds(180))
  }

  @Test("S8 a fault ends work until somebody goes on, with or without a stop behind it") func fault() {
    let fault = EntryBody.fault(FaultEntry(fault: "motor_stuck", latched: true, details: []))
    let times = times([
      (10, armed), (20, fault), (500, .faultCleared(FaultClearedEntry(fault: "motor_stuck"))),
      (600, .resumed), (605, closed),
    ])
    #expect(times.duration == .seconds(595) && times.working == .seconds(15))
    #expect(SessionTimes.turns.contains(.fault))
  }

  @Test("nothing is counted after the close, and an open session up to its newest entry") func ends() {
    #expect(times([(10, armed), (20, closed), (500, dot)]).duration == .seconds(10))
    let open = times([(10, armed), (25, dot)])
    #expect(open.duration == .seconds(15) && open.working == .seconds(15))
    #expect(times([]) == SessionTimes())
  }

  @Test("a wall clock that is set changes nothing, and across a restart of the machine it is all there is")
  func clocks() {
    let set = times([(10, armed), (20, dot), (30, closed)], wall: [10_000, 86_400_000_000, 3_000])
    #expect(set.duration == .seconds(20) && set.working == .seconds(20))
    let restarted = times(
      [(900, armed), (910, dot), (5, armed), (15, closed)], boot: ["a", "a", "b", "b"],
      wall: [0, 10_000, 70_000, 80_000])
    #expect(restarted.duration == .seconds(80))
    #expect(times([(10, armed), (5, closed)]).duration == .zero, "never less than nothing")
  }

  @Test("what was before a session was found uncertain is no work") func uncertain() {
    let found = EntryBody.uncertain(UncertainEntry(reason: "daemon_died", openGrants: 1))
    let times = times([(10, armed), (20, dot), (4_000, found), (4_100, armed), (4_110, closed)])
    #expect(times.duration == .seconds(4_100) && times.working == .seconds(20))
  }

  @Test("damaged entries say what they like, and nothing overflows") func damaged() {
    let far = times(
      (0..<50).map { (UInt64($0 % 2 == 0 ? 0 : 18_000_000_000), armed) },
      wall: (0..<50).map { $0 % 2 == 0 ? .min : .max })
    #expect(far.duration > .zero)
    let boots = (0..<50).map { String($0) }
    #expect(
      times((0..<50).map { _ in (0, armed) }, boot: boots, wall: (0..<50).map { $0 % 2 == 0 ? .min : .max }).duration
        > .zero)
    var contacts = SessionTimes()
    for value: Int64 in [.max, .min, .max] { contacts.add(contacts: .milliseconds(value)) }
    #expect(contacts.needleOn > .zero)
  }
}
