import SMPModel
import SMPWire
import Testing

@Suite struct CodecTests {
  @Test("CRC-32C of the nine digits is the published check value")
  func checkValue() {
    #expect(CRC32C.of(Array("123456789".utf8)) == 0xE306_9283)
    #expect(CRC32C.of([]) == 0)
    // RFC 3720, B.4: 32 bytes of zeros, of ones, and rising.
    #expect(CRC32C.of(Array(repeating: 0, count: 32)) == 0x8A91_36AA)
    #expect(CRC32C.of(Array(repeating: 0xFF, count: 32)) == 0x62A8_AB43)
    #expect(CRC32C.of(Array(0..<32)) == 0x46DD_794E)
  }

  @Test("a checksum in pieces is the checksum of the whole")
  func checksumInPieces() {
    var crc = CRC32C()
    crc.update(Array("1234".utf8))
    crc.update(Array("56789".utf8))
    #expect(crc.checksum == 0xE306_9283)
  }

  @Test("every golden vector is what the codec writes", arguments: Golden.vectors)
  func written(_ vector: Vector) {
    #expect(vector.sample.encoded(vector.sequence) == vector.bytes)
  }

  @Test("every golden vector is read as what was written", arguments: Golden.vectors)
  func read(_ vector: Vector) throws {
    let (sample, sequence) = try Sample.decoded(vector.bytes)
    #expect(sample == vector.sample)
    #expect(sequence == vector.sequence)
  }

  @Test("there is a golden vector for every type of every direction")
  func everyType() {
    let types = Set(Golden.vectors.map { $0.bytes[1] })
    let expected = Array(UInt8(0x01)...0x0F) + Array(UInt8(0x81)...0x86) + [0xC1, 0xC2, 0xE1, 0xE2]
    #expect(types == Set(expected))
  }

  @Test("every value of every enumeration crosses the wire")
  func enumerations() throws {
    for phase in DevicePhase.allCases where phase != .faulted {
      try crosses(.status(Golden.status(phase, pedal: false, parked: true, still: true)))
    }
    for fault in DeviceFault.allCases {
      try crosses(.status(Golden.status(.faulted, pedal: true, parked: true, still: false, fault: fault)))
    }
    for refusal in CommandRefusal.allCases { try crosses(.message(.refused(refusal, Golden.running))) }
    for outcome in RecordOutcome.allCases {
      let isMade = outcome == .used || outcome == .unbidden
      try crosses(.message(.record(Golden.record(outcome, measured: isMade))))
    }
    for indication in Indication.allCases { try crosses(.command(.deny(RequestID(number: 1), indication))) }
  }

  private func crosses(_ sample: Sample) throws {
    let (read, sequence) = try Sample.decoded(sample.encoded(0xBEEF))
    #expect(read == sample)
    #expect(sequence == 0xBEEF)
  }

  @Test("quantities at both ends of their fields cross the wire")
  func extremes() throws {
    for (depth, speed, dwell) in [(Int64(0), Int64(0), Int64(0)), (65_535, 4_294_967_295, 65_535)] {
      let grant = Grant(
        request: RequestID(number: .max), zone: ZoneIndex(number: 31),
        position: ChartPosition(x: .min, y: .max), depth: .micrometres(depth), speed: .millihertz(speed),
        dwell: .milliseconds(dwell), digest: ProfileDigest(generation: .max, checksum: .max))
      try crosses(.command(.grant(GrantNumber(number: .max), grant)))
    }
  }

  @Test("a measured quantity beyond its field reads as the largest, never as a small one")
  func measuredSaturates() throws {
    let record = DotRecord(
      sequence: RecordSequence(number: 1), grant: GrantNumber(number: 1), request: RequestID(number: 1),
      zone: ZoneIndex(number: 0), outcome: .used, position: ChartPosition(x: 0, y: 0),
      depthReported: .micrometres(65_536), speedReported: .millihertz(1 << 32), dwellReported: .milliseconds(70_000),
      strokes: .max, endedAt: DeviceTicks(microseconds: 0))
    let bytes = DeviceMessage.record(record).encoded(sequence: 1)
    guard case .record(let read) = try DeviceMessage(Frame.decode(bytes)) else {
      Issue.record("not a record")
      return
    }
    #expect(read.depthReported == .micrometres(65_535))
    #expect(read.speedReported == .millihertz(4_294_967_295))
    #expect(read.dwellReported == .milliseconds(65_535))
  }

  @Test("a commanded quantity beyond its field is our bug and traps")
  func commandedTraps() async {
    await #expect(processExitsWith: .failure) {
      let profile = ZoneProfile(
        zone: ZoneIndex(number: 0), depth: .micrometres(65_536), depthMaximum: .micrometres(65_536),
        speed: .millihertz(1), speedMaximum: .millihertz(1), dwellMaximum: .milliseconds(1))
      _ = HostCommand.profile(profile).encoded(sequence: 1)
    }
    await #expect(processExitsWith: .failure) {
      let grant = Grant(
        request: RequestID(number: 1), zone: ZoneIndex(number: 0), position: ChartPosition(x: 0, y: 0),
        depth: .micrometres(-1), speed: .millihertz(1), dwell: .milliseconds(1), digest: .none)
      _ = HostCommand.grant(GrantNumber(number: 1), grant).encoded(sequence: 1)
    }
  }

  @Test("every frame fits its endpoint")
  func sizes() {
    for vector in Golden.vectors {
      switch vector.sample {
      case .notice: #expect(vector.bytes.count <= Frame.maximumInterruptLength)
      case .command, .message, .capabilities, .status: #expect(vector.bytes.count <= Frame.maximumLength)
      }
    }
  }

  @Test("text of one and of thirty-two bytes crosses the wire")
  func texts() throws {
    for length in [1, 31, 32] {
      let known = Golden.capabilities
      let capabilities = DeviceCapabilities(
        oldestVersion: 1, newestVersion: 3, depthMinimum: known.depthMinimum, depthMaximum: known.depthMaximum,
        depthStep: known.depthStep, depthAccuracy: known.depthAccuracy, speedMinimum: known.speedMinimum,
        speedMaximum: known.speedMaximum, positioning: .none, recordWindow: 255,
        leaseMaximum: .milliseconds(65_535), hasPedal: false, hasStopInput: false, indicators: [],
        serial: String(repeating: "~", count: length), firmware: String(repeating: " ", count: length),
        isSimulated: false)
      try crosses(.capabilities(capabilities))
    }
  }
}
