import SMPModel
import SMPRecord
import Testing

/// Somebody who can write the whole journal, compute every hash and rewrite the head file, and has no key.
@Suite("Seals") struct SealTests {
  let whole = SealedChains.journal()
  /// Places of the closes and seals.
  private func places(_ kind: EntryKind) -> [Int] { whole.indices.filter { whole[$0].kind == kind.rawValue } }
  private var lastClose: Int { places(.sessionClosed).last ?? 0 }

  /// The entry one minute later: every header has a time, and no other rule looks at it.
  private func moved(_ entry: StoredEntry) -> StoredEntry {
    let h = entry.header
    return Chains.altered(
      entry,
      header: EntryHeader(
        monotonic: h.monotonic, wall: WallTime(milliseconds: h.wall.milliseconds + 60_000), bootID: h.bootID,
        clock: h.clock, actorUID: h.actorUID, session: h.session, course: h.course, simulated: h.simulated))
  }

  /// Broken, or a closed session is no longer covered: what `log verify` answers with 8 when it has the key.
  private func isFound(_ entries: [StoredEntry]) -> Bool {
    let verifier = SealedChains.verified(entries)
    if case .broken = verifier.verdict() { return true }
    return !verifier.seals.uncovered.isEmpty || !verifier.findings.isEmpty
  }

  @Test("S10 an altered entry is found by the seal although every hash was computed anew") func altered() {
    for place in whole.indices {
      var entries = whole
      entries[place] = moved(entries[place])
      let forged = SealedChains.rechained(entries)
      let damage = SealedChains.damage(forged)
      if place <= lastClose {
        let close = places(.sessionClosed).first { $0 >= place } ?? lastClose
        #expect(damage?.damage == .rewritten && damage?.number == UInt64(close + 1), "entry \(place + 1)")
      } else {
        // The tail after the newest sealed close is not bound by any seal yet; it is named as that.
        #expect(damage == nil, "entry \(place + 1)")
        #expect(SealedChains.verified(forged).seals.covered?.number == UInt64(lastClose + 1))
      }
    }
  }

  @Test("S10 a removed, a doubled and a moved entry are found by the seal although every hash was computed anew")
  func rearranged() {
    for place in whole.indices {
      var (removed, doubled) = (whole, whole)
      removed.remove(at: place)
      doubled.insert(whole[place], at: place)
      let isBound = place <= lastClose
      // Without its first entry a journal has no name; a seal that goes uncovers its session, if no later one covers it.
      let isSeal = place == places(.sessionSealed).last
      #expect(isFound(SealedChains.rechained(removed)) == (isBound || isSeal), "entry \(place + 1) removed")
      guard isBound else { continue }
      #expect(isFound(SealedChains.rechained(doubled)), "entry \(place + 1) doubled")
      for other in whole.indices where other > place {
        var moved = whole
        moved.swapAt(place, other)
        #expect(isFound(SealedChains.rechained(moved)), "entries \(place + 1) and \(other + 1)")
      }
    }
  }

  @Test("S10 a journal cut off at any entry is whole in itself; how far it is sealed, and what is not, is said")
  func truncated() {
    let (closes, seals) = (places(.sessionClosed), places(.sessionSealed))
    for length in 1...whole.count {
      let verifier = SealedChains.verified(Array(whole[..<length]))
      #expect(verifier.verdict() == .intact(whole[length - 1].head))
      let sealed = seals.lastIndex { $0 < length }
      #expect(verifier.seals.covered == sealed.map { whole[closes[$0]].head })
      let isUncovered = closes.contains { close in close < length && !seals.contains { $0 > close && $0 < length } }
      #expect(verifier.seals.uncovered.isEmpty == !isUncovered, "length \(length)")
    }
  }

  @Test("S10 a chain that was made anew with its own key is found by whoever has the station's")
  func ownKey() throws {
    var entries = SealedChains.journal(sealedBy: SealedChains.stranger)
    let own = SealedChains.stranger.station.hex
    entries[1] = Chains.altered(
      entries[1], body: entries[1].body.replacing(SealedChains.station.station.hex, with: own))
    // The seals of a forger with a key of his own fit his chain.
    let forged = resealed(SealedChains.rechained(entries), by: SealedChains.stranger)
    #expect(SealedChains.damage(forged, key: nil) == nil)
    let damage = try #require(SealedChains.damage(forged))
    #expect(damage.damage == .sealInvalid && damage.number == UInt64((places(.sessionSealed).first ?? 0) + 1))
    #expect(damage.detail.contains(SealedChains.station.station.fingerprint.hex))
  }

  /// The entries with their seals given anew, by this key.
  private func resealed(_ entries: [StoredEntry], by key: SealingKey) -> [StoredEntry] {
    var entries = entries
    for (close, seal) in zip(places(.sessionClosed), places(.sessionSealed)) {
      entries = SealedChains.rechained(entries)
      let facts = SealedChains.facts(entries[seal].header.session ?? "", entries[close].head)
      let body = EntryBody.sessionSealed(facts.sealed(by: key)).encoded
      entries[seal] = Chains.altered(entries[seal], body: String(decoding: body, as: UTF8.self))
    }
    return SealedChains.rechained(entries)
  }

  @Test("S10 a seal with any of its members altered does not hold") func alteredSeal() throws {
    let place = try #require(places(.sessionSealed).first)
    guard case .sessionSealed(let seal) = try whole[place].entry().body else { return }
    var signature = seal.signature.bytes
    for byte in signature.indices {
      signature[byte] ^= 1
      defer { signature[byte] ^= 1 }
      let altered = try #require(Signature(signature))
      let body = SessionSealedEntry(
        head: seal.head, plan: seal.plan, planVersion: seal.planVersion, counts: seal.counts, key: seal.key,
        signature: altered)
      try expectInvalid(body, at: place)
    }
    var counts = seal.counts
    counts.dots += 1
    for (head, plan, version, counts) in [
      (ChainHead(number: seal.head.number - 1, hash: seal.head.hash), seal.plan, seal.planVersion, seal.counts),
      (ChainHead(number: seal.head.number, hash: seal.plan), seal.plan, seal.planVersion, seal.counts),
      (seal.head, seal.head.hash, seal.planVersion, seal.counts), (seal.head, seal.plan, nil, seal.counts),
      (seal.head, seal.plan, 2, seal.counts), (seal.head, seal.plan, seal.planVersion, counts),
    ] {
      try expectInvalid(
        SessionSealedEntry(
          head: head, plan: plan, planVersion: version, counts: counts, key: seal.key, signature: seal.signature),
        at: place)
    }
  }

  private func expectInvalid(_ body: SessionSealedEntry, at place: Int) throws {
    var entries = whole
    entries[place] = Chains.altered(
      whole[place], body: String(decoding: EntryBody.sessionSealed(body).encoded, as: UTF8.self))
    let damage = try #require(SealedChains.damage(SealedChains.rechained(entries)))
    #expect(damage.damage == .sealInvalid && damage.number == UInt64(place + 1))
  }

  @Test("S10 the seal of another session, or one whose header says another, does not hold") func otherSession() throws {
    let seals = places(.sessionSealed)
    var exchanged = whole
    exchanged[seals[0]] = Chains.altered(whole[seals[0]], body: whole[seals[1]].body)
    exchanged[seals[1]] = Chains.altered(whole[seals[1]], body: whole[seals[0]].body)
    #expect(SealedChains.damage(SealedChains.rechained(exchanged))?.number == UInt64(seals[0] + 1))
    for header in [
      SealedChains.header(seals[1] + 1, session: "C-1-1"),
      SealedChains.header(seals[1] + 1, session: "C-1-2", simulated: false),
    ] {
      var entries = whole
      entries[seals[1]] = Chains.altered(whole[seals[1]], header: header)
      let damage = try #require(SealedChains.damage(SealedChains.rechained(entries)))
      #expect(damage.damage == .sealInvalid && damage.number == UInt64(seals[1] + 1))
    }
  }

  @Test("S10 a seal that the station itself gave for counts the entries do not add up to does not hold")
  func wrongCounts() throws {
    let (close, seal) = (try #require(places(.sessionClosed).last), try #require(places(.sessionSealed).last))
    var entries = whole
    let facts = SealedChains.facts("C-1-2", whole[close].head, counts: SealedChains.counts(dots: 2))
    let body = EntryBody.sessionSealed(facts.sealed(by: SealedChains.station)).encoded
    entries[seal] = Chains.altered(whole[seal], body: String(decoding: body, as: UTF8.self))
    #expect(SealedChains.damage(SealedChains.rechained(entries))?.damage == .sealInvalid)
  }

  @Test("S10 a whole journal is intact under its key, and under the key it names itself") func intact() {
    for key in [SealedChains.station.station, nil] {
      let verifier = SealedChains.verified(whole, key: key)
      #expect(verifier.verdict() == .intact(whole.last?.head))
      #expect(verifier.findings.isEmpty && verifier.seals.uncovered.isEmpty && verifier.contactGaps.isEmpty)
      #expect(verifier.seals.sessions.map(\.state) == [.sealed, .sealed])
    }
    #expect(SealedChains.damage(whole, key: SealedChains.stranger.station)?.damage == .sealInvalid)
    // From a head verified before, the seals behind it are still held against the key.
    var later = ChainVerifier(after: whole[lastClose].head, key: SealedChains.stranger.station)
    for entry in whole[(lastClose + 1)...] { later.take(entry) }
    guard case .broken = later.verdict() else {
      Issue.record("a stranger's key passed")
      return
    }
  }

  @Test("S10 what is signed is what anyone can compute from its description") func golden() throws {
    let facts = SealedChains.facts("C-1-1", ChainHead(number: 8, hash: SealedChains.plan))
    let key = SealedChains.station.station
    let text =
      #"{"session":"C-1-1","course":"C-1","simulated":true,"head":{"number":8,"hash":"\#(SealedChains.plan.hex)"},"#
      + #""plan":"\#(SealedChains.plan.hex)","plan_version":1,"grants":2,"dots":1,"dots_presumed":0,"denials":0,"#
      + #""unbidden_contacts":0,"stops":0,"faults":0,"key":"\#(key.fingerprint.hex)"}"#
    #expect(facts.message(sealedBy: key.fingerprint) == Array("smpd.seal.1\0".utf8) + Array(text.utf8))
    let seal = facts.sealed(by: SealedChains.station)
    #expect(key.hasSigned(facts.message(sealedBy: key.fingerprint), seal.signature))
    #expect(facts.sealed(by: SealedChains.station) == seal, "one message under one key has one signature")
  }

  @Test("S13 a key file that is not, byte for byte, one of ours is none") func keyFile() {
    let key = SealedChains.station.station
    #expect(StationKey(fileText: key.fileText) == key)
    let text = Array(key.fileText.utf8)
    for place in text.indices {
      var altered = text
      altered[place] ^= 1
      #expect(StationKey(fileText: String(decoding: altered, as: UTF8.self)) == nil, "byte \(place)")
      #expect(StationKey(fileText: String(decoding: text[..<place], as: UTF8.self)) == nil, "length \(place)")
    }
    #expect(StationKey(fileText: key.fileText + key.fileText) == nil)
    #expect(!String(reflecting: SealedChains.station).contains("0101"), "a secret is never spelled")
  }
}
