import SMPModel

/// One zone in one session: its values by themselves, against the limits, and against earlier sessions.
struct ListingCheck {
  let draft: SessionZoneDraft
  /// Place of the session in the draft.
  let session: Int
  /// Place of the listing in the session.
  let place: Int
  let natural: Density?

  func place(_ field: ZoneField) -> PlanPlace { .sessionField(session: session, zone: place, field: field) }

  /// nil where a value is missing or wrong; all of them are reported.
  func run(_ compiler: inout PlanCompiler, zone: Int?, area: Area?) -> Listing? {
    let depth = setPoint(
      &compiler, draft.depth, .depth, draft.depthRange, .depthRange, (.depthMinimum, .depthMaximum))
    let speed = setPoint(
      &compiler, draft.speed, .speed, draft.speedRange, .speedRange, (.speedMinimum, .speedMaximum))
    let dwell = dwell(&compiler, speed: speed?.value)
    let spacing = spacing(&compiler)
    let density = density(&compiler)
    let held = held(&compiler)
    let local = localDensity(&compiler, density: density)
    if let spacing, let density { reach(&compiler, spacing, density) }
    compareWithEarlier(&compiler, zone: zone, spacing: spacing, density: density)
    let dots = dots(&compiler, zone: zone, area: area, density: density)
    guard let depth, let speed, let dwell, let spacing, let density, let local, let dots else { return nil }
    return Listing(
      depth: depth.value, depthRange: depth.range, speed: speed.value, speedRange: speed.range, dwell: dwell,
      spacing: spacing, density: density, held: held, localDensity: local, dots: dots)
  }

  /// A commanded value and its range; without a range, exactly the value.
  private func setPoint<Value: Quantity>(
    _ compiler: inout PlanCompiler, _ given: Given<Value>, _ field: ZoneField,
    _ givenRange: Given<SessionZoneDraft.Span<Value>>, _ rangeField: ZoneField,
    _ keys: (minimum: LimitKey, maximum: LimitKey)
  ) -> (value: Value, range: ClosedRange<Value>)? {
    let value = compiler.need(given, place(field), .part(.missingInZone(field)))
    var isSound = true
    if let value {
      for key in [keys.minimum, keys.maximum] {
        if let kind = compiler.limits.judge(key, value.amount) { compiler.report(place(field), kind) }
      }
    }
    var range: ClosedRange<Value>?
    switch givenRange {
    case .nothing: range = value.map { $0...$0 }
    case .unreadable:
      compiler.hasUnreadable = true
      isSound = false
    case .value(let span):
      guard span.lower <= span.upper else {
        compiler.report(place(rangeField), .value(.rangeReversed))
        return nil
      }
      for (key, end) in [(keys.minimum, span.lower), (keys.maximum, span.upper)] {
        if let kind = compiler.limits.judge(key, end.amount) { compiler.report(place(rangeField), kind) }
      }
      range = span.lower...span.upper
    }
    guard isSound, let value, let range else { return nil }
    guard range.contains(value) else {
      compiler.report(place(field), .value(.outsideRange))
      return nil
    }
    return (value, range)
  }

  private func dwell(_ compiler: inout PlanCompiler, speed: Speed?) -> Dwell? {
    guard let dwell = compiler.need(draft.dwell, place(.dwell), .part(.missingInZone(.dwell))) else { return nil }
    guard dwell > .zero else {
      compiler.report(place(.dwell), .value(.notPositive))
      return nil
    }
    if let kind = compiler.limits.judge(.dwellMaximum, dwell.milliseconds) {
      compiler.report(place(.dwell), kind)
      return dwell
    }
    // ms × mHz: one stroke is 1,000,000. Slower speeds are refused above, faster ones only make it true.
    if let speed, speed.millihertz < 1_000_000, dwell.milliseconds * speed.millihertz < 1_000_000 {
      compiler.report(place(.dwell), .value(.shorterThanStroke(speed)))
    }
    return dwell
  }

  private func spacing(_ compiler: inout PlanCompiler) -> Distance? {
    guard let spacing = compiler.need(draft.spacing, place(.spacing), .part(.missingInZone(.spacing))) else {
      return nil
    }
    if let kind = compiler.limits.judge(.spacingMinimum, spacing.micrometres) {
      compiler.report(place(.spacing), kind)
    }
    guard spacing > .zero else { return nil }
    guard spacing <= PlanBounds.spacingMaximum else {
      compiler.report(place(.spacing), .value(.spacingTooWide(spacing)))
      return nil
    }
    return spacing
  }

  private func density(_ compiler: inout PlanCompiler) -> Density? {
    let density: Density
    switch draft.density {
    case .nothing:
      guard let natural else { return nil }
      density = PlanBounds.ramp(session: session + 1, of: natural)
    case .unreadable:
      compiler.hasUnreadable = true
      return nil
    case .value(let value): density = value
    }
    guard density > .zero else {
      compiler.report(place(.density), .value(.notPositive))
      return nil
    }
    if let kind = compiler.limits.judge(.zoneDensityMaximum, density.perSquareMetre) {
      compiler.report(place(.density), kind)
      // Past a hard limit nothing built on it means anything.
      if case .value(.beyondHard) = kind { return nil }
    }
    if let natural, density > natural { compiler.report(place(.density), .density(.aboveNatural(natural))) }
    return density
  }

  /// nil where none is written; a wrong one is reported, and then there is no plan.
  private func held(_ compiler: inout PlanCompiler) -> Density? {
    switch draft.held {
    case .nothing: return nil
    case .unreadable: compiler.hasUnreadable = true
    case .value(let held):
      guard held > .zero else {
        compiler.report(place(.held), .value(.notPositive))
        return nil
      }
      if let kind = compiler.limits.judge(.zoneDensityMaximum, held.perSquareMetre) {
        compiler.report(place(.held), kind)
      }
      return held
    }
    return nil
  }

  private func localDensity(_ compiler: inout PlanCompiler, density: Density?) -> Density? {
    switch draft.localDensity {
    case .unreadable:
      compiler.hasUnreadable = true
      return nil
    case .nothing:
      guard let density else { return nil }
      let local = PlanBounds.localDensity(for: density)
      // Nobody wrote this value, so it refuses nothing: the guard holds the stricter limit anyway.
      if let strictest = compiler.limits.strictest(.discDensityMaximum), local.perSquareMetre > strictest.value {
        let limit = Density.perSquareMetre(strictest.value)
        compiler.report(
          place(.localDensity), .density(.defaultCapBeyond(local, limit: limit, source: strictest.source)))
      }
      return local
    case .value(let local):
      if let kind = compiler.limits.judge(.discDensityMaximum, local.perSquareMetre) {
        compiler.report(place(.localDensity), kind)
      }
      if let density, local < density {
        compiler.report(place(.localDensity), .density(.localBelowDensity(density: density)))
      }
      return local
    }
  }

  /// Spacing against density. Products stay below 1.5 × 10⁶ × (2 × 10⁴)², far inside 64 bits.
  private func reach(_ compiler: inout PlanCompiler, _ spacing: Distance, _ density: Density) {
    let square = spacing.micrometres * spacing.micrometres
    let needed = density.perSquareMetre * square
    if needed > PlanBounds.hexagonalEnd {
      let reachable = Density.perSquareMetre(PlanBounds.hexagonalEnd / square)
      compiler.report(place(.density), .density(.beyondLattice(density, reachable: reachable, spacing: spacing)))
    } else if needed > PlanBounds.randomJam {
      let reachable = Density.perSquareMetre(PlanBounds.randomJam / square)
      compiler.report(place(.density), .density(.jams(density, reachable: reachable, spacing: spacing)))
    }
  }

  private func compareWithEarlier(
    _ compiler: inout PlanCompiler, zone: Int?, spacing: Distance?, density: Density?
  ) {
    guard let zone else { return }
    let earlier = compiler.progress[zone]
    if let density, let before = earlier.density, density < before {
      compiler.report(place(.density), .density(.densityFell(previous: before)))
    }
    if let spacing, let before = earlier.spacing, spacing >= before, density != earlier.density {
      compiler.report(place(.spacing), .density(.spacingDidNotFall(previous: before)))
    }
    if let density { compiler.progress[zone].density = max(density, earlier.density ?? density) }
    if let spacing { compiler.progress[zone].spacing = spacing }
  }

  /// Dots as given, or what the density leaves after earlier sessions; kept for the sessions to come.
  private func dots(
    _ compiler: inout PlanCompiler, zone: Int?, area: Area?, density: Density?
  ) -> Int64? {
    let earlier = zone.flatMap { compiler.progress[$0].dots }
    var possible: Int64?
    if let area, let density { possible = density.dots(in: area) }
    let dots = soundDots(&compiler, earlier: earlier, possible: possible)
    guard let zone else { return dots }
    guard let dots, let earlier else {
      compiler.progress[zone].dots = nil
      return dots
    }
    compiler.progress[zone].dots = earlier + dots
    if let possible { compareDots(&compiler, soFar: earlier + dots, possible: possible) }
    return dots
  }

  /// nil where the number is wrong by itself.
  private func soundDots(_ compiler: inout PlanCompiler, earlier: Int64?, possible: Int64?) -> Int64? {
    switch draft.dots {
    case .unreadable:
      compiler.hasUnreadable = true
      return nil
    case .nothing:
      guard let possible, let earlier else { return nil }
      if possible <= earlier {
        compiler.report(place(.dots), .density(.noDotsLeft))
        return nil
      }
      return withinLimit(&compiler, possible - earlier)
    case .value(let dots):
      if dots <= 0 {
        compiler.report(place(.dots), .value(.notPositive))
        return nil
      }
      return withinLimit(&compiler, dots)
    }
  }

  private func withinLimit(_ compiler: inout PlanCompiler, _ dots: Int64) -> Int64? {
    guard let kind = compiler.limits.judge(.zoneDotsMaximum, dots) else { return dots }
    compiler.report(place(.dots), kind)
    // Past a hard limit the sum means nothing either.
    if case .value(.beyondHard) = kind { return nil }
    return dots
  }

  private func compareDots(_ compiler: inout PlanCompiler, soFar: Int64, possible: Int64) {
    if soFar > possible {
      compiler.report(place(.dots), .density(.tooManyDots(soFar: soFar, possible: possible)))
    } else if soFar * 100 < possible * PlanBounds.fewDotsPercent {
      compiler.report(place(.dots), .density(.tooFewDots(soFar: soFar, possible: possible)))
    }
  }
}
