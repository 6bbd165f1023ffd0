/// Which part of the model draws: each has its own stream, so that a fault in one does not shift the others.
enum RandomStream: UInt64 {
  case transport = 1
  case actuator = 2
  case motor = 3
  case position = 4
  case hand = 5
  case targets = 6
  case faults = 7
  case needle = 8
  case memory = 9
  case frame = 10
}

/// SplitMix64 (Steele, Lea, Flood 2014): one addition and a mixing of bits a number; passes BigCrush.
///
/// The simulator's only source of chance. A run is a function of (seed, commit), so nothing asks the system.
struct SeededRandom: Sendable {
  private var state: UInt64

  init(seed: UInt64, stream: RandomStream) {
    state = seed
    // Two seeds that differ by little, or two streams of one seed, must not run alongside each other.
    let mixed = next() ^ (stream.rawValue &* 0xD6E8_FEB8_6659_FD93)
    state = mixed
    _ = next()
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A whole number from 0 to `bound` − 1, by multiplication; the bias is below 2⁻⁴⁰ for bounds in use here.
  mutating func below(_ bound: Int64) -> Int64 {
    precondition(bound > 0, "nothing lies below \(bound)")
    return Int64(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  /// A whole number from `range.lowerBound` to `range.upperBound`, both included.
  mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + below(range.upperBound - range.lowerBound + 1)
  }

  /// True `perMille` times in a thousand.
  mutating func chance(perMille: Int64) -> Bool { below(1_000) < perMille }

  /// Bell-shaped noise with standard deviation `sigma`, never beyond ±`worst`.
  ///
  /// The sum of twelve 16-bit uniforms has a standard deviation of 2¹⁶: no transcendental function, so that every
  /// machine draws the same.
  mutating func noise(sigma: Int64, worst: Int64) -> Int64 {
    var sum: Int64 = 0
    for _ in 0..<3 {
      let word = next()
      sum += Int64(word & 0xFFFF) + Int64((word >> 16) & 0xFFFF) + Int64((word >> 32) & 0xFFFF) + Int64(word >> 48)
    }
    let centred = sum - 6 * 65_535
    return min(max(centred * sigma / 65_536, -worst), worst)
  }
}
