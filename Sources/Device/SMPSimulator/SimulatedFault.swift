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
  /// Once. The next packet comes twice.
  case duplicatedFrame
  /// Once. The next two packets of one endpoint change places; the first waits until there is a second.
  case reorderedFrames
  /// Once. The next packet ends early.
  case truncatedFrame
  /// Once. The next packet's payload is a byte longer than its type says; length and checksum are right.
  case wrongLength
  /// Once. The next packet is of a version nobody speaks; the checksum is right.
  case wrongVersion
  /// Once. The next packet is of a type that is not in the protocol; the checksum is right.
  case wrongType
  /// Once. The next packet carries another sequence number; the checksum is right.
  case wrongSequence
  /// Until cleared. Every packet on bulk IN carries another sequence number: answers to what nobody asked.
  case misnumberedReplies
  /// Once, at once. A record of a dot comes that nobody granted and no needle made.
  case recordWithoutGrant
  /// Until cleared. The device says its state at every poll of interrupt IN.
  case flood
  /// Until cleared. Capabilities no device has: no window, and a smallest depth above the largest.
  case impossibleCapabilities
  /// Until cleared. An endpoint is stalled; nothing passes, and what the host sends fails at once.
  case stalledEndpoint
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
    .corruptedFrame, .duplicatedFrame, .reorderedFrames, .truncatedFrame, .wrongLength, .wrongVersion, .wrongType,
    .wrongSequence, .misnumberedReplies, .lateReply, .recordWithoutGrant, .flood, .impossibleCapabilities,
    .stalledEndpoint, .hang, .pedalStuck, .unplug, .reset(memoryKept: true), .reset(memoryKept: false),
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
    case .duplicatedFrame: "duplicated_frame"
    case .reorderedFrames: "reordered_frames"
    case .truncatedFrame: "truncated_frame"
    case .wrongLength: "wrong_length"
    case .wrongVersion: "wrong_version"
    case .wrongType: "wrong_type"
    case .wrongSequence: "wrong_sequence"
    case .misnumberedReplies: "misnumbered_replies"
    case .lateReply: "late_reply"
    case .recordWithoutGrant: "record_without_grant"
    case .flood: "flood"
    case .impossibleCapabilities: "impossible_capabilities"
    case .stalledEndpoint: "stalled_endpoint"
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
    case .speedDrift, .stuckMotor, .hang, .pedalStuck, .misnumberedReplies, .flood, .impossibleCapabilities,
      .stalledEndpoint:
      true
    case .depthOvershoot, .positionJump, .doubleDot, .dotWithoutGrant, .lostFrame, .corruptedFrame, .duplicatedFrame,
      .reorderedFrames, .truncatedFrame, .wrongLength, .wrongVersion, .wrongType, .wrongSequence, .lateReply,
      .recordWithoutGrant, .unplug, .reset:
      false
    }
  }
}

/// Which packets a fault of the bus may fall on.
package enum SimulatedEndpoint: UInt8, CaseIterable, Sendable {
  case bulkOut = 1
  case bulkIn = 2
  case interruptIn = 3

  /// Its place in an array of all.
  var place: Int { Int(rawValue) - 1 }
}

/// Faults that wait for their occasion.
struct PendingFaults: Sendable {
  private var pending: [(fault: SimulatedFault, endpoint: SimulatedEndpoint?)] = []
  var isEmpty: Bool { pending.isEmpty }

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
