internal import SMPDriver
internal import SMPLink
internal import SMPModel
internal import SMPRecord
internal import SMPSession

/// Devices come and go; one is driven.
extension Owner {
  func arrive(_ port: any DevicePort, at now: MonotonicTime) {
    mustPublish = true
    if rack.driven == port.place { letGo(nil, at: now) }
    rack.add(port)
    // While a device is driven nothing is asked of files or nodes here: its lease would wait for them.
    if driver == nil { rack.look(at: port.place, at: now) }
    if mayChange, driver != nil, let wanted = rack.wanted, port.serial == wanted,
      machine.device?.capabilities.serial != wanted
    {
      rack.look(at: port.place, at: now)
      if rack.place(of: wanted) == port.place { letGo(nil, at: now) }
    }
    driveNext(at: now)
  }

  func leave(_ place: String, at now: MonotonicTime) {
    mustPublish = true
    if rack.driven == place { letGo(nil, at: now) }
    rack.remove(place)
    driveNext(at: now)
  }

  /// Takes the next device, if none is driven. One that cannot be opened is noted as such, and the one after it tried.
  func driveNext(at now: MonotonicTime) {
    while driver == nil, let port = rack.next(bound: machine.boundSerial) {
      attachment &+= 1
      rack.drive(port.place)
      let link = port.makeLink()
      do throws(LinkError) {
        driver = try DeviceDriver(link: link, sink: QueueSink(queue: queue, attachment: attachment))
        try driver?.identify(at: now)
      } catch {
        link.close()
        driver = nil
        rack.letGo(.link(error), at: now)
        mustPublish = true
      }
    }
  }

  func identified(_ capabilities: DeviceCapabilities, _ status: DeviceStatus, at now: MonotonicTime) {
    let serial = rack.slots.first { $0.port.place == rack.driven }?.port.serial
    if let serial, serial != capabilities.serial {
      letGo(.serialMismatch(bus: serial, device: capabilities.serial), at: now)
      driveNext(at: now)
      return
    }
    // A journal holds real needles or simulated ones, never both: no client's record may mix them (S11).
    guard capabilities.isSimulated == station.simulated else {
      letGo(.otherWorld(isSimulated: capabilities.isSimulated), at: now)
      driveNext(at: now)
      return
    }
    stopHandle.set(driver?.preparedStop)
    perform(machine.deviceAttached(capabilities, status, at: now, wall: pacing.wall()), at: now)
  }

  /// The link has ended by itself: the cable is out, or the bus slept. Only its port says that a device has left; until
  /// then it is tried again.
  func detached(at now: MonotonicTime) {
    letGo(.link(.detached), at: now)
    driveNext(at: now)
  }

  /// Ends the link to the driven device. Late events of it are void from here on.
  func letGo(_ problem: DeviceProblem?, at now: MonotonicTime) {
    // The stop listener first: it must never hold a stop of a closed link.
    stopHandle.set(nil)
    driver?.close()
    driver = nil
    attachment &+= 1
    rack.letGo(problem, at: now)
    mustPublish = true
    releases.forget()
    perform(machine.deviceDetached(), at: now)
  }

  /// Drives the device of this serial from here on. Only where no session is open: a session keeps its device.
  func select(_ serial: String, at now: MonotonicTime) throws(SessionRefusal) {
    if machine.device?.capabilities.serial == serial { return }
    if let place = rack.slots.first(where: { $0.port.serial == serial })?.port.place, mayChange {
      if rack.driven == place { return }
      // What stood against it may have been mended.
      rack.look(at: place, at: now)
    }
    guard rack.place(of: serial) != nil else {
      guard let attached = machine.device?.capabilities.serial else { throw .noDevice }
      throw .otherDevice(attached: attached, asked: serial)
    }
    guard mayChange else { throw .wrongState(machine.stateWord, expected: [.ready]) }
    rack.wanted = serial
    letGo(nil, at: now)
    driveNext(at: now)
  }

  /// A session keeps its device, and none is let go while its drive turns in a self-test.
  private var mayChange: Bool {
    machine.boundSerial == nil && machine.orphanSession == nil && machine.stateWord != .testing
  }
}

extension Owner {
  /// What is plugged in and cannot be driven stands in the log, once for each reason.
  func noteProblems(at now: MonotonicTime) {
    guard !isJournalFailed else { return }
    for (place, serial, problem) in rack.takeUnnoted() {
      append(
        .deviceRefused(
          DeviceRefusedEntry(
            place: Label(cleaning: place), serial: serial.map { Label(cleaning: $0) }, reason: Word(problem.word))),
        at: now)
    }
  }

  func noteAlarm(_ quality: LinkQuality, at now: MonotonicTime) {
    guard !isJournalFailed else { return }
    append(
      .linkAlarm(
        LinkAlarmEntry(
          transferFailures: UInt32(clamping: quality.transferFailures),
          garbledFrames: UInt32(clamping: quality.garbledFrames),
          strayReplies: UInt32(clamping: quality.strayReplies), lateReplies: UInt32(clamping: quality.lateReplies),
          silentCommands: UInt32(clamping: quality.silentCommands),
          missedRenewals: UInt32(clamping: quality.missedRenewals))), at: now)
  }
}

/// Hands a link's events to the owner.
private struct QueueSink: LinkSink {
  let queue: OwnerQueue
  let attachment: UInt32
  func receive(_ event: LinkEvent) { queue.post(.link(attachment: attachment, event)) }
}
