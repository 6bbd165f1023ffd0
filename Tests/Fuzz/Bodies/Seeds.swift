import SMPInterface
import SMPModel
import SMPPlanFile
import SMPSimulator
import SMPWire
import Varlink

extension FuzzTarget {
  /// Inputs to begin with that are made from the code itself, so that they never grow old; the rest of the corpus are
  /// files. What is text is kept as text there.
  package var seeds: [[UInt8]] {
    switch self {
    case .frames: Seeds.messages + Seeds.conversations
    case .descriptors: Seeds.capabilities + Seeds.plugs
    case .idl: Seeds.texts(Interfaces.all.map { $0.text } + [VarlinkServiceInterface.text])
    case .plan:
      Seeds.texts([
        PlanDocument.exampleText, PlanDocument.smallExampleText, LimitsFile.defaultText, DaemonFile.defaultText,
      ])
    case .bundle: BundleBody.seeds
    case .usbredir: RedirectionBody.seeds
    case .usbip: USBIPBody.seeds
    case .varlink, .export: []
    }
  }
}

private enum Seeds {
  static func texts(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

  private static let digest = ProfileDigest(generation: 1, checksum: 0x5689_C0D0)
  private static let profile = ZoneProfile(
    zone: ZoneIndex(number: 3), depth: .micrometres(500), depthMaximum: .micrometres(600), speed: .millihertz(110_000),
    speedMaximum: .millihertz(120_000), dwellMaximum: .milliseconds(200))
  private static let grant = Grant(
    request: RequestID(number: 77), zone: ZoneIndex(number: 3), position: ChartPosition(x: -42_000, y: 65_250),
    depth: .micrometres(500), speed: .millihertz(110_000), dwell: .milliseconds(180), digest: digest)

  private static func status(_ phase: DevicePhase, _ fault: DeviceFault? = nil) -> DeviceStatus {
    DeviceStatus(
      phase: phase, pedalPressed: true, parked: true, still: false, fault: fault, digest: digest, bootCount: 12,
      contactCount: 34_567, nextRecord: RecordSequence(number: 901), oldestRecord: RecordSequence(number: 899),
      ticks: DeviceTicks(microseconds: 0xFFFF_0001))
  }

  private static func record(_ outcome: RecordOutcome) -> DotRecord {
    let isUnbidden = outcome == .unbidden
    let measured = outcome == .used || isUnbidden
    return DotRecord(
      sequence: RecordSequence(number: 900), grant: isUnbidden ? .none : GrantNumber(number: 123_456_789_012),
      request: RequestID(number: isUnbidden ? 0 : 77), zone: ZoneIndex(number: isUnbidden ? 0 : 3), outcome: outcome,
      position: ChartPosition(x: -41_990, y: 65_240), depthReported: .micrometres(measured ? 495 : 0),
      speedReported: .millihertz(measured ? 109_500 : 0), dwellReported: .milliseconds(measured ? 176 : 0),
      strokes: measured ? 19 : 0, endedAt: DeviceTicks(microseconds: 0x0001_2345))
  }

  private static var commands: [HostCommand] {
    [
      .hello(oldest: 1, newest: 1), .beginProfiles(generation: 7, count: 2), .profile(profile),
      .commitProfiles(digest), .startSelfTest, .arm(digest), .renewLease(digest), .suspend, .resume, .disarm,
      .grant(GrantNumber(number: 123_456_789_012), grant), .deny(RequestID(number: 78), .moveAway),
      .release(upTo: RecordSequence(number: 901)), .readRecords, .readTip,
    ]
  }

  private static var frames: [[UInt8]] {
    let messages: [DeviceMessage] =
      [
        .accepted(status(.running)), .refused(.requestExpired, status(.faulted, .contactWithoutGrant)), .version(1),
        .profiles(digest), .tip(DevicePosition(x: -431_250, y: 77_003)),
      ] + RecordOutcome.allCases.map { .record(record($0)) }
    let notices: [DeviceNotice] = [
      .dotRequested(
        DotRequest(
          id: RequestID(number: 77), position: grant.position, requestedAt: DeviceTicks(microseconds: 0x0001_2300))),
      .stateChanged(status(.stopped)),
    ]
    return commands.map { $0.encoded(sequence: 1) } + messages.map { $0.encoded(sequence: 2) }
      + notices.map { $0.encoded(sequence: 3) } + [status(.idle).encoded(), DeviceCapabilities.ofThePort.encoded()]
  }

  /// Each as it travels, and as `FramesBody` seals one: header without length, payload, no checksum.
  static var messages: [[UInt8]] { frames.flatMap { [$0, Array($0[..<4] + $0[6..<$0.count - 4])] } }

  /// Steps of `FirmwareConversation` and `DriverConversation`: ready, a dot asked for, granted and made; a device
  /// identified.
  static let conversations: [[UInt8]] = [
    [12, 4, 1, 13, 0, 6, 1, 10, 20, 7, 1, 0xF4, 0x01, 0xB0, 0xAD, 0x01, 0x00, 90, 0, 10, 0, 15, 14, 4, 2, 13, 4],
    [12, 14, 4, 1, 13, 0, 10, 30, 10, 200, 15], [13, 0, 13, 0, 13, 0, 13, 0, 12, 0, 12, 1, 9, 255, 13, 1, 10, 11],
  ]

  static var capabilities: [[UInt8]] { [[0], Array(repeating: 0, count: 8) + [1]] }

  /// Every variant's configuration, and a host that enumerates, configures, says hello and listens.
  static var plugs: [[UInt8]] {
    let descriptors = DescriptorVariant.allCases.flatMap { variant in
      [PortSpeed.full, .high].map { DescriptorSet(speed: $0, variant: variant, serial: "FUZZ").configuration }
    }
    let talk: [UInt8] = [
      0, 0, 0x80, 6, 0, 1, 0, 0, 18, 0, 0, 0x00, 9, 1, 0, 0, 0, 0, 0, 5, 7, 4, 0x81, 64, 0, 4, 0x82, 64, 0, 6, 40, 0,
      0xC1, 1, 0, 0, 0, 0, 0, 2, 0, 0x41, 3, 1, 0, 0, 0, 0, 0, 6, 200,
    ]
    return descriptors + DescriptorVariant.allCases.indices.map { [UInt8($0 * 2)] + talk.dropFirst() }
  }
}
