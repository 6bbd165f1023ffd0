import Foundation
import StrictJSON
import Testing
import Varlink
import VarlinkServer

/// PyPI's varlink, installed by `Tests/tools/varlink-python.sh`.
struct ReferenceVarlink {
  let directory: String

  struct Missing: Error { let reason: String }

  /// Where it is; cancels the test with the reason when it cannot be had, or fails it where that may not happen (CI).
  static func found() throws -> ReferenceVarlink {
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("tools/varlink-python.sh")
    let (status, output, errors) = try run("/bin/sh", [script.path], environment: [:])
    if status == 0 { return ReferenceVarlink(directory: output.trimmingCharacters(in: .whitespacesAndNewlines)) }
    let reason = "PyPI's varlink cannot be used: \(errors.trimmingCharacters(in: .whitespacesAndNewlines))"
    if ProcessInfo.processInfo.environment["CI"] == "true" { throw Missing(reason: reason) }
    print("SKIPPED: \(reason)")
    try Test.cancel("\(reason)")
  }

  private static func process(_ program: String, _ arguments: [String], _ environment: [String: String]) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
    return process
  }

  private static func run(
    _ program: String, _ arguments: [String], environment: [String: String]
  ) throws -> (Int32, String, String) {
    let process = process(program, arguments, environment)
    let (output, errors) = (Pipe(), Pipe())
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    let text = output.fileHandleForReading.readDataToEndOfFile()
    let errorText = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (
      process.terminationStatus, String(decoding: text, as: UTF8.self), String(decoding: errorText, as: UTF8.self)
    )
  }

  /// Runs a module as `python3 -m` would, with two cares: a child of a test inherits the blocked signals of the
  /// thread it was started from, and it must not outlive a test that broke.
  private static let runner = """
    import runpy, signal, sys
    signal.pthread_sigmask(signal.SIG_SETMASK, [])
    signal.alarm(60)
    runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=True)
    """

  /// Runs one of its modules to its end; gives what it printed, errors included.
  func run(_ module: String, _ arguments: String...) throws -> String {
    let (_, output, errors) = try Self.run(
      "/usr/bin/env", ["python3", "-c", Self.runner, module] + arguments, environment: environment)
    return output + errors
  }

  /// Starts a module that stays, and waits for the first line it prints.
  func start(_ module: String, _ arguments: String...) throws -> Process {
    let process = Self.process(
      "/usr/bin/env", ["python3", "-u", "-c", Self.runner, module] + arguments, environment)
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    _ = output.fileHandleForReading.availableData
    return process
  }

  private var environment: [String: String] { ["PYTHONPATH": directory, "PYTHONDONTWRITEBYTECODE": "1"] }
}

@Suite("Against the reference implementation")
struct CertificationTests {
  static let module = "varlink.tests.test_certification"

  @Test("PyPI's certification client against our server")
  func theirClient() throws {
    let reference = try ReferenceVarlink.found()
    let directory = try TestDirectory()
    let server = try VarlinkServer.start(
      path: directory.socket, permissions: 0o600, service: CertificationService())
    let output = try reference.run(Self.module, "--client", "--varlink=unix:\(directory.socket)")
    #expect(output.contains("End: {'all_ok': True}"), "\(output)")
    server.close()
  }

  @Test("PyPI's command line reads who we are, our interface, and an error")
  func theirCommandLine() throws {
    let reference = try ReferenceVarlink.found()
    let test = try TestServer()
    let address = "unix:\(test.directory.socket)"
    let information = try reference.run("varlink.cli", "info", address)
    #expect(information.contains("org.example.test"), "\(information)")
    let help = try reference.run("varlink.cli", "help", "\(address)/org.example.test")
    #expect(help.contains("# Gives back what it gets."), "\(help)")
    let echo = try reference.run("varlink.cli", "call", "\(address)/org.example.test.Echo", #"{"text":"hällo"}"#)
    #expect(echo.contains("llo"), "\(echo)")
    let error = try reference.run("varlink.cli", "call", "\(address)/org.example.test.Echo", "{}")
    #expect(error.contains("InvalidParameter"), "\(error)")
    test.server.close()
  }

  @Test("our client against PyPI's certification server")
  func ourClient() throws {
    let reference = try ReferenceVarlink.found()
    let directory = try TestDirectory()
    let server = try reference.start(Self.module, "--varlink=unix:\(directory.socket)")
    defer {
      server.terminate()
      server.waitUntilExit()
    }
    let client = try VarlinkClient(path: directory.socket, timeoutMilliseconds: 30_000)
    let prefix = "org.varlink.certification."
    var last = try client.call(prefix + "Start")
    let id = try #require(last["client_id"])
    for method in (1...9).map({ "Test0\($0)" }) {
      last["client_id"] = id
      last = try client.call(prefix + method, last)
    }
    last["client_id"] = id
    var replies: [JSON] = []
    let end = try client.stream(prefix + "Test10", last) { reply in
      replies.append(reply["string"] ?? nil)
      return true
    }
    #expect(end == .finished)
    #expect(replies == CertificationService.moreReplies.map { .string($0) })
    try client.callOneway(prefix + "Test11", ["client_id": id, "last_more_replies": .array(replies)])
    #expect(try client.call(prefix + "End", ["client_id": id]) == ["all_ok": true])
    #expect(throws: VarlinkClientError.self) { try client.call(prefix + "Test01", ["client_id": id]) }
  }
}
