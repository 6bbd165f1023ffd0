package import SMPModel

/// One entry of a plan document as its reader found it.
///
/// `unreadable` is already reported by the reader: no default replaces it and no further finding is built on it,
/// so that every mistake is reported once and all of them in one go.
package enum Given<Value: Hashable & Sendable>: Hashable, Sendable {
  case nothing
  case unreadable
  case value(Value)

  package var value: Value? {
    switch self {
    case .nothing, .unreadable: nil
    case .value(let value): value
    }
  }
}

/// What a plan document says, before any check: parts may be missing or unreadable.
package struct PlanDraft: Hashable, Sendable {
  package var title: Given<String> = .nothing
  package var client: Given<String> = .nothing
  package var pattern: Given<HairLossPattern> = .nothing
  package var skin: Given<SkinType> = .nothing
  package var style: Given<String> = .nothing
  package var naturalDensity: Given<Density> = .nothing
  package var pigment: Given<PigmentRecipe> = .nothing
  package var zones: Given<[ZoneDraft]> = .nothing
  package var landmarks: Given<[LandmarkDraft]> = .nothing
  package var sessions: Given<[SessionDraft]> = .nothing
  package init() {}
}

package struct LandmarkDraft: Hashable, Sendable {
  package var name: Given<String> = .nothing
  package var place: Given<ChartPosition> = .nothing
  package init() {}
}

package struct ZoneDraft: Hashable, Sendable {
  package var name: Given<String> = .nothing
  package var needle: Given<String> = .nothing
  package var corners: Given<[ChartPosition]> = .nothing
  package init() {}
}

package struct SessionDraft: Hashable, Sendable {
  package var number: Given<Int64> = .nothing
  package var zoneOrder: Given<ZoneOrder> = .nothing
  package var zones: Given<[SessionZoneDraft]> = .nothing
  package init() {}
}

package struct SessionZoneDraft: Hashable, Sendable {
  package var zone: Given<String> = .nothing
  package var depth: Given<Depth> = .nothing
  package var depthRange: Given<Span<Depth>> = .nothing
  package var speed: Given<Speed> = .nothing
  package var speedRange: Given<Span<Speed>> = .nothing
  package var dwell: Given<Dwell> = .nothing
  package var spacing: Given<Distance> = .nothing
  package var density: Given<Density> = .nothing
  package var held: Given<Density> = .nothing
  package var localDensity: Given<Density> = .nothing
  package var dots: Given<Int64> = .nothing
  package var needle: Given<String> = .nothing
  package init() {}

  /// Two ends as written: they may be the wrong way round.
  package struct Span<Value: Quantity>: Hashable, Sendable {
    package let lower: Value
    package let upper: Value
    package init(lower: Value, upper: Value) {
      self.lower = lower
      self.upper = upper
    }
  }
}
