import SMPModel

@testable import SMPSession

/// Faults off: everything works again, and people do what the state asks of them.
extension Product {
  /// The session ends within so many events.
  private static let patience = 200

  /// No kind of event is bounded any more.
  mutating func allowEverything() {
    left = [UInt8](repeating: .max, count: Stimulus.allCases.count)
    commands = .max
  }

  mutating func leaveQuietly() {
    allowEverything()
    world.body.isBrakeTired = false
    world.body.isDriveStuck = false
    world.body.isDeep = false
    for step in 0..<Self.patience where violations.isEmpty {
      if isOver { return judgeEnd() }
      // Every other step time passes, so that what was asked can be answered.
      _ = apply(Event(step % 2 == 0 ? nextStep : .tick))
    }
    if violations.isEmpty {
      world.witness.broken("liveness", "\(Self.patience) events do not end the session: \(line("still"))")
    }
  }

  private var isOver: Bool {
    guard machine.open == nil, machine.orphan == nil, journal.groups.isEmpty else { return false }
    guard let status = world.status else { return false }
    return machine.stateWord == .ready && status.phase == .idle && status.still && status.parked
      && world.link.late.isEmpty && world.witness.grants.allSatisfy { !$0.ends.isEmpty }
  }

  /// What helps next.
  private var nextStep: Stimulus {
    // A journal that takes nothing more ends with its daemon.
    if journal.isFailed || journal.isFailing { return .crash }
    if journal.isHeld { return .journalDurable }
    if !world.link.late.isEmpty { return .lateArrival }
    if world.body.isFootDown { return .pedalUp }
    if world.body.isHandThere { return .withdraw }
    if !world.isPlugged { return .replug }
    switch machine.stateWord {
    case .uncertain: return isAtRest ? .resolve : .tick
    case .lockedOut: return .unlock
    case .stopped, .faulted: return isAtRest ? .clear : .tick
    case .armed, .running, .paused, .held, .preparing: return .stop
    case .noDevice, .ready, .testing, .stopping: return .tick
    }
  }

  private var isAtRest: Bool {
    world.firmware != nil && world.body.isStill && world.body.isParked && machine.device != nil
  }

  /// The record agrees with what the skin has seen: every grant ended once, and made is what was made (S1, S7).
  private mutating func judgeEnd() {
    for story in world.witness.grants {
      guard let end = story.ends.first, story.ends.count == 1 else {
        world.witness.broken("S1", "grant \(story.number) has the ends \(story.ends)")
        continue
      }
      switch end {
      case .made where story.contacts != 1, .without where story.contacts != 0:
        world.witness.broken("S7", "grant \(story.number) ended as \(end) with \(story.contacts) contacts")
      case .made, .presumed, .without: break
      }
    }
  }

  /// One line of a story.
  func line(_ event: String) -> String {
    let device = world.status.map { "\($0.phase)" } ?? (world.firmware == nil ? "off" : "?")
    let body = "\(world.body.needle) \(world.body.drive)"
    let grants = world.witness.grants.map { "\($0.number): \($0.contacts) contacts, ends \($0.ends)" }
    return """
      \(world.now / 1_000) µs  \(event)  →  session \(machine.stateWord), device \(device), \(body)
          \(machine.state) \(grants) notes \(journal.notes.suffix(4).map(\.word)) of \(journal.last), durable \(journal.durable)
      """
  }
}
