/// Seeds that have found something, with what it was. They are run for ever.
enum KeptSeeds {
  static let all: [(seed: UInt64, found: String)] = []
}
