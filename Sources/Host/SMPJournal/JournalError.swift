package import SMPRecord

/// Why the journal cannot be opened, read or written. Nothing of a failed append is stored (S2, S13).
package enum JournalError: Error, Hashable, Sendable {
  case directoryMissing(String)
  /// The path of the directory is taken by something else.
  case notADirectory(String)
  /// Others than owner and group may write there: the journal could be exchanged unseen.
  case directoryUnsafe(String)
  case readOnly(String)
  case full(String)
  /// Less is free than must be before arming.
  case reserve(path: String, freeBytes: Int64, neededBytes: Int64)
  case newerSchema(path: String, found: Int64, known: Int64)
  case corrupt(path: String, detail: String)
  /// The file is no database at all.
  case notADatabase(String)
  /// A database, but another program's.
  case notAJournal(String)
  /// Another daemon has it open.
  case locked(String)
  /// Something other than a daemon holds the database's write lock.
  case busy(String)
  /// A journal of real sessions for a simulator, or the other way round (S11).
  case otherWorld(path: String, simulated: Bool)
  /// The end of the journal is not what its head file says. Reading works, writing does not.
  case tail(path: String, TailCheck)
  /// A file of the open journal was removed (`isThere` false) or replaced.
  case displaced(path: String, JournalPart, isThere: Bool, Rescue = .underWay)
  /// An earlier append failed; the store must be opened anew.
  case poisoned(String)
  /// A person accepted a loss, and the journal is whole.
  case nothingLost(path: String)
  /// Entries must follow each other without a gap, and the first must name the journal: a bug of the caller.
  case wrongEntry(number: UInt64, detail: String)
  /// Anything else SQLite or the system reports.
  case failed(path: String, detail: String)
}

/// What has become of what only this process still reached of a journal whose file was displaced.
package enum Rescue: Hashable, Sendable {
  /// The copy is still to come, or being made.
  case underWay
  /// It stands in the database again; where that was displaced, in a copy of this path.
  case made(copy: String?)
  /// It cannot be written anywhere; it is lost with the process.
  case failed
}

/// How the end of the journal stands to the head file beside it.
package enum TailCheck: Hashable, Sendable {
  case matches
  /// A crash between commit and head: whole and chained, and the head follows.
  case ahead(entries: UInt64)
  /// The journal ends before the head.
  case truncated(found: ChainHead, expected: ChainHead)
  /// The entry there is not the one the head names, or does not follow from the one before it.
  case altered(number: UInt64)
  case headMissing
  case headUnreadable

  /// Whether entries may be added.
  package var isSound: Bool {
    switch self {
    case .matches, .ahead: true
    case .truncated, .altered, .headMissing, .headUnreadable: false
    }
  }

  /// Whether a person may accept it: what is there must be what was written.
  package var isAcceptable: Bool {
    switch self {
    case .truncated, .headMissing, .headUnreadable: true
    case .matches, .ahead, .altered: false
    }
  }
}

extension JournalError {
  /// The file or directory it is about.
  package var path: String? {
    switch self {
    case .directoryMissing(let path), .notADirectory(let path), .directoryUnsafe(let path), .readOnly(let path),
      .full(let path), .notADatabase(let path), .notAJournal(let path), .locked(let path), .busy(let path),
      .poisoned(let path):
      path
    case .reserve(let path, _, _), .newerSchema(let path, _, _), .corrupt(let path, _), .otherWorld(let path, _),
      .nothingLost(let path), .tail(let path, _), .displaced(let path, _, _, _), .failed(let path, _):
      path
    case .wrongEntry: nil
    }
  }

  /// What is wrong, in a sentence.
  package var what: String {
    switch self {
    case .directoryMissing: "the state directory does not exist"
    case .notADirectory: "the state directory's path is no directory"
    case .directoryUnsafe: "others than owner and group may write into the state directory"
    case .readOnly: "the journal cannot be written"
    case .full: "the disk, or the journal's own size limit, is full"
    case .reserve(_, let free, let needed): "only \(free) bytes are free, and \(needed) are needed before arming"
    case .newerSchema(_, let found, let known): "it has schema \(found), and this program knows \(known)"
    case .corrupt(_, let detail): "the journal is damaged: \(detail)"
    case .notADatabase: "the file is not a database"
    case .notAJournal: "the file is another program's database"
    case .locked: "another daemon has the journal open"
    case .busy: "another program holds the journal's write lock"
    case .otherWorld(_, let simulated):
      simulated
        ? "the journal is the simulator's and takes no entry of a real device"
        : "the journal is a real one and takes no simulated entry"
    case .tail(_, let check): check.sentence
    case .displaced(_, _, let isThere, _):
      isThere
        ? "another file was put in its place while the journal was open" : "it was removed while the journal was open"
    case .nothingLost: "nothing of the journal's end is lost, so there is nothing to accept"
    case .poisoned: "an earlier entry could not be stored, so nothing more is"
    case .wrongEntry(let number, let detail): "entry \(number) does not fit: \(detail)"
    case .failed(_, let detail): detail
    }
  }

  /// What to do about it.
  package var remedy: String {
    switch self {
    case .directoryMissing: "create it, owned by the daemon's user, mode 0750"
    case .notADirectory: "move the file away, or name another state directory"
    case .directoryUnsafe: "take the write permission from others: chmod o-w"
    case .readOnly: "make directory and file writable for the daemon's user, and see that the file system is"
    case .full, .reserve: "free space on that file system; nothing stored is lost"
    case .newerSchema: "use the program version that wrote it, or a newer one"
    case .corrupt:
      "stop the daemon, keep a copy of the files, and restore them from a backup; `smpctl log verify` tells"
    case .notADatabase, .notAJournal: "move the file away, or name another state directory"
    case .locked: "stop the other daemon, or name another state directory"
    case .busy: "end the program that writes to the journal; only the daemon may"
    case .otherWorld: "give the simulator a state directory of its own"
    case .tail(_, let check) where check.isAcceptable:
      "restore the journal and its head file from a backup, or stop the daemon and accept the loss by name: "
        + "smpd --accept-loss REASON --by NAME"
    case .tail:
      "restore the journal and its head file from a backup, or keep the directory as it is, for an inspector, and name "
        + "another state directory"
    case .nothingLost: "start the daemon"
    case .displaced(_, _, _, .failed):
      "no copy could be made: do not stop the daemon, make room on that file system; at its end it tries once more"
    case .displaced(_, .database, _, .made(let copy?)):
      "stop the daemon, put the file back, or else the copy that the daemon has left, \(copy), and start the daemon anew"
    case .displaced(_, .database, _, .underWay), .displaced(_, .database, _, .made(nil)):
      "wait for the copy that the daemon makes beside it (smpctl doctor names it); then stop the daemon, put the file back, "
        + "or else the copy, and start the daemon anew"
    case .displaced:
      "stop the daemon, put the file back if it can be found, and start the daemon anew: what it held is in the database"
    case .poisoned: "remove the cause and start the daemon anew"
    case .wrongEntry: "report it: this is a bug of the program"
    case .failed: "see the system's log for that file system"
    }
  }
}

extension JournalError: CustomStringConvertible {
  package var description: String {
    if let path { "\(path): \(what); \(remedy)" } else { "\(what); \(remedy)" }
  }
}

extension TailCheck {
  package var sentence: String {
    switch self {
    case .matches: "the journal ends where its head file says"
    case .ahead(let entries): "the journal is \(entries) entries ahead of its head file, all of them sound"
    case .truncated(let found, let expected):
      "the journal ends with entry \(found.number), but had reached entry \(expected.number)"
    case .altered(let number): "entry \(number) at the end of the journal is not the one that was written"
    case .headMissing: "the head file beside the journal is missing"
    case .headUnreadable: "the head file beside the journal cannot be read"
    }
  }
}
