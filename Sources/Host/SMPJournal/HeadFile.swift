internal import Glibc
internal import SMPRecord

/// Where the journal's chain stood after its last commit, in a small file beside it: entries cut off at the end leave
/// a shorter chain that is whole in itself, and only this tells.
///
/// It is one line of fixed length, rewritten in place after each commit and not synced: the database always comes
/// first, so after a power cut the head may lag (`TailCheck.ahead`) but never leads. It is a belt; the proof against
/// somebody who writes both files is the seal at a session's close.
struct HeadFile: ~Copyable {
  static let byteCount = 12 + 33 + 21 + 65
  private let file: OpenFile

  init(_ path: String) throws(JournalError) {
    file = try OpenFile(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW)
  }

  /// Nil when the line is not one of ours.
  func read() throws(JournalError) -> (journal: JournalID, head: ChainHead)? {
    var bytes = [UInt8](repeating: 0, count: HeadFile.byteCount + 1)
    let count = unsafe bytes.withUnsafeMutableBytes { unsafe pread(file.descriptor, $0.baseAddress, $0.count, 0) }
    guard count >= 0 else { throw .failed(path: file.path, detail: JournalFiles.reason("cannot read it")) }
    guard count == HeadFile.byteCount, bytes[count - 1] == UInt8(ascii: "\n") else { return nil }
    let words = bytes[..<(count - 1)].split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 4, words[0] == "smpd.head.1", let journal = JournalID(hex: words[1]),
      words[2].utf8.count == 20,
      let number = UInt64(words[2]), let hash = Fingerprint(hex: words[3])
    else { return nil }
    return (journal, ChainHead(number: number, hash: hash))
  }

  func write(_ head: ChainHead, of journal: JournalID) throws(JournalError) {
    let digits = "\(head.number)"
    let padding = String(repeating: "0", count: 20 - digits.utf8.count)
    let line = Array("smpd.head.1 \(journal.hex) \(padding)\(digits) \(head.hash.hex)\n".utf8)
    precondition(line.count == HeadFile.byteCount, "the head has one length, so that it is rewritten in place")
    let count = unsafe line.withUnsafeBytes { unsafe pwrite(file.descriptor, $0.baseAddress, $0.count, 0) }
    guard count == line.count else { throw .failed(path: file.path, detail: JournalFiles.reason("cannot write it")) }
  }

  func sync() throws(JournalError) {
    guard fdatasync(file.descriptor) == 0 else {
      throw .failed(path: file.path, detail: JournalFiles.reason("cannot sync it"))
    }
  }
}
