import Glibc
import SMPRecord

/// The public part of a station's key, in a file.
enum KeyFile {
  static func read(_ path: String) throws -> StationKey {
    let bytes = try LineFile.whole(path, atMost: StationKey.fileMaximumBytes)
    guard let key = StationKey(fileText: String(decoding: bytes, as: UTF8.self)) else {
      throw Complaint.invalidInput(
        "\(path) is not the public part of a station's key",
        remedy: "give the file that smpctl log key -o FILE wrote on the station")
    }
    return key
  }
}

/// A file that is read line by line, so that its length does not matter.
struct LineFile: ~Copyable {
  private let path: String
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var next = 0
  private var isAtEnd = false
  private static let chunk = 64 * 1024

  /// - Parameter path: `-` is standard input.
  init(_ path: String) throws {
    self.path = path
    // The path is a whole string with its end, and open only reads it.
    descriptor = path == "-" ? STDIN_FILENO : unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw LineFile.unreadable(path, errno) }
  }

  deinit { if descriptor != STDIN_FILENO { close(descriptor) } }

  /// The next line without its end; nil behind the last one. A line that is longer than `bound` comes cut, one byte
  /// longer than that.
  /// - Returns: also whether the line had its end.
  mutating func line(atMost bound: Int) throws -> (bytes: [UInt8], isEnded: Bool)? {
    while true {
      if let end = buffer[next...].firstIndex(of: UInt8(ascii: "\n")) {
        defer { next = end + 1 }
        return (Array(buffer[next..<end].prefix(bound + 1)), true)
      }
      if buffer.count - next > bound || (isAtEnd && next < buffer.count) {
        defer { next = buffer.count }
        return (Array(buffer[next...].prefix(bound + 1)), false)
      }
      if isAtEnd { return nil }
      try fill()
    }
  }

  private mutating func fill() throws {
    buffer.removeSubrange(..<next)
    next = 0
    let old = buffer.count
    buffer += [UInt8](repeating: 0, count: LineFile.chunk)
    // read writes at most the slice's own count of bytes into it.
    let count = unsafe buffer[old...].withUnsafeMutableBytes {
      unsafe Glibc.read(descriptor, $0.baseAddress, $0.count)
    }
    let code = errno
    buffer.removeSubrange((old + max(0, count))...)
    if count < 0, code != EINTR { throw LineFile.unreadable(path, code) }
    isAtEnd = count == 0
  }

  /// A whole small file.
  static func whole(_ path: String, atMost bound: Int) throws -> [UInt8] {
    var file = try LineFile(path)
    var bytes: [UInt8] = []
    while let line = try file.line(atMost: bound) {
      bytes += line.bytes + (line.isEnded ? [UInt8(ascii: "\n")] : [])
      guard bytes.count <= bound else {
        throw Complaint.invalidInput("\(path) is longer than \(bound) bytes", remedy: "see that it is the right file")
      }
    }
    return bytes
  }

  private static func unreadable(_ path: String, _ code: Int32) -> Complaint {
    Complaint(
      status: code == ENOENT ? .notFound : .invalidInput, name: "smpctl.File",
      message: "cannot read \(path): \(SystemError.reason(code))", remedy: "give the path of a readable file")
  }
}
