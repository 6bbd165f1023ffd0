/// A file as the disk has it: what is durable, and what was written since and may or may not be.
package struct FileImage: Hashable, Sendable {
  /// The disk writes a sector whole or not at all.
  package static let sector = 512

  private enum Change: Hashable, Sendable {
    case write([UInt8], at: Int)
    case truncate(Int)
  }
  private var durable: [UInt8]
  private var changes: [Change] = []

  package init(durable: [UInt8]) { self.durable = durable }

  mutating func write(_ bytes: [UInt8], at offset: Int) { changes.append(.write(bytes, at: offset)) }
  mutating func truncate(to length: Int) { changes.append(.truncate(length)) }

  mutating func sync() {
    for change in changes { Self.apply(change, to: &durable) }
    changes.removeAll()
  }

  package var hasPendingChanges: Bool { !changes.isEmpty }

  /// What the power leaves: each sector as it was after some of the changes to it, the file as long as it was after some
  /// of them.
  package func afterPowerLoss(_ chance: inout Chance) -> [UInt8] {
    switch chance.below(4) {
    case 0: return durable
    case 1: return newest
    default: return torn(&chance)
    }
  }

  /// Everything written, durable or not: what the system hands out while it lives.
  package var newest: [UInt8] {
    var bytes = durable
    for change in changes { Self.apply(change, to: &bytes) }
    return bytes
  }

  private func torn(_ chance: inout Chance) -> [UInt8] {
    var lengths = [durable.count]
    var touched: [Int: [[UInt8]]] = [:]
    var bytes = durable
    for change in changes {
      let length = bytes.count
      Self.apply(change, to: &bytes)
      if bytes.count != length { lengths.append(bytes.count) }
      guard case .write(let written, let offset) = change, !written.isEmpty else { continue }
      for number in offset / Self.sector...(offset + written.count - 1) / Self.sector {
        touched[number, default: []].append(Self.piece(number, of: bytes))
      }
    }
    var result = durable
    let length = lengths[chance.below(lengths.count)]
    if result.count > length { result.removeLast(result.count - length) }
    result += Array(repeating: 0, count: length - result.count)
    for number in touched.keys.sorted() where number * Self.sector < length {
      guard let versions = touched[number] else { continue }
      let drawn = chance.below(versions.count + 1)
      guard drawn > 0 else { continue }
      for (place, byte) in zip(number * Self.sector..<length, versions[drawn - 1]) { result[place] = byte }
    }
    return result
  }

  private static func piece(_ number: Int, of bytes: [UInt8]) -> [UInt8] {
    Array(bytes[number * sector..<min((number + 1) * sector, bytes.count)])
  }

  private static func apply(_ change: Change, to bytes: inout [UInt8]) {
    switch change {
    case .write(let written, let offset):
      if bytes.count < offset + written.count {
        bytes += Array(repeating: 0, count: offset + written.count - bytes.count)
      }
      bytes.replaceSubrange(offset..<offset + written.count, with: written)
    case .truncate(let length):
      if bytes.count > length { bytes.removeLast(bytes.count - length) }
      bytes += Array(repeating: 0, count: length - bytes.count)
    }
  }
}

/// Draws of one seed (SplitMix64): the same for everybody who has the seed.
package struct Chance: Sendable {
  private var state: UInt64
  package init(seed: UInt64, _ streams: UInt64...) {
    state = seed
    for stream in streams { state = next() ^ (stream &* 0xD6E8_FEB8_6659_FD93) }
  }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// 0 to `bound` − 1.
  package mutating func below(_ bound: Int) -> Int {
    precondition(bound > 0, "nothing lies below \(bound)")
    return Int(next().multipliedFullWidth(by: UInt64(bound)).high)
  }

  package mutating func within(_ range: ClosedRange<Int64>) -> Int64 {
    range.lowerBound + Int64(below(Int(range.upperBound - range.lowerBound) + 1))
  }
}
