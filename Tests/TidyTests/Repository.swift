import Foundation

/// One file of the repository, read once.
struct SourceFile: Sendable {
  /// From the root, such as `Sources/Core/SMPModel/Dot.swift`.
  let path: String
  let text: String
  let lines: [Substring]
  /// Only of Swift files.
  let swift: SwiftText?
  let isExecutable: Bool

  init(path: String, text: String, isExecutable: Bool = false) {
    self.path = path
    self.text = text
    self.isExecutable = isExecutable
    // By scalars: as a character, a carriage return would hide the line break after it.
    lines = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false).map { Substring($0) }
    swift = path.hasSuffix(".swift") ? SwiftText(text) : nil
  }

  /// Lines as an editor counts them.
  var length: Int { lines.last == "" ? lines.count - 1 : lines.count }

  func isUnder(_ folders: [String]) -> Bool { folders.contains { path.hasPrefix($0 + "/") } }
}

/// What is in the repository; generated and ignored things are not.
struct Repository: Sendable {
  let files: [SourceFile]

  static let here = Repository(root: rootOfThisFile())

  subscript(path: String) -> SourceFile? { files.first { $0.path == path } }

  var swiftFiles: [SourceFile] { files.filter { $0.swift != nil } }

  func has(_ path: String) -> Bool {
    let path = path.hasSuffix("/") ? String(path.dropLast()) : path
    return files.contains { $0.path == path || $0.path.hasPrefix(path + "/") }
  }

  private static let folders = ["Sources", "Tests", "Benchmarks", ".ci", "systemd", "udev"]
  private static let ignored: Set<String> = ["out", "__pycache__"]
  /// Not text, or not ours to style.
  private static let foreign = [".bin", ".png", ".svg", ".sqlite", ".pyc"]

  /// Through links, because a package may show these tests from elsewhere.
  private static func rootOfThisFile(_ file: String = #filePath) -> URL {
    URL(fileURLWithPath: file).resolvingSymlinksInPath()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  }

  init(files: [SourceFile]) { self.files = files }

  private init(root: URL) {
    var paths = Repository.folders.flatMap { Repository.walk(root, $0) }
    let top = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
    paths += top.filter { !$0.hasSuffix(".resolved") && Repository.isFile(root, $0) }
    files = paths.sorted().compactMap { path in
      let place = root.appendingPathComponent(path).path
      guard let bytes = FileManager.default.contents(atPath: place) else { return nil }
      return SourceFile(
        path: path, text: String(decoding: bytes, as: UTF8.self),
        isExecutable: FileManager.default.isExecutableFile(atPath: place))
    }
  }

  private static func isFile(_ root: URL, _ path: String) -> Bool {
    let place = root.appendingPathComponent(path).path
    let type = (try? FileManager.default.attributesOfItem(atPath: place))?[.type] as? FileAttributeType
    return type == .typeRegular
  }

  private static func walk(_ root: URL, _ folder: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(folder).path)) ?? []
    return names.filter { !ignored.contains($0) && !$0.hasPrefix(".") }.flatMap { name -> [String] in
      let path = folder + "/" + name
      if isFile(root, path) { return foreign.contains { path.hasSuffix($0) } ? [] : [path] }
      return walk(root, path)
    }
  }
}
