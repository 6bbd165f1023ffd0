/// A unit as the service manager reads it: keys with their values, section by section, in order.
struct UnitFile {
  struct Setting: Hashable {
    let section: String
    let key: String
    let value: String
    /// 1-based.
    let line: Int
  }
  let settings: [Setting]
  let lines: [String]

  init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var section = ""
    var settings: [Setting] = []
    for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
      if line.hasPrefix("[") {
        section = String(line.dropFirst().dropLast())
      } else if let equals = line.firstIndex(of: "=") {
        settings.append(
          Setting(
            section: section, key: String(line[..<equals]), value: String(line[line.index(after: equals)...]),
            line: index + 1))
      }
    }
    self.settings = settings
  }

  /// All values of a key, in order.
  func values(_ section: String, _ key: String) -> [String] {
    settings.filter { $0.section == section && $0.key == key }.map(\.value)
  }

  /// Settings without a reason: a comment stands above, or above the block of settings it explains.
  var unexplained: [Setting] {
    settings.filter { setting in
      var line = setting.line - 2
      while line >= 0, !lines[line].isEmpty, !lines[line].hasPrefix("#"), !lines[line].hasPrefix("[") { line -= 1 }
      // `# ---` begins a group and explains nothing by itself.
      return line < 0 || !lines[line].hasPrefix("#") || lines[line].hasPrefix("# ---")
    }
  }
}
