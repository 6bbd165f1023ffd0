internal import SMPLink

/// EP0's standard requests (USB 2.0, section 9.4). The firmware hears nothing of them.
extension PortState {
  private enum Request {
    static let getStatus: UInt8 = 0
    static let clearFeature: UInt8 = 1
    static let setFeature: UInt8 = 3
    static let setAddress: UInt8 = 5
    static let getDescriptor: UInt8 = 6
    static let getConfiguration: UInt8 = 8
    static let setConfiguration: UInt8 = 9
    static let getInterface: UInt8 = 10
    static let setInterface: UInt8 = 11
  }

  private static let endpointHalt: UInt16 = 0

  /// The answer, or the stall of a request the device does not know.
  mutating func standard(_ setup: SetupPacket) -> Result<[UInt8], LinkError> {
    switch (setup.requestType, setup.request) {
    case (0x80, Request.getDescriptor): descriptors.descriptor(setup.value).map(Result.success) ?? .failure(.stalled)
    case (0x80, Request.getConfiguration): .success([configuration])
    case (0x00, Request.setConfiguration): setConfiguration(setup.value)
    // The bus gives addresses; the front ends have none.
    case (0x00, Request.setAddress): .success([])
    // Self-powered, wakes nobody.
    case (0x80, Request.getStatus): .success([1, 0])
    case (0x81, Request.getStatus) where isInterface(setup): .success([0, 0])
    case (0x81, Request.getInterface) where isInterface(setup): .success([0])
    case (0x01, Request.setInterface) where isInterface(setup) && setup.value == 0: setInterface()
    case (0x82, Request.getStatus):
      endpoint(setup).map { .success([self[$0].isHalted ? 1 : 0, 0]) } ?? .failure(.stalled)
    case (0x02, Request.clearFeature) where setup.value == Self.endpointHalt: halt(setup, false)
    case (0x02, Request.setFeature) where setup.value == Self.endpointHalt: halt(setup, true)
    default: .failure(.stalled)
    }
  }

  private func isInterface(_ setup: SetupPacket) -> Bool { configuration != 0 && setup.index == 0 }

  private func endpoint(_ setup: SetupPacket) -> PortEndpoint? { has(UInt8(truncatingIfNeeded: setup.index & 0x8F)) }

  private mutating func setConfiguration(_ value: UInt16) -> Result<[UInt8], LinkError> {
    guard value <= 1 else { return .failure(.stalled) }
    configure(UInt8(value))
    return .success([])
  }

  /// One setting only: choosing it again clears the halts (USB 2.0, section 9.1.1.5).
  private mutating func setInterface() -> Result<[UInt8], LinkError> {
    for endpoint in PortEndpoint.allCases { clearHalt(endpoint) }
    return .success([])
  }

  private mutating func halt(_ setup: SetupPacket, _ isHalted: Bool) -> Result<[UInt8], LinkError> {
    guard let endpoint = endpoint(setup) else { return .failure(.stalled) }
    if isHalted {
      self[endpoint].isHalted = true
      settle(endpoint)
    } else {
      clearHalt(endpoint)
    }
    return .success([])
  }

  mutating func clearHalt(_ endpoint: PortEndpoint) {
    self[endpoint].isHalted = false
    settle(endpoint)
  }
}
