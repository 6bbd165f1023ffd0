import SMPModel
import SMPSimulator
import Testing

/// A host's side of USB/IP, written from the protocol: requests, headers, answers by number.
final class USBIPHost: FrontEndPeer {
  /// A RET_SUBMIT or RET_UNLINK.
  struct Answer: Hashable {
    let command: UInt32
    let number: UInt32
    let status: Int32
    let actualLength: Int
    let bytes: [UInt8]
  }

  static let deviceNumber: UInt32 = 1 << 16 | 2
  static let listRequest = big(UInt16(0x0111)) + big(UInt16(0x8005)) + big(UInt32(0))
  /// errno
  static let (pipe, overflow, protocolError, reset) = (Int32(-32), Int32(-75), Int32(-71), Int32(-104))

  static func importRequest(_ busID: String = "1-1") -> [UInt8] {
    big(UInt16(0x0111)) + big(UInt16(0x8003)) + big(UInt32(0)) + Array(busID.utf8)
      + [UInt8](repeating: 0, count: 32 - busID.utf8.count)
  }

  let device: SimulatedDevice
  var talk: USBIPConversation
  /// The record of the import, or what stood in its place.
  private(set) var imported: [UInt8] = []
  private(set) var answers: [Answer] = []
  private var unread: [UInt8] = []
  /// IN transfers say how many bytes follow their answer.
  private var asked: [UInt32: Bool] = [:]
  private var lastNumber: UInt32 = 0

  init(
    _ export: USBIPExport? = nil, _ device: SimulatedDevice = frontEndDevice(), speed: PortSpeed = .high,
    imports: Bool = true
  ) throws {
    self.device = device
    talk = USBIPConversation(export ?? USBIPExport(device: device, descriptors: descriptors(speed)))
    if imports {
      try talk.take(Self.importRequest())
      imported = talk.said()
    }
  }

  func look() {
    unread += talk.said()
    while unread.count >= 48 {
      let (command, number) = (UInt32(unsigned(unread[..<4])), UInt32(unsigned(unread[4..<8])))
      let status = Int32(truncatingIfNeeded: Int64(unsigned(unread[20..<24])))
      let actual = Int(Int32(truncatingIfNeeded: Int64(unsigned(unread[24..<28]))))
      #expect(unread[8..<20].allSatisfy { $0 == 0 } && unread[28..<48].allSatisfy { $0 == 0 })
      let count = command == 3 && asked[number] == true ? actual : 0
      guard unread.count >= 48 + count else { return }
      answers.append(
        Answer(
          command: command, number: number, status: status, actualLength: actual,
          bytes: Array(unread[48..<48 + count])))
      unread.removeFirst(48 + count)
    }
  }

  /// The one answer to a number; nil while there is none.
  func answer(_ number: UInt32) -> Answer? {
    let found = answers.filter { $0.number == number }
    #expect(found.count <= 1, "a command is answered once")
    return found.first
  }

  static func submit(
    _ number: UInt32, endpoint: UInt32, isIn: Bool, length: UInt32, setup: [UInt8] = [UInt8](repeating: 0, count: 8),
    flags: UInt32 = 0, packets: UInt32 = 0, device: UInt32 = deviceNumber
  ) -> [UInt8] {
    big(UInt32(1)) + big(number) + big(device) + big(UInt32(isIn ? 1 : 0)) + big(endpoint) + big(flags) + big(length)
      + big(UInt32(0)) + big(packets) + big(UInt32(0)) + setup
  }

  static func unlink(_ number: UInt32, of submitted: UInt32) -> [UInt8] {
    big(UInt32(2)) + big(number) + big(deviceNumber) + big(UInt32(0)) + big(UInt32(0)) + big(submitted)
      + [UInt8](repeating: 0, count: 24)
  }

  var newNumber: UInt32 {
    lastNumber += 1
    return lastNumber
  }

  func submitIn(_ length: Int = 512, endpoint: UInt32 = 1, flags: UInt32 = 0) throws -> UInt32 {
    let number = newNumber
    asked[number] = true
    try send(bytes: Self.submit(number, endpoint: endpoint, isIn: true, length: UInt32(length), flags: flags))
    return number
  }

  func submitOut(_ bytes: [UInt8]) throws -> UInt32 {
    let number = newNumber
    try send(bytes: Self.submit(number, endpoint: 1, isIn: false, length: UInt32(bytes.count)) + bytes)
    return number
  }

  func submitControl(_ bytes: [UInt8]) throws -> UInt32 {
    let number = newNumber
    let length = UInt32(bytes[6]) | UInt32(bytes[7]) << 8
    let isIn = bytes[0] & 0x80 != 0 && length > 0
    asked[number] = isIn
    try send(bytes: Self.submit(number, endpoint: 0, isIn: isIn, length: length, setup: bytes))
    return number
  }

  /// The answer, 2 ms later.
  func end(_ number: UInt32) throws -> Answer? {
    try pass(2)
    return answer(number)
  }

  func unlink(_ submitted: UInt32) throws -> Answer? {
    let number = newNumber
    try send(bytes: Self.unlink(number, of: submitted))
    return answer(number)
  }
}
