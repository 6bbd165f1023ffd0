import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// What a loss of power leaves behind, and what a start makes of it.
@Suite struct PowerLossTests {
  @Test("S1 an open grant without contact is answered by one cancelled record after a start")
  func granted() {
    let (bench, number) = Bench.lowered()
    let again = Bench(memory: bench.persisted)
    #expect(again.firmware.phase == .idle)
    #expect(again.firmware.memory.records.map(\.grant) == [number])
    #expect(again.firmware.memory.records.map(\.outcome) == [.cancelled])
    let third = Bench(memory: again.persisted)
    #expect(third.firmware.memory.records.count == 1)
  }

  @Test("S1 an open grant in contact is answered by one used record, with nothing measured")
  func contact() {
    let (bench, number) = Bench.inContact()
    let again = Bench(memory: bench.persisted)
    let record = again.firmware.memory.records.last
    #expect(record?.grant == number)
    #expect(record?.outcome == .used)
    #expect(record?.position == Bench.here)
    #expect(record?.strokes == 0)
    #expect(again.status.contactCount == 1)
    #expect(again.say(.readRecords)?.isAccepted == true)
    #expect(again.records.count == 1)
  }

  @Test("S1 an unbidden contact is answered by its record and its fault")
  func unbidden() {
    let bench = Bench.running()
    bench.put(.contactBegan(Bench.here))
    let again = Bench(memory: bench.persisted)
    #expect(again.firmware.memory.records.map(\.outcome) == [.unbidden])
    #expect(again.status.fault == .contactWithoutGrant)
  }

  @Test("S2 unreleased records and counters outlive the power, profiles and arming do not")
  func kept() {
    let bench = Bench.running()
    bench.makeDot()
    bench.makeDot()
    let before = bench.status
    let again = Bench(memory: bench.persisted)
    #expect(again.firmware.memory.records == bench.firmware.memory.records)
    #expect(again.status.bootCount == before.bootCount + 1)
    #expect(again.status.contactCount == 2)
    #expect(again.status.nextRecord == before.nextRecord)
    #expect(again.currentDigest == .none)
    #expect(again.say(.arm(Bench.digest))?.refusal == .noProfiles)
  }

  @Test("S8 a latched fault outlives the power; clear is its only end")
  func fault() {
    let bench = Bench.armed()
    bench.pass(.milliseconds(151))
    let again = Bench(memory: bench.persisted)
    #expect(again.status.fault == .leaseExpired)
    #expect(again.clear())
    #expect(Bench(memory: again.persisted).status.fault == nil)
  }

  @Test("S7 a device that lost its memory counts its starts from elsewhere, and its records from the beginning")
  func lost() {
    let bench = Bench.running()
    bench.makeDot()
    let again = Bench(memory: NonvolatileMemory(drawn: 1_000_000))
    #expect(again.status.bootCount == 1_000_001)
    #expect(again.status.bootCount &- bench.status.bootCount > Bounds.startsBetweenAttaches)
    #expect(again.status.nextRecord == RecordSequence(number: 1))
  }

  @Test("a memory with more records than the device could have made is dropped, and said so")
  func corrupt() {
    let bench = Bench.running(Bench.capabilities(window: 6))
    for _ in 0..<6 { bench.makeDot() }
    let again = Bench(Bench.capabilities(window: 2), memory: bench.persisted)
    #expect(again.status.fault == .internalFailure)
    #expect(again.firmware.memory.records.isEmpty)
    #expect(again.status.nextRecord == RecordSequence(number: 7))
  }
}
