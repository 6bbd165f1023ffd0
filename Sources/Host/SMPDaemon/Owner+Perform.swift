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
      draft.body, at: now, session: draft.session, course: draft.course, confidential: draft.confidential,
      actor: draft.actor ?? actor)
    if draft.session != nil { lastSessionEntry = lastEntry }
    if case .sessionOpened = fact {
      closingOrder = machine.openOrder
      if let serial = machine.boundSerial, let order = machine.openOrder {
        lastSessions[serial] = LastSession(session: order.session, course: order.profile.course)
      }
    }
    if case .sessionClosed = fact { closingOrder = nil }
  }

  func append(
    _ body: EntryBody, at now: MonotonicTime, session: String? = nil, course: String? = nil,
    confidential: [Confidential] = [], actor: UInt32? = nil
  ) {
    let order = machine.openOrder ?? closingOrder
    lastEntry += 1
    let header = EntryHeader(
      monotonic: now, wall: pacing.wall(), bootID: station.bootID, clock: pacing.clock(), actorUID: actor,
      session: session ?? order?.session, course: course ?? order?.profile.course, simulated: station.simulated)
    batch.entries.append(Entry(number: lastEntry, header: header, body: body))
    batch.confidential.append(contentsOf: confidential)
  }
}
