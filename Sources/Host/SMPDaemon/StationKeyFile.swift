internal import Glibc
package import SMPRecord

/// Whether this daemon can seal (S10).
package enum Sealing: Sendable {
  case ready(SealingKey)
  /// What is wrong with the station's key, and what to do. Sessions go on, and are said to be unsealed.
  case impossible(what: String, remedy: String)

  package var key: SealingKey? {
    if case .ready(let key) = self { key } else { nil }
  }
}

/// The station's key in the state directory: 32 secret bytes, readable for the daemon's user alone.
///
/// It is made once, when a journal has never named a key. A key that is missing later, or is another one, is not made up
/// for in silence: seals of a new key would prove nothing to whoever holds the old one's public part.
///
/// Every `unsafe` here lends a path, a buffer or a local structure to one system call, which keeps nothing of it.
package struct StationKeyFile {
  package static let name = "station.key"
  private let directory: String
  private var path: String { directory + "/" + Self.name }

  package init(in directory: String) { self.directory = directory }

  /// - Parameters:
  ///   - known: the key this journal has named; nil before its first.
  ///   - secret: fresh random bytes for a new key.
  package func sealing(known: StationKey?, secret: () -> [UInt8]) -> Sealing {
    if unsafe access(path, F_OK) != 0, errno == ENOENT, !isLink {
      if let known {
        return .impossible(
          what: "the station's key \(path) is missing; the journal names key \(known.fingerprint.hex)",
          remedy:
            "put the file back from a backup, owned by the daemon's user, mode 0600, and restart the daemon; with "
            + "another state directory a new record begins, under a new key")
      }
      if let problem = create(secret()) { return problem }
    }
    return read(known)
  }

  private var isLink: Bool {
    var facts = stat()
    return unsafe lstat(path, &facts) == 0
  }

  private func read(_ known: StationKey?) -> Sealing {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
    guard descriptor >= 0 else { return unreadable("cannot be opened: \(Self.reason())") }
    defer { close(descriptor) }
    var facts = stat()
    guard unsafe fstat(descriptor, &facts) == 0 else { return unreadable("cannot be looked at: \(Self.reason())") }
    guard facts.st_mode & S_IFMT == S_IFREG else { return unreadable("is not a file") }
    guard facts.st_uid == geteuid() else {
      return unreadable("belongs to user \(facts.st_uid), and the daemon is user \(geteuid())")
    }
    guard facts.st_mode & 0o7777 == 0o600 else {
      let mode = String(facts.st_mode & 0o7777, radix: 8)
      return .impossible(
        what: "the station's key \(path) has mode \(mode), so that others may have read it",
        remedy: "find out who could; then chmod 600 \(path) and restart the daemon")
    }
    guard facts.st_size == SealingKey.byteCount else {
      return unreadable("has \(facts.st_size) bytes instead of \(SealingKey.byteCount)")
    }
    guard let bytes = FileBytes.read(path, atMost: SealingKey.byteCount), let key = SealingKey(bytes) else {
      return unreadable("cannot be read")
    }
    if let known, known != key.station {
      return .impossible(
        what:
          "the station's key \(path) has been replaced: it is \(key.station.fingerprint.hex), and the journal names "
          + known.fingerprint.hex,
        remedy: "put the right file back from a backup and restart the daemon")
    }
    return .ready(key)
  }

  private func unreadable(_ what: String) -> Sealing {
    .impossible(
      what: "the station's key \(path) \(what)",
      remedy: "put the file back from a backup, owned by the daemon's user, mode 0600, and restart the daemon")
  }

  /// The file appears under its name when it is whole, and never in the place of another.
  private func create(_ secret: [UInt8]) -> Sealing? {
    precondition(secret.count == SealingKey.byteCount, "a station's key has 32 bytes")
    let draft = path + ".new"
    // Left by a daemon that ended in the middle of this.
    unsafe unlink(draft)
    defer { unsafe unlink(draft) }
    guard FileBytes.create(draft, secret, mode: 0o600) else { return unmakeable() }
    guard unsafe link(draft, path) == 0 || errno == EEXIST else { return unmakeable() }
    let folder = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { return unmakeable() }
    defer { close(folder) }
    return fsync(folder) == 0 ? nil : unmakeable()
  }

  private func unmakeable() -> Sealing {
    .impossible(
      what: "the station's key \(path) cannot be made: \(Self.reason())",
      remedy: "make \(directory) writable for the daemon's user, with room on its disk, and restart the daemon")
  }

  private static func reason() -> String {
    let code = errno
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}
