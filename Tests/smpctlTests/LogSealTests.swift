import Foundation
import SMPInterface
import SMPRecord
import StrictJSON
import Testing
import Varlink

@testable import smpctl

/// The station's key and bundles, as a person meets them.
@Suite struct LogSealTests {
  private func key() throws -> StationKey {
    try #require(SealingKey(Array(repeating: 5, count: SealingKey.byteCount))).station
  }

  private func folder(_ body: (String) throws -> Void) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "smpctl-seal-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: path) }
    try body(path)
  }

  private func daemon(_ entries: [StoredEntry], _ key: StationKey?) throws -> FakeDaemon {
    let head = try #require(entries.last?.head)
    let batches = ExampleJournal.batches(entries.map(ExampleJournal.message), head: head)
    let described = key.map { JournalInterface.DescribeKey.Reply(key: $0.hex, fingerprint: $0.fingerprint.hex).json }
    return try FakeDaemon { request in
      guard request.method == JournalInterface.DescribeKey.name else { return .replies(batches) }
      return described.map { .reply($0) }
        ?? .error("io.smpd.journal.JournalFailed", ["reason": "no key", "remedy": "put it back"])
    }
  }

  @Test("S10 the public part of the key goes to the terminal and into a file that verify takes; without a key it is 1")
  func logKey() throws {
    let entries = try ExampleJournal.entries(3)
    let (daemon, bare) = (try daemon(entries, try key()), try daemon(entries, nil))
    defer {
      daemon.retire()
      bare.retire()
    }
    #expect(try Run(["log", "key"], socket: bare.path).status == 1)
    try folder { path in
      let file = path + "/station.pub"
      let run = try Run(["log", "key", "-o", file, "--json"], socket: daemon.path)
      #expect(
        try run.document() == [
          "key": .string(try key().hex), "fingerprint": .string(try key().fingerprint.hex), "algorithm": "ed25519",
        ])
      #expect(try String(contentsOfFile: file, encoding: .utf8) == (try key().fileText))
      #expect(try Run(["log", "verify", "--key", file], socket: bare.path).status == 0)
      try Data("x".utf8).write(to: URL(filePath: file))
      #expect(try Run(["log", "verify", "--key", file], socket: daemon.path).status == 65)
      #expect(try Run(["log", "verify", "--key", path + "/none"], socket: daemon.path).status == 3)
    }
    #expect(daemon.breaches == [] && bare.breaches == [])
  }

  @Test("S10 a bundle is exported whole and verified without a daemon; altered it is 8, cut off 65")
  func bundle() throws {
    let entries = try ExampleJournal.entries(7)
    let daemon = try daemon(entries, try key())
    defer { daemon.retire() }
    try folder { path in
      let file = path + "/bundle"
      #expect(try Run(["log", "export", "--format", "bundle", "-o", file], socket: daemon.path).status == 0)
      let bytes = Array(try Data(contentsOf: URL(filePath: file)))
      #expect(!String(decoding: bytes, as: UTF8.self).contains("A. Practitioner"), "texts only when asked for")
      func verify(_ content: [UInt8]) throws -> Run {
        try Data(content).write(to: URL(filePath: file))
        return try Run(["log", "verify", "--bundle", file, "--json"], socket: "/nonexistent")
      }
      let intact = try verify(bytes)
      #expect(try intact.status == 0 && intact.document()["entries"] == 7)
      let said = try Run(["log", "verify", "--bundle", file], socket: "/nonexistent").out
      #expect(said.contains("a whole journal, as far as this file goes"), "what came later is not in it")
      for length in stride(from: 0, to: bytes.count, by: 97) {
        let cut = try verify(Array(bytes[..<length]))
        #expect(cut.status == 65, "\(length) bytes")
        #expect(try cut.document()["parameters"]?.object?["line"] != nil)
      }
      let altered = String(decoding: bytes, as: UTF8.self).replacing(".Pause", with: ".Pausf", maxReplacements: 1)
      let found = try verify(Array(altered.utf8))
      #expect(found.status == 8)
      #expect(try found.document()["parameters"]?.object?["entry"] == 3)
      let texts = try Run(["log", "export", "--format", "bundle", "--texts", "-o", file], socket: daemon.path)
      #expect(texts.status == 0)
      #expect(try String(contentsOfFile: file, encoding: .utf8).contains("A. Practitioner"))
      #expect(try Run(["log", "verify", "--bundle", file], socket: "/nonexistent").status == 0)
    }
    #expect(try Run(["log", "verify", "C-1-1", "--bundle", "x"], socket: "/nonexistent").status == 64)
    #expect(try Run(["log", "export", "--format", "csv", "--texts"], socket: "/nonexistent").status == 64)
    #expect(try Run(["log", "export", "--format", "bundle", "--what", "dots"], socket: "/nonexistent").status == 64)
    #expect(daemon.breaches == [])
  }
}
