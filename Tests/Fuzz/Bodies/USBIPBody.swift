import SMPSimulator
import SMPWire

/// A host's side of USB/IP.
enum USBIPBody {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let descriptors = DescriptorSet(
      speed: (bytes.first ?? 0) & 0x80 == 0 ? .high : .full, variant: .good, serial: "FUZZ")
    try FrontEndBody.run(bytes) {
      USBIPConversation(USBIPExport(device: $0, descriptors: descriptors))
    } said: {
      (said) throws(BrokenPromise) in
      try judge(said)
    }
  }

  /// Nothing, a list, an import refused, or an import and then answers.
  private static func judge(_ said: [UInt8]) throws(BrokenPromise) {
    let lists = [12, 12 + 316]
    if said.isEmpty { return }
    try hold(said.count >= 8 && said[..<2] == [1, 0x11], "an answer begins with the version")
    if said[3] == 5 { return try hold(lists.contains(said.count), "a list is whole") }
    try hold(said[2...3] == [0, 3], "else it is an import's")
    if said[7] != 0 { return try hold(said.count == 8, "who is refused hears nothing more") }
    try hold(said.count >= 320, "a record is whole")
    // How many bytes follow an answer is the host's to know, so they cannot be walked; the first one can.
    guard said.count > 320 else { return }
    try hold(said.count >= 368 && said[320...322] == [0, 0, 0] && (said[323] == 3 || said[323] == 4), "then answers")
    try hold(said[328..<340].allSatisfy { $0 == 0 }, "whose other members are zero")
  }

  // MARK: Seeds

  private static func big(_ values: UInt32...) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
  }

  private static func submit(
    _ number: UInt32, _ endpoint: UInt32, isIn: Bool, _ length: UInt32, _ setup: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0]
  ) -> [UInt8] {
    big(1, number, 0x0001_0002, isIn ? 1 : 0, endpoint, 0, length, 0, 0, 0) + setup
  }

  private static func unlink(_ number: UInt32, of submitted: UInt32) -> [UInt8] {
    big(2, number, 0x0001_0002, 0, 0, submitted) + [UInt8](repeating: 0, count: 24)
  }

  /// What vhci_hcd says of a plug, and what a driver makes it say.
  static var seeds: [[UInt8]] {
    let imports = big(0x0111_8003, 0) + [0x31, 0x2D, 0x31] + [UInt8](repeating: 0, count: 29)
    let command = HostCommand.hello(oldest: 1, newest: 1).encoded(sequence: 1)
    let configure = submit(1, 0, isIn: false, 0, [0, 9, 1, 0, 0, 0, 0, 0])
    let talk = [
      submit(2, 0, isIn: true, 64, [0x80, 6, 0, 1, 0, 0, 64, 0]),
      submit(3, 0, isIn: true, 512, [0xC1, 1, 0, 0, 0, 0, 0, 2]),
      submit(4, 1, isIn: false, UInt32(command.count)) + command, submit(5, 1, isIn: true, 512),
      submit(6, 2, isIn: true, 64), submit(7, 0, isIn: false, 0, [0x41, 3, 1, 0, 0, 0, 0, 0]), unlink(8, of: 6),
      unlink(9, of: 2), submit(10, 0, isIn: false, 0, [0x02, 1, 0, 0, 0x81, 0, 0, 0]),
      submit(11, 0, isIn: false, 0, [0x01, 11, 0, 0, 0, 0, 0, 0]), submit(12, 5, isIn: true, 8),
    ]
    let whole = imports + configure + talk.flatMap(\.self)
    return [[0] + big(0x0111_8005, 0), [0] + imports, [0x80] + whole] + (1...7).map { [$0] + whole }
      + talk.map { [4] + imports + configure + $0 }
  }
}
