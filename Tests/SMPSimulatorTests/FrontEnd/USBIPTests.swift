import SMPModel
import SMPSimulator
import SMPWire
import Testing

/// The USB/IP server's side, as a host's kernel sees it.
struct USBIPTests {
  typealias Host = USBIPHost

  private static let hello = HostCommand.hello(oldest: 1, newest: 1).encoded(sequence: 1)
  private static let configure = setup(0x00, 9, value: 1)

  private func configured(
    _ export: USBIPExport? = nil, _ device: SimulatedDevice = frontEndDevice()
  ) throws -> Host {
    let host = try Host(export, device)
    #expect(try host.end(host.submitControl(Self.configure))?.status == 0)
    return host
  }

  // MARK: Finding it

  @Test(
    "The list names the device and its interface; off the bus the list is empty", arguments: [PortSpeed.full, .high])
  func list(_ speed: PortSpeed) throws {
    let device = frontEndDevice()
    let export = USBIPExport(device: device, descriptors: descriptors(speed))
    func list() throws -> [UInt8] {
      var talk = USBIPConversation(export)
      try talk.take(Host.listRequest)
      #expect(talk.isOver)
      return talk.said()
    }
    let bytes = try list()
    #expect(bytes.count == 12 + 312 + 4)
    #expect(Array(bytes[..<12]) == [1, 0x11, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1])
    let record = Array(bytes[12..<324])
    #expect(String(decoding: record.prefix { $0 != 0 }, as: UTF8.self).hasSuffix("/1-1"))
    #expect(Array(record[256..<260]) == Array("1-1".utf8) + [0])
    #expect([288, 292, 296].map { unsigned(record[$0..<$0 + 4]) } == [1, 2, speed == .full ? 2 : 3])
    #expect(Array(record[300...]) == [0x12, 0x09, 0, 1, 1, 0, 0, 0, 0, 1, 1, 1])
    #expect(Array(bytes[324...]) == [0xFF, 0x53, 0x01, 0])
    let host = try Host(export, device, speed: speed)
    #expect(Array(host.imported[8...]) == record)
    device.inject(.unplug)
    #expect(try list() == [1, 0x11, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0])
    device.replug()
    #expect(try list() == bytes)
  }

  // MARK: A conversation

  @Test("Enumeration, vendor requests, bulk and interrupt, as a host's kernel and its driver speak") func conversation()
    throws
  {
    let host = try Host()
    // A kernel asks for 64 bytes of 18 at first.
    let device = try #require(try host.end(host.submitControl(setup(0x80, 6, value: 0x0100, length: 64))))
    #expect(device.command == 3 && device.status == 0 && device.bytes.count == 18)
    #expect(try host.end(host.submitControl(setup(0x80, 6, value: 0x0200, length: 255)))?.bytes.count == 39)
    #expect(try host.end(host.submitControl(setup(0x00, 9, value: 2)))?.status == Host.pipe)
    #expect(try host.end(host.submitControl(Self.configure))?.status == 0)
    #expect(try host.end(host.submitControl(setup(0xC1, 9, length: 512)))?.status == Host.pipe)
    let capabilities = try #require(try host.end(host.submitControl(setup(0xC1, 1, length: 512))))
    #expect(try DeviceCapabilities(Frame.decode(capabilities.bytes)).serial == "SIM-0001")
    // A request for nothing has the other direction in the header.
    #expect(try host.end(host.submitControl(setup(0xC1, 1)))?.actualLength == 0)
    let sent = try #require(try host.end(host.submitOut(Self.hello)))
    #expect(sent.status == 0 && sent.actualLength == Self.hello.count)
    let answer = try #require(try host.end(host.submitIn()))
    #expect(answer.actualLength == answer.bytes.count)
    #expect(try DeviceMessage(Frame.decode(answer.bytes)) == .version(1))
    let notice = try host.submitIn(64, endpoint: 2)
    #expect(try host.end(notice) == nil)
    #expect(try host.end(host.submitControl(setup(0x41, 3)))?.status == 0)
    #expect(host.answer(notice)?.status == 0 && host.device.phase == .stopped)
    #expect(try host.end(host.submitIn(endpoint: 5))?.status == -2, "no endpoint")
  }

  // MARK: Taking back

  @Test("Unlinked before its end a transfer is never answered; unlinked after, the unlink says so") func unlink() throws
  {
    let host = try configured()
    let waiting = try host.submitIn()
    #expect(try host.end(waiting) == nil)
    let taken = try #require(try host.unlink(waiting))
    #expect(taken.command == 4 && taken.status == Host.reset)
    #expect(try host.unlink(waiting)?.status == 0, "there is none any more")
    let sent = try host.submitOut(Self.hello)
    #expect(try host.end(sent)?.status == 0)
    #expect(try host.unlink(sent)?.status == 0)
    #expect(try host.unlink(9_999)?.status == 0)
    // The device has answered, and nobody has looked yet.
    let crossed = try host.submitOut(Self.hello)
    host.device.advance(to: host.device.now + .milliseconds(1))
    #expect(try host.unlink(crossed)?.status == 0)
    #expect(host.answer(crossed)?.status == 0)
    #expect(host.answer(waiting) == nil)
    #expect(try host.end(host.submitIn())?.status == 0, "the answer was not lost to the transfer taken back")
  }

  @Test("A hanging device withholds answers and gives transfers back; afterwards it takes what was left") func hang()
    throws
  {
    let host = try configured()
    host.device.inject(.hang)
    let (stop, left) = (try host.submitControl(setup(0x41, 3)), try host.submitOut(Self.hello))
    try host.pass(5_000)
    #expect(host.answer(stop) == nil && host.answer(left) == nil)
    #expect(try host.unlink(stop)?.status == Host.reset)
    host.device.clear(.hang)
    #expect(try host.end(left)?.status == 0)
    #expect(host.answer(stop) == nil && host.device.phase == .idle)
  }

  // MARK: Faults of the bus

  @Test("Babble, a short packet and every errno reach the host as they are, once") func busFaults() throws {
    let host = try configured()
    let port = try #require(host.talk.port)
    port.script(.babbles, on: .bulkIn)
    let babble = try #require(try host.end(host.submitIn(64)))
    #expect(babble.status == Host.overflow && babble.bytes.count == 64)
    for status in [.protocolError, .illegalSequence, .timer, .remoteIO, .connectionReset] as [URBStatus] {
      port.script(.fails(status), on: .bulkOut)
      #expect(try host.end(host.submitOut(Self.hello))?.status == status.rawValue)
    }
    #expect(try host.end(host.submitOut(Self.hello))?.status == 0)
    port.script(.short(3), on: .bulkIn)
    let short = try #require(try host.end(host.submitIn()))
    #expect(short.status == 0 && short.bytes.count == 3)
    #expect(try host.end(host.submitOut(Self.hello))?.status == 0)
    let needed = try #require(try host.end(host.submitIn(flags: 1)))
    #expect(needed.status == -121 && needed.bytes.count == needed.actualLength, "URB_SHORT_NOT_OK")
  }

  @Test("A stall lasts until the host clears the halt; one of the bench's reaches who waits") func stall() throws {
    let host = try configured()
    let port = try #require(host.talk.port)
    let waiting = try host.submitIn()
    port.stall(.bulkIn)
    #expect(try host.end(waiting)?.status == Host.pipe)
    #expect(try host.end(host.submitIn())?.status == Host.pipe)
    #expect(try host.end(host.submitControl(setup(0x02, 1, index: 0x81)))?.status == 0)
    let sound = try host.submitIn()
    #expect(try host.end(sound) == nil)
    host.device.inject(.stalledEndpoint, on: .bulkIn)
    #expect(try host.end(sound)?.status == Host.pipe)
  }

  // MARK: Plugs

  @Test("S7 unplugged: no transfer is answered, the connection is over; the next host finds the same device")
  func unplug()
    throws
  {
    let device = frontEndDevice()
    let export = USBIPExport(device: device, descriptors: descriptors())
    let host = try configured(export, device)
    #expect(try host.end(host.submitControl(setup(0x41, 3)))?.status == 0)
    _ = try host.submitIn()
    let before = host.answers.count
    device.inject(.unplug)
    try host.pass()
    #expect(host.talk.isOver && host.answers.count == before && !export.isImported)
    let nobody = try Host(export, device)
    #expect(Array(nobody.imported) == [1, 0x11, 0, 3, 0, 0, 0, 4])
    device.replug()
    let again = try configured(export, device)
    let status = try #require(try again.end(again.submitControl(setup(0xC1, 2, length: 512))))
    #expect(try DeviceStatus(Frame.decode(status.bytes)).phase == .stopped)
    host.talk.end()
    #expect(export.isImported, "the old connection's end is not the new one's")
    again.talk.end()
    #expect(!export.isImported && device.isOnBus())
  }

  @Test("Power that fails ends the connection; the device is there again when it has started") func power() throws {
    let device = frontEndDevice()
    let export = USBIPExport(device: device, descriptors: descriptors())
    let host = try configured(export, device)
    device.inject(.reset(memoryKept: true))
    try host.pass()
    #expect(host.talk.isOver)
    #expect(try Host(export, device).imported.count == 8)
    try host.pass(130)
    #expect(try configured(export, device).talk.hasDevice)
  }

  @Test("Setting the configuration anew takes halts, packets and what waits; not the device's own state") func anew()
    throws
  {
    let host = try configured()
    let port = try #require(host.talk.port)
    #expect(try host.end(host.submitControl(setup(0x41, 3)))?.status == 0)
    #expect(try host.end(host.submitOut(Self.hello))?.status == 0)
    port.stall(.bulkOut)
    let waiting = try host.submitIn(64, endpoint: 2)
    #expect(try host.end(waiting)?.status == 0, "the notice of the stop")
    let next = try host.submitIn(64, endpoint: 2)
    #expect(try host.end(host.submitControl(Self.configure))?.status == 0)
    #expect(host.answer(next)?.status == -108)
    #expect(port.unread(.bulkIn).kept == 0 && !port.isHalted(.bulkOut))
    #expect(host.device.phase == .stopped)
  }
}
