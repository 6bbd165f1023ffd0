internal import SMPDriver
internal import SMPGuard
internal import SMPModel
internal import SMPRecord
internal import SMPSession

/// The machine's actions, done in their order; and what becomes possible once entries are durable.
extension Owner {
  func perform(_ actions: [SessionAction], at now: MonotonicTime) {
    for action in actions {
      switch action {
      case .note(let fact): note(fact, at: now)
      case .admit(let admitted): admit(admitted, at: now)
      case .withdraw: withdraw(at: now)
      case .release(let sequence): releases.add(upTo: sequence, after: lastEntry)
      case .renewLease(let digest): driver?.renewLease(digest, at: now)
      case .deny(let request, let indication): driver?.deny(request, indication, at: now)
      case .suspend: driver?.suspend(at: now)
      case .disarm: driver?.disarm(at: now)
      case .protectiveStop: _ = driver?.protectiveStop()
      case .clearFault: driver?.clearFault(at: now)
      case .readRecords: driver?.readRecords(at: now)
      case .readStatus: driver?.readStatus(at: now)
      case .readTip: driver?.readTip(at: now)
      }
    }
    if !releases.isEmpty { releaseDurable(at: now) }
  }

  /// Hands the entries of this turn to the journal, as one group.
  func flush() {
    guard !batch.entries.isEmpty else { return }
    if !isJournalFailed { journal.submit(batch) }
    batch = JournalBatch()
  }

  /// Entries up to here are on the disk: what waited for them may leave now, and only now (S2).
  func becomeDurable(_ durable: Durable, at now: MonotonicTime) {
    self.durable = max(self.durable, durable.upTo)
    while let recorded = ledger.redeem(durable) {
      let (leaves, actions) = machine.mayLeave(recorded.command, as: recorded.grantNumber)
      if leaves { driver?.send(recorded, at: now) }
      perform(actions, at: now)
    }
    releaseDurable(at: now)
  }

  private func releaseDurable(at now: MonotonicTime) {
    if let newest = releases.take(durable: durable) { driver?.release(upTo: newest, at: now) }
  }

  // MARK: Entries

  /// The number of the next entry; the entry itself must follow at once.
  private func admit(_ admitted: Admitted, at now: MonotonicTime) {
    guard !isJournalFailed else { return }
    append(ledger.enter(admitted, as: lastEntry + 1), at: now, actor: actor)
  }

  /// Its end follows it into the journal, before anything else is said of its session.
  private func withdraw(at now: MonotonicTime) {
    guard let number = ledger.withdrawGrant() else { return }
    note(.grantEnded(GrantNumber(number: number), .neverSent, nil), at: now)
  }

  private func note(_ fact: SessionFact, at now: MonotonicTime) {
    guard !isJournalFailed else { return }
    let draft = FactDrafts(
      order: machine.openOrder, closing: closingOrder, orphan: machine.orphanSession ?? closingOrphan,
      last: machine.device.flatMap { lastSessions[$0.capabilities.serial] }, serial: machine.boundSerial, salts: salts
    ).draft(fact)
    append(
      draft.body, at: now, place: draft.session.map { ($0, draft.course) } ?? openPlace,
      confidential: draft.confidential, actor: draft.actor ?? actor)
    if draft.session != nil, !draft.body.isOfDot { newestBasis = lastEntry }
    if case .sessionOpened = fact {
      closingOrder = machine.openOrder
      if let serial = machine.boundSerial, let order = machine.openOrder {
        lastSessions[serial] = LastSession(session: order.session, course: order.profile.course)
      }
    }
    if case .sessionClosed = fact { closingOrder = nil }
  }

  /// Session and course that an entry names.
  typealias Place = (session: String?, course: String?)

  /// Where the daemon's own entries belong: to the session that is open.
  private var openPlace: Place {
    let order = machine.openOrder ?? closingOrder
    return (order?.session, order?.profile.course)
  }

  /// Where a person's papers belong: to the session that is open only if they are of its course.
  func place(of course: String?) -> Place {
    (course != nil && course == openPlace.course ? openPlace.session : nil, course)
  }

  /// - Parameter place: nil means the session that is open, if one is.
  func append(
    _ body: EntryBody, at now: MonotonicTime, place: Place? = nil, confidential: [Confidential] = [],
    actor: UInt32? = nil
  ) {
    let place = place ?? openPlace
    lastEntry += 1
    let header = EntryHeader(
      monotonic: now, wall: pacing.wall(), bootID: station.bootID, clock: pacing.clock(), actorUID: actor,
      session: place.session, course: place.course, simulated: station.simulated)
    batch.entries.append(Entry(number: lastEntry, header: header, body: body))
    batch.confidential.append(contentsOf: confidential)
  }
}

extension EntryBody {
  /// One of those that come all the time while a session is at work. Whoever judges by them is refused until it is over,
  /// and its close counts.
  fileprivate var isOfDot: Bool {
    switch self {
    case .dot, .grantEnded, .denial: true
    default: false
    }
  }
}
