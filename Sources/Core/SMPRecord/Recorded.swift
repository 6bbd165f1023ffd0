package import SMPGuard
package import SMPModel

/// Leave to act, once: the guard allowed it and the disk holds it (S1, S2).
///
/// It cannot be copied and it is used up by sending, so nothing moves twice on one record. Only an `AdmissionLedger`
/// makes one.
package struct Recorded: ~Copyable, Sendable {
  package let command: Command
  /// The entry that holds it; for a grant, the grant's number.
  package let number: UInt64

  /// The number under which the device is to know a grant.
  package var grantNumber: GrantNumber { GrantNumber(number: number) }

  fileprivate init(command: Command, number: UInt64) {
    self.command = command
    self.number = number
  }
}

/// Holds what was admitted until its entry is durable, and then gives it out, once each and in order (S2).
///
/// Not copyable: with a copy, one admission could be spent twice.
package struct AdmissionLedger: ~Copyable, Sendable {
  /// Admissions waiting for the disk at once. The session admits one dot at a time and a handful of commands; more
  /// waiting than this means that nobody redeems, which is a bug.
  package static let capacity = 64

  private var waiting: [(number: UInt64, command: Command)] = []
  private var lastNumber: UInt64 = 0
  private let keeps: KeptRules

  package init(keeps: KeptRules = KeptRules()) { self.keeps = keeps }

  package var waitingCount: Int { waiting.count }

  /// Enters an admission under the number of the entry that will hold it, and gives that entry's body: what is
  /// written is what will be sent, by construction.
  /// - Precondition: numbers grow; at most `capacity` wait.
  package mutating func enter(_ admitted: Admitted, as number: UInt64) -> EntryBody {
    precondition(number > lastNumber, "an admission is entered under a new number")
    precondition(waiting.count < AdmissionLedger.capacity, "admissions are redeemed or dropped, not hoarded")
    lastNumber = number
    waiting.append((number, admitted.command))
    return EntryBody(intending: admitted.command)
  }

  /// The next admission, if its entry is durable; nil when none is. Call again until it is nil.
  package mutating func redeem(_ durable: Durable) -> Recorded? {
    guard let next = waiting.first, next.number <= durable.upTo || !keeps(.durableBeforeSending) else { return nil }
    waiting.removeFirst()
    return Recorded(command: next.command, number: next.number)
  }

  /// Takes back the grant that waits, if one does, and gives its number: it will never be sent. One waits at most (S1).
  package mutating func withdrawGrant() -> UInt64? {
    let place = waiting.firstIndex { if case .grant = $0.command { true } else { false } }
    return place.map { waiting.remove(at: $0).number }
  }

  /// Forgets what still waits: after a failed append nothing of it may ever be sent (S2).
  package mutating func abandon() { waiting = [] }
}

extension EntryBody {
  /// The entry that must be durable before `command` may leave.
  package init(intending command: Command) {
    switch command {
    case .grant(let grant):
      self = .grant(
        GrantEntry(
          request: grant.request, zone: grant.zone, position: grant.position, depth: grant.depth, speed: grant.speed,
          dwell: grant.dwell, digest: grant.digest))
    case .profiles(let generation, let zones):
      self = .profilesIntended(ProfilesIntendedEntry(generation: generation, zones: zones))
    case .selfTest: self = .selfTestIntended
    case .arm(let digest): self = .armIntended(ArmIntendedEntry(digest: digest))
    case .resume: self = .resumeIntended
    }
  }
}
