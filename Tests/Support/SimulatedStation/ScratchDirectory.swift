internal import Foundation

/// A directory of its own, gone with its last mention.
package final class ScratchDirectory: Sendable {
  package let path: String
  package var journal: String { path + "/journal.sqlite" }

  package init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "smpd-station-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  package func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: path + "/" + name))
  }

  package var names: [String] {
    get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
  }
}
