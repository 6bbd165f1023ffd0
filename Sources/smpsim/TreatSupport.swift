import Glibc
import SMPDaemon
import SMPJournal
import Synchronization

/// An answer on its way from the owner.
final class AnswerBox: Sendable {
  private let reply = Mutex<OwnerReply?>(nil)
  func put(_ reply: OwnerReply) { self.reply.withLock { $0 = reply } }
  func take() -> OwnerReply? { reply.withLock { $0 } }
}

/// A private directory that is gone afterwards.
enum TemporaryDirectory {
  static func make() throws -> String {
    var template = Array("/tmp/smpsim-XXXXXX".utf8CString)
    // mkdtemp writes into the array it is lent, within its length.
    guard unsafe mkdtemp(&template) != nil else {
      throw Failed("no temporary directory can be made. Remedy: give --out DIR")
    }
    let name = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    // The caller makes it anew, with the mode of a state directory.
    unsafe rmdir(name)
    return name
  }

  static func remove(_ path: String) {
    for name in [
      "journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm", "journal.sqlite.lock", "journal.sqlite.head",
      "limits.yaml", StationKeyFile.name,
    ] {
      unsafe unlink(path + "/" + name)
    }
    unsafe rmdir(path)
  }
}
