internal import Glibc
package import SMPInterface
internal import SMPModel
internal import SMPPlanFile
internal import SMPTreatment

/// The clinic's presets, read anew each time: a file that was changed holds from the next plan on.
extension Library {
  func presets() -> PresetShelf {
    guard let presetsPath else { return PresetShelf([]) }
    let names = FileNames.of(presetsPath).filter { $0.hasSuffix(PresetFile.suffix) && !$0.hasPrefix(".") }
    return PresetShelf(
      names.prefix(PresetFile.maximumCount).map { name in
        // One that cannot be read, or is too large, is as one that says nothing: reported where it is named.
        let bytes = FileBytes.read("\(presetsPath)/\(name)", atMost: PresetFile.maximumBytes) ?? []
        return (String(name.dropLast(PresetFile.suffix.count)), bytes)
      })
  }

  /// Every plan that comes in is read like this: with the site's limits, and what its presets say written out.
  func read(_ text: String) -> PlanReading {
    PlanDocument.parse(Array(text.utf8), site: siteLimits().limits, presets: presets())
  }

  package func listPresets() -> PlanInterface.ListPresets.Reply {
    PlanInterface.ListPresets.Reply(
      presets: presets().items.map { item in
        let problem = item.reading.problems.first { $0.severity == .error }
        return PlanInterface.Preset(
          name: item.name, about: item.reading.preset?.about, sessions: Int64(item.reading.preset?.sessionCount ?? 0),
          problem: problem.map { "line \($0.line), column \($0.column): \($0.message)" })
      })
  }
}

/// What stands in a directory.
enum FileNames {
  /// Sorted; none when it cannot be read.
  static func of(_ path: String) -> [String] {
    // The stream is closed below, and each entry is copied before the next one is read.
    guard let stream = unsafe opendir(path) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      // The name ends with a NUL inside the entry's own array.
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      names.append(name)
    }
    return names.sorted()
  }
}
