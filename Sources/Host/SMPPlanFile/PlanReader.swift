import SMPModel
import SMPTreatment

/// Reads a tree into a draft and remembers where everything stood. Says only what a document alone can tell:
/// unknown keys, values that are no values. A list past its bound is only counted. What belongs together is checked by `PlanDraft.compile(site:)`.
struct PlanReader {
  let problems: ProblemList
  private(set) var places: [PlanPlace: Place] = [:]

  init(problems: ProblemList) { self.problems = problems }

  /// Where a finding points: its own place, or what encloses it.
  func place(of place: PlanPlace) -> Place {
    if let known = places[place] { return known }
    switch place {
    case .plan: return .start
    case .field, .zone, .landmark, .session: return self.place(of: .plan)
    case .landmarkName(let landmark), .landmarkPlace(let landmark): return self.place(of: .landmark(landmark))
    case .zoneName(let zone), .outline(let zone): return self.place(of: .zone(zone))
    case .corner(let zone, _): return self.place(of: .outline(zone: zone))
    case .sessionNumber(let session), .sessionZones(let session): return self.place(of: .session(session))
    case .sessionZone(let session, _): return self.place(of: .sessionZones(session))
    case .sessionField(let session, let zone, _):
      return self.place(of: .sessionZone(session: session, zone: zone))
    }
  }

  /// nil when the document is no mapping or of another schema: then nothing else in it can be judged.
  mutating func read(_ tree: YAMLTree) -> PlanDraft? {
    guard var top = MappingReader(tree, what: "a plan", problems: problems) else { return nil }
    places[.plan] = tree.place
    guard Schema.check(&top, current: PlanBounds.schema) else { return nil }
    var draft = PlanDraft()
    draft.title = top.text("title", maximum: PlanBounds.titleCharacters)
    draft.client = client(&top)
    draft.pattern = pattern(&top)
    draft.skin = word("fitzpatrick", SkinType.self, &top)
    draft.style = top.text("style", maximum: PlanBounds.titleCharacters)
    draft.naturalDensity = top.quantity("natural-density", .perSquareCentimetre)
    draft.pigment = pigment(&top)
    let hasUnit = chartUnit(&top)
    if let entry = top.take("zones") {
      places[.field(.zones)] = entry.place
      draft.zones = list(entry.value, what: "`zones`").map { items in
        if items.count > Bounds.zones { return Array(repeating: ZoneDraft(), count: items.count) }
        return items.enumerated().map { zone($1, index: $0) }
      }
    }
    draft.landmarks = landmarks(&top)
    if let entry = top.take("sessions") {
      places[.field(.sessions)] = entry.place
      draft.sessions = list(entry.value, what: "`sessions`").map { items in
        if items.count > PlanBounds.sessions { return Array(repeating: SessionDraft(), count: items.count) }
        return items.enumerated().map { session($1, index: $0) }
      }
    }
    if !hasUnit {
      problems.error(
        tree.place, "`chart-unit` is missing", allowed: "chart-unit: mm",
        remedy: "state once that the outlines are in millimetres")
    }
    places[.field(.naturalDensity)] = valuePlace("natural-density", in: tree)
    top.finish(what: "the plan")
    return draft
  }

  private func valuePlace(_ key: String, in tree: YAMLTree) -> Place? {
    guard case .mapping(let entries) = tree.content else { return nil }
    return entries.first { $0.key == key }?.value.place
  }

  // MARK: the head of a plan

  private func client(_ top: inout MappingReader) -> Given<String> {
    guard let entry = top.take("client") else { return .nothing }
    let given = MappingReader.text(
      entry.value, what: "`client`", maximum: PlanBounds.clientBytes, problems: problems)
    guard case .value(let text) = given else { return given }
    let isPlain = text.unicodeScalars.allSatisfy { scalar in
      scalar.isASCII
        && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
          || "._-".unicodeScalars.contains(scalar))
    }
    if isPlain { return given }
    problems.error(
      entry.value.place, "`client` is not a plain reference: \(quoted(text))",
      allowed: "1 to \(PlanBounds.clientBytes) letters, digits, `.`, `_`, `-`",
      remedy: "use a reference such as C-2041; names and addresses do not belong into a plan")
    return .unreadable
  }

  private mutating func pattern(_ top: inout MappingReader) -> Given<HairLossPattern> {
    let norwood = word("norwood", Norwood.self, &top).map { HairLossPattern.norwood($0) }
    let other = top.take("ludwig")
    guard let other else { return norwood }
    let ludwig = word(other, key: "ludwig", Ludwig.self).map { HairLossPattern.ludwig($0) }
    if norwood == .nothing { return ludwig }
    problems.error(
      other.place, "a plan has `norwood` or `ludwig`, not both", remedy: "keep the scale that was used")
    return .unreadable
  }

  private func pigment(_ top: inout MappingReader) -> Given<PigmentRecipe> {
    guard let entry = top.take("pigment") else { return .nothing }
    guard var mapping = MappingReader(entry.value, what: "`pigment`", problems: problems) else { return .unreadable }
    var texts: [String] = []
    for key in ["brand", "shade", "dilution"] {
      switch mapping.text(key, maximum: PlanBounds.labelCharacters) {
      case .value(let text): texts.append(text)
      case .unreadable: break
      case .nothing:
        problems.error(
          entry.place, "`pigment` has no `\(key)`", remedy: "add `\(key):` as the label says")
      }
    }
    mapping.finish(what: "`pigment`")
    guard texts.count == 3 else { return .unreadable }
    return .value(PigmentRecipe(brand: texts[0], shade: texts[1], dilution: texts[2]))
  }

  private func chartUnit(_ top: inout MappingReader) -> Bool {
    guard let entry = top.take("chart-unit") else { return false }
    if case .text("mm") = entry.value.content { return true }
    problems.error(
      entry.value.place, "`chart-unit` is not mm", allowed: "mm", remedy: "convert every outline to millimetres")
    return true
  }

  // MARK: zones

  private mutating func zone(_ node: YAMLTree, index: Int) -> ZoneDraft {
    places[.zone(index)] = node.place
    var draft = ZoneDraft()
    guard var mapping = MappingReader(node, what: "a zone", problems: problems) else {
      draft.name = .unreadable
      draft.needle = .unreadable
      draft.corners = .unreadable
      return draft
    }
    if let entry = mapping.take("name") {
      places[.zoneName(index)] = entry.value.place
      draft.name = word(
        entry.value, naming: "a zone",
        such: ZoneNames.usual.joined(separator: ", ") + "; also such as temple-left")
    }
    draft.needle = mapping.text("needle", maximum: PlanBounds.needleCharacters)
    // Its values stand in the sessions by now, or are to stand there by themselves.
    _ = mapping.text("preset", maximum: PlanBounds.zoneNameBytes)
    if let entry = mapping.take("outline") {
      places[.outline(zone: index)] = entry.value.place
      draft.corners = corners(entry.value, zone: index)
    }
    mapping.finish(what: "a zone")
    return draft
  }

  private func word(_ node: YAMLTree, naming what: String, such usual: String) -> Given<String> {
    let given = MappingReader.text(
      node, what: "the \(what.split(separator: " ").last ?? "")'s name", maximum: PlanBounds.zoneNameBytes,
      problems: problems)
    guard case .value(let name) = given, !ZoneNames.isValid(name) else { return given }
    problems.error(
      node.place, "\(quoted(name)) cannot name \(what)", allowed: "lower-case letters, digits and hyphens",
      remedy: "usual names: \(usual)")
    return .unreadable
  }

  private mutating func corners(_ node: YAMLTree, zone: Int) -> Given<[ChartPosition]> {
    let given = list(node, what: "`outline`")
    guard case .value(let items) = given else { return .unreadable }
    if items.count > Bounds.outlineCorners {
      return .value(Array(repeating: ChartPosition(x: 0, y: 0), count: items.count))
    }
    var corners: [ChartPosition] = []
    for (index, item) in items.enumerated() {
      places[.corner(zone: zone, corner: index)] = item.place
      if let corner = corner(item, of: "a corner") { corners.append(corner) }
    }
    return corners.count == items.count ? .value(corners) : .unreadable
  }

  private func corner(_ node: YAMLTree, of what: String) -> ChartPosition? {
    let shape = "\(what) is two numbers in mm, such as [-42.5, 18]"
    guard case .list(let items) = node.content, items.count == 2 else {
      problems.error(node.place, "this is no \(what.dropFirst(2))", allowed: shape, remedy: "write [x, y]")
      return nil
    }
    let extent = Bounds.chartExtent.micrometres
    var values: [Int32] = []
    for item in items {
      guard case .text(let text) = item.content else {
        problems.error(item.place, "this is no coordinate", allowed: shape, remedy: "write a number")
        continue
      }
      do {
        let value = try Measure.coordinate(text)
        if abs(value) <= extent {
          values.append(Int32(value))
        } else {
          problems.error(
            item.place, "the coordinate \(quoted(text)) lies off the chart",
            allowed: "-\(Unit.millimetres.text(extent)) to \(Unit.millimetres.text(extent))",
            remedy: "the chart is in millimetres from the middle of the chart")
        }
      } catch {
        problems.error(
          item.place, "the coordinate \(quoted(text)) cannot be read", allowed: shape,
          remedy: error == .tooFine
            ? "write at most three digits after the point" : "write digits and a decimal point, without a unit")
      }
    }
    return values.count == 2 ? ChartPosition(x: values[0], y: values[1]) : nil
  }

  // MARK: landmarks

  private mutating func landmarks(_ top: inout MappingReader) -> Given<[LandmarkDraft]> {
    guard let entry = top.take("landmarks") else { return .nothing }
    places[.field(.landmarks)] = entry.place
    return list(entry.value, what: "`landmarks`").map { items in
      if items.count > Landmark.counts.upperBound {
        return Array(repeating: LandmarkDraft(), count: items.count)
      }
      return items.enumerated().map { landmark($1, index: $0) }
    }
  }

  private mutating func landmark(_ node: YAMLTree, index: Int) -> LandmarkDraft {
    places[.landmark(index)] = node.place
    var draft = LandmarkDraft()
    guard var mapping = MappingReader(node, what: "a landmark", problems: problems) else {
      draft.name = .unreadable
      draft.place = .unreadable
      return draft
    }
    if let entry = mapping.take("name") {
      places[.landmarkName(index)] = entry.value.place
      draft.name = word(entry.value, naming: "a landmark", such: "nasion, ear-left, ear-right, inion")
    }
    if let entry = mapping.take("place") {
      places[.landmarkPlace(index)] = entry.value.place
      draft.place = corner(entry.value, of: "a place").map(Given.value) ?? .unreadable
    }
    mapping.finish(what: "a landmark")
    return draft
  }

  // MARK: sessions

  private mutating func session(_ node: YAMLTree, index: Int) -> SessionDraft {
    places[.session(index)] = node.place
    var draft = SessionDraft()
    guard var mapping = MappingReader(node, what: "a session", problems: problems) else {
      draft.number = .unreadable
      draft.zones = .unreadable
      return draft
    }
    if let entry = mapping.take("session") { places[.sessionNumber(index)] = entry.value.place }
    draft.number = mapping.count("session")
    draft.zoneOrder = word("zone-order", PlanZoneOrder.self, &mapping).map { $0.order }
    if let entry = mapping.take("zones") {
      places[.sessionZones(index)] = entry.value.place
      draft.zones = list(entry.value, what: "`zones`").map { items in
        if items.count > Bounds.zones { return Array(repeating: SessionZoneDraft(), count: items.count) }
        return items.enumerated().map { listing($1, session: index, zone: $0) }
      }
    }
    mapping.finish(what: "a session")
    return draft
  }

  private mutating func listing(_ node: YAMLTree, session: Int, zone: Int) -> SessionZoneDraft {
    places[.sessionZone(session: session, zone: zone)] = node.place
    var draft = SessionZoneDraft()
    guard var mapping = MappingReader(node, what: "a session's zone", problems: problems) else {
      draft.zone = .unreadable
      draft.depth = .unreadable
      draft.speed = .unreadable
      draft.dwell = .unreadable
      draft.spacing = .unreadable
      draft.density = .unreadable
      draft.dots = .unreadable
      draft.needle = .unreadable
      return draft
    }
    for field in ZoneField.allCases {
      if let entry = mapping.take(field.key) {
        places[.sessionField(session: session, zone: zone, field: field)] = entry.value.place
      }
    }
    draft.zone = mapping.text("zone", maximum: PlanBounds.zoneNameBytes)
    draft.depth = mapping.quantity("depth", .millimetres)
    draft.depthRange = mapping.span("depth-range", .millimetres)
    draft.speed = mapping.quantity("speed", .hertz)
    draft.speedRange = mapping.span("speed-range", .hertz)
    draft.dwell = mapping.quantity("dwell", .milliseconds)
    draft.spacing = mapping.quantity("spacing", .millimetres)
    draft.density = mapping.quantity("density", .perSquareCentimetre)
    draft.held = mapping.quantity("held", .perSquareCentimetre)
    draft.localDensity = mapping.quantity("local-density", .perSquareCentimetre)
    draft.dots = mapping.count("dots")
    draft.needle = mapping.text("needle", maximum: PlanBounds.needleCharacters)
    mapping.finish(what: "a session's zone")
    return draft
  }

  // MARK: shapes

  private func list(_ node: YAMLTree, what: String) -> Given<[YAMLTree]> {
    if case .list(let items) = node.content { return .value(items) }
    problems.error(
      node.place, "\(what) must be a list", allowed: "lines that begin with `- `", remedy: "begin each item with `- `")
    return .unreadable
  }

  private func word<Word: RawRepresentable & CaseIterable>(
    _ key: String, _: Word.Type, _ mapping: inout MappingReader
  ) -> Given<Word> where Word.RawValue == String {
    guard let entry = mapping.take(key) else { return .nothing }
    return word(entry, key: key, Word.self)
  }

  private func word<Word: RawRepresentable & CaseIterable>(
    _ entry: YAMLTree.Entry, key: String, _: Word.Type
  ) -> Given<Word> where Word.RawValue == String {
    if case .text(let text) = entry.value.content, let word = Word(rawValue: text) { return .value(word) }
    let words = Word.allCases.map { $0.rawValue }
    var likely: String?
    var said = ""
    if case .text(let text) = entry.value.content {
      likely = words.first { $0.lowercased() == text.lowercased() } ?? Nearest.word(to: text, among: words)
      said = ": \(quoted(text))"
    }
    problems.error(
      entry.value.place, "`\(key)` has an unknown value\(said)", allowed: words.joined(separator: ", "),
      remedy: likely.map { "did you mean `\($0)`?" } ?? "write one of the allowed words")
    return .unreadable
  }
}
