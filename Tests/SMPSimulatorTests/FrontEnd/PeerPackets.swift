import SMPModel
import SMPSimulator
import Testing

/// What tests write themselves, so that the front ends' own writing is judged by something else.
func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
  (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
func big<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] { little(value).reversed() }
func unsigned(_ bytes: some Collection<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
func unsignedLittle(_ bytes: [UInt8]) -> UInt64 { unsigned(bytes.reversed()) }

/// A setup packet as it goes over the bus.
func setup(_ type: UInt8, _ request: UInt8, value: UInt16 = 0, index: UInt16 = 0, length: UInt16 = 0) -> [UInt8] {
  [type, request] + little(value) + little(index) + little(length)
}

func frontEndDevice() -> SimulatedDevice {
  var configuration = SimulatedDeviceConfiguration(seed: 1)
  configuration.transport.control = 0...0
  configuration.transport.bulk = 0...0
  configuration.transport.interrupt = 0...0
  configuration.transport.timeout = nil
  return SimulatedDevice(configuration, startingAt: .zero)
}

func descriptors(_ speed: PortSpeed = .high) -> DescriptorSet {
  DescriptorSet(speed: speed, variant: .good, serial: "SIM-0001")
}

/// The far side of a conversation with a front end.
protocol FrontEndPeer: AnyObject {
  associatedtype Talk: Conversation
  var device: SimulatedDevice { get }
  var talk: Talk { get set }
  /// Reads what has been said.
  func look()
}

extension FrontEndPeer {
  func send(bytes: [UInt8]) throws {
    try talk.take(bytes)
    look()
  }

  /// So much time passes for the device.
  func pass(_ milliseconds: Int64 = 1) throws {
    device.advance(to: device.now + .milliseconds(milliseconds))
    try talk.settle()
    look()
  }
}

extension Conversation {
  /// What has been said since the last look.
  mutating func said() -> [UInt8] {
    let bytes = Array(output.unsent)
    output.drop(bytes.count)
    return bytes
  }
}

/// Bytes and lengths that are a function of a seed.
struct Dice {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state >> 16
  }
  mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8(truncatingIfNeeded: next()) } }
}
