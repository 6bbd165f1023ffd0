/// How a session stands to its seal.
package enum SealState: String, CaseIterable, Hashable, Sendable {
  /// Not closed yet, so there is nothing to seal.
  case open
  /// Closed, and not sealed.
  case unsealed
  case sealed
}

/// Holds every seal of a chain against the chain, its session and the station's key (S10).
package struct SealBook: Sendable {
  package struct Session: Hashable, Sendable {
    package let session: String
    package fileprivate(set) var state: SealState
    /// The chain's link at its close.
    package fileprivate(set) var closed: ChainHead?
    /// Nil where its opening is not among the entries seen: then nothing can be said of its counts.
    fileprivate var counts: SealCounts?
    fileprivate var plan: Fingerprint?
  }

  /// In the order in which they are met first.
  package private(set) var sessions: [Session] = []
  /// The chain's link that the newest good seal covers; nil before the first one.
  package private(set) var covered: ChainHead?
  private let key: StationKey?
  private let start: UInt64
  // Look-ups only; nothing here depends on their order.
  private var places: [String: Int] = [:]
  private var named: [Fingerprint: StationKey] = [:]

  /// - Parameters:
  ///   - key: the key all seals must be of; nil leaves that to the keys the chain itself names.
  ///   - start: entries up to this number are not seen here.
  init(key: StationKey?, after start: UInt64) {
    self.key = key
    self.start = start
  }

  /// Closed sessions that neither their own seal nor a later one covers.
  package var uncovered: [Session] {
    sessions.filter { $0.state == .unsealed && ($0.closed?.number ?? 0) > (covered?.number ?? 0) }
  }

  package func state(of session: String) -> SealState? { places[session].map { sessions[$0].state } }

  /// Takes the next entry of a chain that is whole so far; `head` is the chain's link at it.
  /// - Returns: what is wrong with it, if it is a seal that does not hold.
  mutating func take(_ entry: Entry, _ head: ChainHead) -> ChainBreak? {
    if case .daemonStarted(let started) = entry.body, let key = started.key { named[key.fingerprint] = key }
    guard let name = entry.header.session else { return nil }
    let place = place(of: name)
    switch entry.body {
    case .sessionOpened(let opened):
      sessions[place].counts = SealCounts()
      sessions[place].plan = opened.plan
    case .sessionClosed where sessions[place].closed == nil:
      sessions[place].closed = head
      sessions[place].state = .unsealed
    case .sessionSealed: return Seal(entry).flatMap { take($0, at: entry.number) }
    default: if sessions[place].closed == nil { sessions[place].counts?.count(entry.body) }
    }
    return nil
  }

  private mutating func place(of session: String) -> Int {
    if let place = places[session] { return place }
    sessions.append(Session(session: session, state: .open))
    places[session] = sessions.count - 1
    return sessions.count - 1
  }

  /// Takes a seal.
  /// - Parameter number: the entry it stands in; for one outside of the chain, the entry it is about.
  /// - Returns: what is wrong with it; nil when it holds.
  mutating func take(_ seal: Seal, at number: UInt64) -> ChainBreak? {
    if let detail = broken(seal) { return ChainBreak(number: number, damage: .sealInvalid, detail: detail) }
    let (head, place) = (seal.body.head, place(of: seal.session))
    let session = sessions[place]
    if head.number > start {
      guard let closed = session.closed, closed.number == head.number else {
        return ChainBreak(
          number: number, damage: .sealInvalid,
          detail: "it covers entry \(head.number), which does not close session \(seal.session)")
      }
      guard closed.hash == head.hash else {
        return ChainBreak(
          number: closed.number, damage: .rewritten,
          detail: "the seal of session \(seal.session) was given for another chain: of entries "
            + "\(max(start, covered?.number ?? 0) + 1) to \(closed.number) at least one was altered, and the chain "
            + "written anew")
      }
    }
    if let counts = session.counts, counts != seal.body.counts || session.plan != seal.body.plan {
      return ChainBreak(
        number: number, damage: .sealInvalid,
        detail: "what it says of session \(seal.session) is not what the entries add up to")
    }
    sessions[place].state = .sealed
    if head.number > (covered?.number ?? 0) { covered = head }
    return nil
  }

  /// Whose key it is comes first: a seal that anybody could have made says nothing.
  private func broken(_ seal: Seal) -> String? {
    guard let station = key ?? named[seal.body.key] else {
      // Named by an entry before the first one seen here: this part of the chain cannot tell.
      if start > 0 { return nil }
      return "the record does not name the key \(seal.body.key.hex) it was sealed with"
    }
    guard seal.body.key == station.fingerprint else {
      return "it was sealed with key \(seal.body.key.hex), and the station's key is \(station.fingerprint.hex)"
    }
    guard seal.isSigned(by: station) else {
      return "its signature is not of the station's key \(station.fingerprint.hex)"
    }
    return nil
  }
}
