package import SMPModel
internal import SMPWire

/// What a needle device does by itself, whatever its host says: S1, S2, S5, S6 and its own part of S9.
///
/// Bytes, sensor readings and the device's clock go in; bytes, motion and writes come out. No clock of its own, no
/// randomness, no memory that grows past its bounds: the same inputs give the same outputs on a Cortex-M and in the simulator.
///
/// The caller calls `handle(.tick)` at `nextDeadline` and carries outputs out in order. After `init` it brakes,
/// retracts, writes `memory`, and reports every sensor once: pedal, end switch, drive.
package struct Firmware: Sendable {
  let capabilities: DeviceCapabilities
  package internal(set) var memory: NonvolatileMemory
  /// Frames that were no frame or no command since the start (S13). It stops counting at its largest value.
  package internal(set) var malformedFrames: UInt32 = 0

  var mode: Mode
  var needle: Needle = .up
  var drive: Drive = .standing
  var proof: Proof = .missing
  var profiles = ProfileStore()
  var sensors = Sensors()
  /// The version agreed on by `hello`; before that the oldest this device speaks.
  var version: UInt8
  var nextRequest: UInt32 = 1
  var nextNotice: UInt16 = 1
  var notified: Notable
  let keeps: KeptRules

  /// `memory` is what the last `persist` wrote. An open grant in it is answered by a record here (S1).
  package init(
    capabilities: DeviceCapabilities, memory: NonvolatileMemory, now: DeviceTicks, keeps: KeptRules = KeptRules()
  ) {
    precondition(
      capabilities.oldestVersion >= ProtocolVersion.oldest && capabilities.newestVersion <= ProtocolVersion.newest,
      "a device claims only versions its codec speaks")
    precondition(capabilities.recordWindow >= 1, "a device keeps at least one record")
    self.keeps = keeps
    self.capabilities = capabilities
    version = capabilities.oldestVersion
    self.memory = memory.started(window: Int(capabilities.recordWindow), at: now)
    if let fault = self.memory.latchedFault {
      mode = .faulted(fault)
    } else {
      mode = .idle
    }
    notified = Notable(phase: mode.phase, pedal: true, parked: false, still: false, digest: .none)
  }

  package var phase: DevicePhase { mode.phase }

  /// One input. Whatever is overdue at `now` happens first, so a late tick cannot make a late answer good.
  package mutating func handle(
    _ input: FirmwareInput, at now: DeviceTicks, into outputs: inout [FirmwareOutput]
  ) {
    runTimers(now, &outputs)
    switch input {
    case .bulkOut(let bytes): received(bytes, now, &outputs)
    case .pedal(let pressed): pedalRead(pressed, now, &outputs)
    case .approached(let position): approached(position, now, &outputs)
    case .withdrew: withdrew(now, &outputs)
    case .contactBegan(let position): contactBegan(position, now, &outputs)
    case .contactEnded(let position, let depth, let speed, let dwell, let strokes):
      let measured = Measured(position: position, depth: depth, speed: speed, dwell: dwell, strokes: strokes)
      contactEnded(measured, now, &outputs)
    case .positionMeasured(let position): sighted(position, now, &outputs)
    case .driveMeasured(let speed): driveRead(speed, now, &outputs)
    case .parked(let parked): parkedRead(parked, now, &outputs)
    case .stopInput: protectiveStop(now, &outputs)
    case .tick: break
    }
    notifyChange(now, &outputs)
  }

  /// One EP0 vendor request; nil is a stall. Never waits for bulk, and a stop is never refused (S6).
  package mutating func control(
    _ request: UInt8, value: UInt16, at now: DeviceTicks, into outputs: inout [FirmwareOutput]
  ) -> [UInt8]? {
    guard let known = ControlRequest(rawValue: request) else { return nil }
    runTimers(now, &outputs)
    let answer: [UInt8]?
    switch known {
    case .capabilities: answer = capabilities.encoded(version: version)
    case .status: answer = status(now).encoded(version: version)
    case .protectiveStop:
      protectiveStop(now, &outputs)
      answer = []
    case .clearFault: answer = clearFault(&outputs) ? [] : nil
    }
    notifyChange(now, &outputs)
    return answer
  }

  func status(_ now: DeviceTicks) -> DeviceStatus {
    DeviceStatus(
      phase: mode.phase, pedalPressed: sensors.pedalPressed ?? true, parked: sensors.parked ?? false,
      still: sensors.isStill, fault: latchedFault, digest: profiles.digest, bootCount: memory.bootCount,
      contactCount: memory.contactCount, nextRecord: memory.nextRecord, oldestRecord: memory.oldestRecord, ticks: now)
  }

  private var latchedFault: DeviceFault? {
    switch mode {
    case .faulted(let fault): fault
    case .idle, .selfTest, .armed, .running, .suspended, .stopped: nil
    }
  }

  /// Says unasked what a host must not miss; counters and ticks alone are no news.
  private mutating func notifyChange(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    let status = status(now)
    let notable = Notable(
      phase: status.phase, pedal: status.pedalPressed, parked: status.parked, still: status.still,
      digest: status.digest)
    guard notable != notified else { return }
    notified = notable
    notify(.stateChanged(status), &outputs)
  }

  mutating func notify(_ notice: DeviceNotice, _ outputs: inout [FirmwareOutput]) {
    outputs.append(.interruptIn(notice.encoded(sequence: nextNotice, version: version)))
    nextNotice &+= 1
  }

  /// What a state notice is sent for. The fault is the phase's: one cannot change without the other.
  struct Notable: Hashable, Sendable {
    let phase: DevicePhase
    let pedal: Bool
    let parked: Bool
    let still: Bool
    let digest: ProfileDigest
  }
}
