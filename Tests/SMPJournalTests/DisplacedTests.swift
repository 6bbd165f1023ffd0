import Foundation
import Glibc
import SMPJournal
import SMPRecord
import Testing

/// A file of the journal is moved, removed or replaced while the daemon has it open.
@Suite("Files that do not stay in their place") struct DisplacedTests {
  enum Harm: CaseIterable, Sendable { case removed, moved, replacedByAnother, replacedByCopy }

  private static func name(_ part: JournalPart) -> String {
    switch part {
    case .database: "journal.sqlite"
    case .log: "journal.sqlite-wal"
    case .index: "journal.sqlite-shm"
    case .head: "journal.sqlite.head"
    case .lock: "journal.sqlite.lock"
    }
  }

  private func harm(_ path: String, _ harm: Harm) throws {
    let files = FileManager.default
    switch harm {
    case .removed: try files.removeItem(atPath: path)
    case .moved: try files.moveItem(atPath: path, toPath: path + ".away")
    case .replacedByAnother:
      try Data("other".utf8).write(to: URL(filePath: path + ".other"))
      try Tool.rename(path + ".other", to: path)
    case .replacedByCopy:
      try files.copyItem(atPath: path, toPath: path + ".copy")
      try Tool.rename(path + ".copy", to: path)
    }
  }

  /// What the remedy says: the file itself, or the copy that was left of the database.
  private func putRight(_ path: String, _ part: JournalPart, _ harm: Harm) throws {
    let files = FileManager.default
    if harm == .moved {
      try? files.removeItem(atPath: path)
      try files.moveItem(atPath: path + ".away", toPath: path)
    } else if part == .database {
      try Tool.rename(path + ".rescued", to: path)
    } else if harm == .replacedByAnother {
      try files.removeItem(atPath: path)
    }
  }

  @Test(
    "S2 S4 nothing is called durable in a file that has left its place, and nothing durable is lost by it",
    arguments: JournalPart.allCases, Harm.allCases)
  func harmed(part: JournalPart, harm: Harm) throws {
    for isKilled in [false, true] {
      let folder = try Folder()
      let store = try folder.open(.full)
      _ = try store.append(Sample.entries(), confidential: Sample.texts)
      let path = folder.path + "/" + Self.name(part)
      try self.harm(path, harm)
      let isThere = harm == .replacedByAnother || harm == .replacedByCopy
      let expected = JournalError.displaced(path: path, part, isThere: isThere)
      #expect(throws: expected) { try store.append([Sample.entry(Sample.last + 1, .resumed)]) }
      #expect(expected.description.contains(path) && expected.remedy.contains("start the daemon anew"))
      #expect(throws: JournalError.poisoned(folder.journal)) {
        try store.append([Sample.entry(Sample.last + 1, .resumed)])
      }
      #expect(store.lastNumber == Sample.last)
      let secured = try #require(store.secure())
      #expect(
        secured
          == .displaced(
            path: path, part, isThere: isThere, .made(copy: part == .database ? path + ".rescued" : nil)))
      let after = isKilled ? try folder.copied() : folder
      if !isKilled { try store.close() }
      try putRight(after.path + "/" + Self.name(part), part, harm)
      if part == .head, harm == .replacedByAnother {
        // A head that says nothing is as good as none; only a person may go on without one.
        #expect(try after.open().refusal != nil)
        continue
      }
      let again = try after.open()
      // The group that was refused may stand there: it was written, and nobody was told that it is durable.
      #expect(again.tailAtOpening.isSound && (Sample.last...Sample.last + 1).contains(again.lastNumber))
      #expect(try again.verify().isSound)
      #expect(try again.append([Sample.entry(again.lastNumber + 1, .resumed)]).upTo == again.lastNumber)
    }
  }

  @Test("S4 a journal that was removed is not begun anew by the next daemon: it must be put back") func notBegunAnew()
    throws
  {
    let folder = try Folder()
    let store = try folder.open(.full)
    _ = try store.append(Sample.entries())
    try FileManager.default.removeItem(atPath: folder.journal)
    // Nothing is written any more: the end itself sees to it.
    try store.close()
    #expect(throws: JournalError.self) { try folder.open() }
    try Tool.rename(folder.journal + ".rescued", to: folder.journal)
    let again = try folder.open()
    #expect(try again.verify().isSound && again.lastNumber == Sample.last)
    #expect(try folder.mode(of: "journal.sqlite") == 0o640)
  }

  @Test("a second loss leaves a second copy and does not touch the first") func twice() throws {
    let folder = try Folder()
    try folder.write([1, 2, 3], to: "journal.sqlite.rescued")
    let store = try folder.open(.full)
    _ = try store.append(Sample.entries())
    try FileManager.default.removeItem(atPath: folder.journal)
    try store.close()
    #expect(try folder.read("journal.sqlite.rescued") == [1, 2, 3])
    try Tool.rename(folder.journal + ".rescued.2", to: folder.journal)
    #expect(try folder.open().lastNumber == Sample.last)
  }

  private func copies(_ folder: Folder) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.contains(".rescued") }
  }

  @Test("what has been saved is not saved again at the end; the remedy names the copy") func once() throws {
    let folder = try Folder()
    try folder.write([1, 2, 3], to: "journal.sqlite.rescued")
    let store = try folder.open(.full)
    _ = try store.append(Sample.entries())
    try FileManager.default.removeItem(atPath: folder.journal)
    let secured = try #require(store.secure())
    #expect(secured.remedy.contains(folder.journal + ".rescued.2"))
    #expect(store.secure() == secured)
    try store.close()
    #expect(try copies(folder).sorted() == ["journal.sqlite.rescued", "journal.sqlite.rescued.2"])
  }

  @Test("where no copy can be made none is promised: the daemon is not to be stopped, and tries again at its end")
  func noCopy() throws {
    let folder = try Folder()
    for number in 1...9 { try folder.write([1], to: "journal.sqlite.rescued" + (number == 1 ? "" : ".\(number)")) }
    let store = try folder.open(.full)
    _ = try store.append(Sample.entries())
    try FileManager.default.removeItem(atPath: folder.journal)
    let lost = try #require(store.secure())
    #expect(lost == .displaced(path: folder.journal, .database, isThere: false, .failed))
    #expect(lost.remedy.contains("no copy could be made: do not stop the daemon"))
    #expect(!lost.remedy.contains("restart"))
    try FileManager.default.removeItem(atPath: folder.journal + ".rescued.5")
    try store.close()
    try Tool.rename(folder.journal + ".rescued.5", to: folder.journal)
    #expect(try folder.open().lastNumber == Sample.last)
  }
}

extension Tool {
  /// As `mv` does it: what has the new name is replaced.
  static func rename(_ path: String, to other: String) throws {
    // Both paths are lent to one system call.
    if unsafe Glibc.rename(path, other) != 0 { throw Failure(text: "cannot rename \(path)") }
  }
}

extension Folder {
  /// What a killed process leaves.
  func copied() throws -> Folder {
    let copy = try Folder()
    for name in try FileManager.default.contentsOfDirectory(atPath: path) {
      try FileManager.default.copyItem(atPath: path + "/" + name, toPath: copy.path + "/" + name)
    }
    return copy
  }
}
