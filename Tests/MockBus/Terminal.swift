import Glibc
import StrictJSON

/// One line of JSON for each command, whole and at once.
enum Terminal {
  static func say(_ object: JSONObject) { put(object.encoded + [UInt8(ascii: "\n")], to: STDOUT_FILENO) }
  static func say(_ line: String) { put(Array((line + "\n").utf8), to: STDOUT_FILENO) }
  static func complain(_ line: String) { put(Array((line + "\n").utf8), to: STDERR_FILENO) }

  private static func put(_ bytes: [UInt8], to descriptor: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // The bytes are lent for the length of the call.
      let count = unsafe rest.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count <= 0 { return }
      rest = rest.dropFirst(count)
    }
  }
}
