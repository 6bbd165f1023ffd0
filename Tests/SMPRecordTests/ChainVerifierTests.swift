import SMPModel
import SMPRecord
import Testing

@Suite("Chain") struct ChainVerifierTests {
  let whole = Chains.whole()
  var head: ChainHead? { whole.last?.head }

  private func damage(_ entries: [StoredEntry]) -> (UInt64, ChainBreak.Damage)? {
    guard case .broken(let found) = Chains.verify(entries, expecting: head) else { return nil }
    return (found.number, found.damage)
  }

  @Test("any altered part of any entry is found and named") func altered() throws {
    for index in whole.indices {
      let entry = whole[index]
      let h = entry.header
      let headers = [
        EntryHeader(
          monotonic: MonotonicTime(nanoseconds: 77), wall: h.wall, bootID: h.bootID, clock: h.clock,
          actorUID: h.actorUID, session: h.session, course: h.course, simulated: h.simulated),
        EntryHeader(
          monotonic: h.monotonic, wall: WallTime(milliseconds: 77), bootID: h.bootID, clock: h.clock,
          actorUID: h.actorUID, session: h.session, course: h.course, simulated: h.simulated),
        EntryHeader(
          monotonic: h.monotonic, wall: h.wall, bootID: "other", clock: h.clock, actorUID: h.actorUID,
          session: h.session, course: h.course, simulated: h.simulated),
        EntryHeader(
          monotonic: h.monotonic, wall: h.wall, bootID: h.bootID, clock: .synchronised, actorUID: h.actorUID,
          session: h.session, course: h.course, simulated: h.simulated),
        EntryHeader(
          monotonic: h.monotonic, wall: h.wall, bootID: h.bootID, clock: h.clock, actorUID: nil, session: h.session,
          course: h.course, simulated: h.simulated),
        EntryHeader(
          monotonic: h.monotonic, wall: h.wall, bootID: h.bootID, clock: h.clock, actorUID: h.actorUID,
          session: "C-1-2", course: "C-1", simulated: h.simulated),
        EntryHeader(
          monotonic: h.monotonic, wall: h.wall, bootID: h.bootID, clock: h.clock, actorUID: h.actorUID,
          session: h.session, course: "C-2", simulated: h.simulated),
        EntryHeader(
          monotonic: h.monotonic, wall: h.wall, bootID: h.bootID, clock: h.clock, actorUID: h.actorUID,
          session: h.session, course: h.course, simulated: !h.simulated),
      ]
      let versions =
        headers.map { Chains.altered(entry, header: $0) } + [
          Chains.altered(entry, kind: "unlocked"), Chains.altered(entry, body: entry.body + " "),
          Chains.altered(entry, hash: Fingerprint(of: [1])),
        ]
      for version in versions {
        var entries = whole
        entries[index] = version
        let found = try #require(damage(entries), "entry \(entry.number)")
        #expect(found.0 == entry.number && found.1 == .altered, "entry \(entry.number): \(found)")
      }
    }
  }

  @Test("a removed run of entries is found and named at every place") func removed() throws {
    for first in whole.indices.dropLast() {
      for last in first..<(whole.count - 1) {
        var entries = whole
        entries.removeSubrange(first...last)
        let found = try #require(damage(entries))
        #expect(found == (UInt64(first + 1), .removed(through: UInt64(last + 1))))
      }
    }
  }

  @Test("two entries in exchanged places are found, whatever is exchanged with them") func reordered() throws {
    for one in whole.indices {
      for other in whole.indices where other > one {
        let (a, b) = (whole[one], whole[other])
        // The numbers alone, the contents alone, and the lines of a bundle.
        for (left, right) in [
          (Chains.altered(b, number: a.number), Chains.altered(a, number: b.number)),
          (
            Chains.altered(b, number: a.number, hash: a.hash), Chains.altered(a, number: b.number, hash: b.hash)
          ), (b, a),
        ] {
          var entries = whole
          entries[one] = left
          entries[other] = right
          let found = try #require(damage(entries))
          #expect(found.0 == a.number, "\(one), \(other)")
          // Without the first entry there is no name from which the chain begins.
          if one > 0 { #expect(found.1 == .reordered, "\(one), \(other)") }
        }
      }
    }
  }

  @Test("a journal cut short is found at every length, the empty one included") func truncated() throws {
    let head = try #require(head)
    for length in 0..<whole.count {
      let found = try #require(damage(Array(whole[..<length])))
      #expect(found == (UInt64(length + 1), .truncated(expected: head.number)))
    }
  }

  @Test("a chain that was made anew in whole is found by the head it should have") func rewritten() throws {
    var bodies = Chains.bodies
    bodies[1] = .daemonStarted(
      DaemonStartedEntry(version: Label(cleaning: "2"), realtime: true, durability: "simulated"))
    let found = try #require(damage(Chains.whole(bodies)))
    #expect(found == (UInt64(bodies.count), .rewritten))
  }

  @Test("a journal that is whole is intact, and may have gone on since its head was noted") func intact() throws {
    #expect(Chains.verify(whole, expecting: head) == .intact(head))
    #expect(Chains.verify(whole, expecting: whole[3].head) == .intact(head))
    #expect(Chains.verify(whole) == .intact(head))
    #expect(Chains.verify([]) == .intact(nil))
    var later = ChainVerifier(expecting: head, after: whole[3].head)
    for entry in whole[4...] { later.take(entry) }
    #expect(later.verdict() == .intact(head))
    #expect(later.findings.isEmpty)
  }

  @Test("S1 a dot without a grant, a second end, and a dot that is not the granted one are found") func rules() {
    #expect(Chains.findings(whole).isEmpty)
    let (created, started) = (Chains.bodies[0], Chains.bodies[1])
    let grant = Chains.grant(1)
    func found(_ bodies: [EntryBody]) -> [RecordFinding] { Chains.findings(Chains.whole([created, started] + bodies)) }
    #expect(found([.dot(Chains.dot(of: 3, grant))]) == [RecordFinding(number: 3, fault: .unknownGrant(3))])
    let twice: [EntryBody] = [.grant(grant), .dot(Chains.dot(of: 3, grant)), .dot(Chains.dot(of: 3, grant))]
    #expect(found(twice) == [RecordFinding(number: 5, fault: .grantEndedTwice(3))])
    let deeper: [EntryBody] = [.grant(grant), .dot(Chains.dot(of: 3, grant, depth: .micrometres(600)))]
    #expect(found(deeper) == [RecordFinding(number: 4, fault: .differsFromGrant(3))])
    let open: [EntryBody] = [.grant(grant), .sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 0))]
    #expect(found(open) == [RecordFinding(number: 4, fault: .grantsLeftOpen(1))])
    #expect(found([created]) == [RecordFinding(number: 3, fault: .createdTwice)])
  }

  @Test("S11 simulated and real entries in one journal are found") func simulation() {
    let mixed = Chains.whole(simulated: { $0 != 4 })
    #expect(Chains.findings(mixed) == [RecordFinding(number: 5, fault: .simulationChanged)])
  }

  @Test("the chain is what anyone can compute from its description") func golden() throws {
    // Computed with Python's hashlib from the documented rule; see the doc comments of Chain and Confidential.
    #expect(Chains.genesis.hash.hex == "d33a77596e22b6a5059cab84222331cef1cf63c53812248dcd76e0f5a6ddfe03")
    let first = try #require(whole.first)
    let text =
      #"{"number":1,"monotonic_nanoseconds":0,"wall_milliseconds":0,"boot_id":"boot","clock":"virtual","#
      + #""actor_uid":1000,"simulated":true,"kind":"journal_created","body":{"schema":1,"#
      + #""journal":"000102030405060708090a0b0c0d0e0f","station":"chair 1"}}"#
    #expect(first.text == text)
    #expect(first.hash.hex == "21f36325b32c7192e60b0da2441566984dcde143134f843d421e46c4be10a159")
    let secret = Confidential(text: "A. Practitioner", salt: Array(0..<32))
    #expect(secret.commitment.hex == "f96665ba5a1ca9549e6c4cfc1aee5434a322636a626f0c787d2fff7c1c90b652")
  }
}
