import Foundation
import Glibc
import SMPJournal
import SMPModel
import SMPRecord
import Synchronization

/// A directory of its own for one test, with the journal that belongs there. All are removed when the tests end: a store
/// may outlive the last mention of its folder.
struct Folder {
  private static let made: Mutex<[String]> = {
    atexit { Folder.removeAll() }
    return Mutex([])
  }()

  private static func removeAll() {
    made.withLock { paths in for path in paths { try? FileManager.default.removeItem(atPath: path) } }
  }

  let path: String
  var journal: String { path + "/journal.sqlite" }
  static let id: JournalID = {
    guard let id = JournalID(Array(0..<16)) else { preconditionFailure("16 bytes make a journal's name") }
    return id
  }()

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "smpd-journal-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    let made = url.path
    path = made
    Folder.made.withLock { $0.append(made) }
  }

  func open(_ durability: Durability = .simulated, simulated: Bool = true, maximumBytes: Int64? = nil)
    throws(JournalError) -> JournalStore
  {
    try JournalStore(
      path: journal, durability: durability, newJournal: Folder.id, simulated: simulated, maximumBytes: maximumBytes)
  }

  /// A closed journal with the small session in it.
  func filled(closed: Bool = true) throws -> Folder {
    let store = try open()
    _ = try store.append(Sample.entries(), confidential: Sample.texts)
    if closed { try store.close() }
    return self
  }

  /// Runs statements as somebody with the file and without our program would.
  @discardableResult func sqlite(_ statements: String) throws -> String {
    try Tool.run("sqlite3", [journal, statements])
  }

  /// The same, with the triggers out of the way.
  func attack(_ statements: String) throws {
    try sqlite("DROP TRIGGER entries_are_not_changed; DROP TRIGGER entries_are_not_removed; " + statements)
  }

  func verdict() throws -> ChainVerdict { try open().verify().chain }

  func write(_ bytes: [UInt8], to name: String) throws {
    try Data(bytes).write(to: URL(filePath: path + "/" + name))
  }

  func read(_ name: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(filePath: path + "/" + name))) }

  func set(_ mode: Int, of name: String = "") throws {
    try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path + name)
  }

  func mode(of name: String) throws -> Int {
    let facts = try FileManager.default.attributesOfItem(atPath: path + "/" + name)
    return (facts[.posixPermissions] as? Int) ?? 0
  }
}

enum Tool {
  struct Failure: Error {
    let text: String
  }

  /// Runs a program and gives what it says.
  static func run(_ name: String, _ arguments: [String], input: [UInt8] = []) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [name] + arguments
    // Files instead of pipes: a pipe that fills up stops both sides.
    let folder = FileManager.default.temporaryDirectory.appending(path: "smpd-tool-" + UUID().uuidString)
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: folder) }
    let files = ["in", "out", "err"].map { folder.appending(path: $0) }
    try Data(input).write(to: files[0])
    for file in files[1...] { try Data().write(to: file) }
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
  static func remove(_ path: String) throws { try FileManager.default.removeItem(atPath: path) }
}
