import SMPModel
import SMPTreatment

/// A finding as sentences: made once, here, for people.
struct FindingWords {
  let message: String
  let allowed: String?
  let remedy: String

  init(_ message: String, _ remedy: String, allowed: String? = nil) {
    self.message = message
    self.allowed = allowed
    self.remedy = remedy
  }

  init(_ finding: PlanFinding) {
    self =
      switch finding.kind {
      case .part(let part): Self.words(part)
      case .outline(let outline): Self.words(outline)
      case .landmark(let landmark): Self.words(landmark)
      case .value(let value): Self.words(value, name: Self.name(finding.place))
      case .density(let density): Self.words(density)
      }
  }

  // MARK: what a plan consists of

  private static func words(_ finding: PartFinding) -> FindingWords {
    switch finding {
    case .missing(let field): missing(field)
    case .missingInZone(let field): missing(field)
    case .missingName: .init("this zone has no `name`", "add `name:` with a word such as hairline")
    case .missingOutline:
      .init("this zone has no `outline`", "add `outline:` with a list of [x, y] in mm")
    case .missingSessionNumber: .init("this session has no number", "add `session: 1`, 2, 3 and so on")
    case .missingSessionZones: .init("this session works no zone", "add `zones:` with at least one zone")
    case .noZones: .init("the plan has no zone", "add at least one zone with its outline")
    case .noSessions: .init("the plan has no session", "add at least one session")
    case .tooManyZones(let count):
      .init("there are \(count) zones", "join zones", allowed: "at most \(Bounds.zones)")
    case .tooManySessions(let count):
      .init(
        "there are \(count) sessions", "plan fewer sessions, or another course later",
        allowed: "at most \(PlanBounds.sessions)")
    case .nameTaken(let name, let first):
      .init(
        "the name \(quoted(name)) is already taken by zone \(first + 1)",
        "give each zone its own name, such as \(name)-left and \(name)-right")
    case .sessionOutOfOrder(let expected, let found):
      .init(
        "session \(found) stands where session \(expected) belongs", "number the sessions 1, 2, 3 in their order",
        allowed: "session: \(expected)")
    case .unknownZone(let name, let known):
      .init(
        "there is no zone \(quoted(name)) in this plan",
        Nearest.word(to: name, among: known).map { "did you mean `\($0)`?" }
          ?? "add the zone with its outline under `zones`", allowed: known.joined(separator: ", "))
    case .zoneTwice(let name, let first):
      .init("\(quoted(name)) is already worked in this session, as its zone \(first + 1)", "join the two entries")
    case .zoneUnused(let name):
      .init("no session works the zone \(quoted(name))", "list it in a session, or delete it")
    }
  }

  private static func missing(_ field: PlanField) -> FindingWords {
    let sample =
      switch field {
      case .title: "title: Norwood 4, closely shaved look"
      case .client: "client: C-2041"
      case .pattern: "norwood: IV"
      case .skin: "fitzpatrick: II"
      case .style: "style: soft hairline"
      case .naturalDensity: "natural-density: 80 /cm2"
      case .pigment: "pigment: with brand, shade and dilution below it"
      case .zones: "zones: with a list below it"
      case .landmarks: "landmarks: with a list below it"
      case .sessions: "sessions: with a list below it"
      }
    return .init("`\(field.key)` is missing", "add `\(sample)`")
  }

  private static func missing(_ field: ZoneField) -> FindingWords {
    let sample =
      switch field {
      case .zone: "zone: hairline"
      case .depth, .spacing: "\(field.key): \(Unit.millimetres.sample)"
      case .depthRange: "depth-range: 0.3 mm to 0.6 mm"
      case .speed: "speed: \(Unit.hertz.sample)"
      case .speedRange: "speed-range: 90 Hz to 120 Hz"
      case .dwell: "dwell: \(Unit.milliseconds.sample)"
      case .density, .held, .localDensity: "\(field.key): \(Unit.perSquareCentimetre.sample)"
      case .dots: "dots: \(Unit.count.sample)"
      case .needle: "needle: 3RL 0.25"
      }
    return .init(
      "`\(field.key)` is missing in this session's zone",
      field == .needle ? "add `\(sample)` here or in the zone" : "add `\(sample)` with the value you mean")
  }

  // MARK: outlines

  private static func words(_ finding: OutlineFinding) -> FindingWords {
    switch finding {
    case .tooFewCorners(let count):
      .init("the outline has \(count) corners", "add corners", allowed: "at least 3")
    case .tooManyCorners(let count):
      .init(
        "the outline has \(count) corners", "draw it with fewer corners",
        allowed: "at most \(Bounds.outlineCorners)")
    case .beyondChart:
      .init("this corner lies off the chart", "outlines are in mm from the middle of the chart")
    case .cornerRepeated(let corner, let again):
      .init(
        "corner \(again + 1) is corner \(corner + 1) again",
        "delete one of them; an outline closes by itself from its last corner to its first")
    case .sidesCross(let first, let second):
      .init(
        "the outline crosses or touches itself: the side after corner \(second + 1) meets the side after corner "
          + "\(first + 1)", "list the corners in order around the zone")
    case .areaTooSmall(let area):
      .init(
        "the zone covers only \(squareCentimetres(area))", "check that the outline is in mm",
        allowed: "at least \(squareCentimetres(PlanBounds.smallestArea))")
    case .overlaps(let other):
      .init(
        "the outline overlaps the zone \(quoted(other))",
        "move a border; zones may share a border, but no dot may belong to two zones")
    }
  }

  /// Down to a hundredth of a cm², rounded down.
  private static func squareCentimetres(_ area: Area) -> String {
    let hundredths = area.squareMicrometres / 1_000_000
    let rest = hundredths % 100
    return "\(hundredths / 100).\(rest < 10 ? "0" : "")\(rest) cm2"
  }
}
