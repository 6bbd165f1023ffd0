import Foundation
import SMPDaemon
import SMPInterface
import SMPLink
import SMPModel
import SMPSimulator
import SMPWire
import Synchronization
import Testing

@testable import smpsim

/// The device process from outside: real sockets, real time, the device in this process so that it can be seen.
@Suite struct DeviceServerTests {
  /// A served device in a private folder.
  final class Served {
    let folder: String
    let device: SimulatedDevice
    private let running: RunningDevice
    private var hasEnded = false
    var path: String { folder + "/dev" }
    var bench: RemoteBench { RemoteBench(path: RemoteBench.path(besides: path)) }

    init() throws {
      folder = "/tmp/smpd-\(UUID().uuidString.prefix(8))"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
      device = SimulatedDevice(SimulatedDeviceConfiguration(seed: 1), startingAt: HostClock.monotonic())
      running = try RunningDevice(path: folder + "/dev", device: device, seed: 1)
      try running.begin()
    }

    func end() {
      if !hasEnded { running.end() }
      hasEnded = true
    }

    deinit {
      end()
      try? FileManager.default.removeItem(atPath: folder)
    }

    func connect() throws -> LinkSocket { try LinkSocket.connected(to: path, patience: .seconds(5)) }
  }

  /// What a link reported, waited for without a clock of the test's own.
  final class Notes: LinkSink {
    private let events = Monitor<[LinkEvent]>([])
    func receive(_ event: LinkEvent) { events.update { $0.append(event) } }
    func wait(_ holds: @escaping @Sendable ([LinkEvent]) -> Bool) -> [LinkEvent] {
      events.wait(until: HostClock.monotonic() + .seconds(20), for: holds)
      return events.withLock { $0 }
    }
    func waitForEnd() -> [LinkEvent] { wait { $0.last == .detached } }
  }

  static func tag(_ number: UInt64) -> TransferTag { TransferTag(number: number) }
  static let status = ControlSetup(request: ControlRequest.status.rawValue, length: ControlRequest.status.length)
  static let stop = ControlSetup(
    request: ControlRequest.protectiveStop.rawValue, value: StopReason.hostFault.rawValue)

  /// Everything the far end still says, until it hangs up.
  static func untilEnd(_ socket: LinkSocket) -> [UInt8] {
    var bytes: [UInt8] = []
    while case .bytes(let more) = socket.receive(within: .seconds(20)) { bytes += more }
    return bytes
  }

  @Test("the four endpoints through a socket: a control is answered, a stop is heard, the end is said once and last")
  func endpoints() throws {
    let served = try Served()
    let (link, notes) = (RemoteLink(path: served.path), Notes())
    #expect(throws: LinkError.detached) { try link.control(Self.status, tag: Self.tag(1)) }
    try link.open(sink: notes)
    try link.control(Self.status, tag: Self.tag(1))
    let stop = try link.prepare(Self.stop, tag: Self.tag(0))
    try stop.submit()
    try link.out([1, 2, 3], tag: Self.tag(2))
    let events = notes.wait { $0.contains(.outCompleted(tag: Self.tag(2))) }
    #expect(events.contains(.controlCompleted(tag: Self.tag(0), bytes: [])))
    #expect(
      events.contains { if case .controlCompleted(Self.tag(1), let bytes) = $0 { !bytes.isEmpty } else { false } })
    #expect(served.device.phase == .stopped)
    #expect(throws: LinkError.overflowed) { try link.out([UInt8](repeating: 0, count: 769), tag: Self.tag(3)) }
    link.close()
    #expect(throws: LinkError.detached) { try link.out([1], tag: Self.tag(4)) }
    #expect(throws: LinkError.detached) { try stop.submit() }
    #expect(notes.waitForEnd().count { $0 == .detached } == 1)
  }

  @Test("one host at a time: a second one is refused as busy, and served when the first has gone") func busy() throws {
    let served = try Served()
    let (first, second) = (RemoteLink(path: served.path), RemoteLink(path: served.path))
    let notes = Notes()
    try first.open(sink: notes)
    #expect(throws: LinkError.busy) { try second.open(sink: Notes()) }
    try first.control(Self.status, tag: Self.tag(1))
    #expect(notes.wait { !$0.isEmpty }.count >= 1, "the first one is not disturbed")
    first.close()
    try RemoteLink(path: served.path).open(sink: Notes())
  }

  @Test("S7 a host that dies is a pulled cable: its transfers under way are never taken, the next host has the device")
  func death() throws {
    let served = try Served()
    let socket = try served.connect()
    try socket.send(HostRecord.open.encoded)
    served.device.inject(.hang)
    try socket.send(HostRecord.stop(tag: Self.tag(0), Self.stop).encoded)
    try socket.send(Array(HostRecord.control(tag: Self.tag(1), Self.status).encoded.dropLast()))
    socket.hangUp()
    // Its death is taken note of before the next one is answered.
    let (link, notes) = (RemoteLink(path: served.path), Notes())
    try link.open(sink: notes)
    served.device.clear(.hang)
    try link.control(Self.status, tag: Self.tag(2))
    #expect(notes.wait { !$0.isEmpty }.count == 1, "only what this host asked is answered")
    #expect(served.device.phase == .idle, "the stop of a dead host is not taken afterwards")
    let sights = served.device.sightings().map(\.sight)
    #expect(sights.suffix(3) == [.hostCame, .hostLeft, .hostCame])
  }

  @Test("S13 malformed input ends its own connection and changes nothing")
  func malformed() throws {
    let served = try Served()
    let (link, notes) = (RemoteLink(path: served.path), Notes())
    try link.open(sink: notes)
    try link.control(Self.status, tag: Self.tag(6))
    _ = notes.wait { !$0.isEmpty }
    let before = served.device.sightings()
    let strangers: [[UInt8]] = [
      [0, 0], [0xFF, 0xFF], [1, 0, 99], HostRecord.close.encoded,
      HostRecord.control(tag: Self.tag(1), Self.status).encoded,
      HostRecord.stop(tag: Self.tag(0), Self.stop).encoded, HostRecord.out(tag: Self.tag(1), [1]).encoded,
      [2, 0, 2, 9], HostRecord.watch.encoded + HostRecord.watch.encoded,
      HostRecord.watch.encoded + HostRecord.open.encoded,
      Array("GET / HTTP/1.1\r\n\r\n".utf8),
    ]
    for bytes in strangers {
      let socket = try served.connect()
      try socket.send(bytes)
      _ = Self.untilEnd(socket)
    }
    #expect(served.device.sightings() == before)
    #expect(served.device.phase == .idle)
    try link.control(Self.status, tag: Self.tag(7))
    #expect(notes.wait { $0.count > 1 }.last != .detached)
    // On the host's own connection it is the end of the link.
    let own = try Self.opened(afterClosing: link, at: served)
    try own.send([1, 0, 99])
    _ = Self.untilEnd(own)
    #expect(served.device.sightings().last?.sight == .hostLeft)
  }

  private static func opened(afterClosing link: RemoteLink, at served: Served) throws -> LinkSocket {
    link.close()
    let socket = try served.connect()
    try socket.send(HostRecord.open.encoded)
    guard case .bytes = socket.receive(within: .seconds(20)) else { throw LinkError.detached }
    return socket
  }

  @Test("a host with more under way than any driver has is cut, before a hanging device has to keep it all")
  func flood() throws {
    let served = try Served()
    let socket = try served.connect()
    try socket.send(HostRecord.open.encoded)
    served.device.inject(.hang)
    for number in 1...UInt64(DeviceServer.transfersAtMost + 1) {
      // Sent past the cut, too.
      try? socket.send(HostRecord.control(tag: Self.tag(number), Self.status).encoded)
    }
    _ = Self.untilEnd(socket)
    #expect(served.device.sightings().last?.sight == .hostLeft)
    #expect(served.device.transfersUnderWay == 0)
  }

  @Test("S6 nothing sent waits: into a full buffer a write fails at once, the stop's too") func fullBuffer() throws {
    var ends: [Int32] = [0, 0]
    // Two descriptors are written into an array of two.
    #expect(unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
    let (near, far) = (LinkSocket(owning: ends[0]), LinkSocket(owning: ends[1]))
    let record = HostRecord.out(tag: Self.tag(1), [UInt8](repeating: 1, count: 512)).encoded
    var sent = 0
    do { while sent < 100_000 { try near.send(record); sent += 1 } } catch { #expect(error == .failed) }
    #expect((1..<100_000).contains(sent))
    // What did leave is whole.
    near.finishSending()
    let read = LinkRecordTests.read(HostRecord.self, Self.untilEnd(far))
    #expect(try read.get().count == sent)
  }

  @Test("a watcher hears that the device is there, that its cable is out and in again, and the end of its process")
  func watching() throws {
    let served = try Served()
    let socket = try served.connect()
    try socket.send(HostRecord.watch.encoded)
    var reader = RecordReader<DeviceRecord>()
    func next() throws -> DeviceRecord? {
      while true {
        if let record = try reader.next() { return record }
        guard case .bytes(let bytes) = socket.receive(within: .seconds(20)) else { return nil }
        reader.take(bytes)
      }
    }
    #expect(try next() == .present(serial: "SIM-0001"))
    _ = try served.bench.ask(SimulatorInterface.Inject.self, .init(fault: .unplug))
    #expect(try next() == .absent)
    #expect(throws: LinkError.detached) { try RemoteLink(path: served.path).open(sink: Notes()) }
    _ = try served.bench.ask(SimulatorInterface.Inject.self, .init(fault: .unplug, clear: true))
    #expect(try next() == .present(serial: "SIM-0001"))
    served.end()
    #expect(try next() == nil)
    #expect(throws: LinkError.detached) { try RemoteLink(path: served.path).open(sink: Notes()) }
  }

  @Test("the device's clock is the machine's") func time() throws {
    let served = try Served()
    let seen = try served.bench.ask(SimulatorInterface.Describe.self, .init()).monotonicNanoseconds
    #expect(seen <= Int64(HostClock.monotonic().nanoseconds))
    #expect(try served.bench.ask(SimulatorInterface.Describe.self, .init()).monotonicNanoseconds > seen)
  }
}
