import SMPGuard
import SMPLink
import SMPModel

@testable import SMPDriver
@testable import SMPFirmware
@testable import SMPSession

/// What makes two states of the product the same one for the explorer.
///
/// Left out: numbers that only grow, and exact times. Of times there remain which deadline comes before which, and
/// how far each is, in steps that part what the promises part.
extension Product {
  func fingerprint() -> UInt64 {
    var hasher = Hasher()
    addMachine(&hasher)
    addDriver(&hasher)
    addFirmware(&hasher)
    addWorld(&hasher)
    addJournal(&hasher)
    addTimers(&hasher)
    hasher.combine(left)
    hasher.combine(missteps)
    hasher.combine(commands)
    return UInt64(bitPattern: Int64(hasher.finalize()))
  }

  private func addMachine(_ hasher: inout Hasher) {
    machine.state.identify(&hasher)
    hasher.combine(machine.latchedFault)
    hasher.combine(machine.latch.lockedOut)
    hasher.combine(world.witness.faults)
    hasher.combine(machine.orphan?.openGrants.count)
    hasher.combine(machine.open != nil)
    hasher.combine(machine.lease.word)
    hasher.combine(machine.open?.openGrant.map { [$0.number != nil, $0.isUnanswered] })
    let actual = world.firmware?.memory
    if let known = machine.known.device(Setting.serial) {
      hasher.combine(Int64(known.expectedRecord.number) - Int64(world.memory.nextRecord.number))
      hasher.combine(known.bootCount == world.memory.bootCount)
    }
    hasher.combine(machine.settleAt == nil)
    guard let device = machine.device else { return }
    let status = device.status
    hasher.combine(status.phase)
    hasher.combine([status.pedalPressed, status.parked, status.still, device.isRereading, device.doubtedRecord != nil])
    hasher.combine(status.fault)
    hasher.combine(status.digest == machine.open?.digest)
    hasher.combine(status.bootCount == actual?.bootCount)
    hasher.combine(Int64(status.nextRecord.number) - Int64(actual?.nextRecord.number ?? 0))
    hasher.combine(Int64(device.expectedRecord.number) - Int64(actual?.nextRecord.number ?? 0))
  }

  private func addDriver(_ hasher: inout Hasher) {
    switch driver {
    case .none: hasher.combine(0)
    case .some(let driver):
      hasher.combine(driver.stage.word)
      for command in driver.pending { hasher.combine(command.kind.word) }
      for control in driver.pendingControls { hasher.combine(control.request) }
      hasher.combine(driver.isStatusOwed)
      hasher.combine(driver.isClearRefused)
      hasher.combine(driver.silentSince != nil)
    }
    hasher.combine(retryAt != nil)
  }

  private func addFirmware(_ hasher: inout Hasher) {
    guard let firmware = world.firmware else { return hasher.combine(0) }
    firmware.mode.identify(&hasher)
    firmware.needle.identify(&hasher)
    switch firmware.drive {
    case .standing: hasher.combine(1)
    case .ramping: hasher.combine(2)
    case .holding: hasher.combine(3)
    case .braking: hasher.combine(4)
    case .runaway: hasher.combine(5)
    }
    hasher.combine(firmware.proof == .passed)
    hasher.combine(firmware.proof == .missing)
    hasher.combine(firmware.profiles.isReady)
    hasher.combine(firmware.profiles.digest == machine.open?.digest)
    hasher.combine(firmware.sensors.pedalPressed)
    hasher.combine(firmware.sensors.parked)
    hasher.combine(firmware.sensors.isStill)
    hasher.combine(firmware.memory.latchedFault)
    for record in firmware.memory.records {
      hasher.combine(record.outcome)
      hasher.combine(Int64(record.sequence.number) - Int64(firmware.memory.nextRecord.number))
    }
  }

  private func addWorld(_ hasher: inout Hasher) {
    let body = world.body
    hasher.combine([body.isFootDown, body.isHandThere, body.isBrakeTired, body.isDriveStuck, body.isDeep])
    hasher.combine(body.needle.word)
    hasher.combine(body.drive.word)
    hasher.combine(world.isPlugged)
    hasher.combine(world.firmware != nil)
    for message in world.link.late + world.link.overtaken {
      hasher.combine(message.lane)
      if case .bytes(let bytes) = message.content { hasher.combine(bytes[1]) }
      if case .control(let setup, _) = message.content { hasher.combine(setup.request) }
      hasher.combine(message.attachment == world.attachment)
    }
    let witness = world.witness
    hasher.combine(witness.power)
    hasher.combine(witness.proof == .passed)
    hasher.combine([witness.isProofNoted, witness.isClearAsked, witness.trouble, witness.loweredUnder != nil])
    hasher.combine(witness.unreleased.count)
    for story in witness.grants where story.ends.isEmpty {
      hasher.combine(story.contacts)
      hasher.combine(story.records.count)
      hasher.combine([story.hasArrived, story.isForgotten])
    }
  }

  private func addJournal(_ hasher: inout Hasher) {
    hasher.combine(journal.isHeld)
    hasher.combine([journal.isFailing, journal.isFailed])
    hasher.combine(journal.groups.count)
    var before = 0
    for note in journal.pending {
      let word = note.word
      if word != before { hasher.combine(word) }
      before = word
    }
  }

  /// Which deadline comes before which, and how far each is.
  private func addTimers(_ hasher: inout Hasher) {
    var timers: [(kind: UInt8, at: UInt64)] = []
    func add(_ kind: UInt8, _ at: UInt64?) { if let at { timers.append((kind, at)) } }
    add(1, machine.state.deadline?.nanoseconds)
    if case .due(let at) = machine.lease { add(2, at.nanoseconds) }
    if let grant = machine.open?.openGrant {
      add(3, (grant.isUnanswered ? grant.endedBy : grant.admittedAt + Bounds.journalStall).nanoseconds)
    }
    switch driver {
    case .none: break
    case .some(let driver):
      add(4, driver.pending.first?.deadline.nanoseconds)
      add(5, driver.pendingControls.first?.deadline.nanoseconds)
      add(6, driver.silentSince?.nanoseconds)
    }
    add(7, world.firmware?.mode.lease.map { world.instant($0.renewedAt) + 150_000_000 })
    add(8, world.firmware?.requestEnd.map { world.instant($0) })
    add(9, world.body.nextDeadline)
    add(10, world.bootsAt)
    timers.sort { ($0.at, $0.kind) < ($1.at, $1.kind) }
    for timer in timers {
      hasher.combine(timer.kind)
      hasher.combine(Self.step(timer.at, world.now))
    }
  }

  private static func step(_ at: UInt64, _ now: UInt64) -> UInt8 {
    guard at > now else { return 0 }
    switch (at - now) / 1_000_000 {
    case 0..<20: return 1
    case 20..<50: return 2
    case 50..<150: return 3
    case 150..<600: return 4
    default: return 5
    }
  }
}

extension World {
  func instant(_ ticks: DeviceTicks) -> UInt64 {
    UInt64(max(0, Int64(now) + ticks.since(self.ticks).nanoseconds))
  }
}

extension Firmware {
  /// When a request or a lowered needle runs out.
  fileprivate var requestEnd: DeviceTicks? {
    if case .lowered(let open) = needle { return open.requestedAt.advanced(by: Bounds.grantLifetime) }
    guard case .running(_, .asked(let request)) = mode else { return nil }
    return request.requestedAt.advanced(by: Bounds.grantLifetime)
  }
}
