import SMPLink
import SMPModel
import SMPSimulator
import SMPWire
import Synchronization

/// What a plug tells of itself before anybody trusts it.
enum DescriptorsBody {
  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    try capabilities(bytes)
    try ConfigurationBytes.judge(bytes)
    try plug(bytes)
  }

  // MARK: Capabilities

  /// The input laid over good ones.
  private static func capabilities(_ bytes: [UInt8]) throws(BrokenPromise) {
    guard let good = try? Frame.decode(DeviceCapabilities.ofThePort.encoded()) else {
      throw BrokenPromise(description: "our own capabilities decode")
    }
    var payload = good.payload
    for (index, byte) in bytes.prefix(payload.count).enumerated() { payload[index] ^= byte }
    let frame = Frame(version: 1, type: good.type, sequence: 0, payload: payload)
    try FramesBody.typed(frame)
    guard let read = try? DeviceCapabilities(frame) else { return }
    try hold(1 <= read.oldestVersion && read.oldestVersion <= read.newestVersion, "versions are a range from 1")
    try hold(read.depthMinimum <= read.depthMaximum && read.depthStep > .zero, "depths are a range with a step")
    try hold(.zero < read.speedMinimum && read.speedMinimum <= read.speedMaximum, "speeds are a range above zero")
    try hold(read.recordWindow >= 1 && read.leaseMaximum > .zero, "a device keeps records and takes a lease")
    for text in [read.serial, read.firmware] {
      try hold((1...32).contains(text.utf8.count), "a device's text has 1 to 32 bytes")
      try hold(text.utf8.allSatisfy { 0x20...0x7E ~= $0 }, "a device's text is printable ASCII")
    }
  }

  // MARK: A plug

  /// The input as requests to a simulated plug: every URB ends once, with no more than was asked for.
  private static func plug(_ bytes: [UInt8]) throws(BrokenPromise) {
    var cursor = Cursor(bytes)
    let choice = Int(cursor.u8())
    let variants = DescriptorVariant.allCases
    let descriptors = DescriptorSet(
      speed: choice & 1 == 0 ? .high : .full, variant: variants[choice / 2 % variants.count], serial: "FUZZ")
    let device = SimulatedDevice(SimulatedDeviceConfiguration(seed: 1), startingAt: .zero)
    let sink = CompletionSink()
    let port: SimulatedPort
    do throws(LinkError) {
      port = try SimulatedPort(device: device, descriptors: descriptors, sink: sink)
    } catch { throw BrokenPromise(description: "a fresh device takes a plug") }
    try enumerate(port, sink, descriptors)
    var submitted: [URB] = []
    while !cursor.isAtEnd, submitted.count < 48 {
      if let urb = next(&cursor, UInt64(submitted.count) + 100, port, device) {
        submitted.append(urb)
        port.submit(urb)
      }
    }
    device.advance(to: device.now + Interval.seconds(2))
    port.unplug()
    device.advance(to: device.now + Interval.seconds(2))
    for urb in submitted {
      let ends = sink.completions(of: urb.id)
      try hold(ends.count == 1, "URB \(urb.id.number) ends \(ends.count) times")
      guard let end = ends.first else { continue }
      try hold(end.bytes.count <= urb.length, "a URB brings no more than was asked for")
      try hold(end.actualLength <= max(urb.length, urb.bytes.count), "a URB moves no more than it holds")
    }
  }

  /// A URB of the input's, or something done to the plug instead.
  private static func next(
    _ cursor: inout Cursor, _ number: UInt64, _ port: SimulatedPort, _ device: SimulatedDevice
  ) -> URB? {
    let id = URBID(number: number)
    switch cursor.u8() % 10 {
    case 0, 1, 2:
      guard let setup = SetupPacket(cursor.take(8)) else { return nil }
      return .control(id, setup, bytes: setup.requestType & 0x80 == 0 ? cursor.take(Int(setup.length & 0x1FF)) : [])
    case 3: return .out(id, endpoint: cursor.u8(), cursor.take(Int(cursor.u8())))
    case 4: return .in(id, endpoint: cursor.u8(), length: Int(cursor.u16() & 0x3FF))
    case 5:
      let command = HostCommand.hello(oldest: 1, newest: 1)
      return .out(id, endpoint: PortEndpoint.bulkOut.rawValue, command.encoded(sequence: UInt16(cursor.u8())))
    case 6: device.advance(to: device.now + Interval.milliseconds(Int64(cursor.u8())))
    case 7: port.configure(cursor.u8() & 1)
    case 8: _ = port.cancel(URBID(number: 100 + UInt64(cursor.u8() % 48)))
    default: _ = port.clearHalt(cursor.u8())
    }
    return nil
  }

  /// What a host's kernel reads first, and what must be found in it.
  private static func enumerate(
    _ port: SimulatedPort, _ sink: CompletionSink, _ descriptors: DescriptorSet
  ) throws(BrokenPromise) {
    func read(_ value: UInt16, _ id: UInt64, length: UInt16 = 0xFFFF) -> [UInt8] {
      let id = URBID(number: id)
      port.submit(
        .control(id, SetupPacket(requestType: 0x80, request: 6, value: value, length: length)))
      return sink.completions(of: id).first?.bytes ?? []
    }
    let device = read(0x0100, 1)
    try hold(device.count == 18 && device.first == 18, "a device descriptor has 18 bytes")
    let configuration = read(0x0200, 2)
    try hold(configuration == descriptors.configuration, "the configuration is read as it is")
    try hold(read(0x0200, 3, length: 9) == Array(configuration.prefix(9)), "a short read gets the beginning")
    for index in UInt16(1)...3 {
      let text = read(0x0300 | index, 3 + UInt64(index))
      try hold(text.count >= 2 && Int(text[0]) == text.count && text[1] == 3, "a string says its own length")
    }
    port.configure(1)
    try ConfigurationBytes.judge(configuration)
    let found = ConfigurationBytes.isNeedle(configuration)
    let isGood =
      descriptors.variant == .good || descriptors.variant == .otherVendor
      || descriptors.variant == .otherSerial
    try hold(!isGood || found, "S13 a good plug is found to be one")
    try hold(isGood || descriptors.variant == .zeroLength || !found, "S13 \(descriptors.variant) is no needle's plug")
  }
}

/// Keeps every completion.
private final class CompletionSink: PortSink {
  private let all = Mutex<[URBID: [URBCompletion]]>([:])
  func complete(_ completion: URBCompletion) { all.withLock { $0[completion.id, default: []].append(completion) } }
  func detached() {}
  func completions(of id: URBID) -> [URBCompletion] { all.withLock { $0[id] ?? [] } }
}
