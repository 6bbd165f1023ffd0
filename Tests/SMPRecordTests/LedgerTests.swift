import SMPModel
import SMPRecord
import Testing

@testable import SMPGuard

@Suite("Admissions") struct LedgerTests {
  private func grant(_ request: UInt32) -> Grant {
    Grant(
      request: RequestID(number: request), zone: ZoneIndex(number: 1), position: ChartPosition(x: 1, y: 2),
      depth: .micrometres(500), speed: .millihertz(110_000), dwell: .milliseconds(100),
      digest: ProfileDigest(generation: 3, checksum: 4))
  }

  @Test("S2 nothing can be spent before its entry is durable, and up to one entry short of it") func notBefore() {
    var ledger = AdmissionLedger()
    _ = ledger.enter(Admitted(.grant(grant(1))), as: 9)
    for durable: UInt64 in 0...8 {
      if ledger.redeem(Durable(committed: durable)) != nil { Issue.record("given out at \(durable) of 9") }
    }
    #expect(ledger.waitingCount == 1)
    guard let recorded = ledger.redeem(Durable(committed: 9)) else {
      Issue.record("a durable admission is given out")
      return
    }
    #expect(recorded.command == .grant(grant(1)))
    #expect(recorded.grantNumber == GrantNumber(number: 9))
  }

  @Test("S2 every admission is given out once, in order") func onceEach() {
    var ledger = AdmissionLedger()
    for number: UInt64 in [3, 5, 8] { _ = ledger.enter(Admitted(.grant(grant(UInt32(number)))), as: number) }
    var given: [UInt64] = []
    for durable: UInt64 in [4, 4, 10, 10] {
      while let recorded = ledger.redeem(Durable(committed: durable)) { given.append(recorded.number) }
    }
    #expect(given == [3, 5, 8])
    #expect(ledger.waitingCount == 0)
  }

  @Test("S1 S2 a grant that waits is taken back with its number, once, and never given out") func withdrawn() {
    var ledger = AdmissionLedger()
    #expect(ledger.withdrawGrant() == nil)
    _ = ledger.enter(Admitted(.selfTest), as: 3)
    #expect(ledger.withdrawGrant() == nil)
    _ = ledger.enter(Admitted(.grant(grant(1))), as: 5)
    _ = ledger.enter(Admitted(.selfTest), as: 6)
    #expect(ledger.withdrawGrant() == 5)
    #expect(ledger.withdrawGrant() == nil)
    var given: [UInt64] = []
    while let recorded = ledger.redeem(Durable(committed: 9)) { given.append(recorded.number) }
    #expect(given == [3, 6])
  }

  @Test("S2 after a failed append nothing that waited can be spent") func abandoned() {
    var ledger = AdmissionLedger()
    _ = ledger.enter(Admitted(.selfTest), as: 3)
    ledger.abandon()
    if ledger.redeem(Durable(committed: 100)) != nil { Issue.record("given out after a failure") }
  }

  @Test("S2 what is written is what will be sent") func sameFacts() {
    var ledger = AdmissionLedger()
    let body = ledger.enter(Admitted(.grant(grant(7))), as: 1)
    guard case .grant(let entry) = body else {
      Issue.record("a grant is recorded as one")
      return
    }
    let again = Grant(
      request: entry.request, zone: entry.zone, position: entry.position, depth: entry.depth, speed: entry.speed,
      dwell: entry.dwell, digest: entry.digest)
    #expect(again == grant(7))
    let profile = ZoneProfile(
      zone: ZoneIndex(number: 0), depth: .zero, depthMaximum: .zero, speed: .zero, speedMaximum: .zero,
      dwellMaximum: .zero)
    let digest = ProfileDigest(generation: 5, checksum: 6)
    #expect(
      ledger.enter(Admitted(.profiles(generation: 5, [profile])), as: 2)
        == .profilesIntended(ProfilesIntendedEntry(generation: 5, zones: [profile])))
    #expect(ledger.enter(Admitted(.selfTest), as: 3) == .selfTestIntended)
    #expect(ledger.enter(Admitted(.arm(digest)), as: 4) == .armIntended(ArmIntendedEntry(digest: digest)))
    #expect(ledger.enter(Admitted(.resume), as: 5) == .resumeIntended)
  }

  @Test("an admission under an old number is a bug and traps") func numbersGrow() async {
    await #expect(processExitsWith: .failure) {
      var ledger = AdmissionLedger()
      _ = ledger.enter(Admitted(.selfTest), as: 3)
      _ = ledger.enter(Admitted(.selfTest), as: 3)
    }
  }

  @Test("more admissions than the ledger holds are a bug and trap") func bounded() async {
    await #expect(processExitsWith: .failure) {
      var ledger = AdmissionLedger()
      for number in 0...UInt64(AdmissionLedger.capacity) { _ = ledger.enter(Admitted(.selfTest), as: number + 1) }
    }
  }
}
