import SMPModel

/// SplitMix64, as in Benchmarks/reference/spacing.cpp: the same numbers for the same seed in both languages.
struct Numbers: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 to `bound` - 1, by the high bits.
  mutating func below(_ bound: UInt32) -> Int32 { Int32(((next() >> 32) * UInt64(bound)) >> 32) }
}

/// Dots as a hand makes them: a lattice at 80 per cm² with tremor.
enum Workload {
  /// Lattice pitch for 80 dots per cm², µm (field.md, row "lattice pitch").
  static let pitch: Int32 = 1_118

  /// `side` times `side` dots around the origin, row by row to and fro, or the same dots shuffled.
  static func dots(side: Int, isShuffled: Bool) -> [ChartPosition] {
    var numbers = Numbers(seed: 42)
    let start = -Int32(side) * pitch / 2
    var dots: [ChartPosition] = []
    dots.reserveCapacity(side * side)
    for row in 0..<side {
      for step in 0..<side {
        let column = row % 2 == 0 ? step : side - 1 - step
        let x = start + Int32(column) * pitch + numbers.below(401) - 200
        let y = start + Int32(row) * pitch + numbers.below(401) - 200
        dots.append(ChartPosition(x: x, y: y))
      }
    }
    if isShuffled {
      for index in stride(from: dots.count - 1, to: 0, by: -1) {
        dots.swapAt(index, Int(numbers.below(UInt32(index + 1))))
      }
    }
    return dots
  }
}
