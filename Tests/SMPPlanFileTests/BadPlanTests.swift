import SMPModel
import SMPPlanFile
import SMPTreatment
import Testing

/// Every case of issue 2, "Bad input", that is about plans: refused, with its place and its remedy.
@Suite struct BadPlanTests {
  @Test("S13 a wrong or missing unit names the one that is expected")
  func units() {
    expectOne(Documents.small("depth: 0.5 mm", "depth: 0.5"), at: "0.5\n", "no unit", "mm", "`0.5 mm`")
    expectOne(Documents.small("depth: 0.5 mm", "depth: 0.05 cm"), at: "0.05 cm", "`cm`", "convert it to mm")
    expectOne(Documents.small("depth: 0.5 mm", "depth: 500 µm"), at: "500 µm", "`µm`", "mm")
    expectOne(Documents.small("speed: 100 Hz", "speed: 100 rpm"), at: "100 rpm", "`rpm`", "Hz")
    expectOne(Documents.small("speed: 100 Hz", "speed: 100 hz"), at: "100 hz", "`hz`", "Hz")
    expectOne(Documents.small("dwell: 80 ms", "dwell: 80 s"), at: "80 s", "`s`", "ms")
    expectOne(Documents.small("spacing: 1.5 mm", "spacing: 1.5 /cm2"), at: "1.5 /cm2", "`/cm2`", "mm")
    expectOne(Documents.small("density: 2.5 /cm2", "density: 2.5 /mm2"), at: "2.5 /mm2", "`/mm2`", "/cm2")
    expectOne(Documents.small("dots: 20", "dots: 20 dots"), at: "20 dots", "takes no unit", "digits only")
    expectOne(Documents.small("chart-unit: mm", "chart-unit: cm"), at: "cm\n", "chart-unit", "mm")
    expectOne(Documents.small("chart-unit: mm\n", ""), at: "schema", "chart-unit", "mm")
    expectOne(
      Documents.small("depth-range: 0.4 mm to 0.6 mm", "depth-range: 0.4 Hz to 0.6 mm"), at: "0.4 Hz", "`Hz`", "mm")
  }

  @Test("S13 numbers that are none, or finer than can be held, are never rounded")
  func numbers() {
    expectOne(Documents.small("depth: 0.5 mm", "depth: 0,5 mm"), at: "0,5 mm", "comma", "decimal point")
    expectOne(Documents.small("depth: 0.5 mm", "depth: -0.5 mm"), at: "-0.5 mm", "negative")
    expectOne(
      Documents.small("depth: 0.5 mm", "depth: 0.5004 mm"), at: "0.5004", "finer than 0.001 mm", "never rounded")
    expectOne(Documents.small("speed: 100 Hz", "speed: 1e2 Hz"), at: "1e2 Hz", "speed")
    expectOne(Documents.small("dwell: 80 ms", "dwell: 80.5 ms"), at: "80.5", "finer than 1 ms")
    expectOne(Documents.small("dwell: 80 ms", "dwell: .5 ms"), at: ".5 ms", "not a number")
    expectOne(Documents.small("dwell: 80 ms", "dwell: 80. ms"), at: "80. ms", "not a number")
    expectOne(Documents.small("dwell: 80 ms", "dwell: fast"), at: "fast", "not a number")
    expectOne(Documents.small("dwell: 80 ms", "dwell: 0x50 ms"), at: "0x50", "dwell")
    expectOne(Documents.small("dwell: 80 ms", "dwell: 1234567890123 ms"), at: "1234567890123", "too many digits")
    expectOne(Documents.small("dots: 20", "dots: 14,000"), at: "14,000", "comma")
    expectOne(Documents.small("dots: 20", "dots: 1_0"), at: "1_0", "not a number")
    expectOne(Documents.small("dots: 20", "dots: 20.5"), at: "20.5", "finer")
    expectOne(Documents.small("dots: 20", "dots: ٢٠"), at: "٢٠", "not a number")
    expectOne(Documents.small("dwell: 80 ms", "dwell: [80 ms]"), at: "[80 ms]", "one value")
    expectOne(Documents.small("dwell: 80 ms", "dwell:"), at: "\n        spacing: 1.5", "not a number")
    expectOne(Documents.small("0.4 mm to 0.6 mm", "0.4 mm - 0.6 mm"), at: "0.4 mm - 0.6", "range", "`to`")
    expectOne(Documents.small("[-35, -15]", "[-35.0001, -15]"), at: "-35.0001", "three digits")
    expectOne(Documents.small("[-35, -15]", "[-35 mm, -15]"), at: "-35 mm", "without a unit")
    expectOne(Documents.small("[-35, -15]", "[-35, -15, 0]"), at: "[-35, -15, 0]", "[x, y]")
    expectOne(Documents.small("[-35, -15]", "[-1000.001, -15]"), at: "-1000.001", "off the chart", "-1000 mm")
  }

  @Test("S13 unknown keys are refused, the likely one named")
  func unknownKeys() {
    expectOne(
      Documents.small("        dwell: 80 ms", "        dwell: 80 ms\n        speeed-range: 1"),
      at: "speeed-range", "unknown key", "`speeed-range`")
    expectOne(
      Documents.small("        depth-range: 0.4 mm to 0.6 mm", "        depht-range: 0.4 mm to 0.6 mm"),
      at: "depht-range", "unknown key", "did you mean `depth-range`?")
    expectOne(Documents.small("schema: 1\n", "schema: 1\nnorwod: IV\n"), at: "norwod", "did you mean `norwood`?")
    expectOne(Documents.small("schema: 1\n", "schema: 1\nprice: 900\n"), at: "price", "unknown key", "delete it")
    expectOne(
      Documents.small("  shade: Practice black\n", "  shade: Practice black\n  color: red\n"), at: "color", "`pigment`")
    expectOne(Documents.small("    zone-order: strict", "    zoneorder: strict"), at: "zoneorder", "`zone-order`")
    expectOne(
      Documents.small("    needle: 3RL 0.25\n", "    needle: 3RL 0.25\n    nedle: 1RL\n"), at: "nedle", "`needle`")
    let wrong = Documents.parse(Documents.small("        spacing: 1.5 mm", "        spaceing: 1.5 mm"))
    #expect(wrong.errors.count == 2)
    #expect(wrong.errors.contains { $0.remedy == "did you mean `spacing`?" })
    #expect(wrong.errors.contains { $0.message.contains("`spacing` is missing") })
  }

  @Test("S13 outlines that cross themselves or another zone are refused")
  func outlines() {
    expectOne(
      Documents.small("[[-35, -15], [-5, -15], [-5, 15], [-35, 15]]", "[[-35, -15], [-5, 15], [-5, -15], [-35, 15]]"),
      at: "[-5, -15], [-35, 15]]", "crosses or touches itself", "corner 3", "corner 1")
    expectOne(
      Documents.small("[[5, -10], [25, -10], [25, 10], [5, 10]]", "[[-6, -10], [14, -10], [14, 10], [-6, 10]]"),
      at: "[[-6, -10]", "overlaps the zone `pad`")
    expectOne(
      Documents.small("[[5, -10], [25, -10], [25, 10], [5, 10]]", "[[5, -10], [25, -10]]"),
      at: "[[5, -10], [25, -10]]", "2 corners", "at least 3")
    expectOne(
      Documents.small("[[5, -10], [25, -10], [25, 10], [5, 10]]", "[[0.5, -1], [2.5, -1], [2.5, 1], [0.5, 1]]"),
      at: "[[0.5, -1]", "0.04 cm2", "in mm", "at least 0.10 cm2")
    expectOne(Documents.small("[25, 10], [5, 10]]", "[25, 10], [5, 10], [5, -10]]"), at: "[5, -10]]", "corner 5")
  }

  @Test("S13 sessions out of order, doubled, unnumbered or empty are refused")
  func sessions() {
    expectOne(Documents.small("- session: 2", "- session: 3"), at: "3\n    zones", "session 3", "session: 2")
    expectOne(Documents.small("- session: 2", "- session: 1"), at: "1\n    zones", "session 1", "session: 2")
    expectOne(Documents.small("- session: 1", "- session: 0"), at: "0\n    zone-order", "session: 1")
    expectOne(
      Documents.small("  - session: 2\n    zones", "  - zones"),
      at: "zones:\n      - zone: pad\n        depth: 0.5 mm\n        speed", "no number")
    expectOne(Documents.small("zone: edge\n", "zone: egde\n"), at: "egde", "did you mean `edge`?")
    expectOne(Documents.small("zone-order: strict", "zone-order: random"), at: "random", "free, strict")
  }

  @Test("S3 S13 values beyond the built-in ceilings and the site's limits, the source named")
  func limits() {
    typealias Case = (old: String, new: String, at: String, ceiling: String, site: String?)
    let cases: [Case] = [
      ("depth: 0.4 mm", "depth: 2.001 mm", "2.001 mm", "0 mm to 2 mm", nil),
      ("depth: 0.4 mm", "depth: 1.501 mm", "1.501 mm", "", "0 mm to 1.5 mm"),
      ("speed-range: 90 Hz", "speed-range: 9.999 Hz", "9.999 Hz", "10 Hz to 200 Hz", nil),
      ("speed-range: 90 Hz", "speed-range: 49.999 Hz", "49.999 Hz", "", "50 Hz to 150 Hz"),
      ("spacing: 0.9 mm", "spacing: 0.299 mm", "0.299 mm", "0.3 mm to 20 mm", nil),
      ("spacing: 0.9 mm", "spacing: 0.499 mm", "0.499 mm", "", "0.5 mm to 20 mm"),
      (
        "local-density: 10 /cm2\n        dots: 9", "local-density: 150.1 /cm2\n        dots: 9", "150.1",
        "at most 150 /cm2", nil
      ),
      (
        "local-density: 10 /cm2\n        dots: 9", "local-density: 120.1 /cm2\n        dots: 9", "120.1", "",
        "at most 120 /cm2"
      ),
      ("density: 3 /cm2\n", "density: 3 /cm2\n        held: 150.1 /cm2\n", "150.1", "at most 150 /cm2", nil),
      ("density: 3 /cm2\n", "density: 3 /cm2\n        held: 120.1 /cm2\n", "120.1", "", "at most 120 /cm2"),
      ("dwell: 60 ms", "dwell: 1001 ms", "1001 ms", "at most 1000 ms", nil),
      ("dots: 10", "dots: 30001", "30001", "at most 30000", nil),
    ]
    for (old, new, at, ceiling, site) in cases {
      let text = Documents.small(old, new)
      if !ceiling.isEmpty { expectOne(text, at: at, "hard limit (built-in ceiling)", ceiling, site: nil) }
      if let site { expectOne(text, at: at, "hard limit (site limits)", site) }
      if ceiling.isEmpty { #expect(Documents.parse(text, site: nil).plan != nil, "\(new)") }
    }
  }

  @Test("A soft limit of the site is a warning that names it, and the plan stands")
  func soft() throws {
    let reading = Documents.parse(Documents.small("depth: 0.4 mm", "depth: 1.2 mm"))
    #expect(reading.plan != nil)
    #expect(!reading.hasErrors)
    let problem = try #require(reading.problems.first)
    #expect(reading.problems.count == 1)
    #expect(problem.severity == .warning)
    #expect(problem.message.contains("soft limit of 1 mm (site limits)"))
  }

  @Test("S13 spacing against density: a warning where placement jams, refused where nothing can reach it")
  func spacingAgainstDensity() throws {
    func text(_ spacing: String) -> String {
      Documents.replaced(
        PlanDocument.exampleText, "spacing: 1.2 mm\n        density: 28 /cm2",
        "spacing: \(spacing) mm\n        density: 28 /cm2")
    }
    // 0.70 / (1.6 mm)² is 27.3 /cm², 1.15 / (2.1 mm)² is 26.07 /cm².
    let jammed = Documents.parse(text("1.6"))
    #expect(jammed.plan != nil)
    #expect(jammed.problems.count == 1)
    #expect(jammed.problems.first?.message.contains("jams near 27.3437 /cm2") == true)
    expectOne(text("2.1"), at: "28 /cm2", "cannot be reached", "at most 26.077 /cm2")
  }

  @Test("S13 heads: missing, doubled and wrong entries")
  func heads() {
    expectOne(Documents.small("client: PRACTICE-1\n", ""), at: "schema", "`client` is missing", "client:")
    expectOne(Documents.small("client: PRACTICE-1", "client: Jane Doe"), at: "Jane Doe", "plain reference", "names")
    expectOne(Documents.small("client: PRACTICE-1", "client: jane@x.org"), at: "jane@x.org", "plain reference")
    expectOne(Documents.small("title: Practice pad", "title: \"\""), at: "\"\"", "`title` is empty")
    expectOne(Documents.small("title: Practice pad", "title: \"a\\u0007b\""), at: "\"a\\u0007b\"", "printable")
    expectOne(
      Documents.small("title: Practice pad", "title: \(String(repeating: "x", count: 121))"), at: "xxx",
      "121 characters")
    expectOne(Documents.small("fitzpatrick: none", "fitzpatrick: VII"), at: "VII", "I, II, III, IV, V, VI, none")
    expectOne(Documents.small("schema: 1\n", "schema: 1\nnorwood: iiia\n"), at: "iiia", "did you mean `IIIa`?")
    expectOne(
      Documents.small("schema: 1\n", "schema: 1\nnorwood: IV\nludwig: II\n"), at: "ludwig", "not both")
    expectOne(Documents.small("schema: 1\n", "schema: 2\n"), at: "2\n", "schema 2", "update the software")
    expectOne(Documents.small("schema: 1\n", "schema: 0\n"), at: "0\n", "schema 0", "`schema: 1`")
    expectOne(Documents.small("schema: 1\n", ""), at: "title", "`schema` is missing")
    expectOne(Documents.small("  shade: Practice black\n", ""), at: "pigment", "no `shade`")
    expectOne(Documents.small("- name: edge", "- name: Edge"), at: "Edge", "lower-case", "hairline")
  }
}
