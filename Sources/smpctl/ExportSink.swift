import Glibc

/// Where an export goes. A file appears under its name only when it is whole: half an export looks like a small one.
struct ExportSink: ~Copyable {
  private let target: String?
  private let descriptor: Int32
  private var buffer: [UInt8] = []
  private var rows: Int64 = 0
  private var isDone = false

  private static let bufferSize = 64 * 1024

  /// - Parameter target: the file; nil is standard output.
  init(_ target: String?) throws {
    self.target = target
    guard let target else {
      descriptor = STDOUT_FILENO
      return
    }
    // Records of persons: for the owner's eyes until the owner says otherwise.
    // The path is a whole string with its end, and open only reads it.
    descriptor = unsafe open(
      ExportSink.part(of: target), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw ExportSink.failure(target, errno) }
  }

  deinit {
    guard let target else { return }
    close(descriptor)
    // Not whole, so nobody shall find it. The path is a whole string with its end.
    if !isDone { unsafe unlink(ExportSink.part(of: target)) }
  }

  mutating func write(_ bytes: [UInt8], isRow: Bool = true) throws {
    buffer += bytes
    // Rows hold no bare line ends: what has one inside is escaped by both formats' writers.
    if isRow { rows += bytes.reduce(into: 0) { if $1 == UInt8(ascii: "\n") { $0 += 1 } } }
    if buffer.count >= ExportSink.bufferSize { try flush() }
  }

  /// - Returns: the rows written.
  mutating func finish() throws -> Int64 {
    try flush()
    guard let target else { return rows }
    guard fsync(descriptor) == 0 else { throw ExportSink.failure(target, errno) }
    // Both paths are whole strings with their ends, and rename only reads them.
    guard unsafe rename(ExportSink.part(of: target), target) == 0 else { throw ExportSink.failure(target, errno) }
    isDone = true
    return rows
  }

  private mutating func flush() throws {
    let code = Console.writeAll(buffer, to: descriptor)
    guard code == 0 else { throw ExportSink.failure(target ?? "standard output", code) }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func part(of target: String) -> String { target + ".part" }

  private static func failure(_ target: String, _ code: Int32) -> Complaint {
    Complaint(
      status: .failure, name: "smpctl.File", message: "cannot write \(target): \(SystemError.reason(code))",
      remedy: "give a file in a folder you may write to, with room on its disk")
  }
}
