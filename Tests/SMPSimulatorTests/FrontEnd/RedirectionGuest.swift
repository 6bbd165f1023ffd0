import SMPModel
import SMPSimulator
import Testing

/// QEMU's side of usb-redir, written from the protocol: hello, headers, packets by number.
final class RedirectionGuest: FrontEndPeer {
  struct Packet: Hashable {
    let type: UInt32
    let number: UInt64
    let body: [UInt8]
  }

  /// Status bytes.
  static let success: UInt8 = 0
  static let cancelled: UInt8 = 1
  static let invalid: UInt8 = 2
  static let failed: UInt8 = 3
  static let stalled: UInt8 = 4
  static let babbled: UInt8 = 6

  let device: SimulatedDevice
  var talk: RedirectedDevice
  private(set) var packets: [Packet] = []
  private var unread: [UInt8] = []
  private let capabilities: UInt32
  private var isGreeted = false
  private var lastNumber: UInt64 = 0x1_0000_0000

  init(
    _ device: SimulatedDevice = frontEndDevice(), speed: PortSpeed = .high, capabilities: UInt32 = 0x72,
    greets: Bool = true
  ) throws {
    self.device = device
    self.capabilities = capabilities
    talk = RedirectedDevice(device: device, descriptors: descriptors(speed))
    if greets { try greet() }
  }

  var hasLongNumbers: Bool { capabilities & 0x20 != 0 }
  var hasLongBulk: Bool { capabilities & 0x40 != 0 }

  static func hello(_ capabilities: UInt32) -> [UInt8] {
    little(UInt32(0)) + little(UInt32(68)) + little(UInt32(0)) + Array("test".utf8) + [UInt8](repeating: 0, count: 60)
      + little(capabilities)
  }

  func greet() throws {
    try send(bytes: Self.hello(capabilities))
    isGreeted = true
    look()
  }

  /// A packet of a number nobody had.
  @discardableResult
  func send(_ type: UInt32, _ body: [UInt8] = [], number: UInt64? = nil) throws -> UInt64 {
    lastNumber += number == nil ? 1 : 0
    let number = hasLongNumbers ? number ?? lastNumber : (number ?? lastNumber) & 0xFFFF_FFFF
    try send(bytes: packet(type, body, number: number))
    return number
  }

  func packet(_ type: UInt32, _ body: [UInt8], number: UInt64) -> [UInt8] {
    little(type) + little(UInt32(body.count))
      + (hasLongNumbers ? little(number) : little(UInt32(truncatingIfNeeded: number))) + body
  }

  func look() {
    unread += talk.said()
    while true {
      // Our own hello is what turns the numbers long; the other side's has a short one always.
      let isLong = hasLongNumbers && !packets.isEmpty
      let header = isLong ? 16 : 12
      guard unread.count >= header else { return }
      let length = Int(unsignedLittle(Array(unread[4..<8])))
      guard unread.count >= header + length else { return }
      packets.append(
        Packet(
          type: UInt32(unsignedLittle(Array(unread[..<4]))), number: unsignedLittle(Array(unread[8..<header])),
          body: Array(unread[header..<header + length])))
      unread.removeFirst(header + length)
    }
  }

  func answers(_ type: UInt32) -> [Packet] { packets.filter { $0.type == type } }
  /// The one answer to a number; nil while there is none.
  func answer(_ number: UInt64, _ type: UInt32) -> [UInt8]? {
    let found = packets.filter { $0.type == type && $0.number == number }
    #expect(found.count <= 1, "a transfer is answered once")
    return found.first?.body
  }

  // MARK: Requests

  static func control(_ type: UInt8, _ request: UInt8, value: UInt16 = 0, index: UInt16 = 0, length: UInt16 = 0)
    -> [UInt8]
  {
    [type & 0x80, request, type, 0] + little(value) + little(index) + little(length)
  }

  /// The answer's status and data, 2 ms later.
  func control(_ type: UInt8, _ request: UInt8, value: UInt16 = 0, index: UInt16 = 0, length: UInt16 = 0) throws -> (
    status: UInt8, bytes: [UInt8]
  )? {
    let number = try send(100, Self.control(type, request, value: value, index: index, length: length))
    try pass(2)
    guard let body = answer(number, 100) else { return nil }
    #expect(Array(body[..<3]) == [type & 0x80, request, type])
    #expect(type & 0x80 == 0 || Int(unsignedLittle(Array(body[8..<10]))) == body.count - 10)
    return (body[3], Array(body[10...]))
  }

  func bulkHeader(_ endpoint: UInt8, _ length: Int) -> [UInt8] {
    [endpoint, 0] + little(UInt16(truncatingIfNeeded: length)) + little(UInt32(0))
      + (hasLongBulk ? little(UInt16(length >> 16)) : [])
  }

  func submitIn(_ length: Int = 512, endpoint: UInt8 = 0x81) throws -> UInt64 {
    try send(101, bulkHeader(endpoint, length))
  }

  func submitOut(_ bytes: [UInt8]) throws -> UInt64 { try send(101, bulkHeader(0x01, bytes.count) + bytes) }

  func bulk(_ number: UInt64) throws -> (status: UInt8, length: Int, bytes: [UInt8])? {
    try pass(2)
    guard let body = answer(number, 101) else { return nil }
    let header = hasLongBulk ? 10 : 8
    return (body[1], Int(unsignedLittle(Array(body[2..<4]))), Array(body[header...]))
  }

  func configure(_ value: UInt8 = 1) throws -> [UInt8]? {
    let number = try send(6, [value])
    try pass()
    return answer(number, 8)
  }
}
