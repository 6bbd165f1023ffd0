import SMPLink
import SMPModel
import SMPSimulator
import SMPWire
import Synchronization
import Testing

/// The device as URBs: standard requests, completions, faults of the bus.
struct PortTests {
  final class Host: PortSink {
    let completions = Mutex<[URBCompletion]>([])
    let isDetached = Mutex(false)
    func complete(_ completion: URBCompletion) { completions.withLock { $0.append(completion) } }
    func detached() { isDetached.withLock { $0 = true } }
  }

  /// One plug and a host that asks it.
  final class Bench {
    let device: SimulatedDevice
    let host = Host()
    let port: SimulatedPort
    private var last: UInt64 = 0

    init(
      speed: PortSpeed = .high, variant: DescriptorVariant = .good, configured: Bool = true,
      on device: SimulatedDevice = SimulatedDevice(SimulatedDeviceConfiguration(seed: 1), startingAt: .zero)
    ) throws {
      self.device = device
      port = try SimulatedPort(
        device: device, descriptors: DescriptorSet(speed: speed, variant: variant, serial: "SIM-0001"), sink: host)
      if configured { port.configure(1) }
    }

    var next: URBID {
      last += 1
      return URBID(number: last)
    }

    /// The URB's end, 10 ms later at the latest.
    func end(of id: URBID) -> URBCompletion? {
      device.advance(to: device.now + .milliseconds(10))
      return host.completions.withLock { $0.first { $0.id == id } }
    }

    func control(_ type: UInt8, _ request: UInt8, value: UInt16 = 0, index: UInt16 = 0, length: UInt16 = 0)
      -> URBCompletion?
    {
      let id = next
      let setup = SetupPacket(requestType: type, request: request, value: value, index: index, length: length)
      port.submit(.control(id, setup))
      return end(of: id)
    }

    func descriptor(_ type: UInt16, _ index: UInt16 = 0, length: UInt16 = 255) -> URBCompletion? {
      control(0x80, 6, value: type << 8 | index, length: length)
    }

    func out(_ bytes: [UInt8]) -> URBCompletion? {
      let id = next
      port.submit(.out(id, endpoint: 0x01, bytes))
      return end(of: id)
    }

    func take(_ endpoint: UInt8 = 0x81, length: Int = 512) -> URBCompletion? {
      let id = next
      port.submit(.in(id, endpoint: endpoint, length: length))
      return end(of: id)
    }

    func hello() -> URBCompletion? { out(HostCommand.hello(oldest: 1, newest: 1).encoded(sequence: 1)) }
  }

  // MARK: EP0

  @Test("Unknown requests, unknown endpoints and everything before a configuration are refused") func refusals() throws
  {
    let bench = try Bench(configured: false)
    #expect(bench.hello()?.status == .noEntry)
    #expect(bench.control(0xC1, 1, length: 512)?.status == .pipe, "vendor requests belong to a configuration")
    #expect(bench.control(0x00, 9, value: 2)?.status == .pipe)
    #expect(bench.control(0x00, 9, value: 1)?.status == .done)
    #expect(bench.control(0xC1, 1, length: 512)?.status == .done)
    #expect(bench.control(0xC1, 1, index: 1, length: 512)?.status == .pipe, "another interface")
    #expect(bench.control(0xC0, 1, length: 512)?.status == .pipe, "not of the interface")
    #expect(bench.control(0xC1, 9, length: 512)?.status == .pipe)
    #expect(bench.control(0x80, 12, length: 2)?.status == .pipe)
    #expect(bench.descriptor(15)?.status == .pipe)
    #expect(bench.take(0x83)?.status == .noEntry)
    #expect(bench.control(0x01, 11, value: 1)?.status == .pipe)
  }

  @Test("Standard requests are answered as USB 2.0 has them") func standard() throws {
    let bench = try Bench()
    #expect(bench.descriptor(1)?.bytes.count == 18)
    #expect(bench.descriptor(1, length: 8)?.bytes.count == 8, "no more than asked for")
    #expect(bench.descriptor(6)?.bytes.count == 10)
    #expect(bench.descriptor(3)?.bytes == [4, 3, 9, 4])
    let serial = try #require(bench.descriptor(3, 3)?.bytes)
    #expect(serial.dropFirst(2).enumerated().filter { $0.offset % 2 == 0 }.map(\.element) == Array("SIM-0001".utf8))
    #expect(bench.control(0x80, 8, length: 1)?.bytes == [1])
    #expect(bench.control(0x80, 0, length: 2)?.bytes == [1, 0])
    #expect(bench.control(0x01, 11)?.status == .done)
    #expect(bench.control(0x81, 10, length: 1)?.bytes == [0])
    let full = try Bench(speed: .full)
    #expect(full.descriptor(6)?.status == .pipe, "only a device of high speed has another one")
    #expect(full.descriptor(7)?.status == .pipe)
  }

  @Test("The configuration is whole, for each speed", arguments: [PortSpeed.full, .high])
  func configuration(_ speed: PortSpeed) throws {
    let bytes = try #require(Bench(speed: speed).descriptor(2)?.bytes)
    #expect(Int(bytes[2]) | Int(bytes[3]) << 8 == bytes.count)
    var place = 0
    var endpoints: [[UInt8]] = []
    while place < bytes.count {
      let descriptor = Array(bytes[place..<place + Int(bytes[place])])
      if descriptor[1] == 5 { endpoints.append(descriptor) }
      if descriptor[1] == 4 { #expect(descriptor[5...7] == [0xFF, 0x53, 0x01]) }
      place += descriptor.count
    }
    let packet: [UInt8] = speed == .full ? [64, 0] : [0, 2]
    #expect(endpoints.map { $0[2] } == [0x01, 0x81, 0x82])
    #expect(endpoints.map { $0[3] } == [2, 2, 3])
    #expect(endpoints.map { Array($0[4...5]) } == [packet, packet, [64, 0]])
    #expect(endpoints.map { $0[6] } == [0, 0, speed == .full ? 1 : 4])
  }

  @Test("Each variant differs from the good descriptors", arguments: DescriptorVariant.allCases)
  func variants(_ variant: DescriptorVariant) {
    func all(_ set: DescriptorSet) -> [UInt8] { set.device + set.configuration + Array(set.serial.utf8) }
    let good = all(DescriptorSet(speed: .high, variant: .good, serial: "S"))
    #expect((all(DescriptorSet(speed: .high, variant: variant, serial: "S")) == good) == (variant == .good))
  }

  @Test("Vendor requests and commands reach the firmware, answers come back") func roundTrip() throws {
    let bench = try Bench()
    let capabilities = try #require(bench.control(0xC1, 1, length: 512))
    #expect(try DeviceCapabilities(Frame.decode(capabilities.bytes)).serial == "SIM-0001")
    #expect(bench.control(0xC1, 1, length: 10)?.bytes == Array(capabilities.bytes.prefix(10)))
    #expect(bench.control(0x41, 3)?.status == .done)
    #expect(bench.device.phase == .stopped)
    let sent = try #require(bench.hello())
    #expect(sent.status == .done)
    #expect(sent.actualLength == 12)
    let answer = try #require(bench.take())
    #expect(try DeviceMessage(Frame.decode(answer.bytes)) == .version(1))
    #expect(bench.take(0x82, length: 64)?.status == .done, "the stop was noticed")
  }

  // MARK: IN

  @Test("An IN URB waits; taken back it ends as such, once") func cancel() throws {
    let bench = try Bench()
    let id = bench.next
    bench.port.submit(.in(id, endpoint: 0x81, length: 512))
    #expect(bench.end(of: id) == nil)
    #expect(bench.port.cancel(id))
    #expect(bench.end(of: id)?.status == .noEntry)
    #expect(!bench.port.cancel(id))
    _ = bench.hello()
    #expect(bench.host.completions.withLock { $0.count { $0.id == id } } == 1)
    #expect(bench.take()?.status == .done, "the answer was not lost to the URB taken back")
  }

  @Test("An answer longer than the URB: whole packets go on, a part of one overflows") func lengths() throws {
    let bench = try Bench(speed: .full)
    _ = bench.out([UInt8](repeating: 0, count: 5))
    #expect(bench.take(length: 40)?.status == .overflow)
    #expect(bench.port.unread(.bulkIn).kept == 0, "the rest is gone")
    _ = bench.out([0])
    // refused(malformed) is 46 bytes, below one packet of 64.
    let whole = try #require(bench.take(length: 64))
    #expect(whole.status == .done)
    #expect(whole.actualLength == 46)
  }

  @Test("What nobody reads is kept up to a bound, then lost and counted") func bounded() throws {
    let bench = try Bench()
    for _ in 0..<70 { _ = bench.hello() }
    #expect(bench.port.unread(.bulkIn).kept == 64)
    #expect(bench.port.unread(.bulkIn).lost == 6)
  }

  // MARK: Faults of the bus

  @Test(
    "A scripted errno ends the next URBs and no more",
    arguments: [.pipe, .protocolError, .illegalSequence, .timer, .overflow, .remoteIO, .connectionReset] as [URBStatus])
  func scripted(_ status: URBStatus) throws {
    let bench = try Bench()
    bench.port.script(.fails(status), on: .bulkOut, count: 2)
    bench.port.script(.failsAfter(status), on: .bulkOut)
    #expect(bench.hello()?.status == status)
    #expect(bench.hello()?.status == status)
    #expect(bench.port.unread(.bulkIn).kept == 0, "the device saw neither")
    #expect(bench.hello()?.status == status)
    #expect(bench.port.unread(.bulkIn).kept == 1, "the device took it, whatever the host heard")
    #expect(bench.hello()?.status == .done)
    bench.port.script(.fails(status), on: .control)
    #expect(bench.control(0xC1, 1, length: 512)?.status == status)
    #expect(bench.control(0xC1, 1, length: 512)?.status == .done)
  }

  @Test("A scripted errno reaches an IN URB that waits already") func scriptedWaiting() throws {
    let bench = try Bench()
    let id = bench.next
    bench.port.submit(.in(id, endpoint: 0x82, length: 64))
    bench.port.script(.fails(.protocolError), on: .interruptIn)
    #expect(bench.end(of: id)?.status == .protocolError)
  }

  @Test("Babble overflows, a short packet succeeds with what there is") func babbleAndShort() throws {
    let bench = try Bench()
    bench.port.script(.babbles, on: .bulkIn)
    #expect(bench.take(length: 64)?.status == .overflow)
    _ = bench.hello()
    bench.port.script(.short(3), on: .bulkIn)
    let short = try #require(bench.take())
    #expect(short.status == .done)
    #expect(short.actualLength == 3)
    bench.port.script(.short(4), on: .bulkOut)
    #expect(bench.hello()?.actualLength == 4)
  }

  @Test("A stalled endpoint answers so until its halt is cleared; the others and EP0 do not care") func stall() throws {
    let bench = try Bench()
    let waiting = bench.next
    bench.port.submit(.in(waiting, endpoint: 0x81, length: 512))
    bench.port.stall(.bulkIn)
    #expect(bench.end(of: waiting)?.status == .pipe)
    #expect(bench.take()?.status == .pipe)
    #expect(bench.control(0x82, 0, index: 0x81, length: 2)?.bytes == [1, 0])
    #expect(bench.hello()?.status == .done)
    #expect(bench.control(0x02, 1, index: 0x81)?.status == .done)
    #expect(bench.control(0x82, 0, index: 0x81, length: 2)?.bytes == [0, 0])
    #expect(bench.take()?.status == .done)
  }

  @Test("An endpoint the device stalls by itself stalls again after its halt is cleared") func stalledByDevice() throws
  {
    let bench = try Bench()
    bench.port.inject(.stalledEndpoint, on: .bulkIn)
    #expect(bench.take()?.status == .pipe)
    #expect(bench.port.clearHalt(0x81))
    #expect(bench.take()?.status == .pipe)
    bench.device.clear(.stalledEndpoint)
    #expect(bench.port.clearHalt(0x81))
    _ = bench.hello()
    #expect(bench.take()?.status == .done)
  }

  @Test("A withheld endpoint says nothing until it is released, then everything in order") func withhold() throws {
    let bench = try Bench()
    bench.port.withhold(.bulkOut)
    let ids = [bench.next, bench.next, bench.next]
    for id in ids { bench.port.submit(.out(id, endpoint: 0x01, [UInt8(id.number)])) }
    #expect(bench.end(of: ids[0]) == nil)
    #expect(bench.port.cancel(ids[1]))
    #expect(bench.end(of: ids[1])?.status == .noEntry)
    #expect(bench.control(0xC1, 2, length: 512)?.status == .done, "EP0 lives")
    bench.port.release(.bulkOut)
    #expect(bench.end(of: ids[2])?.status == .done)
    let order = bench.host.completions.withLock { $0.filter { ids.contains($0.id) }.map(\.id) }
    #expect(order == [ids[1], ids[0], ids[2]])
    #expect(bench.port.unread(.bulkIn).kept == 2, "the device never saw the one taken back")
  }

  @Test("A hung device keeps a URB for ever; taken back, the device does not take it later") func hang() throws {
    let bench = try Bench()
    bench.device.inject(.hang)
    let id = bench.next
    bench.port.submit(.out(id, endpoint: 0x01, HostCommand.hello(oldest: 1, newest: 1).encoded(sequence: 1)))
    #expect(bench.end(of: id) == nil)
    #expect(bench.port.cancel(id))
    #expect(bench.end(of: id)?.status == .noEntry)
    bench.device.clear(.hang)
    #expect(bench.take() == nil)
  }

  // MARK: Plugs

  @Test("S7 unplugged, every URB ends as such and nothing follows; the next plug is another port") func unplug() throws
  {
    let bench = try Bench()
    let ids = [bench.next, bench.next]
    bench.port.submit(.in(ids[0], endpoint: 0x81, length: 512))
    bench.port.submit(.in(ids[1], endpoint: 0x82, length: 64))
    bench.port.unplug()
    #expect(ids.map { bench.end(of: $0)?.status } == [.shutdown, .shutdown])
    #expect(bench.host.isDetached.withLock { $0 })
    #expect(bench.hello()?.status == .shutdown)
    let again = try Bench(on: bench.device)
    #expect(again.hello()?.status == .done)
    #expect(again.take()?.status == .done)
    #expect(bench.take()?.status == .shutdown)
  }

  @Test("Power that fails takes the device off the bus", arguments: [true, false]) func reset(kept: Bool) throws {
    let bench = try Bench()
    let id = bench.next
    bench.port.submit(.in(id, endpoint: 0x81, length: 512))
    bench.device.inject(.reset(memoryKept: kept))
    #expect(bench.end(of: id)?.status == .shutdown)
    #expect(bench.host.isDetached.withLock { $0 })
  }

  @Test("A port reset forgets configuration, halts and packets, not the device's records") func portReset() throws {
    let bench = try Bench()
    _ = bench.hello()
    bench.port.stall(.bulkOut)
    bench.port.reset()
    #expect(bench.hello()?.status == .noEntry)
    bench.port.configure(1)
    #expect(bench.port.unread(.bulkIn).kept == 0)
    #expect(bench.hello()?.status == .done)
  }

  @Test("URBs from many threads: each ends once") func threads() async throws {
    let bench = try Bench()
    let (port, device) = (bench.port, bench.device)
    await withTaskGroup { group in
      for first in stride(from: UInt64(1), to: 400, by: 100) {
        group.addTask {
          for number in first..<first + 100 {
            port.submit(.out(URBID(number: number), endpoint: 0x01, [0]))
            if number % 3 == 0 { _ = port.cancel(URBID(number: number)) }
          }
        }
      }
      group.addTask { for step in 1...200 as ClosedRange<Int64> { device.advance(to: .zero + .milliseconds(step)) } }
    }
    device.advance(to: .zero + .seconds(1))
    let ended = bench.host.completions.withLock { $0.map(\.id.number) }
    #expect(ended.sorted() == Array(1...400))
  }
}
