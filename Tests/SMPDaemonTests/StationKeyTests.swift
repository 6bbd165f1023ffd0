import Foundation
import SMPJournal
import SMPRecord
import Testing

@testable import SMPDaemon

/// The station's key in the state directory, and what else may stand there under its name.
@Suite("Station key") struct StationKeyTests {
  final class Place {
    let path: String
    var file: String { path + "/" + StationKeyFile.name }

    init() throws {
      path = "/tmp/smpd-key-\(UUID().uuidString.prefix(8))"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func sealing(known: StationKey? = nil, secret: UInt8 = 7) -> Sealing {
      StationKeyFile(in: path).sealing(known: known) { Array(repeating: secret, count: SealingKey.byteCount) }
    }

    var content: [UInt8]? { FileManager.default.contents(atPath: file).map { Array($0) } }
    func set(_ mode: Int) throws {
      try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
    }
  }

  private func problem(_ sealing: Sealing) -> String? {
    guard case .impossible(let what, let remedy) = sealing else { return nil }
    #expect(!remedy.isEmpty)
    return what
  }

  @Test("S10 the first daemon makes the key, for its own eyes alone; every later one reads that, and makes no other")
  func made() throws {
    let place = try Place()
    let key = try #require(place.sealing().key)
    #expect(try FileManager.default.attributesOfItem(atPath: place.file)[.posixPermissions] as? Int == 0o600)
    #expect(place.content?.count == SealingKey.byteCount)
    #expect(place.sealing(known: key.station, secret: 9).key?.station == key.station)
    // A daemon that ended between the key and its first entry.
    #expect(place.sealing(known: nil, secret: 9).key?.station == key.station)
    #expect(try FileManager.default.contentsOfDirectory(atPath: place.path) == [StationKeyFile.name])
    // Half a key, left by a daemon that ended while it made one.
    let other = try Place()
    try Data([1, 2]).write(to: URL(filePath: other.file + ".new"))
    #expect(other.sealing().key != nil)
    #expect(try FileManager.default.contentsOfDirectory(atPath: other.path) == [StationKeyFile.name])
  }

  @Test("S10 a key that is missing or another than the journal names is a problem, and no new one is made")
  func missingOrReplaced() throws {
    let (place, other) = (try Place(), try Place())
    let known = try #require(other.sealing(secret: 8).key).station
    #expect(try #require(problem(place.sealing(known: known))).contains("missing"))
    #expect(place.content == nil)
    _ = place.sealing()
    #expect(try #require(problem(place.sealing(known: known))).contains("replaced"))
    #expect(place.content == Array(repeating: 7, count: SealingKey.byteCount))
  }

  @Test(
    "S10 a key others can read, of another length, or that is no file is a problem, and stays as it is",
    arguments: [0o640, 0o604, 0o400, 0o700, 0o4600])
  func unfit(_ mode: Int) throws {
    let place = try Place()
    _ = place.sealing()
    try place.set(mode)
    #expect(try #require(problem(place.sealing())).contains("mode"))
    try place.set(0o600)
    for length in [0, 1, 31, 33, 64] {
      try Data(repeating: 7, count: length).write(to: URL(filePath: place.file))
      try place.set(0o600)
      #expect(try #require(problem(place.sealing())).contains("\(length) bytes"))
      #expect(place.content?.count == length)
    }
    try FileManager.default.removeItem(atPath: place.file)
    for target in ["/dev/zero", "elsewhere", "/tmp"] {
      try FileManager.default.createSymbolicLink(atPath: place.file, withDestinationPath: target)
      #expect(problem(place.sealing()) != nil, "a link to \(target)")
      try FileManager.default.removeItem(atPath: place.file)
    }
    try FileManager.default.createDirectory(atPath: place.file, withIntermediateDirectories: false)
    #expect(problem(place.sealing()) != nil)
  }

  @Test(
    "S10 a key of another user is a problem",
    .enabled(if: geteuid() == 0, "giving a file away needs root: run as root"))
  func otherOwner() throws {
    let place = try Place()
    _ = place.sealing()
    try FileManager.default.setAttributes([.ownerAccountID: 20_001], ofItemAtPath: place.file)
    #expect(try #require(problem(place.sealing())).contains("user 20001"))
  }

  @Test("S10 a directory that takes no file is a problem") func noRoom() throws {
    #expect(problem(StationKeyFile(in: "/nonexistent").sealing(known: nil) { Array(repeating: 1, count: 32) }) != nil)
  }
}
