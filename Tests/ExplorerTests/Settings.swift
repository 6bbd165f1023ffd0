import SMPModel
import SMPSession

extension Setting {
  /// Started and armed: profiles, self-test, clearing and arming go their way.
  private static let toArmed: [Event] = [Event(.start), Event(.tick), Event(.tick), Event(.tick)]
  private static let toRunning: [Event] = toArmed + [Event(.pedalDown), Event(.tick)]
  /// The needle is in the skin under a grant.
  private static let toContact: [Event] = toRunning + [Event(.approach), Event(.tick)]

  static let all: [Setting] = [
    starting, proving, dots, stops, changes, idle, linkStarting, linkDots, linkChanges, linkStops, loss, lossInContact,
    lockOut, journal, crash, memoryLoss, lateRecords, anyOfTest,
    anyOfArmed, anyOfLockOut,
  ]

  /// From plugged in to armed and back, and what a foot does on the way.
  static let starting = Setting(
    name: "starting",
    times: [
      (.start, 2), (.stop, 1), (.halt, 1), (.clear, 1), (.resume, 1), (.pedalDown, 1), (.pedalUp, 1),
      (.protectiveStop, 1), (.journalHold, 1), (.journalDurable, 4),
    ], commands: 4, states: 12_000)

  /// The self-test, in a session and outside of one, on a body that does not obey.
  static let proving = Setting(
    name: "proving",
    times: [
      (.start, 1), (.selfTest, 1), (.stop, 1), (.clear, 2), (.unlock, 1), (.resume, 1), (.tiredBrake, 1),
      (.stuckDrive, 1), (.pedalDown, 1), (.stopInput, 1), (.unplug, 1), (.replug, 1), (.resetKept, 1),
    ], commands: 4, states: 12_000)

  /// Two dots, with a hand that goes away and a foot that lifts.
  static let dots = Setting(
    name: "dots", prefix: toRunning,
    times: [
      (.approach, 2), (.withdraw, 2), (.pedalUp, 1), (.pedalDown, 1), (.journalHold, 1), (.journalDurable, 4),
      (.deepNeedle, 1),
    ], states: 12_000, window: 1)

  /// Every way to stop, with a needle in the skin.
  static let stops = Setting(
    name: "stops", prefix: toContact,
    times: [
      (.stop, 1), (.halt, 1), (.protectiveStop, 1), (.stopInput, 1), (.clear, 1), (.resume, 1), (.pedalUp, 1),
      (.withdraw, 1), (.pause, 1),
    ], commands: 3, states: 12_000)

  /// Pauses and new set-points between dots.
  static let changes = Setting(
    name: "changes", prefix: toRunning,
    times: [
      (.pause, 1), (.resume, 2), (.set, 1), (.stop, 1), (.approach, 1), (.pedalUp, 1), (.pedalDown, 1),
      (.journalHold, 1), (.journalDurable, 3),
    ], commands: 3, states: 12_000)

  /// Three minutes without anything.
  static let idle = Setting(
    name: "idle", prefix: toArmed,
    times: [(.idle, 2), (.pedalDown, 1), (.pedalUp, 1), (.pause, 1), (.resume, 2), (.set, 1), (.stop, 1)],
    commands: 3, states: 4_000)

  static let linkStarting = Setting(
    name: "link-starting", times: [(.start, 1), (.stop, 1), (.lateArrival, 1), (.pedalDown, 1)], missteps: 1,
    commands: 2, states: 12_000)

  static let linkDots = Setting(
    name: "link-dots", prefix: toRunning, times: [(.approach, 2), (.withdraw, 1), (.pedalUp, 1), (.lateArrival, 1)],
    missteps: 1, states: 12_000)

  static let linkChanges = Setting(
    name: "link-changes", prefix: toRunning,
    times: [(.pause, 1), (.resume, 1), (.set, 1), (.pedalUp, 1), (.lateArrival, 1)], missteps: 1, commands: 2,
    states: 12_000)

  static let linkStops = Setting(
    name: "link-stops", prefix: toContact,
    times: [(.stop, 1), (.halt, 1), (.protectiveStop, 1), (.clear, 1), (.lateArrival, 1)], missteps: 1, commands: 2,
    states: 12_000)

  /// Cable and power go and come back.
  static let loss = Setting(
    name: "loss", prefix: toRunning,
    times: [
      (.approach, 1), (.unplug, 1), (.replug, 1), (.resetKept, 1), (.resolve, 1), (.stop, 1),
      (.clear, 1), (.start, 1),
    ], commands: 4, states: 12_000)

  static let lossInContact = Setting(
    name: "loss-in-contact", prefix: toContact,
    times: [
      (.unplug, 1), (.replug, 1), (.resetKept, 1), (.resolve, 1), (.resume, 1), (.protectiveStop, 1),
      (.clear, 1), (.withdraw, 1), (.approach, 1),
    ], commands: 3, states: 12_000)

  /// A fault that came twice already.
  static let lockOut = Setting(
    name: "lock-out", prefix: toRunning,
    times: [
      (.deepNeedle, 1), (.approach, 1), (.withdraw, 1), (.clear, 2), (.unlock, 1), (.resume, 1), (.stop, 1),
      (.start, 1), (.selfTest, 1), (.unplug, 1), (.replug, 1),
    ], commands: 5, states: 12_000, faults: [.device(.depthExceeded), .device(.depthExceeded)])

  /// The disk stalls and fails.
  static let journal = Setting(
    name: "journal", prefix: toRunning,
    times: [
      (.approach, 1), (.journalHold, 1), (.journalDurable, 5), (.journalFail, 1), (.stop, 1), (.clear, 1), (.resume, 1),
    ], commands: 3, states: 12_000)

  /// The daemon ends in the middle of it, and another begins.
  static let crash = Setting(
    name: "crash", prefix: toRunning,
    times: [
      (.approach, 1), (.crash, 2), (.journalHold, 1), (.journalDurable, 4), (.resolve, 1), (.stop, 1), (.start, 1),
      (.clear, 1), (.unplug, 1), (.replug, 1),
    ], commands: 3, states: 12_000)

  /// The device comes back and remembers nothing.
  static let memoryLoss = Setting(
    name: "memory-loss", prefix: toContact,
    times: [(.unplug, 1), (.replug, 1), (.resetLost, 1), (.resolve, 1), (.stop, 1), (.clear, 1), (.resume, 1)],
    commands: 3, states: 12_000)

  /// The cable goes before the disk has let a record be released.
  static let lateRecords = Setting(
    name: "late-records", prefix: toContact,
    times: [
      (.journalHold, 1), (.journalDurable, 4), (.stop, 1), (.unplug, 1), (.replug, 1), (.resolve, 1), (.start, 1),
      (.withdraw, 1),
    ], commands: 3, states: 12_000)

  // MARK: Anything, a few times

  private static let anything: [(Stimulus, UInt8)] = Stimulus.allCases.filter { $0 != .tick }.map { ($0, 1) }

  static let anyOfTest = Setting(
    name: "any-of-test", prefix: [Event(.selfTest)], times: anything, commands: 3, depth: 3)

  static let anyOfArmed = Setting(name: "any-of-armed", prefix: toArmed, times: anything, commands: 3, depth: 3)

  static let anyOfLockOut = Setting(
    name: "any-of-lock-out",
    prefix: toContact + [Event(.deepNeedle), Event(.withdraw), Event(.pedalUp), Event(.tick), Event(.tick)],
    times: anything, commands: 3, depth: 3, faults: [.device(.depthExceeded), .device(.depthExceeded)])
}
