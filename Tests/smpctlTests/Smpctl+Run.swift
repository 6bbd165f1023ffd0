import Foundation
import StrictJSON
import Testing

@testable import smpctl

/// The real program, as a process of its own.
struct Run {
  let status: Int32
  let out: String
  let err: String

  /// Standard output as one JSON document, which must be all of it.
  func document() throws -> JSONObject {
    #expect(out.hasSuffix("\n"))
    return try #require(try JSON.parse(Array(out.utf8.dropLast())).object)
  }

  /// Standard output as JSON Lines.
  func lines() throws -> [JSONObject] {
    try out.split(separator: "\n").map { try #require(try JSON.parse(Array($0.utf8)).object) }
  }

  /// The program stands beside the tests' own binary.
  static let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    .appending(path: "smpctl")

  static func process(_ arguments: [String], socket: String? = nil) -> Foundation.Process {
    let process = Foundation.Process()
    process.executableURL = program
    process.arguments = arguments
    process.environment = ["LANG": "C.UTF-8", "SWIFT_BACKTRACE": "enable=no"]
    process.environment?["SMPD_SOCKET"] = socket ?? "/nonexistent/io.smpd"
    process.environment?["LD_LIBRARY_PATH"] = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
    return process
  }

  /// Output goes to files: nothing has to be read while it runs, so nothing can block.
  init(_ arguments: [String], socket: String? = nil, input: String = "") throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "smpctl-run-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(input.utf8).write(to: folder.appending(path: "in"))
    for name in ["out", "err"] { try Data().write(to: folder.appending(path: name)) }
    let process = Run.process(arguments, socket: socket)
    process.standardInput = try FileHandle(forReadingFrom: folder.appending(path: "in"))
    process.standardOutput = try FileHandle(forWritingTo: folder.appending(path: "out"))
    process.standardError = try FileHandle(forWritingTo: folder.appending(path: "err"))
    try process.run()
    process.waitUntilExit()
    status = process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus
    out = String(decoding: try Data(contentsOf: folder.appending(path: "out")), as: UTF8.self)
    err = String(decoding: try Data(contentsOf: folder.appending(path: "err")), as: UTF8.self)
  }
}
