import Glibc
import StrictJSON

/// Standard output and standard error. Under `--json`, standard output carries JSON and nothing else.
struct Console {
  let json: Bool

  /// The answer, for people; nothing under `--json`.
  func answer(_ text: String) {
    if !json { Console.write(Wording.harmless(text) + "\n", to: STDOUT_FILENO) }
  }

  /// Text that is itself the answer and must come out byte for byte, such as a plan.
  func verbatim(_ text: String) {
    if !json { Console.write(text, to: STDOUT_FILENO) }
  }

  /// The answer under `--json`: one document, or one line of a stream.
  func document(_ object: JSONObject) {
    if json { Console.write(object.encoded + [UInt8(ascii: "\n")], to: STDOUT_FILENO) }
  }

  /// Something worth knowing that is not the answer: a warning, the next step.
  func note(_ text: String) {
    Console.write(Wording.harmless(text) + "\n", to: STDERR_FILENO)
  }

  func complain(_ complaint: Complaint) {
    Console.write(complaint.text + "\n", to: STDERR_FILENO)
    document(complaint.json)
  }

  static func write(_ text: String, to descriptor: Int32) { write(Array(text.utf8), to: descriptor) }

  /// Gives up when nobody reads any more: there is nobody left to tell.
  static func write(_ bytes: [UInt8], to descriptor: Int32) {
    _ = writeAll(bytes, to: descriptor)
  }

  /// - Returns: 0, or the errno of the write that failed.
  static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
    var rest = bytes[...]
    while !rest.isEmpty {
      // The slice's storage outlives the call, and write only reads it.
      let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if count < 0 && errno != EINTR {
        return errno
      }
    }
    return 0
  }
}
