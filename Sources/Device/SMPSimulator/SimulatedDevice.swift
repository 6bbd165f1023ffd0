package import SMPLink
package import SMPModel
internal import Synchronization

/// A needle device of the mind: real protocol, real firmware, simulated motor, needle, skin, hand and cable.
///
/// It is the first link to itself, and its own port; `makeLink` gives further links. Every function may be called from any thread. Nothing
/// happens but in the calls made to it, and time passes only in `advance`.
package final class SimulatedDevice: DeviceLink, DevicePort, Sendable {
  private let world: Mutex<World>
  /// The plug this object is the link of.
  private static let firstPlug: UInt32 = 1
  private let seed: UInt64
  private let handModel: HandModel

  package init(_ configuration: SimulatedDeviceConfiguration, startingAt: MonotonicTime) {
    seed = configuration.seed
    handModel = configuration.hand
    world = Mutex(World(configuration, startingAt: startingAt))
  }

  /// The same device at this instant, its witness and the person at it included, with its host gone: whoever drives the
  /// original hears nothing of the copy. A crash of the host is looked at on a copy, and the original works on.
  package init(withoutHost original: SimulatedDevice) {
    seed = original.seed
    handModel = original.handModel
    var copy = original.world.withLock { $0 }
    copy.loseHost()
    world = Mutex(copy)
  }

  // MARK: Time

  /// The device's idea of now: where `advance` left it.
  package var now: MonotonicTime { world.withLock { MonotonicTime(nanoseconds: $0.now) } }

  /// Everything due up to then happens, in order of time; each event reaches the sink before the next one happens.
  package func advance(to time: MonotonicTime) {
    while true {
      let (moved, hasMail) = world.withLock { world in
        let moved = world.step(to: time.nanoseconds)
        return (moved, !world.bus.outbox.isEmpty)
      }
      if hasMail { deliver() }
      if !moved { return }
    }
  }

  /// The earliest instant at which something happens by itself; nil when nothing will.
  package var nextEvent: MonotonicTime? {
    world.withLock { world in world.nextEvent.map { MonotonicTime(nanoseconds: $0) } }
  }

  // MARK: The person

  /// False: the hand waits for people, or has no work. A fast clock must not jump then.
  package var isHandWorking: Bool { world.withLock { $0.hand.isWorking } }

  /// Gives the hand its job. It plans its places in the caller's thread, before the device is touched.
  ///
  /// - Parameter pace: milliseconds from dot to dot, where it is not the configuration's.
  package func takeUp(_ work: HandWork, pace: Int64? = nil) {
    let job = HandJob(work, model: handModel, seed: seed)
    locked { $0.takeUp(job, pace: pace) }
  }

  package func layDown() { locked { $0.layDown() } }

  /// Dots by the hand's own count, zone by zone.
  package var handProgress: [(zone: ZoneIndex, made: Int64)] { world.withLock { $0.hand.job?.progress ?? [] } }

  /// The foot goes down on the pedal.
  package func pressPedal() { locked { $0.setFoot(down: true) } }
  package func releasePedal() { locked { $0.setFoot(down: false) } }

  /// Holds the handpiece to the skin at a true place; the device reads it as well as it can.
  package func approach(at place: ChartPosition) { locked { $0.approach(place) } }
  package func withdraw() { locked { $0.withdraw() } }

  // MARK: Faults

  /// Puts a fault in, now. `endpoint` narrows a lost or corrupted frame down; nil is the next packet of any.
  package func inject(_ fault: SimulatedFault, on endpoint: SimulatedEndpoint? = nil) {
    locked { $0.inject(fault, on: endpoint) }
  }

  package func clear(_ fault: SimulatedFault) { locked { $0.clear(fault) } }
  package var activeFaults: [SimulatedFault] { world.withLock { $0.activeFaults } }

  /// Transfers that have not ended.
  package var transfersUnderWay: Int { world.withLock { $0.bus.underWay.count } }
  package var isPlugged: Bool { world.withLock { $0.bus.isPlugged } }

  /// Puts the cable back, into the same device with everything it remembers.
  package func replug() { locked { $0.replug() } }

  /// Whether a host finds the device on the bus. One that a reset took off it is put back here as soon as it has started
  /// again: its cable was never out.
  package func isOnBus() -> Bool {
    locked { world in
      if world.bus.leftByReset, world.firmware != nil { world.replug() }
      return world.bus.isPlugged && world.firmware != nil
    }
  }

  // MARK: The witness

  /// The needle's own log, oldest first. A contact enters it when it ends.
  package var contactLog: [Contact] { world.withLock { $0.needle.log } }
  package var contactCount: Int { world.withLock { $0.needle.log.count } }
  /// What else the witness saw after the sighting of this number, oldest first; the newest 8,192 are kept.
  package func sightings(after number: Int = 0) -> [Sighting] {
    world.withLock { $0.witness.sightings.filter { $0.number > number } }
  }
  package var isNeedleInSkin: Bool { world.withLock { $0.needle.touch != nil } }
  package var isNeedleParked: Bool { world.withLock { $0.needle.isParked } }
  /// What the device says of itself.
  package var capabilities: DeviceCapabilities { world.withLock { $0.capabilities } }
  /// The firmware's phase; idle without power.
  package var phase: DevicePhase { world.withLock { $0.phaseSeen } }
  package var isPowered: Bool { world.withLock { $0.firmware != nil } }
  /// The drive's true speed.
  package var driveSpeed: Speed { world.withLock { .millihertz($0.motor.speed(at: $0.now)) } }

  // MARK: DevicePort

  package var place: String { "simulated" }
  package var serial: String? { world.withLock { $0.capabilities.serial } }
  package var obstacle: PortObstacle? { nil }
  package func makeLink() -> any DeviceLink { SimulatedLink(device: self, plug: currentPlug) }

  // MARK: DeviceLink

  package func open(sink: any LinkSink) throws(LinkError) { try open(sink: sink, plug: Self.firstPlug) }
  package func control(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) {
    try submit(.control(setup), tag: tag, plug: Self.firstPlug)
  }
  package func out(_ bytes: [UInt8], tag: TransferTag) throws(LinkError) {
    try submit(.out(bytes), tag: tag, plug: Self.firstPlug)
  }
  package func prepare(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) -> any PreparedControl {
    SimulatedControl(device: self, plug: Self.firstPlug, setup: setup, tag: tag)
  }
  package func close() { close(plug: Self.firstPlug) }

  // MARK: For the links

  func open(sink: any LinkSink, plug: UInt32) throws(LinkError) {
    try world.withLock { world throws(LinkError) in try world.open(epoch: plug, sink: sink) }
    deliver()
  }

  func submit(_ content: Bus.Content, tag: TransferTag, plug: UInt32) throws(LinkError) {
    try world.withLock { world throws(LinkError) in try world.submit(content, tag: tag, epoch: plug) }
    deliver()
  }

  func submitPrepared(_ setup: ControlSetup, tag: TransferTag, plug: UInt32) throws(LinkError) {
    try world.withLock { world throws(LinkError) in try world.submitPrepared(setup, tag: tag, epoch: plug) }
    deliver()
  }

  func close(plug: UInt32) { locked { $0.close(epoch: plug) } }

  // MARK: For the ports

  var stalledEndpoints: [SimulatedEndpoint] {
    world.withLock { world in SimulatedEndpoint.allCases.filter { world.isStalled($0) } }
  }

  var currentPlug: UInt32 { world.withLock { $0.bus.epoch } }

  /// Puts the cable in anew; what was plugged in ends.
  func newPlug() -> UInt32 {
    locked { world in
      world.replug()
      return world.bus.epoch
    }
  }

  /// The host takes a transfer back; nothing further is heard of it. What the device took, it took.
  func takeBack(_ tag: TransferTag, plug: UInt32) { locked { $0.takeBack(tag, epoch: plug) } }

  // MARK: Delivery

  private func locked<Result: Sendable>(_ body: (inout World) -> Result) -> Result {
    let result = world.withLock { body(&$0) }
    deliver()
    return result
  }

  /// Hands events to the sink, outside the lock and one caller at a time, so that their order holds whoever calls.
  /// A sink that calls back finds somebody delivering and leaves its events to them.
  private func deliver() {
    while true {
      let batch = world.withLock { world -> [Bus.Delivery] in
        if world.bus.isDelivering || world.bus.outbox.isEmpty { return [] }
        world.bus.isDelivering = true
        defer { world.bus.outbox.removeAll(keepingCapacity: true) }
        return world.bus.outbox
      }
      if batch.isEmpty { return }
      for delivery in batch { delivery.sink.receive(delivery.event) }
      world.withLock { $0.bus.isDelivering = false }
    }
  }
}

/// A later link to the same device; void once the cable has been out.
struct SimulatedLink: DeviceLink {
  let device: SimulatedDevice
  let plug: UInt32

  func open(sink: any LinkSink) throws(LinkError) { try device.open(sink: sink, plug: plug) }
  func control(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) {
    try device.submit(.control(setup), tag: tag, plug: plug)
  }
  func out(_ bytes: [UInt8], tag: TransferTag) throws(LinkError) {
    try device.submit(.out(bytes), tag: tag, plug: plug)
  }
  func prepare(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) -> any PreparedControl {
    SimulatedControl(device: device, plug: plug, setup: setup, tag: tag)
  }
  func close() { device.close(plug: plug) }
}

struct SimulatedControl: PreparedControl {
  let device: SimulatedDevice
  let plug: UInt32
  let setup: ControlSetup
  let tag: TransferTag

  func submit() throws(LinkError) { try device.submitPrepared(setup, tag: tag, plug: plug) }
}
