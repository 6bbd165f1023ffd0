internal import GRDB

extension JournalError {
  /// What SQLite reports, in our words.
  init(_ error: any Error, path: String) {
    if let own = error as? JournalError {
      self = own
      return
    }
    if let oddity = error as? JournalRow.Oddity {
      self = .corrupt(path: path, detail: oddity.detail)
      return
    }
    guard let failure = error as? DatabaseError else {
      self = .failed(path: path, detail: "\(error)")
      return
    }
    // Neither statement nor arguments: they may hold what is confidential.
    let detail = failure.message ?? failure.resultCode.description
    switch failure.resultCode {
    case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path)
    case .SQLITE_FULL: self = .full(path)
    case .SQLITE_CORRUPT: self = .corrupt(path: path, detail: detail)
    case .SQLITE_NOTADB: self = .notADatabase(path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy(path)
    case .SQLITE_CANTOPEN: self = .failed(path: path, detail: "cannot open it: \(detail)")
    default: self = .failed(path: path, detail: detail)
    }
  }
}
