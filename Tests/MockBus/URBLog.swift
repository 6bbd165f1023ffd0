import SMPModel
import SMPSimulator
import StrictJSON

/// When the last URBs of a plug came and ended, for whoever measures what lies in between.
struct URBLog: Sendable {
  /// URBs kept, at least: minutes of a session.
  static let kept = 16_384

  private struct Note: Sendable {
    let number: UInt64
    let endpoint: UInt8
    /// bRequest of a control transfer.
    let request: UInt8?
    /// The frame's type, of the data that went or came.
    var frame: UInt8?
    let submitted: MonotonicTime
    var completed: MonotonicTime?
  }
  private var notes: [Note] = []
  private var submitted: UInt64 = 0

  /// - Parameter time: when the ioctl came, before anything was done about it.
  /// - Precondition: called once for each URB, in the order of their numbers, which begin with 1.
  mutating func submit(endpoint: UInt8, request: UInt8?, frame: UInt8?, at time: MonotonicTime) {
    submitted += 1
    notes.append(Note(number: submitted, endpoint: endpoint, request: request, frame: frame, submitted: time))
    if notes.count >= 2 * Self.kept { notes.removeFirst(Self.kept) }
  }

  mutating func complete(_ completion: URBCompletion, at time: MonotonicTime) {
    guard let first = notes.first?.number, completion.id.number >= first else { return }
    let place = Int(completion.id.number - first)
    guard place < notes.count else { return }
    notes[place].completed = time
    if notes[place].request == nil, completion.bytes.count > 1 { notes[place].frame = completion.bytes[1] }
  }

  func json(after: UInt64) -> JSONObject {
    let rows = notes.filter { $0.number > after }.map { note -> JSON in
      func byte(_ value: UInt8?) -> JSON { value.map { .integer(Int64($0)) } ?? .null }
      return [
        "number": .integer(Int64(note.number)), "endpoint": byte(note.endpoint), "request": byte(note.request),
        "frame": byte(note.frame), "submittedNanoseconds": .integer(Int64(note.submitted.nanoseconds)),
        "completedNanoseconds": note.completed.map { .integer(Int64($0.nanoseconds)) } ?? .null,
      ]
    }
    return ["urbs": .array(rows)]
  }
}
