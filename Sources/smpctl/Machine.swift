import Glibc

/// The machine as `smpctl doctor` looks at it: files below a root, who asks, and the service manager. It opens nothing
/// but plain files, and no device. A test passes one of its own.
struct Machine: Sendable {
  /// Empty for the machine itself; else a directory that stands for `/`.
  let root: String
  let caller: Caller
  /// What the service manager says of the daemon's unit; nil where there is no service manager or no such unit.
  let unitState: @Sendable () -> String?

  /// Who asks.
  struct Caller: Sendable {
    let uid: UInt32
    let groups: Set<UInt32>
  }

  static var here: Machine { Machine(root: "", caller: .here, unitState: ServiceManager.unitState) }
}

extension Machine.Caller {
  static var here: Machine.Caller {
    // The first call only counts, and the second writes at most so many.
    let count = getgroups(0, nil)
    var groups = [gid_t](repeating: 0, count: max(0, Int(count)))
    let written = groups.isEmpty ? 0 : unsafe getgroups(count, &groups)
    return Machine.Caller(uid: geteuid(), groups: Set(groups.prefix(max(0, Int(written)))).union([getegid()]))
  }
}

/// What the file system says of a path.
enum Sight: Sendable {
  case there(FileFacts)
  /// A directory on the way may not be searched.
  case hidden
  case absent
}

struct FileFacts: Sendable {
  let uid: UInt32
  let gid: UInt32
  /// Permission bits only.
  let mode: UInt32
  let size: Int64
}

extension Machine {
  func look(at path: String) -> Sight {
    var facts = stat()
    // The path is a whole string with its end, and the structure is ours for the length of the call.
    let failed = unsafe stat(root + path, &facts) != 0
    let code = errno
    if failed { return code == EACCES ? .hidden : .absent }
    return .there(
      FileFacts(
        uid: facts.st_uid, gid: facts.st_gid, mode: UInt32(facts.st_mode) & 0o7777, size: Int64(facts.st_size)))
  }

  /// Nil when it is not there, or may not be looked at.
  func facts(_ path: String) -> FileFacts? {
    if case .there(let facts) = look(at: path) { facts } else { nil }
  }

  /// Longest file read here: the files of names; those of sysfs are a line each.
  private static let longest = 1 << 20

  /// The whole of a small file; nil when it cannot be read.
  func text(_ path: String) -> String? {
    // The path is a whole string with its end, and open only reads it.
    let descriptor = unsafe open(root + path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while bytes.count <= Self.longest {
      // read writes at most the buffer's own count of bytes into it.
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return count == 0 ? String(decoding: bytes, as: UTF8.self) : nil }
      bytes += buffer[..<count]
    }
    return nil
  }

  /// The one line of a file of sysfs.
  func word(_ path: String) -> String? {
    text(path)?.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// The names in a directory, sorted; none when it cannot be read.
  func names(in path: String) -> [String] {
    // The stream is closed below, and each entry is copied before the next one is read.
    guard let stream = unsafe opendir(root + path) else { return [] }
    defer { unsafe closedir(stream) }
    var names: [String] = []
    while let entry = unsafe readdir(stream) {
      // The name ends with a NUL inside the entry's own array.
      let name = unsafe withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }

  /// The name of a group or user in the files of names, else its number.
  func groupName(_ gid: UInt32) -> String { name(gid, in: "/etc/group") }
  func userName(_ uid: UInt32) -> String { name(uid, in: "/etc/passwd") }

  private func name(_ number: UInt32, in file: String) -> String {
    let line = lines(of: file).first { $0.count > 2 && $0[2] == String(number) }
    return line?[0] ?? String(number)
  }

  /// Whether the file of groups names the user as a member, whatever this login has.
  func isListed(_ user: String, in group: String) -> Bool {
    lines(of: "/etc/group").contains { line in
      line.count > 3 && line[0] == group && line[3].split(separator: ",").contains { $0 == user }
    }
  }

  private func lines(of file: String) -> [[String]] {
    (text(file) ?? "").split(separator: "\n").map { line in
      line.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
    }
  }
}

enum ServiceManager {
  /// `active`, `inactive`, `failed` and the like.
  @Sendable static func unitState() -> String? {
    // The command is a constant; the stream is closed below, after the command has ended.
    let command = "systemctl show --property=LoadState,ActiveState smpd.service 2>/dev/null"
    guard let stream = unsafe popen(command, "re") else { return nil }
    defer { unsafe pclose(stream) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 256)
    while true {
      // fread writes at most the buffer's own count of bytes into it.
      let count = unsafe fread(&buffer, 1, buffer.count, stream)
      guard count > 0 else { break }
      bytes += buffer[..<count]
    }
    let words = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    guard words.contains("LoadState=loaded") else { return nil }
    return words.first { $0.hasPrefix("ActiveState=") }.map { String($0.dropFirst("ActiveState=".count)) }
  }
}
