internal import Glibc

/// Standard output and error, line by line.
package enum Terminal {
  package static func say(_ line: String) { write(line + "\n", to: STDOUT_FILENO) }
  package static func complain(_ line: String) { write(line + "\n", to: STDERR_FILENO) }

  /// Rewrites the last line of standard error, where a person watches; silent elsewhere.
  package static func progress(_ line: String) {
    guard isatty(STDERR_FILENO) == 1 else { return }
    write("\r" + line + "\u{1B}[K", to: STDERR_FILENO)
  }

  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    var offset = 0
    while offset < bytes.count {
      // Lent for the length of the call; the kernel copies.
      let count = unsafe bytes[offset...].withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return }
      offset += count
    }
  }
}
