import SMPLink
import SMPModel
import SMPSimulator
import SMPWire
import Testing

/// Frames that arrive twice, swapped, cut or wrong in one field, and endpoints that stall.
struct FrameFaultTests {
  private let hello = HostCommand.hello(oldest: 1, newest: 1)

  @Test("duplicated_frame: a command comes twice and is answered twice, an answer comes twice")
  func duplicated() throws {
    let rig = try Rig()
    rig.device.inject(.duplicatedFrame, on: .bulkOut)
    #expect(rig.call(hello) == .version(1))
    rig.run(.milliseconds(10))
    #expect(rig.bulk.count == 2)
    rig.device.inject(.duplicatedFrame, on: .bulkIn)
    #expect(rig.call(hello) == .version(1))
    rig.run(.milliseconds(10))
    #expect(rig.bulk.count == 4)
    #expect(rig.bulk[2] == rig.bulk[3])
  }

  @Test("reordered_frames: two answers change places; a single one waits, and clear lets it through")
  func reordered() throws {
    let rig = try Rig()
    rig.device.inject(.reorderedFrames, on: .bulkIn)
    let first = rig.send(hello)
    let second = rig.send(hello)
    rig.run(.milliseconds(10))
    #expect(rig.bulk.compactMap { try? Frame.decode($0).sequence } == [second, first])
    #expect(rig.device.activeFaults.isEmpty)
    rig.device.inject(.reorderedFrames, on: .bulkIn)
    #expect(rig.call(hello) == nil)
    #expect(rig.device.activeFaults == [.reorderedFrames])
    rig.device.clear(.reorderedFrames)
    rig.run(.milliseconds(10))
    #expect(rig.bulk.count == 3)
    #expect(rig.device.activeFaults.isEmpty)
  }

  struct Wrong: Sendable, CustomTestStringConvertible {
    let fault: SimulatedFault
    let refusal: CommandRefusal
    let error: @Sendable (WireError) -> Bool
    var testDescription: String { fault.word }
  }

  static let wrongFields: [Wrong] = [
    Wrong(fault: .wrongLength, refusal: .malformed) { if case .payloadLength = $0 { true } else { false } },
    Wrong(fault: .wrongVersion, refusal: .versionUnsupported) { $0 == .versionUnsupported(2) },
    Wrong(fault: .wrongType, refusal: .malformed) { if case .unknownType = $0 { true } else { false } },
  ]

  @Test("A frame that is wrong in one field has a right checksum: the next check meets it", arguments: wrongFields)
  func wrongField(_ wrong: Wrong) throws {
    let rig = try Rig()
    rig.device.inject(wrong.fault, on: .bulkOut)
    #expect(rig.call(hello) == nil || rig.refusals == [wrong.refusal])
    #expect(rig.refusals == [wrong.refusal])
    rig.device.inject(wrong.fault, on: .bulkIn)
    #expect(rig.call(hello) == nil)
    let last = try #require(rig.bulk.last)
    let frame = try Frame.decode(last)
    let error = #expect(throws: WireError.self) { try DeviceMessage(frame) }
    #expect(error.map(wrong.error) == true, "\(String(describing: error))")
    #expect(rig.call(hello) == .version(1), "once")
  }

  @Test("truncated_frame: what is left decodes as nothing", arguments: 1...20 as ClosedRange<UInt64>)
  func truncated(seed: UInt64) throws {
    let rig = try Rig(seed: seed)
    rig.device.inject(.truncatedFrame, on: .bulkOut)
    #expect(rig.call(hello) == nil)
    #expect(rig.refusals == [.malformed])
    rig.device.inject(.truncatedFrame, on: .bulkIn)
    #expect(rig.call(hello) == nil)
    #expect(rig.undecodable == 1)
  }

  @Test("wrong_sequence once, misnumbered_replies until cleared: sound answers to what nobody asked")
  func sequences() throws {
    let rig = try Rig()
    rig.device.inject(.wrongSequence, on: .bulkIn)
    #expect(rig.call(hello) == nil)
    #expect(rig.undecodable == 0)
    #expect(rig.call(hello) == .version(1))
    rig.device.inject(.misnumberedReplies)
    #expect(rig.call(hello) == nil)
    #expect(rig.call(hello) == nil)
    rig.device.clear(.misnumberedReplies)
    #expect(rig.call(hello) == .version(1))
  }

  @Test("stalled_endpoint: commands fail, EP0 answers, the lease cuts; cleared, commands are heard")
  func stalled() throws {
    let rig = try Rig()
    rig.dwell = .milliseconds(300)
    try rig.start()
    rig.device.approach(at: millimetres(10, 10))
    rig.run { rig.device.isNeedleInSkin }
    rig.device.inject(.stalledEndpoint)
    #expect(rig.run(within: .milliseconds(200)) { rig.device.driveSpeed == .zero })
    #expect(!rig.device.isNeedleInSkin)
    #expect(rig.outFailures.contains(.stalled))
    #expect(rig.readStatus()?.fault == .leaseExpired)
    rig.renewsLease = false
    rig.device.clear(.stalledEndpoint)
    #expect(rig.accepted(.readRecords))
  }

  @Test("stalled_endpoint on bulk IN: answers wait, and come in order when it is cleared")
  func stalledIn() throws {
    let rig = try Rig()
    rig.device.inject(.stalledEndpoint, on: .bulkIn)
    let sequences = [rig.send(hello), rig.send(hello)]
    rig.run(.milliseconds(100))
    #expect(rig.bulk.isEmpty)
    rig.device.clear(.stalledEndpoint)
    rig.run(.milliseconds(10))
    #expect(rig.bulk.compactMap { try? Frame.decode($0).sequence } == sequences)
  }

  @Test("flood: a notice each millisecond until cleared, and a stop is heard through it")
  func flood() throws {
    let rig = try Rig()
    try rig.start()
    rig.device.inject(.flood)
    let before = rig.notices
    rig.run(.milliseconds(100))
    #expect(rig.notices - before >= 95)
    try rig.stop?.submit()
    #expect(rig.run(within: .milliseconds(60)) { rig.device.driveSpeed == .zero })
    rig.device.clear(.flood)
    rig.run(.milliseconds(300))
    let after = rig.notices
    rig.renewsLease = false
    rig.run(.seconds(1))
    #expect(rig.notices == after)
  }

  @Test("record_without_grant: the record comes, the needle does not move, the device knows of nothing")
  func recordWithoutGrant() throws {
    let rig = try Rig()
    rig.releases = false
    rig.loadProfiles()
    rig.device.inject(.recordWithoutGrant)
    rig.run(.milliseconds(10))
    #expect(rig.records.map(\.outcome) == [.used])
    #expect(rig.device.contactLog.isEmpty)
    #expect(rig.readStatus()?.nextRecord == RecordSequence(number: 1))
  }

  @Test("impossible_capabilities: a sound frame of values no device has, until cleared")
  func impossible() throws {
    let rig = try Rig()
    rig.device.inject(.impossibleCapabilities)
    let bytes = try #require(try rig.control(.capabilities)?.get())
    let frame = try Frame.decode(bytes)
    #expect(throws: WireError.self) { try DeviceCapabilities(frame) }
    rig.device.clear(.impossibleCapabilities)
    let sound = try #require(try rig.control(.capabilities)?.get())
    #expect(try DeviceCapabilities(Frame.decode(sound)).recordWindow == Bounds.recordWindow)
  }
}

extension Rig {
  fileprivate var bulk: [[UInt8]] {
    transcript.compactMap { heard in
      if case .bulkReceived(let bytes) = heard.event { bytes } else { nil }
    }
  }
  fileprivate var notices: Int {
    transcript.count { heard in if case .interruptReceived = heard.event { true } else { false } }
  }
}
