import Foundation

/// A directory under /tmp that is gone afterwards.
final class PrivateFolder {
  /// Short: a socket's path has 108 bytes in all.
  let path = "/tmp/smpd-\(UUID().uuidString.prefix(8))"
  var socket: String { path + "/io.smpd" }

  init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false) }
  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// What `smpctl doctor` says of the daemon that listens here.
  func doctor() throws -> DoctorTests.Examination {
    try DoctorTests.Examination(
      try Programs.run("smpctl", ["doctor", "--json"], environment: ["SMPD_SOCKET": socket]))
  }
}

/// A daemon started by another program that becomes it: one that takes rights away, or mounts something first.
final class WrappedDaemon {
  private let process = Process()
  var identifier: Int32 { process.processIdentifier }

  struct NotServing: Error { let said: String }

  /// - Parameter command: the program first, found as a shell finds it. Returns when the daemon serves.
  init(_ command: [String]) throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = command
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    var said = Data()
    while !String(decoding: said, as: UTF8.self).contains("serving at") {
      guard let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty else {
        process.waitUntilExit()
        throw NotServing(said: String(decoding: said, as: UTF8.self))
      }
      said.append(byte)
    }
    output.fileHandleForReading.readabilityHandler = { _ = $0.availableData }
  }

  deinit { end() }

  func end() {
    guard process.isRunning else { return }
    process.terminate()
    process.waitUntilExit()
  }
}

extension Programs {
  static func path(_ program: String) -> String { directory.appendingPathComponent(program).path }
}
