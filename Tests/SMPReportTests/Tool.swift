import Foundation

/// Another program's opinion.
enum Tool {
  struct Failure: Error {
    let text: String
  }

  /// Runs a Python script that reads `input` and complains by failing.
  @discardableResult static func python(_ script: String, _ input: [UInt8]) throws -> String {
    let folder = FileManager.default.temporaryDirectory.appending(path: "smpd-tool-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["in", "out", "err"].map { folder.appending(path: $0) }
    try Data(input).write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script]
    process.standardInput = try FileHandle(forReadingFrom: files[0])
    process.standardOutput = try FileHandle(forWritingTo: files[1])
    process.standardError = try FileHandle(forWritingTo: files[2])
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(text: try String(contentsOf: files[2], encoding: .utf8)) }
    return try String(contentsOf: files[1], encoding: .utf8)
  }
}
