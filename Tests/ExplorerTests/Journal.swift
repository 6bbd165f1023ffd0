import SMPGuard
import SMPModel
import SMPRecord
import SMPSession

/// The disk, as far as the promises need it: what was noted under which number, and how much of it is durable.
struct Journal: Sendable {
  enum Note: Hashable, Sendable {
    case intent(Command)
    /// With the sequence of the record that says so.
    case end(GrantNumber, GrantStory.End, RecordSequence?)
    case attached(DeviceStatus)
    case opened(course: String)
    case closed
    case fault(SessionFault)
    case cleared
    case lockedOut(SessionFault)
    case unlocked
    case other
  }
  /// The entry at place n has the number n + 1.
  private(set) var notes: [Note] = []
  private(set) var durable: UInt64 = 0
  /// The newest number of each group that the disk has and has not committed.
  private(set) var groups: [UInt64] = []
  var isHeld = false
  /// The next group is refused.
  var isFailing = false
  var isFailed = false

  var last: UInt64 { UInt64(notes.count) }
  var pending: [Note] { Array(notes[Int(durable)...]) }

  mutating func append(_ note: Note) { notes.append(note) }

  /// Hands over what was noted since, as one group.
  mutating func flush() {
    guard !isFailed, last > (groups.last ?? durable) else { return }
    groups.append(last)
  }

  /// One group is on the disk; returns the entries that are so now.
  mutating func commit() -> ArraySlice<Note> {
    guard !groups.isEmpty else { return [] }
    let before = Int(durable)
    durable = groups.removeFirst()
    return notes[before..<Int(durable)]
  }

  /// The daemon ends: what is not durable was never written.
  mutating func lose() {
    notes.removeLast(notes.count - Int(durable))
    groups = []
    isHeld = false
    isFailing = false
    isFailed = false
  }
}

extension Journal.Note {
  /// What the explorer needs to remember of a fact.
  init(_ fact: SessionFact, course: String?) {
    switch fact {
    case .sessionOpened: self = .opened(course: course ?? "")
    case .sessionClosed: self = .closed
    case .dot(let record, _, let number): self = .end(number, .made, record.sequence)
    case .dotPresumed(_, let number): self = .end(number, .presumed, nil)
    case .grantEnded(let number, let end, let sequence): self = .end(number, .without(end), sequence)
    case .deviceAttached(_, let status): self = .attached(status)
    case .fault(let fault): self = .fault(fault)
    case .faultCleared: self = .cleared
    case .lockedOut(let fault): self = .lockedOut(fault)
    case .unlocked: self = .unlocked
    case .deviceDetached, .profilesLoaded, .selfTest, .armed, .paused, .supplyChanged, .comfortScored, .resumed,
      .setPoints, .zoneOpened, .limitConfirmed, .stepOverridden, .handpieceRegistered, .denial, .unbiddenContact, .stop,
      .disarmed,
      .uncertain, .resolved:
      self = .other
    }
  }
}
