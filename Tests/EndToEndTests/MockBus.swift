import Foundation
import Testing

/// `smpmock`: simulated needle devices on a mock USB bus, ended with the test.
final class MockBus {
  let directory: String
  private let process = Process()
  private let commands = Pipe()
  private let answers = Pipe()

  init() throws {
    process.executableURL = Programs.directory.appendingPathComponent("smpmock")
    process.arguments = ["--realtime"]
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    process.standardInput = commands
    process.standardOutput = answers
    try process.run()
    let first = try answers.fileHandleForReading.line() ?? ""
    let lead = "UMOCKDEV_DIR="
    guard first.hasPrefix(lead) else { throw Silent(line: first) }
    directory = String(first.dropFirst(lead.count))
  }

  deinit {
    _ = try? ask("quit")
    process.waitUntilExit()
  }

  struct Silent: Error { let line: String }
  struct Refused: Error { let command: String, answer: String }

  /// One command, one answer (the commands stand in smpmock's own documentation).
  @discardableResult
  func ask(_ command: String) throws -> [String: Any] {
    try commands.fileHandleForWriting.write(contentsOf: Data((command + "\n").utf8))
    let line = try answers.fileHandleForReading.line() ?? ""
    let answer = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any] ?? [:]
    guard answer["ok"] as? Bool == true else { throw Refused(command: command, answer: line) }
    return answer
  }

  func contacts(_ serial: String) throws -> Int { try ask("describe \(serial)")["contacts"] as? Int ?? 0 }

  /// The lease cuts and the drive runs down. The mock answers in a tenth of a millisecond, so it is asked often.
  func waitUntilStill(_ serial: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("a still needle", tries: 100_000, sourceLocation: sourceLocation) { try isStill(serial) }
  }

  /// The needle is out of the skin and the drive stands: the device's own physics, not what it says.
  func isStill(_ serial: String) throws -> Bool {
    let device = try ask("describe \(serial)")
    return device["inSkin"] as? Bool == false && device["driveMillihertz"] as? Int == 0
  }
}

/// Asks again until it holds. No clock: a machine that is busy takes longer and is asked no more often.
func eventually(
  _ what: @autoclosure () throws -> String, tries: Int = 600, sourceLocation: SourceLocation = #_sourceLocation,
  _ condition: () throws -> Bool
) throws {
  for _ in 0..<tries where try condition() { return }
  let missed = try what()
  Issue.record("never came: \(missed)", sourceLocation: sourceLocation)
  throw NeverCame(what: missed)
}

struct NeverCame: Error { let what: String }
