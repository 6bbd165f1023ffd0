internal import Glibc
internal import SMPRecord

/// The files around the database: directory, lock and head. Every call here is a plain system call that GRDB has none for.
///
/// Every `unsafe` here lends a path or a local structure to one system call, which keeps nothing of it.
struct JournalFiles: Sendable {
  /// The database.
  let path: String
  var lockPath: String { path + JournalPart.lock.suffix }
  var headPath: String { path + JournalPart.head.suffix }
  /// The directory the database stands in.
  var directory: String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  /// Group members may read the journal, others nothing (design.md, section 5).
  static let mode: mode_t = 0o640

  func checkDirectory() throws(JournalError) {
    var facts = stat()
    guard unsafe stat(directory, &facts) == 0 else {
      throw errno == ENOENT
        ? .directoryMissing(directory) : .failed(path: directory, detail: JournalFiles.reason("cannot look at it"))
    }
    guard facts.st_mode & S_IFMT == S_IFDIR else { throw .notADirectory(directory) }
    // The sticky bit keeps others from exchanging our files, as in /tmp.
    guard facts.st_mode & 0o002 == 0 || facts.st_mode & S_ISVTX != 0 else { throw .directoryUnsafe(directory) }
    guard unsafe access(directory, W_OK | X_OK) == 0 else { throw .readOnly(directory) }
  }

  func exists(_ file: String) -> Bool { unsafe access(file, F_OK) == 0 }

  /// Makes the database file with its mode before SQLite sees it: SQLite gives its side files the same one.
  /// - Returns: true when it was not there, or was empty.
  func prepareDatabase() throws(JournalError) -> Bool {
    let file = try OpenFile(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW)
    let isNew = try file.size() == 0
    if isNew { fchmod(file.descriptor, JournalFiles.mode) }
    return isNew
  }

  /// A head without its journal: it was taken away. A new one must not quietly stand in its place, because the dots of
  /// every client would count from zero (S4).
  func checkNotTakenAway() throws(JournalError) {
    guard let known = try HeadFile(headPath).read(), known.head.number > 0 else { return }
    if exists(path), try OpenFile(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW).size() > 0 { return }
    throw .tail(path: path, .truncated(found: Chain.genesis(of: known.journal), expected: known.head))
  }

  /// Free space for the daemon's user where the journal stands, in bytes.
  func freeBytes() throws(JournalError) -> Int64 {
    var facts = statvfs()
    guard unsafe statvfs(directory, &facts) == 0 else {
      throw .failed(path: directory, detail: JournalFiles.reason("cannot ask for free space"))
    }
    return Int64(clamping: UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize)).partialValue)
  }

  /// Makes new names in the directory durable.
  func syncDirectory() throws(JournalError) {
    try OpenFile(directory, O_RDONLY | O_CLOEXEC | O_DIRECTORY).sync()
  }

  /// The system's words for `errno`, after ours.
  static func reason(_ ours: String) -> String {
    let code = errno
    guard let text = unsafe strerror(code) else { return ours }
    return unsafe "\(ours): \(String(cString: text))"
  }
}

/// An open file, closed when its owner is done.
struct OpenFile: ~Copyable {
  let path: String
  let descriptor: CInt

  init(_ path: String, _ flags: CInt) throws(JournalError) {
    let opened = unsafe open(path, flags, JournalFiles.mode)
    guard opened >= 0 else {
      switch errno {
      case EACCES, EPERM, EROFS: throw .readOnly(path)
      case ENOSPC, EDQUOT: throw .full(path)
      default: throw .failed(path: path, detail: JournalFiles.reason("cannot open it"))
      }
    }
    self.path = path
    descriptor = opened
  }

  /// A file that was not there; nil when something has that name.
  init?(creating path: String) throws(JournalError) {
    if unsafe access(path, F_OK) == 0 { return nil }
    try self.init(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW)
  }

  deinit {
    // A child process between its birth and its first program shares the file; unlocking does not wait for it.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  func size() throws(JournalError) -> Int64 {
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else {
      throw .failed(path: path, detail: JournalFiles.reason("cannot look at it"))
    }
    return Int64(facts.st_size)
  }

  func sync() throws(JournalError) {
    guard fsync(descriptor) == 0 else { throw .failed(path: path, detail: JournalFiles.reason("cannot sync it")) }
  }

  /// Takes the file for this process; the kernel gives it back when the process ends, however that happens.
  func lock() throws(JournalError) {
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      if errno == EWOULDBLOCK { throw .locked(path) }
      throw .failed(path: path, detail: JournalFiles.reason("cannot lock it"))
    }
  }
}
