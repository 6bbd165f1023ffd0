internal import SMPDaemon
internal import SMPJournal
internal import SMPModel
internal import SMPRecord
internal import SMPSession
internal import SMPSimulator
internal import SimulatedStation

/// What goes wrong with link, device, cable, power, disk and daemon.
extension Life {
  // MARK: Link and device

  private func inject(_ fault: SimulatedFault, on endpoint: SimulatedEndpoint? = nil) {
    told("\(fault.word)\(endpoint.map { " on \($0)" } ?? "")")
    station.device.inject(fault, on: endpoint)
    station.queue.post(.wake)
    isTroubled = true
    troubledAt = station.world.time.now
  }

  func spoilFrame() {
    let faults: [SimulatedFault] = [
      .lostFrame, .duplicatedFrame, .reorderedFrames, .corruptedFrame, .truncatedFrame, .wrongLength, .wrongVersion,
      .wrongType, .wrongSequence, .lateReply,
    ]
    let endpoints = SimulatedEndpoint.allCases
    let endpoint = chance.below(4) == 0 ? nil : endpoints[chance.below(endpoints.count)]
    inject(faults[chance.below(faults.count)], on: endpoint)
  }

  func misbehave() {
    let faults: [SimulatedFault] = [
      .depthOvershoot, .positionJump, .doubleDot, .dotWithoutGrant, .recordWithoutGrant,
    ]
    let fault = faults[chance.below(faults.count)]
    switch fault {
    case .positionJump:
      skin.jumps += 1
      skin.ownFalls += 1
    case .doubleDot, .dotWithoutGrant: skin.ownFalls += 1
    case .recordWithoutGrant: skin.phantoms += 1
    default: break
    }
    inject(fault)
  }

  func ail() {
    let faults: [SimulatedFault] = [
      .speedDrift, .stuckMotor, .hang, .hang, .pedalStuck, .misnumberedReplies, .flood, .impossibleCapabilities,
      .stalledEndpoint,
    ]
    let endpoints = SimulatedEndpoint.allCases
    let fault = faults[chance.below(faults.count)]
    let endpoint = fault == .stalledEndpoint ? endpoints[chance.below(endpoints.count)] : nil
    inject(fault, on: endpoint)
    // Most pass while nobody is looking.
    guard chance.below(3) > 0 else { return }
    pass(.milliseconds(chance.within(20...2_500)))
    mend(fault)
  }

  private func mend(_ fault: SimulatedFault) {
    told("\(fault.word) passes")
    station.device.clear(fault)
    watch.release(at: station.world.time.now)
    station.queue.post(.wake)
  }

  func mend() {
    let active = station.device.activeFaults.filter { $0 != .unplug && $0 != .reset(memoryKept: true) }
    guard !active.isEmpty else { return told("nothing is to be mended") }
    mend(active[chance.below(active.count)])
  }

  func mendAll() {
    for fault in station.device.activeFaults where fault != .unplug && fault != .reset(memoryKept: true) { mend(fault) }
    plugIn()
  }

  // MARK: Cable and power

  /// Puts the cable in, or takes it out and puts it in again where that has not helped.
  func plugIn() {
    if !station.device.isPlugged || isWithoutDevice {
      station.device.replug()
      station.queue.post(.detach(place: station.device.place))
      station.attach()
    }
    pass(.seconds(chance.within(1...6)))
  }

  func moveCable() {
    guard station.device.isPlugged else {
      told("the cable is put in")
      return plugIn()
    }
    inject(.unplug)
    if chance.below(2) == 0 { station.queue.post(.detach(place: station.device.place)) }
    pass(.milliseconds(chance.within(1...3_000)))
    guard chance.below(3) > 0 else { return }
    told("the cable is put in")
    plugIn()
  }

  func cutPower() {
    let isKept = chance.below(3) > 0
    if !isKept {
      judge()
      skin.forget(needleInSkin: station.device.isNeedleInSkin)
      losses.append(station.world.time.now)
    }
    inject(.reset(memoryKept: isKept))
    guard chance.below(4) > 0 else { return }
    pass(.milliseconds(chance.within(1...2_000)))
    told("the cable is put in")
    plugIn()
  }

  // MARK: Disk

  func troubleDisk() {
    let world = station.world
    switch chance.below(6) {
    case 0, 1, 2:
      let slowest = [8, 30, 120, 800][chance.below(4)] as Int64
      told("commits take up to \(slowest) ms")
      let latencies = Latencies(seed: chance.next(), milliseconds: 1...slowest)
      world.journal.latency = { latencies.next() }
    case 3:
      let kinds = DiskTrouble.Kind.allCases
      let kind = kinds[chance.below(kinds.count)]
      let after = chance.below(40)
      told("disk: \(kind) after \(after)")
      world.disk.trouble = DiskTrouble(kind, after: after)
    default:
      told("the disk is well")
      world.journal.latency = nil
    }
  }

  // MARK: Death

  /// The daemon dies at a moment: between two operations on disk or link, or right now.
  func die() throws {
    let death = Death.allCases[chance.below(Death.allCases.count)]
    if chance.below(3) == 0 { return try restart("the daemon is ended and started") }
    judge()
    guard complaints.isEmpty else { return }
    told("the daemon dies: \(death)")
    let died = station.world.time.now
    let end = LastMoment(of: station.world, by: death, at: chance.below(30), seed: chance.next())
    station.onMoment { _ in end.look() }
    for _ in 0..<400 where !end.hasCome {
      station.pacing.horizon = station.world.time.now + .milliseconds(100)
      station.owner.turn()
    }
    station.onMoment(nil)
    try succeed(try end.wreck(), diedAt: died)
  }

  /// In order: the stop, the close, the next one.
  func restart(_ why: String) throws {
    told(why)
    station.queue.post(.shutdown)
    turn(atMost: 20_000) { station.owner.hasFinished }
    expect(station.owner.hasFinished, "the daemon does not end")
    judge()
    guard complaints.isEmpty else { return }
    try? station.store.close()
    try succeed(
      try Wreck(of: station.world, by: .killed, fate: .running, seed: chance.next()),
      diedAt: station.world.time.now)
  }

  /// The next daemon over what the last one has left.
  private func succeed(_ wreck: Wreck, diedAt died: MonotonicTime) throws {
    let zero = station.pacing.wallAtZero
    wreck.device.advance(to: wreck.device.now + .milliseconds(chance.within(20...3_000)))
    station.end()
    tally.ends += 1
    station = try SimulatedStation(
      seed: chance.next(), device: wreck.device, directory: wreck.directory, wallAtZero: zero)
    expect(station.store.tailAtOpening.isSound, station.store.tailAtOpening.sentence)
    let found = try station.store.all().filter { $0.number <= station.entriesAtOpening }
    expect(found.starts(with: wreck.acknowledged), "entries that were durable are lost or changed")
    let rest = found.dropFirst(wreck.acknowledged.count)
    expect(rest.isEmpty || rest.elementsEqual(wreck.underWay), "a group is there in part: \(rest.count) entries of it")
    let verification = try station.store.verify()
    expect(verification.isSound, "\(verification)")
    watch.succeed(leasedUntil: wreck.mayTurnUntil, diedAt: died, at: station.world.time.now)
    station.attach()
    turn(atMost: 50) { station.state != .noDevice }
  }
}
