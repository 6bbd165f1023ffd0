import Foundation
import Testing

/// `smpsim` with a device on a socket, ended with the test.
final class FrontEndProcess {
  let directory: URL
  private let process = Process()
  private let output = Pipe()
  /// What it said first.
  private(set) var greeting = ""

  /// - Parameter arguments: gets the private directory.
  init(_ arguments: (String) -> [String]) throws {
    // Socket paths are short: 108 bytes in all.
    directory = URL(fileURLWithPath: "/tmp/smpd-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    process.executableURL = URL(fileURLWithPath: Programs.path("smpsim"))
    process.arguments = arguments(directory.path)
    process.environment = ProcessInfo.processInfo.environment.merging([
      "SWIFT_BACKTRACE": "enable=no", "XDG_RUNTIME_DIR": directory.path,
    ]) { $1 }
    process.standardOutput = output
    process.standardError = output
    try process.run()
    while let line = try line() {
      greeting = line
      if line.contains("serving at") { return }
    }
    process.waitUntilExit()
    throw LiveDaemon.NotServing(line: greeting, status: process.terminationStatus)
  }

  deinit {
    end()
    try? FileManager.default.removeItem(at: directory)
  }

  func line() throws -> String? { try output.fileHandleForReading.line() }

  /// Its status, after the signal that ends it.
  @discardableResult
  func end() -> Int32 {
    if process.isRunning { process.terminate() }
    process.waitUntilExit()
    return process.terminationStatus
  }

  func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  /// A peer in Python, which is given `smpsim` and then these arguments.
  func peer(_ script: String, _ arguments: String...) throws -> Outcome {
    try Programs.run("/usr/bin/env", ["python3", "-c", script, Programs.path("smpsim")] + arguments)
  }
}
