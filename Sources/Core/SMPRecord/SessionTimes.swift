package import SMPModel

/// How long a session took, added up from its entries in their order: by the monotonic clock where two entries share a
/// boot, by the wall clock where they do not, and never less than nothing. So a wall clock that is set meanwhile changes
/// nothing but the time across a restart of the machine.
package struct SessionTimes: Hashable, Sendable {
  /// From the opening to the close, or to the newest entry that was taken.
  package private(set) var duration = Interval.zero
  /// Of that, with the device armed: no preparation, no pause, no waiting for a person. What a plan's hours stand
  /// against (`PlanEstimate`).
  package private(set) var working = Interval.zero
  /// Of that, with the needle in the skin, as the device measured it. Of a presumed dot nobody knows.
  package private(set) var needleOn = Interval.zero

  private var newest: EntryHeader?
  private var isArmed = false
  private var isOver = false

  package init() {}

  /// What is added at once, at most: entries that say more are damaged, and 100,000 of them stay countable.
  fileprivate static let longest = Interval.seconds(86_400)

  /// Those whose entries end one kind of time and begin another. Of all others only contacts say something, and, where
  /// the session became uncertain, the entry before.
  package static let turns: [EntryKind] = [
    .sessionOpened, .armed, .resumed, .paused, .disarmed, .stop, .fault, .uncertain, .sessionClosed,
  ]

  /// Counts one entry of the session.
  package mutating func take(_ entry: Entry) {
    take(entry.header, entry.body.kind)
    switch entry.body {
    case .dot(let dot): add(contacts: dot.dwell ?? .zero)
    case .unbiddenContact(let contact): add(contacts: contact.dwell)
    default: break
    }
  }

  /// Counts the time up to an entry, for whoever takes the `turns` alone and adds the contacts up another way.
  package mutating func take(_ header: EntryHeader, _ kind: EntryKind) {
    guard !isOver else { return }
    let span = newest.map { header.time(since: $0) } ?? .zero
    newest = header
    duration = duration + span
    // What was before somebody found it uncertain is just that: perhaps hours without a daemon.
    if isArmed, kind != .uncertain { working = working + span }
    switch kind {
    case .armed, .resumed: isArmed = true
    // A fault latches, with or without a stop behind it (S8).
    case .sessionOpened, .paused, .disarmed, .stop, .fault, .uncertain: isArmed = false
    case .sessionClosed: isOver = true
    default: break
    }
  }

  /// Counts the dwells of contacts.
  package mutating func add(contacts: Dwell) {
    needleOn = needleOn + .milliseconds(max(0, min(contacts.milliseconds, Self.longest.milliseconds)))
  }

  /// Of several sessions together.
  package static func + (left: SessionTimes, right: SessionTimes) -> SessionTimes {
    var sum = SessionTimes()
    sum.duration = left.duration + right.duration
    sum.working = left.working + right.working
    sum.needleOn = left.needleOn + right.needleOn
    return sum
  }
}

extension EntryHeader {
  fileprivate func time(since earlier: EntryHeader) -> Interval {
    let longest = SessionTimes.longest
    guard bootID == earlier.bootID else {
      let (span, overflow) = wall.milliseconds.subtractingReportingOverflow(earlier.wall.milliseconds)
      return overflow ? longest : .milliseconds(max(0, min(span, longest.milliseconds)))
    }
    let (now, then) = (monotonic.nanoseconds, earlier.monotonic.nanoseconds)
    return now > then ? .nanoseconds(Int64(min(now - then, UInt64(longest.nanoseconds)))) : .zero
  }
}
