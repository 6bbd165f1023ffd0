internal import SMPFirmware
internal import SMPLink
internal import SMPModel
internal import SMPWire

/// The four endpoints, seen from the middle of the cable.
extension World {
  /// Takes and answers nothing: hung, or without power.
  private var isDeaf: Bool { isHanging || firmware == nil }

  func isStalled(_ endpoint: SimulatedEndpoint) -> Bool { stalled[endpoint.place] }

  private func check(_ epoch: UInt32) throws(LinkError) {
    guard bus.isPlugged, bus.epoch == epoch, bus.sink != nil else { throw .detached }
  }

  // MARK: Host side

  mutating func open(epoch: UInt32, sink: any LinkSink) throws(LinkError) {
    guard bus.isPlugged, bus.epoch == epoch else { throw .detached }
    guard bus.sink == nil else { throw .failed }
    bus.sink = sink
    witness.note(.hostCame, at: now)
  }

  mutating func submit(_ content: Bus.Content, tag: TransferTag, epoch: UInt32) throws(LinkError) {
    try check(epoch)
    bus.underWay.append(Bus.Transfer(tag: tag, content: content))
    take(Bus.Transfer(tag: tag, content: content))
  }

  /// The prepared stop: acts now; while one is under way another one changes nothing.
  mutating func submitPrepared(_ setup: ControlSetup, tag: TransferTag, epoch: UInt32) throws(LinkError) {
    try check(epoch)
    if bus.underWay.contains(where: { $0.tag == tag }) { return }
    try submit(.control(setup), tag: tag, epoch: epoch)
  }

  /// The host takes a transfer back: what the device has not taken it will not take.
  mutating func takeBack(_ tag: TransferTag, epoch: UInt32) {
    guard bus.epoch == epoch else { return }
    bus.held.removeAll { $0.tag == tag }
    _ = bus.finish(tag)
  }

  /// Ends the link now: what is under way fails as detached, and nobody may guess what the device took of it (S7).
  mutating func close(epoch: UInt32) {
    guard bus.epoch == epoch, bus.sink != nil else { return }
    endLink()
  }

  /// The cable is out: the link ends, and none can be made until it is back.
  mutating func detach() {
    endLink()
    bus.isPlugged = false
  }

  /// The link ends: what is under way fails, nothing further is heard, the next link is another one.
  private mutating func endLink() {
    if bus.sink != nil { witness.note(.hostLeft, at: now) }
    for transfer in bus.underWay { bus.post(failure(transfer.tag, transfer.content, .detached)) }
    bus.post(.detached)
    bus.underWay.removeAll()
    bus.held.removeAll()
    bus.heldPackets.removeAll()
    bus.overtaken = bus.overtaken.map { _ in nil }
    bus.sink = nil
    bus.epoch += 1
  }

  /// The host is gone without a word; the cable stays. What the device took, it took.
  mutating func loseHost() {
    endLink()
    // Nobody hears of it: what was on its way to the host stays with the original.
    bus.outbox.removeAll()
    bus.isDelivering = false
  }

  mutating func replug() {
    if bus.isPlugged { detach() }
    bus.isPlugged = true
    bus.leftByReset = false
  }

  // MARK: Device side

  private mutating func take(_ transfer: Bus.Transfer) {
    if case .out = transfer.content, isStalled(.bulkOut), !isDeaf {
      return complete(.outFailed(tag: transfer.tag, error: .stalled), within: bus.model.bulk)
    }
    if isDeaf {
      bus.held.append(transfer)
      if let timeout = bus.model.timeout {
        schedule.add(.runsOut(epoch: bus.epoch, transfer.tag), at: after(timeout))
      }
      return
    }
    witness.heard = now
    switch transfer.content {
    case .control(let setup): answer(setup, tag: transfer.tag)
    case .out(let bytes): takeOut(bytes, tag: transfer.tag)
    }
  }

  private mutating func answer(_ setup: ControlSetup, tag: TransferTag) {
    let ticks = ticks
    let sound = firmware?.control(setup.request, value: setup.value, at: ticks, into: &outputs)
    let reply = isImpossible && setup.request == ControlRequest.capabilities.rawValue ? sound.map(impossible) : sound
    carryOut()
    let event: LinkEvent
    if let reply {
      let fits = reply.count <= Int(setup.length)
      event = fits ? .controlCompleted(tag: tag, bytes: reply) : .controlFailed(tag: tag, error: .overflowed)
    } else {
      event = .controlFailed(tag: tag, error: .stalled)
    }
    complete(event, within: bus.model.control)
  }

  private mutating func takeOut(_ bytes: [UInt8], tag: TransferTag) {
    complete(.outCompleted(tag: tag), within: bus.model.bulk)
    for packet in damaged(bytes, on: .bulkOut) { feed(.bulkOut(packet)) }
  }

  private mutating func complete(_ event: LinkEvent, within range: ClosedRange<Int64>) {
    // Completions keep the order in which the device answered.
    let latency = bus.random.within(range)
    bus.lastCompletion = max(bus.lastCompletion, after(microseconds: latency))
    schedule.add(.arrives(epoch: bus.epoch, event), at: bus.lastCompletion)
  }

  mutating func send(_ bytes: [UInt8], on endpoint: SimulatedEndpoint) {
    if isDeaf || isStalled(endpoint) {
      if bus.heldPackets.count < Bus.packetBuffers { bus.heldPackets.append((bytes, endpoint)) }
      return
    }
    guard bus.sink != nil else { return }
    for packet in damaged(bytes, on: endpoint) { transport(packet, on: endpoint) }
  }

  /// Puts a packet of the device on the bus.

  mutating func transport(_ packet: [UInt8], on endpoint: SimulatedEndpoint) {
    // Latencies are drawn before `after` is called: a draw among its arguments would copy the whole world first.
    switch endpoint {
    case .bulkOut: preconditionFailure("a device sends on IN endpoints only")
    case .bulkIn:
      var latency = bus.random.within(bus.model.bulk)
      if faults.take(.lateReply) { latency += bus.model.lateness.microseconds }
      bus.lastBulkIn = max(bus.lastBulkIn, after(microseconds: latency))
      schedule.add(.arrives(epoch: bus.epoch, .bulkReceived(packet)), at: bus.lastBulkIn)
    case .interruptIn:
      let latency = bus.random.within(bus.model.interrupt)
      bus.lastInterruptIn = max(bus.lastInterruptIn, after(microseconds: latency))
      schedule.add(.arrives(epoch: bus.epoch, .interruptReceived(packet)), at: bus.lastInterruptIn)
    }
  }

  /// The device listens again: what waited is taken in order, what it kept goes out.
  mutating func takeHeld() {
    guard !isDeaf else { return }
    let (transfers, packets) = (bus.held, bus.heldPackets)
    bus.held.removeAll()
    bus.heldPackets.removeAll()
    for packet in packets { send(packet.bytes, on: packet.endpoint) }
    for transfer in transfers { take(transfer) }
  }

  // MARK: Arrivals

  mutating func arrive(_ event: LinkEvent, epoch: UInt32) {
    guard epoch == bus.epoch else { return }
    switch event {
    case .controlCompleted(let tag, _), .controlFailed(let tag, _), .outCompleted(let tag), .outFailed(let tag, _):
      if bus.finish(tag) != nil { bus.post(event) }
    case .bulkReceived, .interruptReceived, .receiveFailed, .broken, .detached:
      bus.post(event)
    }
  }

  mutating func runOut(_ tag: TransferTag, epoch: UInt32) {
    guard epoch == bus.epoch, let index = bus.held.firstIndex(where: { $0.tag == tag }) else { return }
    let transfer = bus.held.remove(at: index)
    if bus.finish(tag) != nil { bus.post(failure(tag, transfer.content, .timedOut)) }
  }

  private func failure(_ tag: TransferTag, _ content: Bus.Content, _ error: LinkError) -> LinkEvent {
    switch content {
    case .control: .controlFailed(tag: tag, error: error)
    case .out: .outFailed(tag: tag, error: error)
    }
  }
}
