internal import Foundation
internal import GRDB
internal import Glibc
internal import SMPRecord
internal import Synchronization

/// One of the files a journal is made of.
package enum JournalPart: CaseIterable, Hashable, Sendable {
  case database
  /// The write-ahead log.
  case log
  /// The log's index, shared with readers.
  case index
  case head
  case lock

  /// What its name has after the database's.
  var suffix: String {
    switch self {
    case .database: ""
    case .log: "-wal"
    case .index: "-shm"
    case .head: ".head"
    case .lock: ".lock"
    }
  }
}

/// The files of an open journal, each known by what it is and not by its name alone.
///
/// An open file is written to wherever it has gone. A journal whose file was moved, removed or replaced would go on
/// calling entries durable that no later daemon finds: dots would be made that count nowhere (S2, S4).
struct StandingFiles: Sendable {
  private struct Known {
    let part: JournalPart
    let path: String
    let device: dev_t
    let inode: ino_t
  }
  private let known: [Known]

  /// Every file is there and open.
  init(_ files: JournalFiles) throws(JournalError) {
    var known: [Known] = []
    for part in JournalPart.allCases {
      let path = files.path + part.suffix
      guard let facts = Self.look(at: path) else {
        throw .displaced(path: path, part, isThere: false)
      }
      known.append(Known(part: part, path: path, device: facts.st_dev, inode: facts.st_ino))
    }
    self.known = known
  }

  /// The first that does not stand where it stood. Five system calls, some microseconds in all.
  var displaced: JournalError? {
    for file in known {
      guard let facts = Self.look(at: file.path) else {
        return .displaced(path: file.path, file.part, isThere: false)
      }
      if facts.st_ino != file.inode || facts.st_dev != file.device {
        return .displaced(path: file.path, file.part, isThere: true)
      }
    }
    return nil
  }

  /// A link that leads to the file is not the file: it was opened without following one.
  private static func look(at path: String) -> stat? {
    var facts = stat()
    // Lends a path and a local structure to one system call, which keeps nothing of them.
    return unsafe lstat(path, &facts) == 0 ? facts : nil
  }
}

extension JournalStore {
  /// How often a copy is made beside the journal; more of them nobody can tell apart.
  private static let copies = 9

  /// After a failed append: sees to it that what only this process still reaches is found when it has ended. The log
  /// is moved into the database; a database that does not stand in its place is copied there under another name,
  /// `journal.sqlite.rescued`; a head file that is gone is written anew. Takes as long as the journal is large, once:
  /// what has been saved is not saved again, what could not be is tried anew.
  /// - Returns: what is displaced and what has become of it; nil when every file stands in its place.
  @discardableResult package func secure() -> JournalError? {
    if let secured = secured.withLock({ $0 }) { return secured }
    guard case .displaced(let path, let part, let isThere, _)? = standing.displaced else { return nil }
    do throws(JournalError) {
      let copy = part == .database ? try copyDatabase() : nil
      try attempt { try $0.writeWithoutTransaction { database in _ = try database.checkpoint(.truncate) } }
      if part == .head, !isThere { try writeHeadAnew() }
      let result = JournalError.displaced(path: path, part, isThere: isThere, .made(copy: copy))
      secured.withLock { $0 = result }
      return result
    } catch {
      return .displaced(path: path, part, isThere: isThere, .failed)
    }
  }

  /// - Returns: the copy's path.
  private func copyDatabase() throws(JournalError) -> String {
    for number in 1...Self.copies {
      let copy = path + ".rescued" + (number == 1 ? "" : ".\(number)")
      guard let file = try OpenFile(creating: copy) else { continue }
      do throws(JournalError) {
        // Page by page: should the log of the lost file be found beside the copy, it says nothing else.
        try attempt { pool in
          let target = try DatabaseQueue(path: copy)
          // From the writer: a connection opened only now would open whatever has the name today.
          try pool.writeWithoutTransaction { source in
            try target.writeWithoutTransaction { try source.backup(to: $0) }
          }
          try target.close()
        }
        try file.sync()
        try files.syncDirectory()
      } catch {
        // Half a copy would be put in the journal's place by whoever found it.
        for suffix in ["", "-journal", "-wal", "-shm"] {
          // Lends a path to one system call.
          unsafe unlink(copy + suffix)
        }
        throw error
      }
      return copy
    }
    throw .failed(path: path, detail: "there are \(Self.copies) copies beside it already")
  }

  private func writeHeadAnew() throws(JournalError) {
    let anew = try HeadFile(files.headPath)
    try anew.write(head, of: journal)
    try anew.sync()
  }
}
