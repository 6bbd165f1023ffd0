/// Why a session is paused.
package enum PauseReason: UInt8, CaseIterable, Sendable {
  /// The client wants one.
  case client
  /// A new cartridge.
  case cartridge
  /// Pigment.
  case ink
  /// The practitioner's own.
  case rest

  package var word: StaticString {
    switch self {
    case .client: "client"
    case .cartridge: "cartridge"
    case .ink: "ink"
    case .rest: "break"
    }
  }
}

/// How uncomfortable it is, in the client's own judgement: 0 is not at all, 10 is the worst there can be.
package struct ComfortScore: Hashable, Sendable {
  package static let range: ClosedRange<Int64> = 0...10
  package let value: Int64

  /// Nil outside `range`.
  package init?(_ value: Int64) {
    guard ComfortScore.range.contains(value) else { return nil }
    self.value = value
  }
}
