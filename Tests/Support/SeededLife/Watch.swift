internal import SMPModel
internal import SMPSession
internal import SMPSimulator

/// What was to be seen from outside: the daemon's state word turn by turn, until when the device was leased, and the
/// device's own phases.
struct Watch {
  /// A time in which no granted dot may begin.
  private struct Quiet {
    let from: MonotonicTime
    let until: MonotonicTime
    let why: String
  }
  private var state = StateWord.noDevice
  private var quiet: [Quiet] = []
  /// Since when the daemon is in a state in which nothing may move.
  private var stillSince: MonotonicTime?
  private var leasedUntil = MonotonicTime.zero
  private var phases: [(at: MonotonicTime, phase: DevicePhase)] = [(.zero, .idle)]
  private(set) var seen = 0
  private(set) var complaints: [String] = []
  /// The newest time without power.
  private(set) var outage: (off: MonotonicTime, on: MonotonicTime)?
  private var offSince: MonotonicTime?
  private var faultedAt: MonotonicTime?
  /// A person has resolved since the state was last uncertain.
  var isResolved = false
  var clearAskedAt = MonotonicTime.zero

  init(at now: MonotonicTime) {
    leasedUntil = now
    stillSince = now
  }

  /// After every turn.
  mutating func look(_ next: StateWord, leasedUntil lease: MonotonicTime, at now: MonotonicTime) -> String? {
    if lease > leasedUntil {
      if now > leasedUntil { quiet.append(Quiet(from: leasedUntil, until: now, why: "without a lease")) }
      leasedUntil = lease
    }
    guard next != state else { return nil }
    let before = state
    state = next
    if Self.mayMove(next) != Self.mayMove(before) {
      if let stillSince {
        // What was under way when it became still is cut by the lease at the latest.
        let from = stillSince + Bounds.leaseLifetime
        if now > from { quiet.append(Quiet(from: from, until: now, why: "while \(before.word)")) }
        self.stillSince = nil
      } else {
        stillSince = now
      }
    }
    if next == .uncertain { isResolved = false }
    if before == .uncertain, !isResolved { return "uncertain became \(next.word) and nobody resolved" }
    return nil
  }

  /// Another daemon: its states are its own.
  mutating func succeed(leasedUntil lease: MonotonicTime, diedAt died: MonotonicTime, at now: MonotonicTime) {
    leasedUntil = max(leasedUntil, lease)
    if let stillSince, died > stillSince + Bounds.leaseLifetime {
      quiet.append(Quiet(from: stillSince + Bounds.leaseLifetime, until: died, why: "while \(state.word)"))
    }
    state = .noDevice
    stillSince = now
  }

  /// Whatever was held back on the way may renew a lease now.
  mutating func release(at now: MonotonicTime) { leasedUntil = max(leasedUntil, now + Bounds.leaseLifetime) }

  private static func mayMove(_ state: StateWord) -> Bool {
    switch state {
    // A stop lets the dot under way end.
    case .preparing, .armed, .running, .paused, .stopping, .testing: true
    case .noDevice, .ready, .stopped, .faulted, .held, .uncertain, .lockedOut: false
    }
  }

  /// The device's own phases, in order.
  mutating func take(_ sightings: [Sighting]) {
    complaints = []
    outage = offSince.map { ($0, MonotonicTime(nanoseconds: .max)) }
    for sighting in sightings {
      seen = sighting.number
      switch sighting.sight {
      case .powerFailed: offSince = sighting.at
      case .started:
        if let offSince { outage = (offSince, sighting.at) }
        offSince = nil
        faultedAt = nil
      case .phase(let phase): follow(phase, at: sighting.at)
      case .hostCame, .hostLeft, .driveTurned, .driveRested: break
      }
    }
  }

  private mutating func follow(_ phase: DevicePhase, at now: MonotonicTime) {
    phases.append((now, phase))
    guard offSince == nil else { return }
    if phase == .faulted { faultedAt = now }
    // A clearing may have been under way when the fault came: as long as a transfer may take.
    if phase != .faulted, let faultedAt, clearAskedAt + .milliseconds(1_200) < faultedAt {
      complaints.append("the device's fault at \(faultedAt.nanoseconds) was cleared, and nobody asked for it")
    }
    if phase != .faulted { faultedAt = nil }
  }

  /// What is wrong with a granted contact's time.
  func complaints(of contact: Contact) -> [String] {
    var complaints: [String] = []
    for quiet in quiet where contact.began > quiet.from && contact.began < quiet.until {
      complaints.append("a granted contact began at \(contact.began.nanoseconds) \(quiet.why)")
    }
    if let stillSince, contact.began > stillSince + Bounds.leaseLifetime {
      complaints.append("a granted contact began at \(contact.began.nanoseconds) while \(state.word)")
    }
    // What the device makes of the contact itself comes at the same instant.
    let phase = phases.last { $0.at < contact.began }?.phase
    if phase != .running {
      complaints.append("a granted contact began while \(phase.map { "\($0)" } ?? "nothing")")
    }
    return complaints
  }
}
