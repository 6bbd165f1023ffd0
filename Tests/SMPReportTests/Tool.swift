import Foundation
import StrictJSON

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

extension Tool {
  /// `Tests/tools/page-judge.py`, for what a page, a picture or a log really holds.
  static func judge(_ what: String, _ path: String) throws -> JSONObject {
    let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "tools/page-judge.py")
    let said = try run(["python3", script.path, what, path])
    guard said.status == 0 else { throw Failure(text: said.errors) }
    return try JSON.parse(Array(said.output.utf8)).object ?? JSONObject()
  }

  /// Output goes to files: nothing has to be read while it runs, so nothing can block.
  static func run(_ command: [String]) throws -> (status: Int32, output: String, errors: String) {
    let folder = try PageFolder()
    for name in ["out", "err"] { try folder.write(name, []) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = command
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try FileHandle(forWritingTo: URL(filePath: folder.path + "/out"))
    process.standardError = try FileHandle(forWritingTo: URL(filePath: folder.path + "/err"))
    try process.run()
    process.waitUntilExit()
    func text(_ name: String) throws -> String {
      String(decoding: try Data(contentsOf: URL(filePath: folder.path + "/" + name)), as: UTF8.self)
    }
    return (process.terminationStatus, try text("out"), try text("err"))
  }
}

/// A private directory that ends with the test.
final class PageFolder {
  let path = "/tmp/smpd-\(UUID().uuidString.prefix(8))"

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false) }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func write(_ name: String, _ bytes: [UInt8]) throws {
    try Data(bytes).write(to: URL(filePath: path + "/" + name))
  }
}
