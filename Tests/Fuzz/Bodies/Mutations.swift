/// Small changes to inputs, as libFuzzer makes them; the same ones for the same seed.
package struct Mutations {
  private var choices: Choices
  private let inputs: [[UInt8]]
  /// Longer inputs are kept as they are and cut here when they are changed: what is tried is many, not much.
  private static let longest = 4 << 10

  package init(of inputs: [[UInt8]], seed: UInt64) {
    self.inputs = inputs
    choices = Choices(seed: seed)
  }

  /// One of the inputs with one to four changes.
  package mutating func next() -> [UInt8] {
    var bytes = Array(pick().prefix(Self.longest))
    for _ in 0...choices.below(4) { change(&bytes) }
    return bytes
  }

  private mutating func pick() -> [UInt8] { inputs.isEmpty ? [] : inputs[choices.below(inputs.count)] }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = choices.below(bytes.count)
    let span = place..<min(bytes.count, place + 1 + choices.below(32))
    switch choices.below(8) {
    case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(choices.below(8))
    case 1 where !bytes.isEmpty: bytes[place] = UInt8(truncatingIfNeeded: choices.next())
    case 2: bytes.insert(UInt8(truncatingIfNeeded: choices.next()), at: place)
    case 3: bytes.removeSubrange(span)
    case 4: bytes.insert(contentsOf: bytes[span], at: choices.below(bytes.count + 1))
    case 5: bytes.removeSubrange(place...)
    case 6:
      // A piece of another input, at its place or in the place of this one's.
      let other = pick()
      let start = choices.below(other.count)
      let piece = other[start..<min(other.count, start + 1 + choices.below(64))]
      bytes.replaceSubrange(choices.below(2) == 0 ? span : place..<place, with: piece)
    default: digits(&bytes, from: place)
    }
  }

  /// The next number in the text becomes one at which something ends.
  private mutating func digits(_ bytes: inout [UInt8], from place: Int) {
    let isDigit: (UInt8) -> Bool = { 0x30...0x39 ~= $0 }
    guard let start = bytes[place...].firstIndex(where: isDigit) else { return }
    let end = bytes[start...].firstIndex { !isDigit($0) } ?? bytes.count
    let numbers = ["0", "1", "255", "65536", "4294967295", "9223372036854775807", "9223372036854775808", "-1"]
    bytes.replaceSubrange(start..<end, with: numbers[choices.below(numbers.count)].utf8)
  }
}
