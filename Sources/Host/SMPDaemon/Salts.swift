package import SMPRecord
internal import Synchronization

/// Where salts come from: the system's randomness, or a seed where a run must repeat itself byte for byte.
package final class Salts: Sendable {
  private let next: Mutex<@Sendable () -> UInt64>

  /// Salts of the system's generator: nobody can guess them.
  package init() {
    next = Mutex({ UInt64.random(in: .min ... .max) })
  }

  /// Salts of a seed. For simulated runs only: who knows the seed knows them all.
  package init(simulatedSeed: UInt64) {
    let state = Mutex(simulatedSeed)
    next = Mutex({
      // SplitMix64, by Steele, Lea and Flood (2014).
      let word = state.withLock { state in
        state &+= 0x9E37_79B9_7F4A_7C15
        return state
      }
      let mixed = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
      let again = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
      return again ^ (again >> 31)
    })
  }

  /// Fresh bytes.
  package func bytes(_ count: Int) -> [UInt8] {
    next.withLock { next in
      var bytes: [UInt8] = []
      while bytes.count < count {
        var word = next()
        for _ in 0..<min(8, count - bytes.count) {
          bytes.append(UInt8(truncatingIfNeeded: word))
          word >>= 8
        }
      }
      return bytes
    }
  }

  /// The text with a fresh salt.
  package func salted(_ text: String) -> Confidential {
    Confidential(text: text, salt: bytes(Confidential.saltBytes))
  }
}
