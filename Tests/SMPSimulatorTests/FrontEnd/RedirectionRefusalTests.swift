import SMPModel
import SMPSimulator
import SMPWire
import Testing

/// What the usb-redir side does not take.
struct RedirectionRefusalTests {
  typealias Guest = RedirectionGuest

  @Test("S13 nothing comes before the hello, and no hello comes after it") func order() throws {
    for type in [3, 6, 7, 9, 10, 15, 16, 21, 100, 101, 103] as [UInt32] {
      let guest = try Guest(capabilities: 0, greets: false)
      #expect(throws: PeerFault.outOfOrder(type: type)) {
        try guest.send(bytes: guest.packet(type, [], number: 1))
      }
      #expect(!guest.talk.isPlugged)
    }
    let guest = try Guest()
    #expect(throws: PeerFault.outOfOrder(type: 0)) { try guest.send(0, [UInt8](repeating: 0, count: 68)) }
  }

  @Test("S13 types of no packet, of the other side, and of what was not agreed on are refused") func types() throws {
    // Isochronous, streams, filters, buffered bulk: their capabilities are not offered.
    let foreign: [UInt32] = [1, 2, 4, 5, 8, 11, 12, 13, 14, 17, 18, 19, 20, 22, 23, 24, 25, 26, 27, 102, 104, 105]
    for type in foreign + [0x100, .max] {
      let guest = try Guest()
      #expect(throws: PeerFault.unknownType(type)) { try guest.send(type) }
    }
  }

  @Test("S13 a length that no packet has is refused by its header, before anything is waited for") func lengths() throws
  {
    let bound = UInt32(PeerBounds.transfer)
    let wrong: [UInt32: [UInt32]] = [
      3: [1, .max], 6: [0, 2, .max], 7: [1], 9: [1, 3], 10: [0, 2], 15: [0, 2], 16: [0, 2], 21: [1],
      100: [0, 9, bound + 11, .max], 101: [0, 9, bound + 11, .max], 103: [0, 3, bound + 5, .max],
    ]
    for (type, lengths) in wrong {
      for length in lengths {
        let guest = try Guest()
        #expect(throws: PeerFault.length(type: type, bytes: UInt64(length))) {
          try guest.send(bytes: little(type) + little(length) + little(UInt64(1)))
        }
      }
    }
    for length in [0, 63, 65, 129, UInt32.max] {
      let guest = try Guest(greets: false)
      #expect(throws: PeerFault.self) {
        try guest.send(bytes: little(UInt32(0)) + little(length) + little(UInt32(0)) + [UInt8](repeating: 0, count: 65))
      }
    }
  }

  @Test("S13 a packet that contradicts itself is refused") func contradictions() throws {
    let bulk = try Guest().bulkHeader
    let wrong: [(UInt32, [UInt8])] = [
      // Data of another length than the packet says.
      (100, Guest.control(0x41, 3, length: 4) + [1, 2, 3]), (100, Guest.control(0x41, 3) + [1]),
      (101, bulk(0x01, 5) + [1, 2, 3, 4]), (101, bulk(0x01, 3) + [1, 2, 3, 4]), (103, [1, 0, 2, 0, 7]),
      // Data on the way in, or the wrong way.
      (100, Guest.control(0xC1, 1, length: 1) + [1]), (101, bulk(0x81, 1) + [1]), (103, [0x82, 0, 0, 0]),
      // Another endpoint than EP0, and a direction the request does not have.
      (100, [0x81] + Guest.control(0xC1, 1, length: 8).dropFirst()),
      (100, [0x00] + Guest.control(0xC1, 1, length: 8).dropFirst()), (100, [0x80] + Guest.control(0x41, 3).dropFirst()),
    ]
    for (type, body) in wrong {
      let guest = try Guest()
      #expect(throws: PeerFault.self, "\(type) \(body)") { try guest.send(type, body) }
      #expect(guest.device.phase == .idle, "nothing was done")
    }
    let guest = try Guest()
    #expect(throws: PeerFault.length(type: 101, bytes: UInt64(PeerBounds.transfer + 1))) {
      try guest.send(101, guest.bulkHeader(0x81, PeerBounds.transfer + 1))
    }
  }

  @Test("S13 every packet cut anywhere waits for its rest, and then is itself") func truncations() throws {
    let sample = try Guest()
    let packets: [(UInt32, [UInt8])] = [
      (3, []), (6, [1]), (7, []), (9, [0, 0]), (10, [0]), (15, [0x82]), (16, [0x82]), (21, []),
      (100, Guest.control(0xC1, 2, length: 512)), (101, sample.bulkHeader(0x01, 3) + [1, 2, 3]),
      (101, sample.bulkHeader(0x81, 512)), (103, [1, 0, 1, 0, 9]),
    ]
    let whole = Guest.hello(0x72)
    for cut in 0..<whole.count {
      let guest = try Guest(greets: false)
      try guest.send(bytes: Array(whole[..<cut]))
      #expect(!guest.talk.isPlugged && guest.talk.held == cut)
      try guest.send(bytes: Array(whole[cut...]))
      #expect(guest.talk.isPlugged && guest.talk.held == 0)
    }
    for (type, body) in packets {
      let bytes = sample.packet(type, body, number: 7)
      for cut in 0..<bytes.count {
        let guest = try Guest()
        let before = guest.packets.count
        try guest.send(bytes: Array(bytes[..<cut]))
        try guest.pass()
        #expect(guest.talk.held == cut && guest.packets.count == before && guest.talk.underWay == 0)
        try guest.send(bytes: Array(bytes[cut...]))
        #expect(guest.talk.held == 0, "type \(type) cut at \(cut)")
      }
    }
  }

  @Test("S13 whatever comes, in whatever pieces, ends in a fault or stays within its bounds", arguments: 1...40)
  func chance(seed: Int) throws {
    var dice = Dice(seed: UInt64(seed))
    let guest = try Guest(capabilities: UInt32(dice.below(128)), greets: dice.below(8) > 0)
    let types: [UInt32] = [0, 3, 6, 7, 9, 10, 15, 16, 21, 100, 101, 103, 1, 255]
    do throws(PeerFault) {
      for _ in 0..<400 {
        var bytes = dice.bytes(dice.below(64))
        if dice.below(10) > 0 {
          let type = types[dice.below(types.count)]
          var body = dice.bytes([0, 1, 1, 2, 4, 10][dice.below(6)])
          if type == 100 { body = [0x80, UInt8(dice.below(13)), 0x80, 0] + dice.bytes(3) + [0, 40, 0] }
          if type == 101 { body = guest.bulkHeader(0x81, dice.below(600)) }
          bytes = guest.packet(type, body, number: UInt64(dice.below(300)))
          if dice.below(40) == 0 { bytes[dice.below(bytes.count)] ^= UInt8(1 << dice.below(8)) }
        }
        try guest.talk.take(bytes)
        guest.device.advance(to: guest.device.now + .milliseconds(1))
        try guest.talk.settle()
        #expect(guest.talk.held <= PeerBounds.transfer + 32)
        #expect(guest.talk.underWay <= PeerBounds.transfers)
        #expect(guest.talk.output.held <= PeerBounds.output)
      }
    } catch { #expect(!"\(error)".isEmpty) }
    guest.talk.end()
    #expect(guest.device.transfersUnderWay == 0, "seed \(seed)")
  }

  @Test("S13 more transfers under way than the bound, and one number twice, are refused") func tooMany() throws {
    let guest = try Guest()
    _ = try guest.configure()
    for _ in 0..<PeerBounds.transfers { _ = try guest.submitIn() }
    #expect(guest.talk.underWay == PeerBounds.transfers)
    #expect(throws: PeerFault.tooManyTransfers) { try guest.submitIn() }
    let other = try Guest()
    _ = try other.configure()
    try other.send(101, other.bulkHeader(0x81, 512), number: 5)
    #expect(throws: PeerFault.repeatedNumber(5)) { try other.send(101, other.bulkHeader(0x81, 512), number: 5) }
  }

  @Test("S13 who asks and does not read is refused; what nobody asked for waits in the device") func doesNotRead()
    throws
  {
    let guest = try Guest()
    _ = try guest.configure()
    var talk = guest.talk
    #expect(throws: PeerFault.doesNotRead) {
      for number in 0..<1_000_000 as Range<UInt64> {
        try talk.take(guest.packet(100, Guest.control(0x80, 6, value: 0x0200, length: 255), number: number))
      }
    }
    #expect(talk.output.held < PeerBounds.output + 1_000)

    let flooded = try Guest()
    _ = try flooded.configure()
    try flooded.send(15, [0x82])
    var unheard = flooded.talk
    flooded.device.inject(.flood)
    for _ in 0..<2_000 {
      flooded.device.advance(to: flooded.device.now + .milliseconds(1))
      try unheard.settle()
    }
    #expect(unheard.output.held < PeerBounds.unasked + 1_000)
    #expect((unheard.port?.unread(.interruptIn).lost ?? 0) > 100, "the device has lost the rest, as on a bus")
  }
}
