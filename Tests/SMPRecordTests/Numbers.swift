/// SplitMix64: the same numbers for the same seed, on every machine.
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

  /// Often one of the ends, where mistakes live.
  mutating func any<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) -> Value {
    switch next() % 8 {
    case 0: .min
    case 1: .max
    case 2: 0
    default: Value(truncatingIfNeeded: next())
    }
  }

  mutating func maybe<Value>(_ value: (inout Numbers) -> Value) -> Value? { next() % 3 == 0 ? nil : value(&self) }
  mutating func one<Value>(of values: [Value]) -> Value { values[Int(next() % UInt64(values.count))] }
}
