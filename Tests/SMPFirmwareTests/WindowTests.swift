import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// S2: no log, no dot.
@Suite struct WindowTests {
  @Test("S2 with the window full nobody asks; a release opens it again")
  func full() {
    for window in UInt8(1)...6 {
      let bench = Bench.running(Bench.capabilities(window: window))
      for _ in 0..<window { bench.makeDot() }
      #expect(bench.approach() == nil)
      #expect(bench.outputs.contains(.indicate(.wait)))
      #expect(bench.say(.release(upTo: RecordSequence(number: 2)))?.isAccepted == true)
      #expect(bench.makeDot() != nil)
      #expect(bench.approach() == nil)
    }
  }

  @Test("S2 a grant that finds the window full lowers nothing, and has its record all the same")
  func fullAtGrant() throws {
    let bench = Bench.running(Bench.capabilities(window: 2))
    bench.makeDot()
    let request = try #require(bench.approach())
    #expect(bench.give(Bench.grant(request, id: 99)).reply?.refusal == .unknownRequest)
    let (number, reply) = bench.give(Bench.grant(request))
    #expect(reply?.refusal == .windowFull)
    #expect(bench.lowered == nil)
    #expect(bench.outcomes(of: number) == [.cancelled])
    #expect(bench.approach() == nil)
    #expect(bench.say(.release(upTo: bench.status.nextRecord))?.isAccepted == true)
    #expect(bench.makeDot() != nil)
  }

  @Test("S2 a flood of grants ends at twice the window: what is not taken has no record, and its number stays good")
  func notTaken() throws {
    let bench = Bench.running(Bench.capabilities(window: 2))
    let request = try #require(bench.approach())
    for _ in 0..<4 { #expect(bench.give(Bench.grant(request, id: 99)).reply?.refusal == .unknownRequest) }
    let number = bench.takeNumber()
    for _ in 0..<5 { #expect(bench.say(.grant(number, Bench.grant(request)))?.refusal == .windowFull) }
    #expect(bench.outcomes(of: number).isEmpty)
    #expect(bench.lowered == nil)
    #expect(bench.say(.release(upTo: bench.status.nextRecord))?.isAccepted == true)
    #expect(bench.say(.grant(number, Bench.grant(request)))?.isAccepted == true)
  }

  @Test("S2 an open grant keeps its record's place against any number of strays")
  func reserved() throws {
    let (bench, number) = Bench.lowered(Bench.capabilities(window: 2))
    let request = try #require(bench.requests.last)
    let refusals = (0..<6).map { _ in bench.give(Bench.grant(request)).reply?.refusal }
    #expect(refusals == [.grantOpen, .grantOpen, .grantOpen, .windowFull, .windowFull, .windowFull])
    bench.put(.contactBegan(Bench.here))
    bench.lift()
    #expect(bench.outcomes(of: number) == [.used])
    #expect(bench.firmware.memory.records.count == 4)
  }

  @Test("S2 an unbidden contact has its record even when everything else is full; more are counted")
  func unbiddenBeyond() throws {
    let bench = Bench.running(Bench.capabilities(window: 1))
    let request = try #require(bench.approach())
    for _ in 0..<3 { _ = bench.give(Bench.grant(request, id: 99)) }
    for _ in 0..<3 {
      bench.put(.contactBegan(Bench.here))
      bench.lift()
    }
    #expect(bench.records.map(\.outcome) == [.cancelled, .cancelled, .unbidden])
    #expect(bench.status.contactCount == 3)
    #expect(bench.status.fault == .contactWithoutGrant)
  }

  @Test("S2 the device keeps every record until it is released, and sends them again oldest first")
  func readAgain() {
    let bench = Bench.running()
    for _ in 0..<3 { bench.makeDot() }
    let made = bench.records
    #expect(bench.status.oldestRecord == RecordSequence(number: 1))
    #expect(bench.status.nextRecord == RecordSequence(number: 4))
    #expect(bench.say(.readRecords)?.isAccepted == true)
    #expect(Self.heard(bench) == made)
    #expect(bench.say(.release(upTo: RecordSequence(number: 3)))?.isAccepted == true)
    #expect(bench.say(.readRecords)?.isAccepted == true)
    #expect(Self.heard(bench) == Array(made.suffix(1)))
    #expect(bench.say(.release(upTo: RecordSequence(number: 4)))?.isAccepted == true)
    #expect(bench.say(.readRecords)?.isAccepted == true)
    #expect(Self.heard(bench).isEmpty)
    #expect(bench.status.oldestRecord == bench.status.nextRecord)
  }

  private static func heard(_ bench: Bench) -> [DotRecord] {
    bench.outputs.compactMap { output in
      guard case .bulkIn(let bytes) = output, let frame = try? Frame.decode(bytes),
        case .record(let record)? = try? DeviceMessage(frame)
      else { return nil }
      return record
    }
  }

  @Test("S2 records never made cannot be released; a release said twice is no error")
  func releases() {
    let bench = Bench.running()
    bench.makeDot()
    #expect(bench.say(.release(upTo: RecordSequence(number: 3)))?.refusal == .unknownRequest)
    #expect(bench.say(.release(upTo: RecordSequence(number: .max)))?.refusal == .unknownRequest)
    #expect(bench.firmware.memory.records.count == 1)
    for _ in 0..<2 { #expect(bench.say(.release(upTo: RecordSequence(number: 2)))?.isAccepted == true) }
    #expect(bench.say(.release(upTo: RecordSequence(number: 0)))?.isAccepted == true)
    #expect(bench.firmware.memory.records.isEmpty)
  }

  @Test("S2 records are released in every phase")
  func everyPhase() {
    let bench = Bench.running()
    bench.makeDot()
    bench.stop()
    #expect(bench.say(.release(upTo: RecordSequence(number: 2)))?.isAccepted == true)
    #expect(bench.firmware.memory.records.isEmpty)
  }
}
