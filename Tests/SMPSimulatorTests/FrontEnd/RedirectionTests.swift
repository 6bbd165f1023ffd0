import SMPModel
import SMPSimulator
import SMPWire
import Testing

/// The device's side of usb-redir, as QEMU sees it.
struct RedirectionTests {
  typealias Guest = RedirectionGuest

  private static let hello = HostCommand.hello(oldest: 1, newest: 1).encoded(sequence: 1)

  private func configured(_ device: SimulatedDevice = frontEndDevice(), speed: PortSpeed = .high) throws -> Guest {
    let guest = try Guest(device, speed: speed)
    #expect(try guest.configure() == [0, 1])
    return guest
  }

  // MARK: Greeting

  @Test("The device says hello first; what it is comes before that it is there", arguments: [PortSpeed.full, .high])
  func greeting(_ speed: PortSpeed) throws {
    let guest = try Guest(speed: speed, greets: false)
    try guest.pass()
    let hello = try #require(guest.packets.first)
    #expect(guest.packets.count == 1 && hello.type == 0 && hello.body.count == 68)
    #expect(unsignedLittle(Array(hello.body[64...])) == 0x72)
    try guest.greet()
    #expect(guest.packets.map(\.type) == [0, 4, 5, 1])
    let interfaces = guest.packets[1].body
    #expect(interfaces.count == 132 && interfaces[0] == 1)
    #expect([4, 36, 68, 100].map { interfaces[$0] } == [0, 0xFF, 0x53, 0x01])
    let endpoints = guest.packets[2].body
    #expect(endpoints.count == 160)
    // Control both ways, bulk OUT 1, bulk IN 1, interrupt IN 2.
    #expect([0, 1, 16, 17, 18].map { endpoints[$0] } == [0, 2, 0, 2, 3])
    #expect(endpoints[..<32].count { $0 == 255 } == 27)
    #expect(endpoints[32 + 18] == (speed == .full ? 1 : 4))
    let sizes = [0, 1, 16, 17, 18].map { unsignedLittle(Array(endpoints[(96 + 2 * $0)..<(98 + 2 * $0)])) }
    #expect(sizes == [64, 512, 64, 512, 64].map { speed == .full ? 64 : $0 })
    #expect(guest.packets[3].body == [speed == .full ? 1 : 2, 0, 0, 0, 0x09, 0x12, 0x01, 0x00, 0x00, 0x01])
  }

  @Test("A peer that can less is spoken to as it can", arguments: [0, 0x02, 0x10, 0x20, 0x40] as [UInt32])
  func fewerCapabilities(_ capabilities: UInt32) throws {
    let guest = try Guest(capabilities: capabilities)
    #expect(guest.packets[2].body.count == (capabilities & 0x10 == 0 ? 96 : 160))
    #expect(guest.packets[3].body.count == (capabilities & 0x02 == 0 ? 8 : 10))
    #expect(try guest.configure() == [0, 1])
    let sent = try guest.bulk(guest.submitOut(Self.hello))
    #expect(sent?.status == Guest.success && sent?.length == Self.hello.count)
    let answer = try #require(try guest.bulk(guest.submitIn()))
    #expect(try DeviceMessage(Frame.decode(answer.bytes)) == .version(1))
  }

  // MARK: A conversation

  @Test("Enumeration, vendor requests, bulk and interrupt, as a guest's kernel and its driver speak")
  func conversation()
    throws
  {
    let guest = try Guest()
    try guest.send(3)
    let device = try #require(try guest.control(0x80, 6, value: 0x0100, length: 64))
    #expect(device.status == Guest.success && device.bytes.count == 18)
    #expect(try guest.control(0x80, 6, value: 0x0200, length: 255)?.bytes.count == 39)
    #expect(try guest.bulk(guest.submitIn())?.status == Guest.invalid, "nothing before a configuration")
    let asked = try guest.send(7)
    #expect(guest.answer(asked, 8) == [0, 0])
    let described = guest.answers(5).count
    #expect(try guest.configure() == [0, 1])
    #expect(guest.answers(5).count == described + 1, "endpoints are told anew with a configuration")
    #expect(try guest.configure(2) == [Guest.stalled, 2])
    let setting = try guest.send(9, [0, 0])
    #expect(guest.answer(setting, 11) == [0, 0, 0])
    #expect(guest.answer(try guest.send(9, [0, 1]), 11)?.first == Guest.stalled)
    #expect(guest.answer(try guest.send(10, [0]), 11) == [0, 0, 0])

    #expect(try guest.control(0xC1, 9, length: 512)?.status == Guest.stalled)
    let capabilities = try #require(try guest.control(0xC1, 1, length: 512))
    #expect(try DeviceCapabilities(Frame.decode(capabilities.bytes)).serial == "SIM-0001")
    #expect(try guest.bulk(guest.submitOut(Self.hello))?.status == Guest.success)
    let answer = try #require(try guest.bulk(guest.submitIn()))
    #expect(answer.length == answer.bytes.count)
    #expect(try DeviceMessage(Frame.decode(answer.bytes)) == .version(1))

    #expect(guest.answer(try guest.send(15, [0x81]), 17) == [Guest.invalid, 0x81], "a bulk endpoint")
    #expect(guest.answer(try guest.send(15, [0x85]), 17) == [Guest.invalid, 0x85], "no endpoint")
    #expect(guest.answer(try guest.send(15, [0x82]), 17) == [0, 0x82])
    #expect(guest.answers(103).isEmpty)
    #expect(try guest.control(0x41, 3)?.status == Guest.success)
    let notice = try #require(guest.answers(103).first?.body)
    #expect(Array(notice[..<2]) == [0x82, 0] && Int(notice[2]) == notice.count - 4)
    #expect(throws: Never.self) { try DeviceNotice(Frame.decode(Array(notice[4...]))) }
    #expect(guest.device.phase == .stopped)
    #expect(guest.answer(try guest.send(16, [0x82]), 17) == [0, 0x82])
    #expect(try guest.control(0x41, 4)?.status == Guest.success)
    #expect(guest.answers(103).count == 1, "nobody listens")
    #expect(guest.answer(try guest.send(103, [0x02, 0, 1, 0, 9]), 103)?[1] == Guest.invalid, "no interrupt OUT")
  }

  // MARK: Taking back

  @Test("A cancelled transfer ends once: as cancelled, or as it had ended before") func cancel() throws {
    let guest = try configured()
    let waiting = try guest.submitIn()
    #expect(try guest.bulk(waiting) == nil)
    try guest.send(21, number: waiting)
    #expect(try guest.bulk(waiting)?.status == Guest.cancelled)
    try guest.send(21, number: waiting)
    let sent = try guest.submitOut(Self.hello)
    try guest.pass()
    try guest.send(21, number: sent)
    #expect(try guest.bulk(sent)?.status == Guest.success, "it had ended")
    // The device has answered, and nobody has looked yet.
    let crossed = try guest.submitOut(Self.hello)
    guest.device.advance(to: guest.device.now + .milliseconds(1))
    try guest.send(21, number: crossed)
    #expect(guest.answer(crossed, 101)?[1] == Guest.success)
    #expect(guest.talk.underWay == 0)
    // The number is free again.
    try guest.send(101, guest.bulkHeader(0x81, 512), number: waiting)
    #expect(guest.packets.last?.type == 101 && guest.packets.last?.body[1] == Guest.success)
  }

  @Test("A hanging device answers nothing and gives everything back; afterwards it takes what was left") func hang()
    throws
  {
    let guest = try configured()
    guest.device.inject(.hang)
    let (stop, command, left) = (
      try guest.send(100, Guest.control(0x41, 3)), try guest.submitOut(Self.hello), try guest.submitOut(Self.hello)
    )
    try guest.pass(5_000)
    #expect(guest.talk.underWay == 3)
    for number in [stop, command] { try guest.send(21, number: number) }
    #expect(guest.answer(stop, 100)?[3] == Guest.cancelled)
    #expect(try guest.bulk(command)?.status == Guest.cancelled)
    guest.device.clear(.hang)
    #expect(try guest.bulk(left)?.status == Guest.success)
    #expect(guest.device.phase == .idle, "the stop that was taken back is not made up for")
    #expect(try guest.bulk(guest.submitIn())?.status == Guest.success)
    #expect(try guest.bulk(guest.submitIn()) == nil, "one command was heard, not two")
  }

  // MARK: Faults of the bus

  @Test("Babble, a short packet, errors: each once, then the next transfer is sound") func busFaults() throws {
    let guest = try configured()
    let port = try #require(guest.talk.port)
    port.script(.babbles, on: .bulkIn)
    let babble = try #require(try guest.bulk(guest.submitIn(64)))
    #expect(babble.status == Guest.babbled && babble.bytes.count == 64)
    for status in [.protocolError, .illegalSequence, .remoteIO, .connectionReset] as [URBStatus] {
      port.script(.fails(status), on: .bulkOut)
      #expect(try guest.bulk(guest.submitOut(Self.hello))?.status == Guest.failed)
    }
    port.script(.fails(.timer), on: .bulkOut)
    #expect(try guest.bulk(guest.submitOut(Self.hello))?.status == 5)
    #expect(try guest.bulk(guest.submitOut(Self.hello))?.status == Guest.success)
    port.script(.short(3), on: .bulkIn)
    let short = try #require(try guest.bulk(guest.submitIn()))
    #expect(short.status == Guest.success && short.length == 3 && short.bytes.count == 3)
    try guest.send(15, [0x82])
    port.script(.fails(.protocolError), on: .interruptIn)
    try guest.pass()
    #expect(guest.answers(103).last?.body[1] == Guest.failed)
    #expect(try guest.control(0x41, 3)?.status == Guest.success)
    #expect(guest.answers(103).last?.body[1] == Guest.success, "it listens on")
  }

  @Test("A stall lasts until the guest clears the halt, on bulk and on interrupt") func stall() throws {
    let guest = try configured()
    let port = try #require(guest.talk.port)
    let waiting = try guest.submitIn()
    port.stall(.bulkIn)
    #expect(try guest.bulk(waiting)?.status == Guest.stalled)
    #expect(try guest.bulk(guest.submitIn())?.status == Guest.stalled)
    #expect(try guest.control(0x02, 1, index: 0x81)?.status == Guest.success)
    let sound = try guest.submitIn()
    #expect(try guest.bulk(sound) == nil)
    try guest.send(15, [0x82])
    port.stall(.interruptIn)
    try guest.pass()
    #expect(guest.answers(103).map { $0.body } == [[0x82, Guest.stalled, 0, 0]])
    #expect(try guest.control(0x41, 3)?.status == Guest.success)
    #expect(guest.answers(103).count == 1, "told once")
    #expect(try guest.control(0x02, 1, index: 0x82)?.status == Guest.success)
    #expect(guest.answers(103).last?.body[1] == Guest.success, "what the device said meanwhile")
  }

  @Test("A fault that the bench puts in reaches a transfer that waits") func benchStall() throws {
    let guest = try configured()
    let waiting = try guest.submitIn()
    guest.device.inject(.stalledEndpoint, on: .bulkIn)
    #expect(try guest.bulk(waiting)?.status == Guest.stalled)
    #expect(try guest.control(0x02, 1, index: 0x81)?.status == Guest.success)
    #expect(try guest.bulk(guest.submitIn())?.status == Guest.stalled, "the device stalls again")
  }

  // MARK: Plugs

  @Test("S7 unplugged: no transfer is answered, the connection is over; a new one finds the same device") func unplug()
    throws
  {
    let guest = try configured()
    try guest.send(15, [0x82])
    #expect(try guest.control(0x41, 3)?.status == Guest.success)
    _ = try guest.submitIn()
    let before = guest.packets.count
    guest.device.inject(.unplug)
    try guest.pass()
    #expect(guest.talk.isOver && guest.packets.count == before)
    try guest.send(101, guest.bulkHeader(0x81, 512))
    #expect(guest.packets.count == before)
    #expect(!guest.device.isOnBus())

    let nobody = try Guest(guest.device)
    #expect(nobody.talk.isOver && nobody.packets.map(\.type) == [0], "nothing is plugged in while the cable is out")
    guest.device.replug()
    #expect(guest.device.isOnBus())
    let again = try configured(guest.device)
    let status = try #require(try again.control(0xC1, 2, length: 512))
    #expect(try DeviceStatus(Frame.decode(status.bytes)).phase == .stopped, "the same device, with what happened to it")
    guest.talk.end()
    #expect(
      try again.control(0xC1, 2, length: 512)?.status == Guest.success, "the old connection's end is not the new one's")
    again.talk.end()
    #expect(again.device.isOnBus() && again.talk.isOver)
  }

  @Test("A second connection finds the device taken") func second() throws {
    let guest = try configured()
    let other = try Guest(guest.device)
    #expect(other.talk.isOver && other.answers(1).isEmpty)
    other.talk.end()
    #expect(try guest.control(0xC1, 2, length: 512)?.status == Guest.success)
  }

  @Test("Power that fails ends the connection; the device is back when it has started, unless the cable is pulled")
  func power() throws {
    let guest = try configured()
    guest.device.inject(.reset(memoryKept: true))
    try guest.pass()
    #expect(guest.talk.isOver && !guest.device.isOnBus())
    try guest.pass(100)
    #expect(!guest.device.isOnBus())
    try guest.pass(20)
    #expect(guest.device.isOnBus())
    let again = try configured(guest.device)
    again.device.inject(.reset(memoryKept: false))
    again.device.inject(.unplug)
    try again.pass(1_000)
    #expect(!again.device.isOnBus(), "the cable is out")
    again.device.replug()
    #expect(again.device.isOnBus())
    again.device.inject(.reset(memoryKept: true))
    again.device.replug()
    #expect(!again.device.isOnBus(), "the cable is in, and the device has not started")
    try again.pass(130)
    #expect(again.device.isOnBus())
  }

  @Test("A reset of the port takes the configuration and the listening, not the device's own state") func portReset()
    throws
  {
    let guest = try configured()
    try guest.send(15, [0x82])
    #expect(try guest.control(0x41, 3)?.status == Guest.success)
    let heard = guest.answers(103).count
    let waiting = try guest.submitIn()
    try guest.send(3)
    #expect(try guest.bulk(waiting)?.status == Guest.failed)
    #expect(guest.answer(try guest.send(7), 8) == [0, 0])
    #expect(try guest.configure() == [0, 1])
    #expect(guest.device.phase == .stopped)
    #expect(try guest.control(0x41, 4)?.status == Guest.success)
    #expect(guest.answers(103).count == heard, "nobody listens until the guest asks anew")
    try guest.send(15, [0x82])
    try guest.pass()
    #expect(guest.answers(103).count > heard)
    // Nor does who was told of a stall listen on under another configuration.
    try #require(guest.talk.port).stall(.interruptIn)
    try guest.pass()
    let told = guest.answers(103).count
    #expect(try guest.configure() == [0, 1])
    #expect(try guest.control(0x41, 3)?.status == Guest.success)
    #expect(guest.answers(103).count == told)
  }
}
