import SMPGuard
import SMPModel
import SMPSession
import SMPWire

/// A promise that was seen broken.
struct Violation: Hashable, Sendable, CustomStringConvertible {
  let promise: String
  let what: String
  var description: String { "\(promise): \(what)" }
}

/// What became of one grant, as the journal, the wire and the skin tell it.
struct GrantStory: Hashable, Sendable {
  enum End: Hashable, Sendable {
    case made
    case presumed
    case without(GrantEnd)
  }
  let number: UInt64
  let grant: Grant
  /// In the journal; more than one is a mistake.
  var ends: [End] = []
  /// The number of the entry that ends it.
  var endEntry: UInt64 = 0
  /// Records of it that the device made, by sequence.
  var records: [RecordSequence] = []
  var hasLeft = false
  var hasArrived = false
  var contacts = 0
  /// Its device forgot it, or a daemon did: nobody may ever know how it ended.
  var isForgotten = false
}

/// Sees what passes on the wire, what is written and what moves, and knows the promises; it knows nothing of how
/// firmware and session keep them.
struct Witness: Hashable, Sendable {
  private(set) var violations: [Violation] = []

  // S1, S2: grants, requests, contacts.
  var grants: [GrantStory] = []
  var request: DotRequest?
  /// The grant under which the needle is down.
  var loweredUnder: UInt64?
  /// Records made and not yet released, as the wire tells it.
  var unreleased: [RecordSequence] = []

  // S5: the lease, the pedal, the digest the device answered with.
  var renewedAt: UInt64 = 0
  var enabledAt: UInt64 = 0
  var pressedAt: UInt64 = 0
  var releasedSeen = false
  var digest = ProfileDigest.none
  enum Power: Hashable, Sendable {
    case off
    case testing
    case leased
  }
  /// What the drive was told, and under what.
  var power = Power.off

  // S9: what the body showed of the stop path, under that digest.
  enum Proof: Hashable, Sendable {
    case none
    case spinning(since: UInt64)
    case stopping(since: UInt64)
    case passed
  }
  var proof = Proof.none
  /// What the journal says of the newest self-test under the profiles in force.
  var isProofNoted = false

  // S7, S8: who allowed what.
  var isClearAsked = false
  var faults: [SessionFault] = []
  var trouble = false

  mutating func broken(_ promise: String, _ what: String) {
    violations.append(Violation(promise: promise, what: what))
  }

  mutating func forgetViolations() { violations = [] }

  // MARK: The journal

  mutating func admitted(_ command: Command, as number: UInt64) {
    guard case .grant(let grant) = command else { return }
    if let open = grants.first(where: { $0.ends.isEmpty }) {
      broken("S1", "grant \(number) was admitted while grant \(open.number) had not ended")
    }
    grants.append(GrantStory(number: number, grant: grant))
  }

  mutating func ended(_ number: GrantNumber, _ end: GrantStory.End, as entry: UInt64) {
    guard let place = grants.firstIndex(where: { $0.number == number.number }) else {
      return broken("S1", "an end was noted for grant \(number.number), which nobody admitted")
    }
    grants[place].ends.append(end)
    grants[place].endEntry = entry
    if grants[place].ends.count > 1 { broken("S1", "grant \(number.number) ended twice: \(grants[place].ends)") }
    if case .without = end, grants[place].contacts > 0 {
      broken("S7", "grant \(number.number) is noted as \(end), and the needle was in the skin under it")
    }
    if case .made = end, grants[place].contacts == 0 {
      broken("S7", "grant \(number.number) is noted as made, and nothing touched the skin under it")
    }
  }

  /// What a crash leaves: entries that were not durable were never written.
  mutating func crashed(durable: UInt64) {
    grants.removeAll { $0.number > durable }
    for place in grants.indices where grants[place].endEntry > durable {
      grants[place].ends = []
      grants[place].endEntry = 0
    }
    trouble = true
    isProofNoted = false
    isClearAsked = false
  }

  // MARK: From the host

  /// A command leaves the host.
  mutating func left(_ command: HostCommand, durable: UInt64, intents: Intents, in word: StateWord) {
    if word == .uncertain, command.moves { broken("S7", "\(command) left while the session was uncertain") }
    switch command {
    case .grant(let number, let grant):
      let place = grants.firstIndex { $0.number == number.number }
      if let place { grants[place].hasLeft = true }
      if place.map({ grants[$0].grant }) != grant {
        broken("S1", "grant \(number.number) left as the guard never admitted it")
      }
      if durable < number.number { broken("S2", "grant \(number.number) left; durable is \(durable)") }
    case .beginProfiles, .startSelfTest, .arm, .resume:
      if !intents.allow(command) { broken("S2", "\(command) left before its entry was durable") }
      if case .arm = command, !isProofNoted { broken("S9", "the host arms without a passed self-test on record") }
    case .release(let upTo):
      for story in grants where story.records.contains(where: { $0 < upTo && unreleased.contains($0) }) {
        if story.ends.isEmpty || story.endEntry > durable {
          broken("S2", "the record of grant \(story.number) was released; its entry is not durable")
        }
      }
    case .hello, .profile, .commitProfiles, .renewLease, .suspend, .disarm, .deny, .readRecords, .readTip: break
    }
  }
}

/// How many commands of each kind are durable, and how many have left (S2).
struct Intents: Hashable, Sendable {
  private var durable = [Int](repeating: 0, count: 4)
  private var sent = [Int](repeating: 0, count: 4)

  private func place(_ command: Command) -> Int? {
    switch command {
    case .grant: nil
    case .profiles: 0
    case .selfTest: 1
    case .arm: 2
    case .resume: 3
    }
  }

  mutating func becameDurable(_ command: Command) { if let place = place(command) { durable[place] += 1 } }

  /// It will never leave.
  mutating func withdraw(_ command: Command) { if let place = place(command) { sent[place] += 1 } }

  private func place(_ command: HostCommand) -> Int? {
    switch command {
    case .beginProfiles: 0
    case .startSelfTest: 1
    case .arm: 2
    case .resume: 3
    case .hello, .profile, .commitProfiles, .renewLease, .suspend, .disarm, .grant, .deny, .release, .readRecords,
      .readTip:
      nil
    }
  }

  func allow(_ command: HostCommand) -> Bool { place(command).map { sent[$0] < durable[$0] } ?? true }
  mutating func count(_ command: HostCommand) { if let place = place(command) { sent[place] += 1 } }
}

extension HostCommand {
  /// What moves, or prepares to.
  var moves: Bool {
    switch self {
    case .grant, .beginProfiles, .profile, .commitProfiles, .startSelfTest, .arm, .resume: true
    case .hello, .renewLease, .suspend, .disarm, .deny, .release, .readRecords, .readTip: false
    }
  }
}
