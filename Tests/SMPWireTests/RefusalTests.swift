import SMPModel
import SMPWire
import Testing

@Suite struct RefusalTests {
  @Test("S13 every truncation of every frame is refused", arguments: Golden.vectors)
  func truncations(_ vector: Vector) {
    for length in 0..<vector.bytes.count {
      #expect(throws: WireError.self, "\(length) bytes") { try Frame.decode(Array(vector.bytes[..<length])) }
    }
  }

  @Test("S13 every single-bit flip of every frame is refused", arguments: Golden.vectors)
  func flips(_ vector: Vector) {
    for bit in 0..<vector.bytes.count * 8 {
      var bytes = vector.bytes
      bytes[bit / 8] ^= 1 << UInt8(bit % 8)
      #expect(throws: WireError.self, "bit \(bit)") { try Frame.decode(bytes) }
    }
  }

  @Test("S13 a byte too many is refused", arguments: Golden.vectors)
  func extraByte(_ vector: Vector) {
    for byte in [UInt8(0), 0xFF] {
      #expect(throws: WireError.self) { try Frame.decode(vector.bytes + [byte]) }
    }
  }

  @Test("S13 a payload of any other length than its type's is refused", arguments: Golden.vectors)
  func payloadLengths(_ vector: Vector) throws {
    let frame = try Frame.decode(vector.bytes)
    for length in 0...120 where length != frame.payload.count {
      let padded = frame.payload + Array(repeating: UInt8(0), count: 120)
      let bytes = Frame(version: 1, type: frame.type, sequence: 1, payload: Array(padded[..<length])).encoded()
      let expected = WireError.payloadLength(type: frame.type, expected: frame.payload.count, found: length)
      #expect(throws: expected) { try Sample.decoded(bytes) }
    }
  }

  @Test("S13 a type nobody defined is refused in every direction")
  func unknownTypes() {
    for type in UInt8.min...UInt8.max {
      let frame = Frame(version: 1, type: type, sequence: 1, payload: [])
      if !(0x01...0x0F).contains(type) {
        #expect(throws: WireError.unknownType(type)) { try HostCommand(frame) }
      }
      if !(0x81...0x86).contains(type) {
        #expect(throws: WireError.unknownType(type)) { try DeviceMessage(frame) }
      }
      if !(0xC1...0xC2).contains(type) {
        #expect(throws: WireError.unknownType(type)) { try DeviceNotice(frame) }
      }
      if type != 0xE1 { #expect(throws: WireError.unknownType(type)) { try DeviceCapabilities(frame) } }
      if type != 0xE2 { #expect(throws: WireError.unknownType(type)) { try DeviceStatus(frame) } }
    }
  }

  /// A well-formed frame with one byte of a golden payload replaced.
  private func altered(_ name: String, _ offset: Int, _ byte: UInt8) throws -> [UInt8] {
    let vector = try #require(Golden.vectors.first { $0.name == name })
    let frame = try Frame.decode(vector.bytes)
    var payload = frame.payload
    payload[offset] = byte
    return Frame(version: 1, type: frame.type, sequence: 1, payload: payload).encoded()
  }

  @Test("S13 reserved bytes and bits must be zero")
  func reserved() throws {
    let places: [(String, Int, UInt8)] = [
      ("profile", 1, 1), ("grant", 37, 1), ("grant", 38, 0x80), ("grant", 39, 1), ("refused", 1, 1),
      ("refused", 3, 1), ("status", 1, 8), ("status", 1, 0x80), ("status", 3, 1), ("capabilities", 3, 0x2F),
      ("capabilities", 4, 0x0F), ("capabilities", 5, 1), ("capabilities", 28 + 12, 0x41),
    ]
    for (name, offset, byte) in places {
      let bytes = try altered(name, offset, byte)
      #expect(throws: WireError.reservedSet(offset: offset), "\(name) \(offset)") { try Sample.decoded(bytes) }
    }
  }

  @Test("S13 values outside a field's range are refused with their place")
  func values() throws {
    let places: [(String, Int, UInt8)] = [
      ("hello", 0, 0), ("beginProfiles", 0, 0), ("beginProfiles", 4, 0), ("beginProfiles", 4, 33),
      ("profile", 0, 32), ("grant", 36, 32), ("deny", 4, 5), ("refused", 0, 0), ("refused", 0, 19),
      ("version", 0, 0), ("record used", 38, 32), ("record used", 39, 0), ("record used", 39, 5), ("status", 0, 7),
      ("status", 2, 11), ("capabilities", 0, 0), ("capabilities", 2, 0), ("capabilities", 29, 0x1F),
      ("capabilities", 29, 0x7F), ("capabilities", 61, 0xC3),
    ]
    for (name, offset, byte) in places {
      let bytes = try altered(name, offset, byte)
      #expect(throws: WireError.invalidValue(offset: offset), "\(name) \(offset)") { try Sample.decoded(bytes) }
    }
  }

  @Test("S13 fields that contradict one another are refused")
  func contradictions() throws {
    let places: [(String, Int, UInt8, Int)] = [
      // newest below oldest; a fault without being faulted, and the reverse; oldest record beyond the next one.
      ("hello", 0, 2, 1), ("status", 2, 1, 2), ("stateChanged", 2, 0, 2), ("status", 27, 1, 24),
      // a record without contact that measured something; an unbidden one with a request, a grant, or a zone.
      ("record used", 39, 2, 39), ("record used", 39, 3, 39), ("record used", 39, 4, 39),
      ("record unbidden", 4, 1, 39), ("record unbidden", 8, 1, 39), ("record unbidden", 38, 1, 39),
      ("record unbidden", 39, 1, 39),
      // newest version, depths and speeds the wrong way round; an accuracy without positioning.
      ("capabilities", 0, 2, 1), ("capabilities", 9, 0xFF, 10), ("capabilities", 19, 0xFF, 20),
      ("capabilities", 3, 0b1110, 24),
    ]
    for (name, offset, byte, place) in places {
      let bytes = try altered(name, offset, byte)
      #expect(throws: WireError.contradiction(offset: place), "\(name) \(offset)") { try Sample.decoded(bytes) }
    }
  }

  @Test("S13 an empty serial number is refused")
  func emptyText() throws {
    let vector = try #require(Golden.vectors.first { $0.name == "capabilities" })
    var payload = try Frame.decode(vector.bytes).payload
    for index in 28..<60 { payload[index] = 0 }
    let frame = Frame(version: 1, type: 0xE1, sequence: 1, payload: payload)
    #expect(throws: WireError.invalidValue(offset: 28)) { try DeviceCapabilities(frame) }
  }

  @Test("S1 a grant with the number zero is no grant")
  func grantZero() throws {
    let vector = try #require(Golden.vectors.first { $0.name == "grant" })
    var payload = try Frame.decode(vector.bytes).payload
    for index in 0..<8 { payload[index] = 0 }
    let frame = Frame(version: 1, type: 0x0B, sequence: 1, payload: payload)
    #expect(throws: WireError.invalidValue(offset: 0)) { try HostCommand(frame) }
  }

  @Test("S13 more than a frame's size is refused before anything else")
  func tooLong() {
    #expect(throws: WireError.tooLong(bytes: 513)) { try Frame.decode(Array(repeating: 0, count: 513)) }
    let full = Frame(version: 1, type: 1, sequence: 1, payload: Array(repeating: 7, count: Frame.maximumPayload))
    #expect(full.encoded().count == 512)
    #expect(throws: Never.self) { try Frame.decode(full.encoded()) }
  }

  @Test("S13 random bytes never crash and are never a frame", arguments: 1...8)
  func randomBytes(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    for _ in 0..<2_000 {
      let length = Int.random(in: 0...600, using: &random)
      let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &random) }
      #expect(throws: WireError.self, "seed \(seed)") { try Frame.decode(bytes) }
    }
  }

  @Test("S13 a payload of noise in a sound frame is refused or read exactly", arguments: 1...8)
  func randomPayloads(seed: Int) throws {
    var random = SplitMix64(seed: UInt64(seed))
    for _ in 0..<4_000 {
      guard let vector = Golden.vectors.randomElement(using: &random) else { return }
      let frame = try Frame.decode(vector.bytes)
      var payload = frame.payload
      for _ in 0..<Int.random(in: 1...4, using: &random) where !payload.isEmpty {
        payload[Int.random(in: 0..<payload.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      let bytes = Frame(version: 1, type: frame.type, sequence: 9, payload: payload).encoded()
      guard let (sample, sequence) = try? Sample.decoded(bytes) else { continue }
      // What is read says every bit that came: nothing is ignored, nothing is made up.
      #expect(sample.encoded(sequence) == bytes, "seed \(seed)")
    }
  }
}
