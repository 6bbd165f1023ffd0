import SMPModel
import SMPRecord
import StrictJSON
import Testing

@Suite("Entries") struct EntryTests {
  static let seed: UInt64 = 0x5EED_0001

  @Test(
    "S13 a body without one of its members, with one more, or in another order is refused or is another body",
    arguments: EntryKind.allCases)
  func refusesAnyOtherShape(_ kind: EntryKind) throws {
    var numbers = Numbers(seed: Self.seed)
    for round in 0..<20 {
      let body = Samples.body(kind, &numbers)
      let members = try #require(try JSON.parse(body.encoded).object).members
      for index in members.indices {
        var fewer = members
        fewer.remove(at: index)
        let read = try? EntryBody(kind: kind, text: JSONObject(fewer).encoded)
        #expect(read != body, "seed \(Self.seed), round \(round): \(members[index].name) counts for nothing")
        var typed = members
        typed[index] = JSONObject.Member(name: members[index].name, value: .object([:]))
        #expect(throws: RecordError.self, "seed \(Self.seed), round \(round): \(members[index].name)") {
          try EntryBody(kind: kind, text: JSONObject(typed).encoded)
        }
      }
      let more = members + [JSONObject.Member(name: "comment", value: "hello")]
      #expect(throws: RecordError.unexpected("comment")) {
        try EntryBody(kind: kind, text: JSONObject(more).encoded)
      }
      if members.count > 1 {
        #expect(throws: RecordError.self, "seed \(Self.seed), round \(round)") {
          try EntryBody(kind: kind, text: JSONObject(members.reversed()).encoded)
        }
      }
    }
  }

  @Test("S13 a body that is no object, or a kind nobody knows, is refused with what is wrong")
  func refusesNoObject() throws {
    #expect(throws: RecordError.notAnObject) { try EntryBody(kind: .resumed, text: Array("[]".utf8)) }
    #expect(throws: RecordError.self) { try EntryBody(kind: .resumed, text: Array("{}x".utf8)) }
    #expect(throws: RecordError.self) { try EntryBody(kind: .resumed, text: []) }
    let stored = try #require(Chains.whole().first)
    let other = StoredEntry(
      number: stored.number, header: stored.header, kind: "levitation", body: stored.body, hash: stored.hash)
    #expect(throws: RecordError.unknownKind("levitation")) { try other.entry() }
  }

  @Test("S13 an amount out of its range, or a text with a fractional amount, is refused")
  func refusesUnfitAmounts() {
    #expect(throws: RecordError.unfit("zone")) {
      try EntryBody(kind: .zoneOpened, text: Array(#"{"zone":256}"#.utf8))
    }
    #expect(throws: RecordError.unfit("zone")) {
      try EntryBody(kind: .zoneOpened, text: Array(#"{"zone":1.0}"#.utf8))
    }
    for amount in ["9223372036854775807", "-9223372036854775808", "9223372036854776"] {
      #expect(throws: RecordError.unfit("latency_microseconds"), "\(amount) µs") {
        try EntryBody(kind: .selfTest, text: Array(#"{"latency_microseconds":\#(amount),"passed":true}"#.utf8))
      }
    }
    #expect(throws: Never.self) {
      try EntryBody(kind: .selfTest, text: Array(#"{"latency_microseconds":9223372036854775,"passed":true}"#.utf8))
    }
  }

  @Test("every kind is read back exactly as it was written", arguments: EntryKind.allCases)
  func roundTrips(_ kind: EntryKind) throws {
    var numbers = Numbers(seed: Self.seed)
    for round in 0..<60 {
      let entry = Samples.entry(kind, &numbers)
      #expect(entry.body.kind == kind)
      let head = ChainHead(number: entry.number - 1, hash: Samples.fingerprint(&numbers))
      let stored = entry.stored(after: head)
      let comment: Comment = "seed \(Self.seed), round \(round)"
      #expect(try stored.entry() == entry, comment)
      #expect(try StoredEntry(text: stored.text, hash: stored.hash) == stored, comment)
      #expect(try StoredEntry(line: stored.line) == stored, comment)
      #expect(stored.expectedHash(after: head.hash) == stored.hash, comment)
    }
  }

  @Test("S13 an entry's text in another spelling is refused")
  func refusesOtherSpelling() throws {
    let stored = try #require(Chains.whole().first)
    #expect(throws: RecordError.notCanonical) { try StoredEntry(text: " " + stored.text, hash: stored.hash) }
    let escaped = stored.text.replacing("virtual", with: "\\u0076irtual")
    #expect(throws: RecordError.notCanonical) { try StoredEntry(text: escaped, hash: stored.hash) }
  }

  @Test("an entry about a session that names none cannot be made")
  func needsItsSession() async {
    await #expect(processExitsWith: .failure) {
      let header = EntryHeader(
        monotonic: .zero, wall: WallTime(milliseconds: 0), bootID: "b", clock: .virtual, simulated: true)
      _ = Entry(number: 1, header: header, body: .resumed)
    }
  }

  @Test("words and labels hold no sentence, no control character and no more than 64 bytes")
  func wordsAndLabels() {
    #expect(Word(text: "two words") == nil)
    #expect(Word(text: "") == nil)
    #expect(Word(text: String(repeating: "a", count: 65)) == nil)
    #expect(Word(text: String(repeating: "a", count: 64)) != nil)
    for odd in ["", "a\nb", "a\u{202E}b", "\u{7F}", "\u{0}", String(repeating: "ä", count: 33)] {
      #expect(Label(odd) == nil, "\(odd.debugDescription)")
    }
    #expect(Label("Schläfe links")?.text == "Schläfe links")
    #expect(Label(cleaning: "a\nb\u{202E}").text == "a?b?")
    #expect(Label(cleaning: "").text == "?")
    #expect(Label(cleaning: String(repeating: "ä", count: 33)).text.utf8.count == 64)
  }

  @Test("a fingerprint has one spelling")
  func fingerprints() {
    let hex = String(repeating: "0a", count: 32)
    #expect(Fingerprint(hex: hex)?.hex == hex)
    #expect(Fingerprint(hex: hex.uppercased()) == nil)
    #expect(Fingerprint(hex: String(hex.dropLast())) == nil)
    #expect(Fingerprint(hex: hex + "00") == nil)
    #expect(Fingerprint([1, 2]) == nil)
  }
}
