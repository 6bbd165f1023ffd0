internal import SMPGuard
package import SMPLink
package import SMPModel
package import SMPRecord
import SMPWire

/// The host side of the device protocol, and the one holder of the device's link.
///
/// Bytes in, events out; commands in, frames out. Grants and everything else that moves leave only through
/// `send(_:at:)`, which consumes a `Recorded`. The exempt functions are named so: they renew, read, deny, hold
/// still or release. Runs on the owner thread; it never waits: replies come back as events, and a command without
/// its reply becomes `.silent` after `Bounds.replyTimeout`.
package struct DeviceDriver: ~Copyable {
  private let link: any DeviceLink
  private let stopTransfer: any PreparedControl
  var stage = Stage.closed
  var version: UInt8 = Self.newestVersion
  private var nextSequence: UInt16 = 1
  private var nextTag: UInt64 = 1
  /// Commands awaiting their reply, oldest first; a handful at most.
  var pending: [PendingCommand] = []
  var pendingControls: [PendingControl] = []
  /// A state was asked for while another was under way: one more is read when that has ended, however many asked.
  var isStatusOwed = false
  /// Reads of the state sent so far; one at a time is under way.
  var statusReads: UInt64 = 0
  /// The newest of them that the device has answered.
  package internal(set) var statusAnswered: UInt64 = 0
  /// The device refused to clear its fault; its state, asked for next, says why.
  var isClearRefused = false
  /// What the link has cost so far.
  package internal(set) var quality = LinkQuality()
  var alarm = LinkAlarm()
  /// Completed control cycles: commands and reads that the device answered.
  package internal(set) var cycles: UInt64 = 0
  /// When the device is asked for its state next, if nothing else makes it answer before.
  var pollAt: MonotonicTime?
  /// Since when the device has not answered what it was asked; nil while it answers.
  var silentSince: MonotonicTime?

  static var newestVersion: UInt8 { 1 }
  static var oldestVersion: UInt8 { 1 }
  static var stopTag: TransferTag { TransferTag(number: 0) }

  /// Opens the link. `identify(at:)` comes next.
  /// - Parameters:
  ///   - link: owned from here on.
  ///   - sink: takes the link's events, on any thread; the owner hands them to `receive(_:at:)`.
  package init(link: any DeviceLink, sink: any LinkSink) throws(LinkError) {
    try link.open(sink: sink)
    let stop = try link.prepare(
      ControlSetup(request: ControlRequest.protectiveStop.rawValue, value: StopReason.hostFault.rawValue),
      tag: Self.stopTag)
    self.link = link
    stopTransfer = stop
  }

  /// Asks who the device is; `.identified` or `.unusable` follows as an event.
  package mutating func identify(at now: MonotonicTime) throws(LinkError) {
    stage = .readingCapabilities
    try control(.capabilities, at: now)
  }

  /// The prepared stop, for the stop listener's own reference (S6).
  package var preparedStop: any PreparedControl { stopTransfer }

  package func close() { link.close() }

  // MARK: What moves

  /// Sends what the guard admitted and the journal made durable, once (S1, S2).
  package mutating func send(_ recorded: consuming Recorded, at now: MonotonicTime) {
    let number = recorded.number
    let command = recorded.command
    switch command {
    case .grant(let grant):
      transmit(.grant(GrantNumber(number: number), grant), as: .grant(grant.request), at: now)
    case .profiles(let generation, let profiles):
      let digest = ProfileDigest.of(generation: generation, profiles: profiles)
      transmit(.beginProfiles(generation: generation, count: UInt8(profiles.count)), as: .profilePart, at: now)
      for profile in profiles { transmit(.profile(profile), as: .profilePart, at: now) }
      transmit(.commitProfiles(digest), as: .profiles(digest), at: now)
    case .selfTest: transmit(.startSelfTest, as: .selfTest, at: now)
    case .arm(let digest): transmit(.arm(digest), as: .arm, at: now)
    case .resume: transmit(.resume, as: .resume, at: now)
    }
  }

  // MARK: Exempt by name: these move nothing

  package mutating func renewLease(_ digest: ProfileDigest, at now: MonotonicTime) {
    transmit(.renewLease(digest), as: .renewLease, at: now)
  }
  package mutating func suspend(at now: MonotonicTime) { transmit(.suspend, as: .suspend, at: now) }
  package mutating func disarm(at now: MonotonicTime) { transmit(.disarm, as: .disarm, at: now) }
  package mutating func deny(_ request: RequestID, _ indication: Indication, at now: MonotonicTime) {
    transmit(.deny(request, indication), as: .deny, at: now)
  }
  package mutating func release(upTo sequence: RecordSequence, at now: MonotonicTime) {
    transmit(.release(upTo: sequence), as: .release, at: now)
  }
  package mutating func readTip(at now: MonotonicTime) { transmit(.readTip, as: .readTip, at: now) }
  package mutating func readRecords(at now: MonotonicTime) { transmit(.readRecords, as: .readRecords, at: now) }

  /// Puts the prepared stop on EP0 (S6). A link that is gone needs no stop: the lease cuts.
  package func protectiveStop() -> Bool {
    do throws(LinkError) {
      try stopTransfer.submit()
      return true
    } catch {
      return false
    }
  }

  package mutating func clearFault(at now: MonotonicTime) {
    isClearRefused = false
    do throws(LinkError) { try control(.clearFault, at: now) } catch { quality.transferFailures += 1 }
  }

  /// Asks for the device's state over EP0. One read is under way and one owed at most: whoever stops as fast as he can
  /// does not make a queue that outlasts the time for an answer.
  package mutating func readStatus(at now: MonotonicTime) {
    guard !pendingControls.contains(where: { $0.request == .status }) else {
      isStatusOwed = true
      return
    }
    statusReads += 1
    do throws(LinkError) { try control(.status, at: now) } catch { quality.transferFailures += 1 }
  }

  /// The read that was sent after everything asked so far, in the count of `statusAnswered`: under way, or owed. An answer
  /// to an earlier one says nothing of what came after it.
  package var statusAsked: UInt64 { statusReads + (isStatusOwed ? 1 : 0) }

  mutating func payStatus(at now: MonotonicTime) {
    guard isStatusOwed else { return }
    isStatusOwed = false
    readStatus(at: now)
  }

  // MARK: Frames out

  mutating func transmit(_ command: HostCommand, as kind: PendingKind, at now: MonotonicTime) {
    let sequence = nextSequence
    nextSequence = nextSequence == .max ? 1 : nextSequence + 1
    pending.append(PendingCommand(sequence: sequence, kind: kind, sentAt: now))
    do throws(LinkError) {
      try link.out(command.encoded(sequence: sequence, version: version), tag: takeTag())
    } catch {
      // The reply will be missed at its deadline; nothing is assumed about what the device saw.
      quality.transferFailures += 1
    }
  }

  mutating func control(_ request: ControlRequest, at now: MonotonicTime) throws(LinkError) {
    let tag = takeTag()
    pendingControls.append(PendingControl(tag: tag, request: request, sentAt: now))
    try link.control(ControlSetup(request: request.rawValue, length: request.length), tag: tag)
  }

  private mutating func takeTag() -> TransferTag {
    defer { nextTag += 1 }
    return TransferTag(number: nextTag)
  }
}

/// How far the handshake has come.
enum Stage: Hashable, Sendable {
  case closed
  case readingCapabilities
  case readingStatus(DeviceCapabilities)
  case greeting(DeviceCapabilities, DeviceStatus)
  case identified(DeviceCapabilities)
  /// Not a device we can drive; nothing more is sent to it.
  case unusable
}

/// A bulk command whose reply is awaited.
struct PendingCommand: Hashable, Sendable {
  let sequence: UInt16
  let kind: PendingKind
  let sentAt: MonotonicTime
  var deadline: MonotonicTime { sentAt + Bounds.replyTimeout }
}

enum PendingKind: Hashable, Sendable {
  case hello, profilePart
  case profiles(ProfileDigest)
  case selfTest, arm, resume
  case grant(RequestID)
  case renewLease, suspend, disarm, deny, release, readRecords, readTip
}

struct PendingControl: Hashable, Sendable {
  let tag: TransferTag
  let request: ControlRequest
  let sentAt: MonotonicTime
  var deadline: MonotonicTime { sentAt + Bounds.replyTimeout }
}

#if SMP_REMOVABLE_RULES
  extension DeviceDriver {
    /// The same driver once more over the same link, for the explorer: it goes on from one state in many ways.
    package init(copying other: borrowing DeviceDriver) {
      link = other.link
      stopTransfer = other.stopTransfer
      stage = other.stage
      version = other.version
      nextSequence = other.nextSequence
      nextTag = other.nextTag
      pending = other.pending
      pendingControls = other.pendingControls
      isStatusOwed = other.isStatusOwed
      statusReads = other.statusReads
      statusAnswered = other.statusAnswered
      isClearRefused = other.isClearRefused
      quality = other.quality
      alarm = other.alarm
      cycles = other.cycles
      pollAt = other.pollAt
      silentSince = other.silentSince
    }
  }
#endif
