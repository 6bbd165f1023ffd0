import SMPSimulator
import SMPWire

/// A guest's side of usb-redir.
enum RedirectionBody {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let descriptors = DescriptorSet(
      speed: (bytes.first ?? 0) & 0x80 == 0 ? .high : .full, variant: .good, serial: "FUZZ")
    try FrontEndBody.run(bytes) {
      RedirectedDevice(device: $0, descriptors: descriptors)
    } said: {
      (said) throws(BrokenPromise) in
      try judge(said)
    }
  }

  /// What is said is a hello and then whole packets of the protocol; with long numbers or short ones.
  private static func judge(_ said: [UInt8]) throws(BrokenPromise) {
    try hold(said.count >= 80 && said[..<12] == [0, 0, 0, 0, 68, 0, 0, 0, 0, 0, 0, 0], "a hello comes first")
    let rest = Array(said[80...])
    try hold(isWhole(rest, header: 16) || isWhole(rest, header: 12), "whole packets are said")
  }

  private static func isWhole(_ bytes: [UInt8], header: Int) -> Bool {
    let known: Set<UInt32> = [1, 4, 5, 8, 11, 17, 100, 101, 103]
    var cursor = Cursor(bytes)
    while !cursor.isAtEnd {
      let (kind, length) = (cursor.u32(), Int(cursor.u32()))
      guard known.contains(kind), length <= PeerBounds.transfer + 10, cursor.take(header - 8).count == header - 8,
        cursor.take(length).count == length
      else { return false }
    }
    return true
  }

  // MARK: Seeds

  private static func little(_ value: UInt64, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }

  private static func packet(_ kind: UInt64, _ body: [UInt8], _ number: UInt64, short: Bool = false) -> [UInt8] {
    little(kind, 4) + little(UInt64(body.count), 4) + little(number, short ? 4 : 8) + body
  }

  private static func hello(_ capabilities: UInt64) -> [UInt8] {
    packet(0, [UInt8](repeating: 0x41, count: 64) + little(capabilities, 4), 0, short: true)
  }

  /// What QEMU says of a plug, and what a driver makes it say.
  static var seeds: [[UInt8]] {
    let command = HostCommand.hello(oldest: 1, newest: 1).encoded(sequence: 1)
    let bulkOut = [0x01, 0] + little(UInt64(command.count), 2) + [0, 0, 0, 0, 0, 0] + command
    let bulkIn: [UInt8] = [0x81, 0, 0, 2, 0, 0, 0, 0, 0, 0]
    let capabilities: [UInt8] = [0x80, 1, 0xC1, 0, 0, 0, 0, 0, 0, 2]
    let descriptor: [UInt8] = [0x80, 6, 0x80, 0, 0, 1, 0, 0, 64, 0]
    let (stop, clear): ([UInt8], [UInt8]) = ([0, 3, 0x41, 0, 1, 0, 0, 0, 0, 0], [0, 1, 0x02, 0, 0, 0, 0x81, 0, 0, 0])
    let talk: [(UInt64, [UInt8])] = [
      (3, []), (100, descriptor), (7, []), (6, [1]), (9, [0, 0]), (10, [0]), (100, capabilities), (15, [0x82]),
      (101, bulkOut), (101, bulkIn), (100, stop), (100, clear), (16, [0x82]), (103, [2, 0, 1, 0, 9]),
    ]
    let greeted = hello(0x72)
    let whole = talk.enumerated().flatMap { packet($1.0, $1.1, UInt64($0)) }
    let waiting = packet(6, [1], 1) + packet(101, bulkIn, 2)
    return [[0] + greeted, [0] + hello(0), [0x80] + greeted + whole]
      + (1...7).map { [$0] + greeted + whole } + talk.map { [4] + greeted + packet(6, [1], 1) + packet($0.0, $0.1, 2) }
      + [[2] + greeted + waiting + packet(21, [], 2), [1] + greeted + waiting + packet(21, [], 2)]
  }
}
