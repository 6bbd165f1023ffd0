import SMPPlanFile
import SMPTreatment
import Testing

/// Whole documents: every mistake at once, every truncation, random damage.
@Suite struct WholeDocumentTests {
  @Test("S13 all mistakes are told at once, in the order of the document, each at its place")
  func allAtOnce() {
    var text = PlanDocument.smallExampleText
    let spoils: [(old: String, new: String, at: String, word: String)] = [
      ("client: PRACTICE-1", "client: Jane Doe", "Jane Doe", "plain reference"),
      ("fitzpatrick: none ", "fitzpatrick: IX ", "IX ", "fitzpatrick"),
      ("  dilution: undiluted", "  diluton: undiluted", "diluton", "unknown key"),
      ("[[-35, -15], [-5, -15], [-5, 15]", "[[-35, -15], [-5, 15], [-5, -15]", "[-5, -15], [-35", "crosses"),
      ("depth: 0.5 mm", "depth: 0.5 cm", "0.5 cm", "unit"),
      ("dwell: 80 ms", "dwell: 5 ms", "5 ms", "stroke"),
      ("local-density: 10 /cm2   #", "local-density: 1 /cm2   #", "1 /cm2   #", "below the density"),
      ("depth: 0.4 mm", "depth: 1.6 mm", "1.6 mm", "site limits"),
      ("- session: 2", "- session: 4", "4\n", "session 4"),
      (
        "zone: pad\n        depth: 0.5 mm\n        speed: 100 Hz",
        "zone: pda\n        depth: 0.5 mm\n        speed: 100 Hz",
        "pda", "did you mean `pad`?"
      ),
      ("dots: 9", "dots: nine", "nine", "not a number"),
    ]
    for (old, new, _, _) in spoils { text = Documents.replaced(text, old, new) }
    let reading = Documents.parse(text)
    #expect(reading.plan == nil)
    for (_, _, at, word) in spoils {
      let place = Documents.place(at, in: text)
      #expect(
        reading.errors.contains { problem in
          problem.line == place.line && problem.column == place.column
            && "\(problem.message) \(problem.remedy)".contains(word)
        }, "\(at) at \(place)")
    }
    // The missing dilution is the one more that follows from a misspelt key.
    #expect(reading.errors.count == spoils.count + 1, "\(reading.errors.map { $0.message })")
    let places = reading.problems.map { [$0.line, $0.column] }
    #expect(places == places.sorted { $0.lexicographicallyPrecedes($1) })
  }

  @Test("S13 a thousand mistakes make a bounded answer that says so")
  func bounded() {
    var text = PlanDocument.smallExampleText
    for index in 0..<1_000 { text += "wrong\(index): 1\n" }
    let reading = Documents.parse(text)
    #expect(reading.plan == nil)
    #expect(reading.problems.count == 101)
    #expect(reading.problems.last?.message == "900 more problems are not shown")
    #expect(reading.problems.last?.severity == .error)
  }

  @Test("S13 columns count characters, not bytes")
  func columns() {
    expectOne(Documents.small("[[5, -10], [25, -10]", "[[5, -10], [é💡, -10]"), at: "é💡, -10", "coordinate")
    let text = Documents.small("[[5, -10], [25, -10]", "[[\"5\", 💡éé💡], [25, -10x]")
    let errors = Documents.parse(text).errors
    for (index, needle) in ["💡éé💡", "-10x"].enumerated() {
      let place = Documents.place(needle, in: text)
      #expect(errors[index].line == place.line && errors[index].column == place.column)
    }
    #expect(errors.count == 2)
  }

  @Test("S13 every truncation of the small plan is refused or a plan of its own, and none crashes")
  func truncations() {
    truncate(PlanDocument.smallExampleText, at: Array(0..<PlanDocument.smallExampleText.utf8.count))
  }

  @Test("S13 the example, cut behind every line and at every 31st byte")
  func longTruncations() {
    let bytes = Array(PlanDocument.exampleText.utf8)
    truncate(
      PlanDocument.exampleText,
      at: bytes.indices.filter { length in
        length % 31 == 0 || bytes[max(0, length - 1)] == UInt8(ascii: "\n")
      })
  }

  private func truncate(_ text: String, at lengths: [Int]) {
    let bytes = Array(text.utf8)
    let whole = Documents.parse(text).plan
    let sessions = Documents.offset("sessions:\n", in: text)
    var plans = 0
    for length in lengths {
      let reading = PlanDocument.parse(Array(bytes[..<length]), site: Documents.site)
      if let plan = reading.plan {
        // Only a cut behind the first whole session can leave a plan: a shorter course, or the same one.
        plans += 1
        #expect(length > sessions, "\(length) bytes")
        #expect(plan.zones == whole?.zones, "\(length) bytes")
        continue
      }
      let lines = bytes[..<length].count { $0 == UInt8(ascii: "\n") } + 1
      #expect(!reading.problems.isEmpty, "\(length) bytes")
      for problem in reading.problems where !(1...lines).contains(problem.line) || problem.column < 1 {
        Issue.record("\(length) bytes: \(problem)")
      }
    }
    #expect(plans > 0)
  }

  @Test("S13 random damage never crashes and never makes a value nobody wrote", arguments: UInt64(1)...40)
  func mutations(seed: UInt64) {
    var random = Seeded(seed)
    let small = Array(PlanDocument.smallExampleText.utf8)
    let spice = Array("&*!|>'\"%@`{}[],:?-# \n\t\\\0\u{FF}ab09.".utf8)
    for _ in 0..<100 {
      var bytes = small
      for _ in 0..<Int.random(in: 1...6, using: &random) {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.insert(spice[Int.random(in: 0..<spice.count, using: &random)], at: place)
        case 2: bytes.remove(at: place)
        case 3: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        default:
          let end = min(bytes.count, place + Int.random(in: 0...40, using: &random))
          bytes.insert(contentsOf: bytes[place..<end], at: Int.random(in: 0...bytes.count, using: &random))
        }
      }
      let reading = PlanDocument.parse(bytes, site: Documents.site)
      #expect((reading.plan == nil) == reading.hasErrors, "seed \(seed)")
      // What passes is a plan like any other: it can be written out and read back.
      if let plan = reading.plan {
        #expect(Documents.parse(PlanDocument.text(of: plan), site: nil).plan == plan, "seed \(seed)")
      }
    }
  }
}
