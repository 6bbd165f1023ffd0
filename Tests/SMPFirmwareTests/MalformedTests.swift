import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// S13: bad input changes nothing and is answered.
@Suite struct MalformedTests {
  private static let sound: [[UInt8]] = [
    HostCommand.hello(oldest: 1, newest: 1).encoded(sequence: 7),
    HostCommand.disarm.encoded(sequence: 7),
    HostCommand.renewLease(Bench.digest).encoded(sequence: 7),
    HostCommand.profile(Bench.profiles[0]).encoded(sequence: 7),
  ]

  @Test("S13 noise, truncations and bit flips are answered with sequence 0, counted, and change nothing")
  func noise() {
    let bench = Bench.running()
    let memory = bench.firmware.memory
    var sent: UInt32 = 0
    func send(_ bytes: [UInt8]) {
      let reply = bench.put(bytes: bytes)
      sent += 1
      #expect(reply?.sequence == 0)
      #expect(reply?.message.refusal == .malformed)
    }
    for bytes in Self.sound {
      for length in 0..<bytes.count { send(Array(bytes[..<length])) }
      for bit in 0..<bytes.count * 8 {
        var flipped = bytes
        flipped[bit / 8] ^= 1 << UInt8(bit % 8)
        send(flipped)
      }
    }
    send(Array(repeating: 0xFF, count: 4_096))
    #expect(bench.firmware.malformedFrames == sent)
    #expect(bench.firmware.memory == memory)
    #expect(bench.firmware.phase == .running)
    #expect(bench.makeDot() != nil)
  }

  @Test("S13 a sound frame that is no command is answered under its own sequence")
  func unknownCommands() {
    let bench = Bench.running()
    for type in UInt8.min...UInt8.max where !(0x01...0x0F).contains(type) {
      let reply = bench.put(bytes: Frame(version: 1, type: type, sequence: 0x1234, payload: []).encoded())
      #expect(reply?.sequence == 0x1234)
      #expect(reply?.message.refusal == .malformed)
    }
    #expect(bench.firmware.phase == .running)
  }

  @Test("S13 a command of another version is refused as such; a greeting without a common one too")
  func versions() {
    let bench = Bench()
    let disarm = Frame(version: 2, type: 0x0A, sequence: 5, payload: []).encoded()
    #expect(bench.put(bytes: disarm)?.message.refusal == .versionUnsupported)
    #expect(bench.say(.hello(oldest: 2, newest: 9))?.refusal == .versionUnsupported)
    #expect(bench.say(.hello(oldest: 1, newest: 9)) == .version(1))
  }

  @Test("S1 a malformed grant is not taken: its number may be used again")
  func malformedGrant() throws {
    let bench = Bench.running()
    let request = try #require(bench.approach())
    let number = bench.takeNumber()
    var payload = try Frame.decode(HostCommand.grant(number, Bench.grant(request)).encoded(sequence: 1)).payload
    payload[37] = 1
    let reply = bench.put(bytes: Frame(version: 1, type: 0x0B, sequence: 1, payload: payload).encoded())
    #expect(reply?.message.refusal == .malformed)
    #expect(bench.records.isEmpty)
    #expect(bench.say(.grant(number, Bench.grant(request)))?.isAccepted == true)
  }
}
