import SMPModel
import SMPRecord
import Testing

@Suite("Contacts against the devices' counters") struct ContactAccountTests {
  private func attach(
    _ serial: String = "SN-1", boots: UInt32 = 1, contacts: UInt32, next: UInt32 = 0, oldest: UInt32 = 0
  ) -> EntryBody {
    .deviceAttached(
      DeviceAttachedEntry(
        serial: Label(cleaning: serial), firmware: Label(cleaning: "1"), deviceSimulated: true, bootCount: boots,
        contactCount: contacts, nextRecord: RecordSequence(number: next), oldestRecord: RecordSequence(number: oldest)))
  }

  /// A granted dot, as two entries.
  private func dot(_ number: UInt64, _ outcome: DotEntry.Outcome = .made) -> [EntryBody] {
    let made = Chains.dot(of: number, Chains.grant(1))
    return [
      .grant(Chains.grant(1)),
      .dot(
        DotEntry(
          grant: made.grant, zone: made.zone, position: made.position, depthCommanded: made.depthCommanded,
          speedCommanded: made.speedCommanded, outcome: outcome)),
    ]
  }

  private func gaps(_ bodies: [EntryBody]) -> [ContactAccount.Gap] {
    var verifier = ChainVerifier()
    for entry in Chains.whole(Array(Chains.bodies[..<2]) + bodies) { verifier.take(entry) }
    #expect(verifier.findings.isEmpty)
    return verifier.contactGaps
  }

  @Test("S10 dots that were cut off the end are missed at the device's next attach") func missing() {
    // Two dots were made and one of them is left.
    #expect(
      gaps([attach(contacts: 10)] + dot(4) + [attach(contacts: 12)])
        .map { [$0.serial, "\($0.number)", "\($0.contacts)"] } == [["SN-1", "6", "1"]])
    #expect(gaps([attach(contacts: 10), attach(contacts: 12)]).map(\.contacts) == [2])
    // Told once, and counted from there.
    #expect(gaps([attach(contacts: 10), attach(contacts: 12), attach(contacts: 12)]).map(\.number) == [4])
    // Of the device that is attached, and of no other.
    #expect(
      gaps([attach(contacts: 1), attach("SN-2", contacts: 1)] + dot(5) + [attach(contacts: 2)]).map(\.serial)
        == ["SN-1"])
  }

  @Test("what a device still holds, may have made, or has forgotten is not missed") func excused() {
    #expect(gaps([attach(contacts: 10)] + dot(4) + [attach(contacts: 11)]) == [])
    // Unreleased records are read after the attach.
    #expect(gaps([attach(contacts: 10), attach(contacts: 11, next: 4, oldest: 3)] + dot(5)) == [])
    #expect(
      gaps([attach(contacts: 10), attach(contacts: 11, next: 4, oldest: 3)] + dot(5) + [attach(contacts: 11)]) == [])
    // A presumed dot may have been counted by the device, or not.
    for contacts: UInt32 in 10...11 {
      #expect(gaps([attach(contacts: 10)] + dot(4, .presumed) + [attach(contacts: contacts)]) == [])
    }
    #expect(gaps([attach(boots: 3, contacts: 10), attach(boots: 1, contacts: 40)]) == [])
    #expect(gaps([attach(contacts: 10), attach(contacts: 2), attach(contacts: 2)]) == [])
    #expect(gaps([attach(contacts: 10)]) == [])
  }
}
