import SMPPlanFile
import SMPTreatment
import Testing

/// Documents refused before anything in them is believed: size, encoding, characters, aliases, tags, syntax.
@Suite struct BadDocumentTests {
  private func refusal(_ bytes: [UInt8]) -> PlanProblem? {
    let reading = PlanDocument.parse(bytes, site: Documents.site)
    #expect(reading.plan == nil)
    #expect(reading.problems.count == 1)
    return reading.problems.first
  }

  private func refusal(_ text: String) -> PlanProblem? { refusal(Array(text.utf8)) }

  @Test("S13 10 MB are refused by their size, before a parser sees them")
  func size() {
    // Bytes no parser would get past: had it been asked, it would have said so.
    let problem = refusal([UInt8](repeating: 0xFF, count: 10_000_000))
    #expect(problem?.message == "the document has 10000000 bytes")
    #expect(problem?.allowed == "at most 1048576 bytes")
    var longest = Array(PlanDocument.smallExampleText.utf8)
    longest += [UInt8](repeating: UInt8(ascii: "#"), count: PlanDocument.maximumBytes - longest.count)
    #expect(PlanDocument.parse(longest).plan != nil)
    #expect(refusal(longest + [UInt8(ascii: "#")])?.message.contains("1048577 bytes") == true)
  }

  @Test("S13 what is not UTF-8 is refused, at its line and column")
  func encoding() {
    let text = Array(PlanDocument.smallExampleText.utf8)
    let line = Array("title: Pr".utf8)
    let start = text.indices.first { text[$0...].starts(with: line) }.map { $0 + line.count } ?? 0
    let expected = Documents.place("actice pad\nclient", in: PlanDocument.smallExampleText)
    for bad: [UInt8] in [[0xFF], [0xC3, 0x28], [0xE2, 0x82], [0xED, 0xA0, 0x80], [0xF8], [0xC0, 0x80], [0x80]] {
      let problem = refusal(Array(text[..<start]) + bad + Array(text[start...]))
      #expect(problem?.message == "the document is not UTF-8 text")
      #expect(problem?.line == expected.line)
      #expect(problem?.column == expected.column)
    }
    let utf16 = PlanDocument.smallExampleText.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    #expect(refusal([0xFF, 0xFE] + utf16)?.message == "the document is not UTF-8 text")
    #expect(refusal(utf16)?.message.contains("U+0000") == true)
  }

  @Test("S13 NUL, control characters, lone carriage returns and direction marks are refused")
  func characters() {
    for (bad, name) in [
      ("\u{0}", "U+0000"), ("\u{1B}", "U+001B"), ("\u{7F}", "U+007F"), ("\u{85}", "U+0085"), ("\u{2028}", "U+2028"),
      ("\u{202E}", "U+202E"), ("\u{2066}", "U+2066"), ("\u{FEFF}", "U+FEFF"),
    ] {
      let text = Documents.small("title: Practice", "title: Pr\(bad)ctice")
      let problem = refusal(text)
      let place = Documents.place(bad, in: text)
      #expect(problem?.message.contains(name) == true)
      #expect(problem?.line == place.line)
      #expect(problem?.column == place.column)
    }
    let problem = refusal(Documents.small("client: PRACTICE-1\n", "client: PRACTICE-1\r"))
    #expect(problem?.message == "a line ends with a carriage return alone")
    let place = Documents.place("\nfitzpatrick", in: PlanDocument.smallExampleText)
    #expect(problem?.line == place.line)
    #expect(problem?.column == place.column)
  }

  @Test("S13 aliases, anchors and tags are refused, at their place")
  func aliases() {
    let alias = Documents.replaced(
      Documents.small("depth: 0.5 mm", "depth: &d 0.5 mm"), "depth: 0.4 mm", "depth: *d")
    expectOne(alias, at: "*d", "aliases", "write the value out")
    expectOne(Documents.small("depth: 0.5 mm", "depth: &d 0.5 mm"), at: "&d", "anchors")
    expectOne(Documents.small("  - name: edge", "  - &edge\n    name: edge"), at: "&edge", "anchors")
    expectOne(Documents.small("depth: 0.5 mm", "depth: *nowhere"), at: "*nowhere", "undefined alias")
    expectOne(Documents.small("depth: 0.5 mm", "depth: !!str 0.5 mm"), at: "!!str", "tags")
    expectOne(Documents.small("depth: 0.5 mm", "depth: !!str \"0.5 mm\""), at: "!!str", "tags")
    expectOne(Documents.small("zones:\n  - name: pad", "zones: !<x>\n  - name: pad"), at: "!<x>", "tags")
    expectOne(Documents.small("schema: 1", "!!str schema: 1"), at: "!!str", "tags")
    expectOne(Documents.small("schema: 1", "<<: x\nschema: 1"), at: "<<", "unknown key")
    // In prose neither character means anything.
    #expect(Documents.parse(Documents.small("title: Practice pad", "title: black & white * 2")).problems == [])
    #expect(Documents.parse(Documents.small("title: Practice pad", "title: \"*bold* &c.\"")).problems == [])
  }

  @Test("S13 aliases of aliases used as a key are refused before they are resolved")
  func explosion() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...20 {
      let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
      text += "a\(level): &a\(level) [\(items)]\n"
    }
    text += "? *a20\n: 1\n? *a20\n: 2\n"
    let problem = refusal(text)
    #expect(problem?.message.contains("aliases") == true)
    #expect(problem?.line == 2)
    #expect(problem?.column == 10)
  }

  @Test("S13 a second document, a doubled key, a key that is no word")
  func structure() {
    let second = PlanDocument.smallExampleText + "---\nschema: 1\n"
    expectOne(second, at: "---", "second document", "one document")
    expectOne(
      Documents.small("schema: 1\n", "schema: 1\nclient: X-1\n"), at: "client", "`client`", "more than once", "keep one"
    )
    expectOne(
      Documents.small("        dwell: 80 ms\n", "        dwell: 80 ms\n        \"dwell\": 70 ms\n"),
      at: "dwell", "`dwell`", "more than once")
    expectOne("- a list of sixty-four characters is not what a plan should be, is it?\n", at: "-", "mapping")
    expectOne("just a line of text, and a rather long one, longer than sixty-four bytes\n", at: "just", "mapping")
    expectOne(Documents.small("zones:\n", "zones:\n  - - pad\n"), at: "- pad\n", "a zone must be a mapping")
    for empty in ["", "\n", "# nothing\n", "---\n", "~", "\u{FEFF}"] {
      #expect(PlanDocument.parse(Array(empty.utf8)).plan == nil)
      #expect(PlanDocument.parse(Array(empty.utf8)).problems.count == 1)
    }
  }

  @Test("S13 whatever could make a list or mapping a key is refused before it is read; prose is not")
  func collectionKeys() {
    let braces = "braces are refused"
    expectOne(Documents.small("schema: 1\n", "schema: 1\nx: {a: b}\n"), at: "{a", braces, "own line")
    expectOne(Documents.small("schema: 1\n", "schema: 1\n{[a], {b: c}}: d\n"), at: "{[a]", braces)
    expectOne(Documents.small("schema: 1\n", "schema: 1\n? [a, b]\n: c\n"), at: "? [a", "`?`", "quotes")
    expectOne(Documents.small("schema: 1\n", "schema: 1\n[a, b]: c\n"), at: ": c", "behind `]`")
    expectOne(Documents.small("schema: 1\n", "schema: 1\n[a, b] \t : c\n"), at: ": c", "behind `]`")
    expectOne(Documents.small("[[5, -10]", "[?x, [5, -10]"), at: "?x", "`?`")
    expectOne(Documents.small("[[5, -10]", "[[a]:b, [5, -10]"), at: ":b", "behind `]`")
    expectOne(Documents.small("schema: 1\n", "schema: 1\n- ? a\n"), at: "? a", "`?`")
    let prose = Documents.small(
      "title: Practice pad", "# {see [0, 0]: middle}? yes ? no\ntitle: Why? Because ? of [it]")
    #expect(Documents.parse(prose).problems == [])
  }

  @Test("S13 broken YAML is one error near its place")
  func syntax() {
    #expect(refusal(Documents.small("client: PRACTICE-1", "client: [PRACTICE-1"))?.message.contains("YAML") == true)
    #expect(refusal(Documents.small("client: PRACTICE-1", "\tclient: PRACTICE-1"))?.message.contains("YAML") == true)
    #expect(refusal(Documents.small("title: Practice pad", "title: \"Practice pad"))?.message.contains("YAML") == true)
    #expect(refusal(Documents.small("title: Practice pad", "title: a: b"))?.message.contains("YAML") == true)
    #expect(refusal("%YAML 9.9\n---\nschema: 1\n")?.message.contains("YAML") == true)
    #expect(refusal("\"")?.line == 1)
    #expect(refusal("a: 'x\n\n")?.line ?? 9 <= 3)
  }

  @Test("S13 deep nesting ends in a refusal, whatever it is made of")
  func nesting() {
    for opening in ["[", "{a: ", "- ", "? ", "a: [", "[[], ", "a:\n- ", "- a: "] {
      for count in [12, 500, 5_000, 100_000] {
        let text = String(repeating: opening, count: min(count, PlanDocument.maximumBytes / opening.utf8.count))
        #expect(PlanDocument.parse(Array(text.utf8)).plan == nil)
        #expect(PlanDocument.parse(Array(text.utf8)).problems.count == 1)
      }
    }
    let closed = String(repeating: "[", count: 900) + String(repeating: "]", count: 900)
    #expect(refusal(Documents.small("title: Practice pad", "title: \(closed)"))?.message.contains("deeply") == true)
  }

  /// Each of these would take time or memory in the square of its size if it were read carelessly.
  @Test(
    "S13 tens of kilobytes of anything is one bounded answer",
    arguments: [
      "wrong%: 1\n", "- - %\n", "[%], ", "a%: ", "'%',", "- session: %\n", "\"%\": [x, y]\n", "#%\n", "[5, %], ",
    ])
  func flood(_ pattern: String) {
    for head in ["", "schema: 1\nzones: [", "schema: 1\nsessions:\n"] {
      var text = head
      var index = 0
      while text.utf8.count < PlanDocument.maximumBytes / 16 {
        for part in pattern.split(separator: "%", omittingEmptySubsequences: false).dropLast() {
          text += part + "\(index)"
        }
        text += pattern.split(separator: "%", omittingEmptySubsequences: false).last ?? ""
        index += 1
      }
      let reading = PlanDocument.parse(Array(text.utf8), site: Documents.site)
      #expect(reading.plan == nil)
      #expect((1...101).contains(reading.problems.count))
      let size = reading.problems.reduce(0) { $0 + $1.message.utf8.count + $1.remedy.utf8.count }
      #expect(size < 50_000)
    }
  }
}
