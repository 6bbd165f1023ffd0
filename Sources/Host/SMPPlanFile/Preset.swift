import SMPModel
import SMPTreatment

/// What a clinic usually does in a zone, session by session, under a name that its plans can say.
package struct Preset: Hashable, Sendable {
  /// A key of a session's zone, with its value as a document writes it.
  struct Value: Hashable, Sendable {
    let key: String
    let text: String
  }

  /// What it is for, in the clinic's words.
  package let about: String?
  /// From session 1 on.
  let sessions: [[Value]]

  /// For a zone that names its needle itself.
  var withoutNeedle: Preset {
    Preset(about: about, sessions: sessions.map { $0.filter { $0.key != ZoneField.needle.key } })
  }

  /// How many sessions it has values for.
  package var sessionCount: Int { sessions.count }
}

/// A preset's document after reading: the preset, or everything that keeps it from being one.
package struct PresetReading: Hashable, Sendable {
  /// nil when any problem is an error.
  package let preset: Preset?
  /// In the order of the document.
  package let problems: [PlanProblem]
}

/// A preset's document, `NAME.yaml` in the presets' directory, schema version 1.
package enum PresetFile {
  package static let schema: Int64 = 1
  /// Refuse a larger file by its size, before reading it: a dozen sessions of ten values are not 64 KiB.
  package static let maximumBytes = 1 << 16
  /// Of a directory: more than anybody remembers by name.
  package static let maximumCount = 200
  package static let suffix = ".yaml"

  package static func parse(_ bytes: [UInt8]) -> PresetReading {
    let tree: YAMLTree
    do {
      tree = try YAMLTree.parse(bytes)
    } catch {
      return PresetReading(preset: nil, problems: [error.problem])
    }
    let problems = ProblemList()
    let preset = read(tree, problems)
    return PresetReading(preset: problems.hasErrors ? nil : preset, problems: problems.sorted)
  }

  private static func read(_ tree: YAMLTree, _ problems: ProblemList) -> Preset? {
    guard var top = MappingReader(tree, what: "a preset", problems: problems), Schema.check(&top, current: schema)
    else { return nil }
    let about = top.text("about", maximum: PlanBounds.titleCharacters).value
    var sessions: [[Preset.Value]] = []
    if let entry = top.take("sessions") {
      sessions = self.sessions(entry, problems)
    } else {
      problems.error(top.place, "`sessions` is missing", remedy: "add `sessions:`, as in a plan, with their values")
    }
    top.finish(what: "a preset")
    return Preset(about: about, sessions: sessions)
  }

  private static func sessions(_ entry: YAMLTree.Entry, _ problems: ProblemList) -> [[Preset.Value]] {
    guard case .list(let items) = entry.value.content, (1...PlanBounds.sessions).contains(items.count) else {
      problems.error(
        entry.value.place, "`sessions` must be a list", allowed: "1 to \(PlanBounds.sessions) sessions",
        remedy: "begin each with `- session:` and its number")
      return []
    }
    return items.enumerated().map { index, item in
      guard var mapping = MappingReader(item, what: "a session", problems: problems) else { return [] }
      let number = mapping.count("session")
      if number != .unreadable, number != .value(Int64(index + 1)) {
        problems.error(
          item.place, "session \(index + 1) is not where it belongs", allowed: "session: \(index + 1)",
          remedy: "number the sessions from 1, without gaps")
      }
      let values = ZoneField.allCases.compactMap { value(of: $0, &mapping) }
      mapping.finish(what: "a preset's session")
      return values
    }
  }

  /// Read as a plan's would be, so that a mistake is told here, and kept as it was written. Zone, dots and what is held are the plan's.
  private static func value(of field: ZoneField, _ mapping: inout MappingReader) -> Preset.Value? {
    func isReadable<Value>(_ given: Given<Value>) -> Bool { given.value != nil }
    let key = field.key
    let readable: Bool
    switch field {
    case .zone, .dots, .held: return nil
    case .depth: readable = isReadable(mapping.quantity(key, .millimetres) as Given<Depth>)
    case .depthRange: readable = isReadable(mapping.span(key, .millimetres) as Given<SessionZoneDraft.Span<Depth>>)
    case .speed: readable = isReadable(mapping.quantity(key, .hertz) as Given<Speed>)
    case .speedRange: readable = isReadable(mapping.span(key, .hertz) as Given<SessionZoneDraft.Span<Speed>>)
    case .dwell: readable = isReadable(mapping.quantity(key, .milliseconds) as Given<Dwell>)
    case .spacing: readable = isReadable(mapping.quantity(key, .millimetres) as Given<Distance>)
    case .density, .localDensity:
      readable = isReadable(mapping.quantity(key, .perSquareCentimetre) as Given<Density>)
    case .needle: readable = isReadable(mapping.text(key, maximum: PlanBounds.needleCharacters))
    }
    guard readable, case .text(let text)? = mapping.take(key)?.value.content else { return nil }
    return Preset.Value(key: key, text: text)
  }
}

/// A clinic's presets by their names.
package struct PresetShelf: Sendable {
  /// In the order of their names.
  package let items: [(name: String, reading: PresetReading)]

  /// - Parameter files: names without `.yaml`, and what the files hold.
  package init(_ files: [(name: String, bytes: [UInt8])]) {
    items = files.sorted { $0.name < $1.name }.map { file in
      let isName = ZoneNames.isValid(file.name)
      return (file.name, isName ? PresetFile.parse(file.bytes) : Self.misnamed)
    }
  }

  private static let misnamed = PresetReading(
    preset: nil,
    problems: [
      PlanProblem(
        line: 1, column: 1, severity: .error, message: "the file's name cannot be a preset's",
        allowed: "lower-case letters, digits and hyphens", remedy: "rename it, such as closely-shaved.yaml")
    ])

  /// The preset of this name; nil, with the problem reported at `place`, when there is none that can be used.
  func preset(_ name: String, at place: Place, _ problems: ProblemList) -> Preset? {
    guard let item = items.first(where: { $0.name == name }) else {
      let names = items.map(\.name)
      let likely = Nearest.word(to: name, among: names)
      problems.error(
        place, "there is no preset \(quoted(name))", allowed: names.isEmpty ? nil : names.joined(separator: ", "),
        remedy: likely.map { "did you mean `\($0)`?" } ?? "see smpctl plan presets, or write the values out")
      return nil
    }
    if let preset = item.reading.preset { return preset }
    let first = item.reading.problems.first { $0.severity == .error }
    problems.error(
      place, "the preset \(quoted(name)) cannot be used: line \(first?.line ?? 1): \(first?.message ?? "")",
      remedy: first.map { "in its file: \($0.remedy)" } ?? "mend its file")
    return nil
  }
}
