import SMPModel
import SMPSimulator

/// A peer's bytes for one of the USB front ends, as connections bring them.
enum FrontEndBody {
  /// The longest header before the bytes of a transfer, in either protocol.
  private static let header = 64

  /// - Parameters:
  ///   - bytes: the first one chooses what the device and the bus do meanwhile.
  ///   - said: judges everything that was said.
  static func run<Talk: Conversation>(
    _ bytes: [UInt8], begin: (SimulatedDevice) -> Talk, said: ([UInt8]) throws(BrokenPromise) -> Void
  ) throws(BrokenPromise) {
    let stream = Array(bytes.dropFirst())
    let whole = try converse(stream, begin, pieces: nil, trouble: 0)
    let split = try converse(stream, begin, pieces: Choices(of: bytes), trouble: 0)
    try hold(whole.said == split.said && whole.fault == split.fault, "pieces are no packets")
    try said(whole.said)
    let troubled = try converse(stream, begin, pieces: Choices(of: bytes), trouble: bytes.first ?? 0)
    try said(troubled.said)
  }

  /// - Parameters:
  ///   - pieces: cuts the bytes; nil is one piece.
  ///   - trouble: what happens meanwhile; with 0 no time passes either.
  private static func converse<Talk: Conversation>(
    _ bytes: [UInt8], _ begin: (SimulatedDevice) -> Talk, pieces: Choices?, trouble: UInt8
  ) throws(BrokenPromise) -> (said: [UInt8], fault: PeerFault?) {
    var configuration = SimulatedDeviceConfiguration(seed: 1)
    configuration.transport.timeout = nil
    let device = SimulatedDevice(configuration, startingAt: .zero)
    if trouble & 1 != 0 { device.inject(.hang) }
    if trouble & 2 != 0 { device.inject(.flood) }
    var talk = begin(device)
    var (choices, rest, said) = (pieces, bytes[...], [UInt8]())
    func look() throws(BrokenPromise) {
      try hold(talk.held <= PeerBounds.transfer + header, "S13 what came and is no packet is bounded")
      try hold(talk.underWay <= PeerBounds.transfers, "S13 transfers under way are bounded")
      try hold(talk.output.held <= PeerBounds.output + PeerBounds.transfer + header, "S13 what waits is bounded")
      said += talk.output.unsent
      talk.output.drop(talk.output.held)
    }
    var fault: PeerFault?
    do throws(PeerFault) {
      while !rest.isEmpty, !talk.isOver {
        let count = choices == nil ? rest.count : 1 + (choices?.below(80) ?? 0)
        try talk.take(Array(rest.prefix(count)))
        rest = rest.dropFirst(count)
        if trouble == 0 { continue }
        device.advance(to: device.now + .milliseconds(2))
        if trouble & 4 != 0, rest.count < bytes.count / 2 { device.inject(.unplug) }
        try talk.settle()
      }
      try talk.settle()
    } catch { fault = error }
    try look()
    talk.end()
    try hold(device.transfersUnderWay == 0, "a connection that is over leaves nothing with the device")
    return (said, fault)
  }
}
