internal import SMPModel
internal import SMPRecord

/// The numbers of a report, added up once.
struct SessionFigures: Sendable {
  struct Zone: Hashable, Sendable {
    let name: String
    let area: Area?
    let outline: [ChartPosition]
    let dots: Int64
    let presumed: Int64
    let earlierDots: Int64
    let wish: ReportPlan.Wish?

    var density: Density? { area.map { Density.reached(by: dots + earlierDots, over: $0) } }
    var earlierDensity: Density? { area.map { Density.reached(by: earlierDots, over: $0) } }
  }

  /// One reason for denials, under one limit of one source.
  struct Denials: Hashable, Sendable {
    let denial: String
    let key: LimitKey?
    let limit: Int64?
    let source: LimitSource?
    var count: Int64
    /// Farthest beyond the limit.
    var farthest: Int64?
  }

  /// Time without running.
  struct Rest: Hashable, Sendable {
    let from: WallTime
    let to: WallTime
    let kind: EntryKind
  }

  let zones: [Zone]
  let denials: [Denials]
  let rests: [Rest]
  /// Of each dot of the session, in order.
  let spacings: [Distance]
  /// Dots nearer to another one than the plan has it for their zone; nil where no plan says.
  let tooNear: Int64?

  init(_ input: ReportInput) {
    let records = input.records
    let number = records.summary.opening?.number ?? 0
    zones = SessionFigures.zones(records, input.plan, number)
    denials = SessionFigures.denials(records.denied)
    rests = SessionFigures.rests(records)
    let spacings = NearestNeighbours.distances(
      of: records.dots.map(\.position), among: records.earlier.flatMap { $0.dots.map(\.position) } + records.unbidden)
    self.spacings = spacings
    tooNear = input.plan.map { plan in
      Int64(
        records.dots.indices.count { index in
          let zone = records.summary.opening.name(of: records.dots[index].zone)
          return plan.wish(zone, session: number)?.spacing.map { spacings[index] < $0 } ?? false
        })
    }
  }

  /// Those of the plan in its order, then any other a dot names.
  private static func zones(_ records: SessionRecords, _ plan: ReportPlan?, _ number: Int64) -> [Zone] {
    let opening = records.summary.opening
    var own: [String: (dots: Int64, presumed: Int64)] = [:]
    for dot in records.dots {
      own[opening.name(of: dot.zone), default: (0, 0)].dots += 1
      if dot.presumed { own[opening.name(of: dot.zone), default: (0, 0)].presumed += 1 }
    }
    var earlier: [String: Int64] = [:]
    for session in records.earlier {
      let opening: SessionOpenedEntry? = session.opening
      for dot in session.dots { earlier[opening.name(of: dot.zone), default: 0] += 1 }
    }
    let planned = plan?.zones.map(\.name) ?? []
    let opened = (opening?.zones.map(\.text) ?? []) + records.earlier.flatMap { $0.opening.zones.map(\.text) }
    let met = Array(own.keys).sorted() + Array(earlier.keys).sorted()
    var names: [String] = []
    for name in planned + opened + met where !names.contains(name) { names.append(name) }
    return names.map { name in
      let zone = plan?.zones.first { $0.name == name }
      return Zone(
        name: name, area: zone?.area, outline: zone?.outline ?? [], dots: own[name]?.dots ?? 0,
        presumed: own[name]?.presumed ?? 0, earlierDots: earlier[name] ?? 0,
        wish: plan?.wish(name, session: number))
    }
  }

  /// Most frequent first.
  private static func denials(_ denied: [SessionRecords.Denied]) -> [Denials] {
    var found: [Denials] = []
    for denial in denied.map(\.denial) {
      var next = Denials(denial: denial.word.description, key: nil, limit: nil, source: nil, count: 1, farthest: nil)
      switch denial {
      case .beyondHard(let key, let requested, let limit, let source),
        .beyondSoft(let key, let requested, let limit, let source):
        next = Denials(
          denial: next.denial, key: key, limit: limit, source: source, count: 1, farthest: requested)
      case .outsideOutline, .zoneOutOfOrder, .zoneComplete, .grantOpen, .notRunning, .journalStalled, .tooManyDots:
        break
      }
      let place = found.firstIndex {
        $0.denial == next.denial && $0.key == next.key && $0.limit == next.limit && $0.source == next.source
      }
      guard let place else {
        found.append(next)
        continue
      }
      found[place].count += 1
      if let key = next.key, let value = next.farthest, let known = found[place].farthest {
        found[place].farthest = key.isMaximum ? max(known, value) : min(known, value)
      }
    }
    return found.enumerated().sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }
      .map(\.element)
  }

  private static func rests(_ records: SessionRecords) -> [Rest] {
    var rests: [Rest] = []
    var open: (from: WallTime, kind: EntryKind)?
    for entry in records.events {
      switch entry.body {
      case .paused, .disarmed, .uncertain:
        // Uncertain is worse than paused, and a person must know.
        if open == nil || entry.body.kind == .uncertain { open = (open?.from ?? entry.header.wall, entry.body.kind) }
      case .resumed, .armed, .sessionClosed:
        if let began = open { rests.append(Rest(from: began.from, to: entry.header.wall, kind: began.kind)) }
        open = nil
      default: break
      }
    }
    if let began = open, let last = records.events.last {
      rests.append(Rest(from: began.from, to: last.header.wall, kind: began.kind))
    }
    return rests
  }
}

extension Density {
  /// Dots over an area, cut: a density is never shown above what it is.
  static func reached(by dots: Int64, over area: Area) -> Density {
    guard area.squareMicrometres > 0 else { return .zero }
    let (high, low) = dots.multipliedFullWidth(by: 1_000_000_000_000)
    return .perSquareMetre(area.squareMicrometres.dividingFullWidth((high, low)).quotient)
  }
}
