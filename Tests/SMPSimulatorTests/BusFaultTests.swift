import SMPLink
import SMPModel
import SMPSimulator
import SMPWire
import Synchronization
import Testing

/// Faults of cable and power.
struct BusFaultTests {
  @Test("lost_frame on bulk OUT: no reply, nothing done; the next command is heard")
  func lostCommand() throws {
    let rig = try Rig()
    rig.device.inject(.lostFrame, on: .bulkOut)
    #expect(rig.call(.hello(oldest: 1, newest: 1)) == nil)
    #expect(rig.outFailures.isEmpty, "the sender sees it delivered")
    #expect(rig.call(.hello(oldest: 1, newest: 1)) == .version(1))
  }

  @Test("lost_frame on bulk IN: done, but nobody hears of it")
  func lostReply() throws {
    let rig = try Rig()
    try rig.arm()
    rig.renewsLease = false
    rig.device.inject(.lostFrame, on: .bulkIn)
    #expect(rig.call(.disarm) == nil)
    #expect(rig.readStatus()?.phase == .idle)
  }

  @Test("S1 lost_frame on interrupt IN: the request is not heard, so there is no dot")
  func lostRequest() throws {
    let rig = try Rig()
    try rig.start()
    rig.device.inject(.lostFrame, on: .interruptIn)
    rig.dot(at: millimetres(10, 10))
    #expect(rig.requests.isEmpty)
    #expect(rig.device.contactLog.isEmpty)
    rig.dot(at: millimetres(10, 10))
    #expect(rig.device.contactLog.count == 1)
  }

  @Test(
    "corrupted_frame on bulk OUT is refused as malformed, on bulk IN undecodable",
    arguments: 1...20 as ClosedRange<UInt64>)
  func corrupted(seed: UInt64) throws {
    let rig = try Rig(seed: seed)
    rig.device.inject(.corruptedFrame, on: .bulkOut)
    #expect(rig.call(.hello(oldest: 1, newest: 1)) == nil, "seed \(seed)")
    #expect(rig.refusals == [.malformed], "seed \(seed)")
    rig.device.inject(.corruptedFrame, on: .bulkIn)
    #expect(rig.call(.hello(oldest: 1, newest: 1)) == nil, "seed \(seed)")
    #expect(rig.undecodable == 1, "seed \(seed)")
  }

  @Test("late_reply: one reply is 300 ms late, and those behind it wait their turn")
  func lateReply() throws {
    let rig = try Rig()
    let began = rig.device.now
    rig.device.inject(.lateReply)
    rig.send(.hello(oldest: 1, newest: 1))
    rig.send(.readRecords)
    rig.run(.milliseconds(299))
    #expect(rig.transcript.allSatisfy { !$0.isBulk })
    #expect(rig.run { rig.transcript.filter(\.isBulk).count == 2 })
    #expect(rig.device.now - began >= .milliseconds(300))
    #expect(rig.call(.hello(oldest: 1, newest: 1)) == .version(1), "once")
  }

  @Test("S5 hang: nothing answers, but the lease still cuts in mid-dot")
  func hang() throws {
    let rig = try Rig()
    rig.dwell = .milliseconds(300)
    try rig.start()
    rig.device.approach(at: millimetres(10, 10))
    rig.run { rig.device.isNeedleInSkin }
    let heard = rig.transcript.count
    let hungAt = rig.device.now
    rig.device.inject(.hang)
    try rig.stop?.submit()
    #expect(rig.device.isNeedleInSkin, "a hung device does not hear the stop either")
    #expect(rig.run(within: .milliseconds(200)) { rig.device.driveSpeed == .zero })
    #expect(try #require(rig.device.contactLog.first).ended - hungAt <= .microseconds(150_500))
    #expect(rig.transcript[heard...].allSatisfy { !$0.isBulk }, "not a word")
    rig.renewsLease = false
    rig.run(.seconds(2))
    #expect(rig.controls[Rig.stopTag.number] == .failure(.timedOut))
    #expect(rig.outFailures.contains(.timedOut))
    rig.device.clear(.hang)
    #expect(rig.readStatus()?.fault == .leaseExpired)
  }

  @Test("S7 unplug in mid-dot: the link ends, the device lives on, and the next plug finds the record")
  func unplug() throws {
    let rig = try Rig()
    rig.dwell = .milliseconds(300)
    try rig.start()
    rig.device.approach(at: millimetres(10, 10))
    rig.run { rig.device.isNeedleInSkin }
    try rig.link.control(ControlSetup(request: 2, length: 512), tag: TransferTag(number: 7))
    rig.device.inject(.unplug)
    rig.run(.milliseconds(1))
    #expect(rig.controls[7] == .failure(.detached))
    #expect(rig.isDetached)
    #expect(rig.transcript.last?.event == .detached, "no event follows the last")
    #expect(throws: LinkError.detached) { try rig.stop?.submit() }
    #expect(throws: LinkError.detached) { try rig.link.out([1], tag: TransferTag(number: 8)) }
    rig.run(.milliseconds(200))
    #expect(rig.device.contactLog.count == 1)
    #expect(rig.device.driveSpeed == .zero)
    #expect(rig.records.isEmpty)

    let old = rig.link
    rig.device.replug()
    try rig.plugIn(rig.device.makeLink())
    #expect(throws: LinkError.detached) { try old.out([1], tag: TransferTag(number: 9)) }
    rig.renewsLease = false
    #expect(rig.readStatus()?.fault == .leaseExpired)
    rig.accepted(.readRecords)
    #expect(rig.records.map(\.outcome) == [.used])
  }

  @Test("reset: memory kept or lost, the spring ends the contact and the device starts anew", arguments: [true, false])
  func reset(kept: Bool) throws {
    let rig = try Rig()
    rig.releases = false
    try rig.start()
    let before = try #require(rig.readStatus())
    rig.dot(at: millimetres(10, 10))
    rig.device.approach(at: millimetres(12, 10))
    rig.run { rig.device.isNeedleInSkin }
    rig.device.inject(.reset(memoryKept: kept))
    rig.device.releasePedal()
    rig.renewsLease = false
    rig.run(.milliseconds(200))
    #expect(rig.isDetached)
    #expect(rig.device.contactLog.count == 2)
    #expect(rig.device.isNeedleParked)
    #expect(rig.device.driveSpeed == .zero)
    rig.device.replug()
    try rig.plugIn(rig.device.makeLink())
    let status = try #require(rig.readStatus())
    let starts = status.bootCount &- before.bootCount
    #expect(kept ? starts == 1 : starts > Bounds.startsBetweenAttaches)
    #expect(status.contactCount == (kept ? 2 : 0))
    #expect(status.phase == .idle)
    #expect(status.digest == .none)
    #expect(status.nextRecord == RecordSequence(number: kept ? 3 : 1))
  }

  @Test("A closed link ends with detached, and says nothing after it")
  func close() throws {
    let rig = try Rig()
    rig.send(.hello(oldest: 1, newest: 1))
    rig.link.close()
    rig.run(.seconds(2))
    #expect(rig.outFailures == [.detached])
    #expect(rig.transcript.last?.event == .detached)
    #expect(rig.transcript.filter { $0.event == .detached }.count == 1)
  }

  /// Asks again from inside `receive`.
  private final class Chatter: LinkSink {
    let device: SimulatedDevice
    let heard = Mutex<[UInt64]>([])
    init(device: SimulatedDevice) { self.device = device }
    func receive(_ event: LinkEvent) {
      guard case .controlCompleted(let tag, _) = event else { return }
      heard.withLock { $0.append(tag.number) }
      guard tag.number < 50 else { return }
      try? device.control(ControlSetup(request: 2, length: 512), tag: TransferTag(number: tag.number + 1))
    }
  }

  @Test("A sink may call the link from inside its own event")
  func reentrant() throws {
    let device = SimulatedDevice(SimulatedDeviceConfiguration(seed: 1), startingAt: .zero)
    let chatter = Chatter(device: device)
    try device.open(sink: chatter)
    try device.control(ControlSetup(request: 2, length: 512), tag: TransferTag(number: 1))
    device.advance(to: MonotonicTime.zero + .seconds(1))
    #expect(chatter.heard.withLock { $0 } == Array(1...50))
  }

  @Test("S6 stops from other threads: every one completes once, and order holds")
  func threads() async throws {
    let device = SimulatedDevice(SimulatedDeviceConfiguration(seed: 1), startingAt: .zero)
    let mailbox = Mailbox()
    try device.open(sink: mailbox)
    await withTaskGroup { group in
      for tag in 1...200 as ClosedRange<UInt64> {
        group.addTask {
          let stop = try? device.prepare(ControlSetup(request: 3), tag: TransferTag(number: tag))
          try? stop?.submit()
        }
      }
      group.addTask {
        for millisecond in 1...50 as ClosedRange<Int64> {
          device.advance(to: MonotonicTime.zero + .milliseconds(millisecond))
        }
      }
    }
    device.advance(to: MonotonicTime.zero + .seconds(1))
    var completed: [UInt64] = []
    for event in mailbox.take() {
      if case .controlCompleted(let tag, _) = event { completed.append(tag.number) }
    }
    #expect(completed.sorted() == Array(1...200))
  }
}

extension Rig.Heard {
  var isBulk: Bool {
    switch event {
    case .bulkReceived: true
    case .controlCompleted, .controlFailed, .outCompleted, .outFailed, .interruptReceived, .receiveFailed, .broken,
      .detached:
      false
    }
  }
}
