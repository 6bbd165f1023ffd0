import SMPModel
import SMPSimulator
import SMPWire
import Testing

/// What the USB/IP side does not take.
struct USBIPRefusalTests {
  typealias Host = USBIPHost

  @Test("S13 another version, unknown requests, and transfers before the import are refused") func requests() throws {
    let (version, zero) = (big(UInt16(0x0111)), big(UInt32(0)))
    for wrong in [0x0000, 0x0106, 0x0110, 0x0112, 0x1101] as [UInt16] {
      let host = try Host(imports: false)
      #expect(throws: PeerFault.version(wrong)) { try host.send(bytes: big(wrong) + big(UInt16(0x8003)) + zero) }
    }
    for code in [0x0003, 0x0005, 0x8000, 0x8002, 0x8004, 0x8006, 0xFFFF] as [UInt16] {
      let host = try Host(imports: false)
      #expect(throws: PeerFault.unknownType(UInt32(code))) { try host.send(bytes: version + big(code) + zero) }
    }
    let early = try Host(imports: false)
    #expect(throws: PeerFault.version(0)) {
      try early.send(bytes: Host.submit(1, endpoint: 1, isIn: true, length: 512))
    }
  }

  @Test("S13 commands of no protocol, of another device, and beyond every bound are refused") func commands() throws {
    let bound = UInt32(PeerBounds.transfer)
    let submit = Host.submit(1, endpoint: 1, isIn: true, length: 64)
    func changed(_ place: Int, _ value: UInt32) -> [UInt8] {
      Array(submit[..<place]) + big(value) + Array(submit[(place + 4)...])
    }
    let wrong: [([UInt8], PeerFault)] = [
      (changed(0, 0), .unknownType(0)), (changed(0, 3), .unknownType(3)), (changed(0, 4), .unknownType(4)),
      (changed(0, .max), .unknownType(.max)), (changed(8, 0), .contradiction(type: 1, member: "devid")),
      (changed(12, 2), .contradiction(type: 1, member: "direction")),
      (changed(16, 16), .contradiction(type: 1, member: "ep")),
      (changed(24, bound + 1), .length(type: 1, bytes: UInt64(bound + 1))),
      (changed(24, .max), .length(type: 1, bytes: UInt64(UInt32.max))),
      (changed(32, 1), .contradiction(type: 1, member: "packets")),
      (
        Host.submit(1, endpoint: 0, isIn: true, length: 4, setup: setup(0x41, 3, length: 4)),
        .contradiction(type: 1, member: "setup")
      ),
      (
        Host.submit(1, endpoint: 0, isIn: false, length: 4, setup: setup(0xC1, 1, length: 4)),
        .contradiction(type: 1, member: "setup")
      ),
      (
        Host.submit(1, endpoint: 0, isIn: false, length: 3, setup: setup(0x41, 3, length: 4)),
        .contradiction(type: 1, member: "setup")
      ),
    ]
    for (bytes, fault) in wrong {
      let host = try Host()
      #expect(throws: fault) { try host.send(bytes: bytes) }
      #expect(host.talk.underWay == 0)
    }
    let host = try Host()
    #expect(throws: PeerFault.contradiction(type: 2, member: "devid")) {
      try host.send(bytes: big(UInt32(2)) + big(UInt32(9)) + [UInt8](repeating: 0, count: 40))
    }
  }

  @Test("S13 another bus id gets no device, a second host gets it busy") func imports() throws {
    let device = frontEndDevice()
    let export = USBIPExport(device: device, descriptors: descriptors())
    for busID in ["", "1", "1-2", "1-1.1", "1-11"] {
      let host = try Host(export, device, imports: false)
      try host.talk.take(Host.importRequest(busID))
      #expect(host.talk.said() == [1, 0x11, 0, 3, 0, 0, 0, 4] && host.talk.isOver)
    }
    let host = try Host(export, device)
    #expect(host.imported.count == 320 && host.talk.hasDevice)
    var other = try Host(export, device, imports: false).talk
    try other.take(Host.importRequest())
    #expect(other.said() == [1, 0x11, 0, 3, 0, 0, 0, 2] && other.isOver && !other.hasDevice)
    other.end()
    #expect(export.isImported, "who was refused takes nothing with it")
    host.talk.end()
    #expect(!export.isImported)
    #expect(try Host(export, device).talk.hasDevice)
  }

  @Test("S13 every packet cut anywhere waits for its rest, and then is itself") func truncations() throws {
    let request = Host.importRequest()
    for cut in 0..<request.count {
      let host = try Host(imports: false)
      try host.send(bytes: Array(request[..<cut]))
      #expect(!host.talk.hasDevice && host.talk.held == cut)
      try host.talk.take(Array(request[cut...]))
      #expect(host.talk.hasDevice && host.talk.held == 0)
    }
    let packets = [
      Host.submit(1, endpoint: 1, isIn: true, length: 512),
      Host.submit(1, endpoint: 1, isIn: false, length: 5) + [1, 2, 3, 4, 5],
      Host.submit(1, endpoint: 0, isIn: true, length: 18, setup: setup(0x80, 6, value: 0x0100, length: 18)),
      Host.unlink(1, of: 9),
    ]
    for bytes in packets {
      for cut in 0..<bytes.count {
        let host = try Host()
        try host.talk.take(Array(bytes[..<cut]))
        try host.talk.settle()
        #expect(host.talk.held == cut && host.talk.underWay == 0 && host.talk.said().isEmpty)
        try host.talk.take(Array(bytes[cut...]))
        #expect(host.talk.held == 0 && (host.talk.underWay == 1) != (host.talk.output.held > 0))
      }
    }
  }

  @Test("S13 whatever comes, in whatever pieces, ends in a fault or stays within its bounds", arguments: 1...40)
  func chance(seed: Int) throws {
    var dice = Dice(seed: UInt64(seed))
    let host = try Host(imports: dice.below(8) > 0)
    do throws(PeerFault) {
      for number in 0..<400 as Range<UInt32> {
        var bytes = dice.bytes(dice.below(60))
        switch dice.below(12) {
        case 0: break
        case 1: bytes = Host.importRequest()
        case 2, 3: bytes = Host.unlink(number, of: number &- UInt32(dice.below(8)))
        case 4, 5:
          let request = setup(0x80, UInt8(dice.below(13)), value: UInt16(dice.below(0x400)), length: 40)
          bytes = Host.submit(number, endpoint: 0, isIn: true, length: 40, setup: request)
        case 6, 7:
          let request = setup(0x00, [1, 3, 9][dice.below(3)], value: UInt16(dice.below(2)), index: 0x81)
          bytes = Host.submit(number, endpoint: 0, isIn: false, length: 0, setup: request)
        case 8, 9: bytes = Host.submit(number, endpoint: UInt32(dice.below(3)), isIn: true, length: 600)
        default:
          let data = dice.bytes(dice.below(80))
          bytes = Host.submit(number, endpoint: 1, isIn: false, length: UInt32(data.count)) + data
        }
        if dice.below(60) == 0, !bytes.isEmpty { bytes[dice.below(bytes.count)] ^= UInt8(1 << dice.below(8)) }
        try host.talk.take(bytes)
        host.device.advance(to: host.device.now + .milliseconds(1))
        try host.talk.settle()
        #expect(host.talk.held <= PeerBounds.transfer + 48)
        #expect(host.talk.underWay <= PeerBounds.transfers)
        #expect(host.talk.output.held <= PeerBounds.output)
      }
    } catch { #expect(!"\(error)".isEmpty) }
    host.talk.end()
    #expect(host.device.transfersUnderWay == 0, "seed \(seed)")
  }

  @Test("S13 more transfers under way than the bound, one number twice, and a host that does not read are refused")
  func bounds() throws {
    let host = try Host()
    _ = try host.end(host.submitControl(setup(0x00, 9, value: 1)))
    for _ in 0..<PeerBounds.transfers { _ = try host.submitIn() }
    #expect(throws: PeerFault.tooManyTransfers) { try host.submitIn() }
    let twice = try Host()
    _ = try twice.end(twice.submitControl(setup(0x00, 9, value: 1)))
    let command = Host.submit(77, endpoint: 1, isIn: true, length: 512)
    try twice.send(bytes: command)
    #expect(throws: PeerFault.repeatedNumber(77)) { try twice.send(bytes: command) }
    var deaf = try Host().talk
    #expect(throws: PeerFault.doesNotRead) {
      for number in 0..<1_000_000 as Range<UInt32> {
        try deaf.take(
          Host.submit(number, endpoint: 0, isIn: true, length: 255, setup: setup(0x80, 6, value: 0x0200, length: 255)))
      }
    }
    #expect(deaf.output.held < PeerBounds.output + 1_000)
  }
}
