import SMPModel
import SMPRecord
import Testing

/// A bundle in the hands of somebody who can write files and compute hashes, and has no key.
@Suite("Bundles") struct BundleTests {
  let whole = SealedChains.journal()

  /// The lines of a bundle of the second session, as the station makes them.
  private func lines(texts: Bool = true) throws -> [BundleLine] {
    let session = "C-1-2"
    let range =
      try #require(
        whole.firstIndex { $0.kind == "session_opened" && $0.header.session == session })...(try #require(
        whole.lastIndex { $0.kind == "session_closed" }))
    let seal = try #require(try whole.last { $0.kind == "session_sealed" }.flatMap { Seal(try $0.entry()) })
    let entries = Array(whole[range])
    return [
      .first(.init(session: session, after: whole[range.lowerBound - 1].head, key: SealedChains.station.station))
    ] + entries.map { .entry($0) } + [.seal(seal)] + (texts ? [.text(SealedChains.by)] : [])
      + [.last(entries: UInt64(entries.count), head: entries.last?.head)]
  }

  private enum Outcome: Equatable {
    case intact
    case broken(UInt64)
    case malformed(Int)
  }

  private func outcome(_ lines: [[UInt8]], key: StationKey? = SealedChains.station.station) -> Outcome {
    outcome(lines, from: BundleVerifier(key: key))
  }

  private func outcome(_ lines: [[UInt8]], from start: BundleVerifier) -> Outcome {
    var verifier = start
    do throws(BundleError) {
      for line in lines { try verifier.take(line) }
      guard case .broken(let damage) = try verifier.verdict() else {
        return verifier.chain.findings.isEmpty ? .intact : .broken(0)
      }
      return .broken(damage.number)
    } catch {
      return .malformed(error.line)
    }
  }

  private func bytes(_ lines: [BundleLine]) -> [[UInt8]] { lines.map { Array($0.text.utf8) } }

  /// As somebody without the key makes a bundle fit again after he has changed its entries.
  private func forged(_ lines: [BundleLine], _ change: (inout [StoredEntry]) -> Void) throws -> [[UInt8]] {
    guard case .first(let first) = lines[0], let after = first.after else { return [] }
    var entries = lines.compactMap { line in if case .entry(let entry) = line { entry } else { nil } }
    change(&entries)
    var head = after
    entries = entries.map { entry in
      let numbered = Chains.altered(entry, number: head.number + 1)
      let chained = Chains.altered(numbered, hash: numbered.expectedHash(after: head.hash))
      head = chained.head
      return chained
    }
    let rest = lines.filter { line in if case .entry = line { false } else { true } }
    return bytes(
      [rest[0]] + entries.map { .entry($0) } + rest.dropFirst().dropLast()
        + [.last(entries: UInt64(entries.count), head: entries.last?.head)])
  }

  /// The verifier before each line, so that a test begins where it changes something.
  private func starts(_ lines: [[UInt8]]) -> [BundleVerifier] {
    var verifier = BundleVerifier(key: SealedChains.station.station)
    return lines.map { line in
      defer { try? verifier.take(line) }
      return verifier
    }
  }

  @Test("S10 an altered byte in any line of a bundle is found, and the line or the entry named") func bytes() throws {
    let lines = bytes(try lines())
    let entries = lines.count - 4
    let before = try #require(whole.first { $0.header.session == "C-1-2" }).number - 1
    for (number, (line, start)) in zip(lines, starts(lines)).enumerated() {
      // Every byte would take a minute: every seventh, beginning with another one in each line.
      for place in stride(from: number % 7, to: line.count, by: 7) {
        var altered = line
        altered[place] ^= 1
        let found = outcome([altered] + lines[(number + 1)...], from: start)
        #expect(found != .intact, "line \(number + 1), byte \(place)")
        // An entry is named by its number or its line, the rest by its line or by what it breaks.
        if (1...entries).contains(number) {
          let entry = UInt64(number) + before
          #expect(found == .broken(entry) || found == .malformed(number + 1), "line \(number + 1), byte \(place)")
        }
      }
    }
  }

  @Test("S10 an entry that is altered, removed, doubled or moved in a bundle is found although every hash fits")
  func forgedEntries() throws {
    let lines = try lines()
    let count = lines.count - 4
    for place in 0..<count {
      #expect(
        outcome(
          try forged(lines) { entries in
            let h = entries[place].header
            entries[place] = Chains.altered(
              entries[place],
              header: EntryHeader(
                monotonic: h.monotonic, wall: WallTime(milliseconds: 77), bootID: h.bootID, clock: h.clock,
                session: h.session, course: h.course, simulated: h.simulated))
          }) != .intact, "entry \(place) altered")
      #expect(outcome(try forged(lines) { $0.remove(at: place) }) != .intact, "entry \(place) removed")
      #expect(outcome(try forged(lines) { $0.insert($0[place], at: place) }) != .intact, "entry \(place) doubled")
      #expect(outcome(try forged(lines) { $0.append($0[place]) }) != .intact, "entry \(place) appended")
      #expect(outcome(try forged(lines) { $0 = Array($0[..<place]) }) != .intact, "cut off at \(place)")
      for other in 0..<count where other != place {
        #expect(outcome(try forged(lines) { $0.swapAt(place, other) }) != .intact, "\(place), \(other) exchanged")
      }
      // The beginning is cut off, and the link before it is the right one.
      if place > 0 {
        guard case .entry(let before) = lines[place], case .first(let first) = lines[0] else { continue }
        var beheaded = lines
        beheaded.removeSubrange(1...place)
        beheaded[0] = .first(.init(session: first.session, after: before.head, key: first.key))
        beheaded[beheaded.count - 1] = .last(entries: UInt64(count - place), head: beheaded[count - place].entryHead)
        #expect(outcome(bytes(beheaded)) != .intact, "beheaded before \(place)")
      }
    }
    #expect(outcome(try forged(lines) { _ in }) == .intact, "the forger's tools make a bundle that would pass")
  }

  @Test("S10 S13 a bundle that was cut off at any byte is none, and the place is named") func truncated() throws {
    let lines = bytes(try lines())
    for (number, (line, start)) in zip(lines, starts(lines)).enumerated() {
      #expect(outcome([], from: start) == .malformed(number + 1))
      for length in line.indices {
        #expect(outcome([Array(line[..<length])], from: start) == .malformed(number + 1), "\(number), \(length)")
      }
      // A line too many, or two in exchanged places.
      #expect(outcome(Array(lines[...number]) + Array(lines[number...])) != .intact)
      for other in lines.indices where other > number {
        var moved = lines
        moved.swapAt(number, other)
        #expect(outcome(moved) != .intact, "lines \(number), \(other)")
      }
    }
  }

  @Test("S13 random bytes, alone or in the place of any line, are refused") func random() throws {
    let lines = bytes(try lines())
    var numbers = Numbers(seed: 0xB00C)
    for round in 0..<300 {
      let noise = (0..<numbers.next() % 300).map { _ in UInt8(truncatingIfNeeded: numbers.next()) }
      #expect(outcome([noise]) == .malformed(1), "round \(round)")
      let place = Int(numbers.next() % UInt64(lines.count))
      var altered = lines
      altered[place] = noise
      #expect(outcome(altered) == .malformed(place + 1), "round \(round)")
    }
    #expect(outcome([[UInt8](repeating: UInt8(ascii: "a"), count: BundleLine.maximumBytes + 1)]) == .malformed(1))
  }

  @Test("S10 a bundle without its seal, with another session's, or under another key proves nothing") func seals()
    throws
  {
    let lines = try lines(texts: false)
    let seal = lines.count - 2
    var unsealed = lines
    unsealed.remove(at: seal)
    guard case .broken = outcome(bytes(unsealed)) else {
      Issue.record("a bundle without a seal passed")
      return
    }
    #expect(outcome(bytes(lines), key: SealedChains.stranger.station) != .intact)
    let first = try #require(try whole.first { $0.kind == "session_sealed" }.flatMap { Seal(try $0.entry()) })
    var other = lines
    other[seal] = .seal(first)
    #expect(outcome(bytes(other)) == .malformed(seal + 1))
    // Somebody else's key in the first line, and his seal: whoever has the station's key sees it.
    guard case .first(let head) = lines[0], case .entry(let close) = lines[seal - 1] else { return }
    let facts = SealedChains.facts("C-1-2", close.head)
    let entry = Entry(
      number: 99, header: SealedChains.header(99, session: "C-1-2"),
      body: .sessionSealed(facts.sealed(by: SealedChains.stranger)))
    var own = lines
    own[0] = .first(.init(session: head.session, after: head.after, key: SealedChains.stranger.station))
    own[seal] = .seal(try #require(Seal(entry)))
    #expect(outcome(bytes(own)) == .broken(close.number - UInt64(seal) + 2), "named with the first entry")
    var unnamed = own
    unnamed[0] = .first(.init(session: head.session, after: head.after, key: nil))
    #expect(outcome(bytes(unnamed)) == .broken(close.number))
    #expect(outcome(bytes(unnamed), key: nil) == .malformed(seal + 1), "with no key at all nothing is checked")
    #expect(outcome(bytes(own), key: nil) == .intact, "and whoever believes the bundle itself does not")
  }

  @Test("S10 a text that no entry is committed to, or another one than it says, is no part of a bundle") func texts()
    throws
  {
    let lines = try lines()
    let place = lines.count - 2
    var other = lines
    other[place] = .text(Confidential(text: "Somebody else", salt: SealedChains.by.salt))
    #expect(outcome(bytes(other)) == .malformed(place + 1))
    var text = bytes(lines)
    text[place] = Array(lines[place].text.replacing("A. Practitioner", with: "B. Practitioner").utf8)
    #expect(outcome(text) == .malformed(place + 1))
  }

  @Test("S10 a bundle of a whole journal is bound up to its newest sealed close") func journal() throws {
    let lines: [BundleLine] =
      [.first(.init(session: nil, after: nil, key: SealedChains.station.station))] + whole.map { .entry($0) }
      + [.last(entries: UInt64(whole.count), head: whole.last?.head)]
    #expect(outcome(bytes(lines)) == .intact)
    var beheaded = lines
    beheaded[0] = .first(.init(session: nil, after: whole[0].head, key: nil))
    beheaded.remove(at: 1)
    #expect(outcome(bytes(beheaded)) == .malformed(1))
    for place in 1...whole.count {
      var removed = lines
      removed.remove(at: place)
      removed[removed.count - 1] = .last(entries: UInt64(whole.count - 1), head: removed[removed.count - 2].entryHead)
      #expect((outcome(bytes(removed)) == .intact) == (place == whole.count), "line \(place + 1)")
    }
  }
}

extension BundleLine {
  fileprivate var entryHead: ChainHead? { if case .entry(let entry) = self { entry.head } else { nil } }
}
