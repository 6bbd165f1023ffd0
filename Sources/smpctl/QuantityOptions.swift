import ArgumentParser

/// Quantities on the command line: always with their unit.
enum QuantityOptions {
  static func length(_ text: String) throws -> Int64 {
    try read(text, Amount.lengthUnits, smallest: "0.001 mm", example: "0.45 mm")
  }
  static func speed(_ text: String) throws -> Int64 {
    try read(text, Amount.speedUnits, smallest: "0.001 Hz", example: "100 Hz")
  }
  static func time(_ text: String) throws -> Int64 {
    try read(text, Amount.timeUnits, smallest: "1 ms", example: "60 ms")
  }

  private static func read(
    _ text: String, _ units: [Amount.Unit], smallest: String, example: String
  ) throws -> Int64 {
    do {
      return try Amount.parse(text, units: units, smallest: smallest)
    } catch {
      throw ValidationError("\(error); write it as \"\(example)\"")
    }
  }
}
