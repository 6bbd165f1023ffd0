import SMPModel
import SMPWire

/// Anything that has a frame of its own.
enum Sample: Hashable, Sendable {
  case command(HostCommand)
  case message(DeviceMessage)
  case notice(DeviceNotice)
  case capabilities(DeviceCapabilities)
  case status(DeviceStatus)

  func encoded(_ sequence: UInt16) -> [UInt8] {
    switch self {
    case .command(let command): command.encoded(sequence: sequence)
    case .message(let message): message.encoded(sequence: sequence)
    case .notice(let notice): notice.encoded(sequence: sequence)
    case .capabilities(let capabilities): capabilities.encoded(sequence: sequence)
    case .status(let status): status.encoded(sequence: sequence)
    }
  }

  /// Reads bytes as the kind of message its type belongs to.
  static func decoded(_ bytes: [UInt8]) throws(WireError) -> (sample: Sample, sequence: UInt16) {
    let frame = try Frame.decode(bytes)
    switch frame.type {
    case 0x00...0x7F: return (.command(try HostCommand(frame)), frame.sequence)
    case 0x80...0xBF: return (.message(try DeviceMessage(frame)), frame.sequence)
    case 0xC0...0xDF: return (.notice(try DeviceNotice(frame)), frame.sequence)
    case 0xE1: return (.capabilities(try DeviceCapabilities(frame)), frame.sequence)
    default: return (.status(try DeviceStatus(frame)), frame.sequence)
    }
  }
}

/// One golden vector: its bytes were computed by another program (Python's struct and a bitwise CRC), not by this codec.
struct Vector: Sendable, CustomStringConvertible {
  let name: String
  let sequence: UInt16
  let sample: Sample
  let hex: String
  var bytes: [UInt8] { hexBytes(hex) }
  var description: String { name }
}

func hexBytes(_ hex: String) -> [UInt8] {
  let digits = Array(hex.utf8)
  return stride(from: 0, to: digits.count - 1, by: 2).compactMap { index in
    UInt8(String(decoding: digits[index...index + 1], as: UTF8.self), radix: 16)
  }
}

enum Golden {
  static let digest = ProfileDigest(generation: 7, checksum: 0x5689_C0D0)

  static let profiles = [
    ZoneProfile(
      zone: ZoneIndex(number: 0), depth: .micrometres(500), depthMaximum: .micrometres(600),
      speed: .millihertz(110_000), speedMaximum: .millihertz(120_000), dwellMaximum: .milliseconds(200)),
    ZoneProfile(
      zone: ZoneIndex(number: 3), depth: .micrometres(450), depthMaximum: .micrometres(550),
      speed: .millihertz(100_000), speedMaximum: .millihertz(115_000), dwellMaximum: .milliseconds(150)),
  ]

  static let asked = ChartPosition(x: -42_000, y: 65_250)

  static let grant = Grant(
    request: RequestID(number: 77), zone: ZoneIndex(number: 3), position: asked, depth: .micrometres(500),
    speed: .millihertz(110_000), dwell: .milliseconds(180), digest: digest)

  static func status(
    _ phase: DevicePhase, pedal: Bool, parked: Bool, still: Bool, fault: DeviceFault? = nil
  ) -> DeviceStatus {
    DeviceStatus(
      phase: phase, pedalPressed: pedal, parked: parked, still: still, fault: fault, digest: digest, bootCount: 12,
      contactCount: 34_567, nextRecord: RecordSequence(number: 901), oldestRecord: RecordSequence(number: 899),
      ticks: DeviceTicks(microseconds: 0xFFFF_0001))
  }

  static let running = status(.running, pedal: true, parked: false, still: false)

  static func record(_ outcome: RecordOutcome, measured: Bool = true) -> DotRecord {
    let isUnbidden = outcome == .unbidden
    return DotRecord(
      sequence: RecordSequence(number: 900), grant: isUnbidden ? .none : GrantNumber(number: 123_456_789_012),
      request: RequestID(number: isUnbidden ? 0 : 77), zone: ZoneIndex(number: isUnbidden ? 0 : 3), outcome: outcome,
      position: ChartPosition(x: -41_990, y: 65_240), depthReported: .micrometres(measured ? 495 : 0),
      speedReported: .millihertz(measured ? 109_500 : 0),
      dwellReported: .milliseconds(measured ? (isUnbidden ? 9 : 176) : 0),
      strokes: measured ? (isUnbidden ? 1 : 19) : 0, endedAt: DeviceTicks(microseconds: 0x0001_2345))
  }

  static let capabilities = capabilities(.absolute(accuracy: .micrometres(50)))

  static func capabilities(_ positioning: Positioning) -> DeviceCapabilities {
    DeviceCapabilities(
      oldestVersion: 1, newestVersion: 1, depthMinimum: .micrometres(100), depthMaximum: .micrometres(1_500),
      depthStep: .micrometres(10), depthAccuracy: .micrometres(20), speedMinimum: .millihertz(20_000),
      speedMaximum: .millihertz(150_000), positioning: positioning, recordWindow: 4,
      leaseMaximum: .milliseconds(150), hasPedal: true, hasStopInput: true, indicators: [.lamp, .buzzer, .haptics],
      serial: "SMP-000042", firmware: "smp-reference 1", isSimulated: true)
  }

  static let vectors: [Vector] = [
    Vector(
      name: "hello", sequence: 1, sample: .command(.hello(oldest: 1, newest: 1)), hex: "010101000200010189b0891c"),
    Vector(
      name: "beginProfiles", sequence: 2, sample: .command(.beginProfiles(generation: 7, count: 2)),
      hex: "0102020005000700000002498ddfc7"),
    Vector(
      name: "profile", sequence: 3, sample: .command(.profile(profiles[0])),
      hex: "0103030010000000f4015802c800b0ad0100c0d401005e6baa1a"),
    Vector(
      name: "commitProfiles", sequence: 5, sample: .command(.commitProfiles(digest)),
      hex: "01040500080007000000d0c08956aba5c0f7"),
    Vector(name: "startSelfTest", sequence: 6, sample: .command(.startSelfTest), hex: "010506000000fdd40ba4"),
    Vector(name: "arm", sequence: 7, sample: .command(.arm(digest)), hex: "01060700080007000000d0c08956017d87f4"),
    Vector(
      name: "renewLease", sequence: 8, sample: .command(.renewLease(digest)),
      hex: "01070800080007000000d0c0895685be62dc"),
    Vector(name: "suspend", sequence: 9, sample: .command(.suspend), hex: "0108090000005cd57c56"),
    Vector(name: "resume", sequence: 10, sample: .command(.resume), hex: "01090a000000c9334f0c"),
    Vector(name: "disarm", sequence: 11, sample: .command(.disarm), hex: "010a0b00000085293999"),
    Vector(
      name: "grant", sequence: 12, sample: .command(.grant(GrantNumber(number: 123_456_789_012), grant)),
      hex: "010b0c002800141a99be1c0000004d000000f05bffffe2fe000007000000d0c08956b0ad0100f401b4000300"
        + "000003b59cab"),
    Vector(
      name: "deny", sequence: 13, sample: .command(.deny(RequestID(number: 78), .moveAway)),
      hex: "010c0d0005004e0000000191534c97"),
    Vector(
      name: "release", sequence: 14, sample: .command(.release(upTo: RecordSequence(number: 901))),
      hex: "010d0e00040085030000abb44be7"),
    Vector(name: "readRecords", sequence: 0xFFFF, sample: .command(.readRecords), hex: "010effff000000be1c54"),
    Vector(name: "readTip", sequence: 15, sample: .command(.readTip), hex: "010f0f0000006ac94f3a"),
    Vector(
      name: "accepted", sequence: 8, sample: .message(.accepted(running)),
      hex: "0181080020000301000007000000d0c089560c0000000787000085030000830300000100ffff632088d2"),
    Vector(
      name: "refused", sequence: 12, sample: .message(.refused(.requestExpired, running)),
      hex: "01820c002400030000000301000007000000d0c089560c0000000787000085030000830300000100ffff518f"
        + "7360"),
    Vector(name: "version", sequence: 1, sample: .message(.version(1)), hex: "018301000100017844b294"),
    Vector(
      name: "profiles", sequence: 5, sample: .message(.profiles(digest)), hex: "01840500080007000000d0c08956b34f78ef"),
    Vector(
      name: "record used", sequence: 900, sample: .message(.record(record(.used))),
      hex: "018584032800840300004d000000141a99be1c000000fa5bffffd8fe0000bcab010045230100ef01b0001300"
        + "030104b724a0"),
    Vector(
      name: "record unbidden", sequence: 900, sample: .message(.record(record(.unbidden))),
      hex: "01858403280084030000000000000000000000000000fa5bffffd8fe0000bcab010045230100ef0109000100"
        + "0004a9ad0d8d"),
    Vector(
      name: "tip", sequence: 15, sample: .message(.tip(DevicePosition(x: -431_250, y: 77_003))),
      hex: "01860f0008006e6bf9ffcb2c01001085ecd0"),
    Vector(
      name: "dotRequested", sequence: 41,
      sample: .notice(
        .dotRequested(
          DotRequest(
            id: RequestID(number: 77), position: asked, requestedAt: DeviceTicks(microseconds: 0x0001_2300)))),
      hex: "01c1290010004d000000f05bffffe2fe0000002301001eb9b9a3"),
    Vector(
      name: "stateChanged", sequence: 42,
      sample: .notice(
        .stateChanged(status(.faulted, pedal: false, parked: true, still: true, fault: .contactWithoutGrant))),
      hex: "01c22a0020000606060007000000d0c089560c0000000787000085030000830300000100ffffc69c6100"),
    Vector(
      name: "capabilities", sequence: 0, sample: .capabilities(capabilities),
      hex: "01e100005c000101040f070096006400dc050a001400204e0000f049020032000000534d502d303030303432"
        + "00000000000000000000000000000000000000000000736d702d7265666572656e6365203100000000000000"
        + "000000000000000000005ceb06b5"),
    Vector(
      name: "capabilities on the chart", sequence: 0,
      sample: .capabilities(capabilities(.chart(accuracy: .micrometres(50)))),
      hex: "01e100005c000101041e070096006400dc050a001400204e0000f049020032000000534d502d303030303432"
        + "00000000000000000000000000000000000000000000736d702d7265666572656e6365203100000000000000"
        + "00000000000000000000e1c2e6c7"),
    Vector(
      name: "status", sequence: 0, sample: .status(running),
      hex: "01e2000020000301000007000000d0c089560c0000000787000085030000830300000100ffff85ed3ec5"),
  ]
}

/// Numbers from a seed: the same on every machine.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
