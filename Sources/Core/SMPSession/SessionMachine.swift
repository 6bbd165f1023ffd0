package import SMPGuard
package import SMPModel

/// The session of one device: events in, actions out, time as an argument.
///
/// Sees no link, file, clock or client. Every event is a `mutating func` that appends its actions in the order in
/// which they must happen. Runs on the owner thread; nothing here blocks, allocates without bound or throws past
/// a command's refusal. Where each kind of event is handled:
/// `+Operator` people's commands · `+Device` what the device says · `+Dots` requests and records ·
/// `+Stops` stops, faults and their clearing · `+SelfTest` the self-test outside of a session · `+Time` deadlines.
package struct SessionMachine: ~Copyable {
  package internal(set) var state: SessionState = .noDevice
  /// The device as last heard of; nil when none is attached.
  package internal(set) var device: AttachedDevice?
  /// The open session and its guard: both there, or neither.
  var open: OpenSession?
  var dotGuard: DotGuard?
  var latch: FaultLatch
  var lease = LeaseCycle.off
  /// Generation of the newest profile set; never used twice in the life of the daemon.
  var generation: UInt32
  /// The device the open session was prepared on.
  var boundDevice: DeviceCapabilities?
  /// Devices seen before, and what is written down of them (S7).
  var known: KnownDevices
  /// When a device that still has something to say is asked for it next.
  var settleAt: MonotonicTime?
  /// A fault nobody has cleared: it outlives a re-plug and a resolving (S8).
  var latchedFault: SessionFault?
  /// When the device is asked for its state next, while a person is waited for.
  var pollAt: MonotonicTime?

  /// What the newest self-test of the stop path showed, in a session or outside of one; nil before the first and
  /// while one runs (S9).
  var newestTest: SelfTestSeen?

  /// The newest registration of a device with a frame of its own, by which its records come to the chart also when it is no
  /// longer good enough to work by, or its session is closed (S12).
  var newestFrame: KnownFrame?

  /// A session an earlier daemon left open; a person resolves it before anything else (S7).
  var orphan: OrphanSession?
  let keeps: KeptRules

  /// - Parameters:
  ///   - latch: the faults of the last minutes and a lock-out in force, from the journal (S8).
  ///   - firstGeneration: a number above any that this device may have seen, for the first profile set.
  ///   - orphan: a session the journal shows open.
  ///   - fault: the one that nobody has cleared, from the journal (S8).
  ///   - known: devices that the journal has seen.
  package init(
    latch: FaultLatch, firstGeneration: UInt32, orphan: OrphanSession?, fault: SessionFault? = nil,
    known: KnownDevices = KnownDevices(), keeps: KeptRules = KeptRules()
  ) {
    self.keeps = keeps
    self.latch = latch
    if keeps(.faultsLatch) { latchedFault = fault }
    generation = firstGeneration
    self.orphan = orphan
    self.known = known
    newestFrame = orphan.flatMap { orphan in orphan.motion.map { KnownFrame(serial: orphan.serial, motion: $0) } }
    if orphan != nil, keeps(.uncertainAfterLoss) { state = .uncertain(.daemonEnded) }
  }

  /// The state as people read it: a lock-out hides what lies under it, except what must be resolved first.
  package var stateWord: StateWord {
    guard latch.lockedOut != nil else { return state.word }
    switch state {
    case .ready, .held, .faulted, .stopped: return .lockedOut
    case .noDevice, .testing, .preparing, .armed, .running, .changing, .paused, .stopping, .clearing, .closing,
      .uncertain:
      return state.word
    }
  }
}

extension SessionMachine {
  /// Reads the guard without taking it.
  borrowing func withGuard<Value>(_ body: (borrowing DotGuard) -> Value) -> Value? {
    switch dotGuard {
    case .some(let dotGuard): body(dotGuard)
    case .none: nil
    }
  }
}

/// A session that the journal shows open while no daemon had it, with the grants whose end nobody recorded.
package struct OrphanSession: Hashable, Sendable {
  package struct OpenGrant: Hashable, Sendable {
    package let grant: Grant
    package let number: GrantNumber
    package init(grant: Grant, number: GrantNumber) {
      self.grant = grant
      self.number = number
    }
  }
  package let session: String
  package let course: String
  /// The device it was begun on: no other can say what became of its grants.
  package let serial: String
  package internal(set) var openGrants: [OpenGrant]
  /// Presumed ones included.
  package internal(set) var dotsMade: Int64
  /// How its frame lay to the chart in that session; nil on a device that speaks the chart.
  package let motion: Motion?
  package init(
    session: String, course: String, serial: String, openGrants: [OpenGrant], dotsMade: Int64, motion: Motion? = nil
  ) {
    self.motion = motion
    self.session = session
    self.course = course
    self.serial = serial
    self.openGrants = openGrants
    self.dotsMade = dotsMade
  }
}

/// The device as the machine knows it.
package struct AttachedDevice: Hashable, Sendable {
  package let capabilities: DeviceCapabilities
  package internal(set) var status: DeviceStatus
  /// The sequence the next new record must carry.
  var expectedRecord: RecordSequence
  /// The first record since that no grant of ours explains. Only the device's counters say whether it made that one, and
  /// until then nothing from there on is released: a record of the same number may still be to come.
  var doubtedRecord: RecordSequence?
  /// Contacts it has counted, against those it has told of; nil until everything older has been heard.
  var contacts: ContactTally?
  /// When that status was heard, on the host's clock.
  var heardAt: MonotonicTime
  /// Requests for a dot that have come from it.
  package internal(set) var requests: Int64 = 0
  /// Records that have come from it, those sent again included.
  package internal(set) var records: Int64 = 0
  /// A request to send the records again is under way.
  var isRereading = false
  /// Until then an answer that names records nobody has heard starts no other reading: a device that cannot say them
  /// would be asked without a pause.
  var pausesUntil = MonotonicTime.zero

  /// Something it has to say has not been heard, or is doubted.
  var hasUnread: Bool { isRereading || doubtedRecord != nil || isBehind }
  /// It has made records that nobody has heard.
  var isBehind: Bool { status.nextRecord > expectedRecord }

  /// Replies and notices come over different endpoints: what the device said earlier may arrive later. Its own clock
  /// tells, over spans its wrap cannot blur. Of one tick it does not tell: a notice of idle and a reply of armed in the
  /// same one is a device that was just armed, and if it was not, its next word says so.
  func isStale(_ newer: DeviceStatus, isReply: Bool, at now: MonotonicTime) -> Bool {
    guard now - heardAt < Bounds.replyTimeout + Bounds.replyTimeout else { return false }
    let later = newer.ticks.since(status.ticks)
    return later < .zero || (later == .zero && !isReply && newer.phase == .idle && status.phase.isEnergised)
  }
}

/// Contacts as the device counts them, and as its records tell of them: one that found no room for its record shows here
/// alone (S1).
struct ContactTally: Hashable, Sendable {
  /// The device's count when this one began.
  let base: UInt32
  /// Contacts heard of since.
  var heard: UInt32 = 0

  /// Contacts that no record tells of.
  func unheard(of count: UInt32) -> Int { Int(count &- base) - Int(heard) }
}

/// A session between its start and its close.
struct OpenSession: Sendable {
  let order: StartOrder
  var digest = ProfileDigest.none
  var openGrant: OpenGrant?
  var armedFirstAt: MonotonicTime?
  /// Last dot, request or command: what the idle disarm counts from (S8).
  var activeAt: MonotonicTime
  var denials: Int64 = 0
  var lastDenial: DenialSeen?
  var stopLatency: Interval?
  var currentZone: ZoneIndex?
  var registering = Registering()

  init(order: StartOrder, at now: MonotonicTime) {
    self.order = order
    activeAt = now
  }
}

/// The one grant that may be open, and how far it has come.
struct OpenGrant: Hashable, Sendable {
  let grant: Grant
  let admittedAt: MonotonicTime
  /// Known once the grant is durable and sent.
  var number: GrantNumber?
  /// The device never answered the grant: only its records and counters can tell what became of it.
  var isUnanswered = false
  /// Its records were asked for since: the answer to that, and to nothing sent before the grant, settles it.
  var isAsked = false

  /// Past this instant a device that received the grant has certainly ended it: lifetime, longest contact, and a
  /// reply time-out for the record's way back.
  var endedBy: MonotonicTime {
    admittedAt + Bounds.grantLifetime + .milliseconds(grant.dwell.milliseconds) + Bounds.replyTimeout
      + Bounds.replyTimeout
  }
}

/// The last refusal of a dot, for the practitioner's screen.
package struct DenialSeen: Hashable, Sendable {
  package let denial: Denial
  package let zone: ZoneIndex?
  package let at: MonotonicTime
}

/// Where the dead-man's renewal stands (S5).
enum LeaseCycle: Hashable, Sendable {
  case off
  /// The next renewal is due then.
  case due(MonotonicTime)
  /// A renewal is under way.
  case awaiting(since: MonotonicTime)
}

/// A command of the device protocol that the machine hears the answer to.
package enum AnsweredCommand: Hashable, Sendable {
  case profiles
  case selfTest
  case arm
  case resume
  case grant(RequestID)
  case renewLease
  case suspend
  case disarm
  case deny
  case release
  case readRecords
  case clearFault
}

#if SMP_REMOVABLE_RULES
  extension SessionMachine {
    /// The same machine once more, for the explorer: it goes on from one state in many ways.
    package init(copying other: borrowing SessionMachine) {
      state = other.state
      device = other.device
      open = other.open
      switch other.dotGuard {
      case .some(let whole): dotGuard = DotGuard(copying: whole)
      case .none: dotGuard = nil
      }
      latch = other.latch
      lease = other.lease
      generation = other.generation
      boundDevice = other.boundDevice
      known = other.known
      settleAt = other.settleAt
      latchedFault = other.latchedFault
      pollAt = other.pollAt
      newestTest = other.newestTest
      newestFrame = other.newestFrame
      orphan = other.orphan
      keeps = other.keeps
    }
  }
#endif
