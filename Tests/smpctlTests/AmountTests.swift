import Testing

@testable import smpctl

@Suite struct AmountTests {
  private func length(_ text: String) throws(Amount.Failure) -> Int64 {
    try Amount.parse(text, units: Amount.lengthUnits, smallest: "0.001 mm")
  }
  private func time(_ text: String) throws(Amount.Failure) -> Int64 {
    try Amount.parse(text, units: Amount.timeUnits, smallest: "1 ms")
  }

  @Test(
    "what is no number is refused",
    arguments: [
      "", "mm", "-0.4 mm", "+1 mm", ".5 mm", "1. mm", "1..2 mm", "1.2.3 mm", "1,2 mm", "1e3 mm", "\u{0661} mm",
    ])
  func noNumber(text: String) {
    #expect(throws: Amount.Failure.self) { try length(text) }
  }

  @Test(
    "a missing or foreign unit is refused",
    arguments: ["0.45", "0.45 ", "0.45 Hz", "0.45 cm", "0.45 mmm", "0.45 MM", "0.45 mm x", "0 45 mm"])
  func noUnit(text: String) {
    #expect(throws: Amount.Failure.unit(allowed: ["mm", "um", "\u{B5}m", "\u{3BC}m"])) { try length(text) }
  }

  @Test("what is finer than the device counts is refused, not rounded")
  func tooFine() {
    #expect(throws: Amount.Failure.tooFine(smallest: "0.001 mm")) { try length("0.4501 mm") }
    #expect(throws: Amount.Failure.tooFine(smallest: "0.001 mm")) { try length("450.5 um") }
    #expect(throws: Amount.Failure.tooFine(smallest: "1 ms")) { try time("0.0605 s") }
  }

  @Test("the largest amount passes, one more does not")
  func tooLarge() throws {
    #expect(try length("1000000000 mm") == Amount.maximum)
    #expect(throws: Amount.Failure.tooLarge) { try length("1000000000.001 mm") }
    #expect(throws: Amount.Failure.tooLarge) { try length("99999999999999999999999 mm") }
  }

  @Test("amounts are exact")
  func exact() throws {
    #expect(try length("0.45 mm") == 450)
    #expect(try length("0.45mm") == 450)
    #expect(try length("  0.450000  mm ") == 450)
    #expect(try length("450 um") == 450)
    #expect(try length("450 \u{B5}m") == 450)
    #expect(try length("0 mm") == 0)
    #expect(try time("0.06 s") == 60)
    #expect(try Amount.parse("100.5 Hz", units: Amount.speedUnits, smallest: "0.001 Hz") == 100_500)
  }

  @Test("what is printed can be entered again")
  func roundTrip() throws {
    for value: Int64 in [0, 1, 9, 10, 999, 1_000, 1_001, 450, 123_456_789] {
      #expect(try length(Wording.length(micrometres: value)) == value)
      #expect(
        try Amount.parse(Wording.speed(millihertz: value), units: Amount.speedUnits, smallest: "") == value)
    }
  }
}
