import SMPTreatment

/// A plan's tree with what its presets say written out, and the same done to its text.
///
/// A zone names its preset; each session that works the zone takes from it what it does not say itself. The stored
/// document is whole: it means the same tomorrow, whatever becomes of the preset.
struct PresetFilling {
  /// Lines that belong below a line of the document.
  private struct Insertion {
    let line: Int
    let indent: Int
    let preset: String
    let values: [Preset.Value]
  }

  private(set) var tree: YAMLTree
  private var insertions: [Insertion] = []

  /// Shapes that are not a plan's are left as they are, for the reader to report.
  init(_ tree: YAMLTree, from shelf: PresetShelf, _ problems: ProblemList) {
    self.tree = tree
    guard case .mapping(let top) = tree.content else { return }
    var presets: [String: (name: String, preset: Preset)] = [:]
    var named: [(zone: String, place: Place, preset: String)] = []
    for zone in Self.items("zones", of: top) {
      guard case .mapping(let entries) = zone.content, let entry = entries.first(where: { $0.key == "preset" }),
        case .text(let preset) = entry.value.content, let name = Self.text("name", of: entries)
      else { continue }
      guard let found = shelf.preset(preset, at: entry.value.place, problems) else { continue }
      let hasNeedle = entries.contains { $0.key == ZoneField.needle.key }
      presets[name] = (preset, hasNeedle ? found.withoutNeedle : found)
      named.append((name, entry.value.place, preset))
    }
    guard !presets.isEmpty else { return }
    var used: Set<String> = []
    let sessions = Self.items("sessions", of: top).map { session in
      guard case .mapping(let entries) = session.content,
        let number = Self.text("session", of: entries).flatMap(Int.init), number >= 1
      else { return session }
      let zones = Self.items("zones", of: entries).map { fill($0, session: number, presets, &used) }
      return Self.replacing("zones", of: session, entries, by: zones)
    }
    self.tree = Self.replacing("sessions", of: tree, top, by: sessions)
    for (zone, place, preset) in named where !used.contains(zone) {
      problems.add(
        PlanProblem(
          line: place.line, column: place.column, severity: .warning,
          message: "nothing is taken from the preset \(quoted(preset)): every value is written out already",
          allowed: nil,
          remedy: "delete the lines that the preset should give, or leave it as a name"))
    }
  }

  private mutating func fill(
    _ node: YAMLTree, session: Int, _ presets: [String: (name: String, preset: Preset)], _ used: inout Set<String>
  ) -> YAMLTree {
    guard case .mapping(let entries) = node.content, let zone = entries.first(where: { $0.key == "zone" }),
      case .text(let name) = zone.value.content, let (preset, found) = presets[name],
      found.sessions.indices.contains(session - 1)
    else { return node }
    let values = found.sessions[session - 1].filter { value in !entries.contains { $0.key == value.key } }
    guard !values.isEmpty else { return node }
    used.insert(name)
    insertions.append(
      Insertion(line: zone.value.place.line, indent: zone.place.column - 1, preset: preset, values: values))
    let taken = values.map { value in
      YAMLTree.Entry(
        key: value.key, place: zone.value.place,
        value: YAMLTree(place: zone.value.place, content: .text(value.text)))
    }
    return YAMLTree(place: node.place, content: .mapping(entries + taken))
  }

  /// The document with the same lines added to it; everything else stays byte for byte.
  func text(of bytes: [UInt8]) -> [UInt8] {
    guard !insertions.isEmpty else { return bytes }
    var lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Array($0) }
    for insertion in insertions.sorted(by: { $0.line > $1.line }) where insertion.line <= lines.count {
      let end = lines[insertion.line - 1].last == UInt8(ascii: "\r") ? "\r" : ""
      let indent = String(repeating: " ", count: insertion.indent)
      let added = insertion.values.map { value in
        let text = value.key == ZoneField.needle.key ? PlanWriter.quotedText(value.text) : value.text
        return Array("\(indent)\(value.key): \(text)   # preset \(insertion.preset)\(end)".utf8)
      }
      lines.insert(contentsOf: added, at: insertion.line)
    }
    return Array(lines.joined(separator: [UInt8(ascii: "\n")]))
  }

  private static func items(_ key: String, of entries: [YAMLTree.Entry]) -> [YAMLTree] {
    guard case .list(let items)? = entries.first(where: { $0.key == key })?.value.content else { return [] }
    return items
  }

  private static func text(_ key: String, of entries: [YAMLTree.Entry]) -> String? {
    guard case .text(let text)? = entries.first(where: { $0.key == key })?.value.content else { return nil }
    return text
  }

  /// The mapping with another list behind one of its keys; one that has no list there stays.
  private static func replacing(
    _ key: String, of node: YAMLTree, _ entries: [YAMLTree.Entry], by items: [YAMLTree]
  ) -> YAMLTree {
    let changed = entries.map { entry in
      guard entry.key == key, case .list = entry.value.content else { return entry }
      return YAMLTree.Entry(
        key: entry.key, place: entry.place, value: YAMLTree(place: entry.value.place, content: .list(items)))
    }
    return YAMLTree(place: node.place, content: .mapping(changed))
  }
}
