package import SMPModel
internal import StrictJSON

/// How far the wall time of an entry can be trusted.
package enum ClockQuality: String, CaseIterable, Hashable, Sendable {
  /// The kernel says a time service keeps the clock.
  case synchronised
  case unsynchronised
  /// A simulated clock: the times are a function of the seed.
  case virtual
}

/// Who, when and where of every entry.
package struct EntryHeader: Hashable, Sendable {
  package let monotonic: MonotonicTime
  package let wall: WallTime
  /// Names the start of the machine whose monotonic clock this is.
  package let bootID: String
  package let clock: ClockQuality
  /// The user who caused it; nil where nobody did.
  package let actorUID: UInt32?
  package let session: String?
  /// The course's pseudonymous reference, such as `C-7F3A2B`.
  package let course: String?
  /// The needle is simulated. The same in every entry of one journal (S11).
  package let simulated: Bool

  package init(
    monotonic: MonotonicTime, wall: WallTime, bootID: String, clock: ClockQuality, actorUID: UInt32? = nil,
    session: String? = nil, course: String? = nil, simulated: Bool
  ) {
    self.monotonic = monotonic
    self.wall = wall
    self.bootID = bootID
    self.clock = clock
    self.actorUID = actorUID
    self.session = session
    self.course = course
    self.simulated = simulated
  }

  func satisfies(_ scope: EntryKind.Scope) -> Bool {
    switch scope {
    case .journal: true
    case .course: course != nil
    case .session: course != nil && session != nil
    }
  }

  func write(to fields: inout FieldWriter) {
    fields.integer("monotonic_nanoseconds", monotonic.nanoseconds)
    fields.integer("wall_milliseconds", wall.milliseconds)
    fields.text("boot_id", bootID)
    fields.word("clock", clock)
    fields.integer("actor_uid", ifAny: actorUID)
    fields.text("session", ifAny: session)
    fields.text("course", ifAny: course)
    fields.bool("simulated", simulated)
  }

  init(reading fields: inout FieldReader) throws(RecordError) {
    self.init(
      monotonic: MonotonicTime(nanoseconds: try fields.integer("monotonic_nanoseconds")),
      wall: WallTime(milliseconds: try fields.integer("wall_milliseconds")), bootID: try fields.text("boot_id"),
      clock: try fields.word("clock"), actorUID: try fields.integer(ifAny: "actor_uid"),
      session: try fields.text(ifAny: "session"), course: try fields.text(ifAny: "course"),
      simulated: try fields.bool("simulated"))
  }
}
