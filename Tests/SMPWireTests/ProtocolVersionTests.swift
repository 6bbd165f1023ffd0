import SMPModel
import SMPWire
import Testing

@Suite struct ProtocolVersionTests {
  @Test("peers without a common version agree on none, whichever is older")
  func none() {
    #expect(ProtocolVersion.common(oldest: 3, newest: 4, withOldest: 1, newest: 2) == nil)
    #expect(ProtocolVersion.common(oldest: 1, newest: 2, withOldest: 3, newest: 4) == nil)
  }

  @Test("peers agree on the newest both speak, and either side computes the same")
  func newest() {
    for hostOldest in UInt8(1)...4 {
      for hostNewest in hostOldest...5 {
        for deviceOldest in UInt8(1)...4 {
          for deviceNewest in deviceOldest...5 {
            let host = ProtocolVersion.common(
              oldest: hostOldest, newest: hostNewest, withOldest: deviceOldest, newest: deviceNewest)
            let device = ProtocolVersion.common(
              oldest: deviceOldest, newest: deviceNewest, withOldest: hostOldest, newest: hostNewest)
            let both = (hostOldest...hostNewest).filter { (deviceOldest...deviceNewest).contains($0) }
            #expect(host == both.last)
            #expect(device == both.last)
          }
        }
      }
    }
  }

  @Test("S13 a frame of another version is refused with that version, and is not taken for noise")
  func otherVersion() throws {
    for version in [UInt8(0), 2, 255] {
      for vector in Golden.vectors {
        let known = try Frame.decode(vector.bytes)
        let other = Frame(version: version, type: known.type, sequence: known.sequence, payload: known.payload)
        #expect(throws: WireError.versionUnsupported(version)) { try Sample.decoded(other.encoded()) }
        #expect(throws: Never.self) { try Frame.decode(other.encoded()) }
      }
    }
  }

  @Test("a range of versions newer than this codec crosses the wire in hello and capabilities")
  func newerRange() throws {
    let hello = HostCommand.hello(oldest: 2, newest: 9)
    #expect(try HostCommand(Frame.decode(hello.encoded(sequence: 1))) == hello)
  }

  @Test("the control requests have the published numbers")
  func controlRequests() {
    #expect(ControlRequest.allCases.map(\.rawValue) == [1, 2, 3, 4])
    #expect(ControlRequest.allCases.map(\.length) == [512, 512, 0, 0])
    #expect(StopReason.allCases.map(\.rawValue) == [0, 1, 2, 3, 4])
  }
}
