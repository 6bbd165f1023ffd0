/// Something that goes wrong in the simulated device, put in while it runs.
///
/// Most last once: they wait for the next occasion and are gone. Those with `lasts` stay until cleared.
package enum SimulatedFault: Hashable, Sendable {
  /// Once. The next fall goes 0.4 mm deeper than told, past every tolerance; the depth sensor sees it.
  case depthOvershoot
  /// Until cleared. The drive runs a quarter faster than told.
  case speedDrift
  /// Until cleared. The rotor seizes: it stands within 3 ms and does not turn again.
  case stuckMotor
  /// Once. After the next approach (or the one under way) readings jump 25 mm aside until the handpiece is lifted.
  case positionJump
  /// Once. After the next contact the needle falls a second time by itself, for 40 ms.
  case doubleDot
  /// Once. At the next approach (or at once, if the handpiece is at the skin) the needle falls by itself, for 60 ms.
  case dotWithoutGrant
  /// Once. The next packet disappears on the bus; its sender sees it delivered.
  case lostFrame
  /// Once. One bit of the next packet is flipped.
  case corruptedFrame
  /// Once. The next packet from the device on bulk IN comes 300 ms late, and those behind it wait.
  case lateReply
  /// Until cleared. The device takes and answers nothing on any endpoint; lease, needle and drive live on.
  case hang
  /// Until cleared. The pedal reads pressed whatever the foot does.
  case pedalStuck
  /// The cable is pulled at once. The device lives on by its own supply; `replug` puts the cable back.
  case unplug
  /// Power fails at once for 120 ms and the device starts anew, off the bus; `replug` finds it again.
  case reset(memoryKept: Bool)

  /// Every fault, in the order of the documentation.
  package static let all: [SimulatedFault] = [
    .depthOvershoot, .speedDrift, .stuckMotor, .positionJump, .doubleDot, .dotWithoutGrant, .lostFrame,
    .corruptedFrame, .lateReply, .hang, .pedalStuck, .unplug, .reset(memoryKept: true), .reset(memoryKept: false),
  ]

  /// The fault's word on the command line and in the control interface.
  package var word: String {
    switch self {
    case .depthOvershoot: "depth_overshoot"
    case .speedDrift: "speed_drift"
    case .stuckMotor: "stuck_motor"
    case .positionJump: "position_jump"
    case .doubleDot: "double_dot"
    case .dotWithoutGrant: "dot_without_grant"
    case .lostFrame: "lost_frame"
    case .corruptedFrame: "corrupted_frame"
    case .lateReply: "late_reply"
    case .hang: "hang"
    case .pedalStuck: "pedal_stuck"
    case .unplug: "unplug"
    case .reset(memoryKept: true): "reset"
    case .reset(memoryKept: false): "reset_memory_lost"
    }
  }

  package init?(word: String) {
    guard let fault = Self.all.first(where: { $0.word == word }) else { return nil }
    self = fault
  }

  /// Whether the fault stays until it is cleared.
  package var lasts: Bool {
    switch self {
    case .speedDrift, .stuckMotor, .hang, .pedalStuck: true
    case .depthOvershoot, .positionJump, .doubleDot, .dotWithoutGrant, .lostFrame, .corruptedFrame, .lateReply,
      .unplug, .reset:
      false
    }
  }
}

/// Which packets a fault of the bus may fall on.
package enum SimulatedEndpoint: UInt8, CaseIterable, Sendable {
  case bulkOut = 1
  case bulkIn = 2
  case interruptIn = 3
}

/// Faults that wait for their occasion.
struct PendingFaults: Sendable {
  private var pending: [(fault: SimulatedFault, endpoint: SimulatedEndpoint?)] = []

  /// A fault already waiting is not put in twice: "the next occasion" is one occasion.
  mutating func add(_ fault: SimulatedFault, on endpoint: SimulatedEndpoint?) {
    if !pending.contains(where: { $0.fault == fault && $0.endpoint == endpoint }) { pending.append((fault, endpoint)) }
  }

  mutating func remove(_ fault: SimulatedFault) { pending.removeAll { $0.fault == fault } }

  /// Takes the fault out if it waits for this occasion.
  mutating func take(_ fault: SimulatedFault, at endpoint: SimulatedEndpoint? = nil) -> Bool {
    let found = pending.firstIndex { $0.fault == fault && ($0.endpoint == nil || $0.endpoint == endpoint) }
    if let found { pending.remove(at: found) }
    return found != nil
  }

  func contains(_ fault: SimulatedFault) -> Bool { pending.contains { $0.fault == fault } }
}
