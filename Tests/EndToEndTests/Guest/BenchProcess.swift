import Foundation
import StrictJSON
import Testing
import Varlink

/// The bench of a simulated device (`io.smpd.simulator`), wherever the device runs.
protocol Bench {
  @discardableResult
  func call(_ method: String, _ parameters: JSONObject) throws -> JSONObject
}

extension Bench {
  @discardableResult
  func call(_ method: String) throws -> JSONObject { try call(method, [:]) }

  /// One of `contacts`, `witness` and `describe`.
  func look(_ what: String) throws -> JSONObject { try call(what.prefix(1).uppercased() + what.dropFirst()) }

  func inject(_ fault: String) throws { try call("Inject", ["fault": .string(fault)]) }
  func clear(_ fault: String) throws { try call("Inject", ["fault": .string(fault), "clear": true]) }

  var contacts: Int { get throws { Int(try look("describe")["contacts"]?.integer ?? 0) } }

  /// The needle is out of the skin and the drive stands: the device's own physics, not what it says.
  var isStill: Bool { get throws { try look("describe")["still"]?.bool == true } }
}

/// A simulated device in a process of its own (`smpsim device`, `usbredir`), and the bench beside it.
final class BenchProcess: Bench {
  private let arguments: [String]
  private let benchPath: String
  private var process = Process()
  private var client: VarlinkClient?

  /// It serves when this returns.
  init(_ arguments: [String], bench: String) throws {
    self.arguments = arguments
    benchPath = bench
    try begin()
  }

  deinit { try? end() }

  /// A process anew: a device that has forgotten everything.
  func begin() throws {
    process = Process()
    process.executableURL = Programs.directory.appendingPathComponent("smpsim")
    process.arguments = arguments
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    guard let line = try output.fileHandleForReading.line(), line.contains("serving at") else {
      process.waitUntilExit()
      throw LiveDaemon.NotServing(line: "", status: process.terminationStatus)
    }
    client = try VarlinkClient(path: benchPath, timeoutMilliseconds: 30_000)
  }

  func end() throws {
    client = nil
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
  }

  @discardableResult
  func call(_ method: String, _ parameters: JSONObject) throws -> JSONObject {
    guard let client else { throw VarlinkClientError.closed(method: method) }
    return try client.call("io.smpd.simulator." + method, parameters)
  }
}
