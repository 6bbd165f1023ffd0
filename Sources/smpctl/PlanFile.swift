import Glibc

/// Reads the file of a plan. Whether it is a plan is the daemon's to say; here it must be text of a sensible size.
enum PlanFile {
  /// A message to the daemon has at most 1 MiB, and escaping makes the text longer.
  static let maximumBytes = 512 * 1024

  /// `-` reads standard input.
  static func read(_ path: String) throws -> String {
    let bytes = try bytes(of: path)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Complaint.invalidInput("\(path) is not UTF-8 text", remedy: "save the plan as UTF-8")
    }
    return text
  }

  private static func bytes(of path: String) throws -> [UInt8] {
    // The path is a whole string with its end, and open only reads it.
    let descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw unreadable(path, errno) }
    defer { if descriptor != STDIN_FILENO { close(descriptor) } }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      // read writes at most the buffer's own count of bytes into it.
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return bytes }
      if count < 0 {
        if errno == EINTR { continue }
        throw unreadable(path, errno)
      }
      bytes += buffer[..<count]
      guard bytes.count <= maximumBytes else {
        throw Complaint.invalidInput(
          "\(path) is longer than \(maximumBytes / 1024) KiB",
          remedy: "no plan is that long: see that it is the right file")
      }
    }
  }

  private static func unreadable(_ path: String, _ code: Int32) -> Complaint {
    Complaint(
      status: code == ENOENT ? .notFound : .invalidInput, name: "smpctl.File",
      message: "cannot read \(path): \(SystemError.reason(code))", remedy: "give the path of a readable plan file")
  }
}

enum SystemError {
  /// The system's words for an errno.
  static func reason(_ code: Int32) -> String {
    // The text lives in this thread's storage until the next call; it is copied at once.
    guard let text = unsafe strerror(code) else { return "error \(code)" }
    return unsafe String(cString: text)
  }
}
