import Foundation
import SMPModel
import SMPWire
import Testing

/// Real libusb and real libudev in front of the simulated device; nothing of ours lies between.
@Suite struct MockBusTests {
  private static let hello = hex(HostCommand.hello(oldest: 1, newest: 1).encoded(sequence: 1))
  private static let version = "ok " + hex(DeviceMessage.version(1).encoded(sequence: 1))

  private static func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

  private static func bytes(_ answer: String) -> [UInt8] {
    let text = Array(answer.drop { $0 != " " }.dropFirst())
    return stride(from: 0, to: text.count - 1, by: 2).compactMap { UInt8(String(text[$0...$0 + 1]), radix: 16) }
  }

  // MARK: Refusals of the bus itself

  @Test(
    "A command that means nothing is answered with what is wrong",
    arguments: [
      "fly 1-1", "plug", "plug 11 S", "plug 1-2. S", "plug 1-0 S", "plug 1-1", "plug 1-1 S sideways", "unplug 1-1",
      "describe 1-1", "times 1-1", "errno 1-1 in 5",
      "hand 1-1 /nowhere 1", "move 1-1 1-2", "",
    ]) func badCommands(_ line: String) throws
  {
    let bus = try LiveBus()
    let answer = try bus.json(line)
    #expect(answer["ok"] as? Bool == false)
    #expect((answer["error"] as? String)?.isEmpty == false)
    try bus.command("plug 1-1 SIM-0001")
    #expect(try bus.json("plug 1-1 SIM-0002")["ok"] as? Bool == false, "taken")
    #expect(try bus.json("plug 1-2 SIM-0001")["ok"] as? Bool == false, "one device is in one place")
    #expect(try bus.json("fault 1-1 gremlin")["ok"] as? Bool == false)
  }

  // MARK: A session of libusb

  @Test("libusb finds the device, claims it, and talks to all four endpoints") func talks() throws {
    let bus = try LiveBus()
    try bus.begin()
    try bus.expect("list", "ok 1-1 1209:0001 speed 3 endpoints 3 sound")
    try bus.expect("text 3", "ok SIM-0001")
    let capabilities = try Frame.decode(Self.bytes(bus.probe("control 0xC1 1 0 512")))
    #expect(try DeviceCapabilities(capabilities).serial == "SIM-0001")
    #expect(try DeviceCapabilities(capabilities).isSimulated)
    let status = try Frame.decode(Self.bytes(bus.probe("control 0xC1 2 0 512")))
    #expect(try DeviceStatus(status).phase == .idle)
    try bus.expect("control 0xC1 9 0 512", "LIBUSB_ERROR_PIPE")
    try bus.expect("out 0x01 \(Self.hello)", "ok 12")
    try bus.expect("in 0x81 512 2000", Self.version)
    try bus.expect("command 0x41 3 1", "ok")
    let notice = try Frame.decode(Self.bytes(bus.probe("in 0x82 64 2000")))
    guard case .stateChanged(let state) = try DeviceNotice(notice) else {
      Issue.record("no state but \(notice)")
      return
    }
    #expect(state.phase == .stopped)
    try bus.expect("in 0x82 64 50", "LIBUSB_ERROR_TIMEOUT")
    try bus.expect("cancel 0x81 512", "ok cancelled:0")
    try bus.expect("out 0x01 \(Self.hello)", "ok 12")
    try bus.expect("in 0x81 512 2000", Self.version)
    try bus.expect("close", "ok")
    // umockdev hears of the close by itself, a moment later.
    for _ in 0..<2_000 where try bus.command("describe 1-1")["openFiles"] as? Int != 0 {}
    #expect(try bus.command("describe 1-1")["openFiles"] as? Int == 0)
  }

  @Test("A full-speed device says so") func fullSpeed() throws {
    let bus = try LiveBus()
    try bus.begin("full")
    try bus.expect("list", "ok 1-1 1209:0001 speed 2 endpoints 3 sound")
    try bus.expect("out 0x01 \(Self.hello)", "ok 12")
    try bus.expect("in 0x81 512 2000", Self.version)
  }

  @Test("A client that waits sleeps: it does not ask in circles") func sleeps() throws {
    let bus = try LiveBus()
    try bus.begin()
    try bus.expect("pend 0x82 64 2", "ok")
    let before = try bus.command("describe 1-1")["emptyReaps"] as? Int ?? .max
    #expect(try bus.probe("idle 300").hasPrefix("ok"))
    let after = try bus.command("describe 1-1")["emptyReaps"] as? Int ?? .max
    #expect(after - before <= 2)
    try bus.command("unplug 1-1")
    try bus.expect("ended", "ok no_device:0 no_device:0")
  }

  @Test("Round trips come back, hundreds of them") func pace() throws {
    let bus = try LiveBus()
    try bus.begin()
    #expect(try bus.probe("pace 300 \(Self.hello)").hasPrefix("ok "))
    #expect(try bus.command("describe 1-1")["bulkInLost"] as? Int == 0)
  }

  @Test("The times of each URB: begun, come, ended, in this order") func times() throws {
    let bus = try LiveBus()
    try bus.begin()
    let begins = try bus.probe("begins 0x41 3 5").split(separator: " ").dropFirst(3).compactMap { Int($0) }
    let urbs = try bus.command("times SIM-0001")["urbs"] as? [[String: Any]] ?? []
    let stops = urbs.filter { $0["request"] as? Int == 3 }
    #expect(begins.count == 5)
    #expect(stops.count == 5)
    for (begun, stop) in zip(begins, stops) {
      let came = try #require(stop["submittedNanoseconds"] as? Int)
      #expect(stop["endpoint"] as? Int == 0)
      #expect(begun <= came)
      #expect(try came <= #require(stop["completedNanoseconds"] as? Int))
    }
    let last = try #require(urbs.last?["number"] as? Int)
    #expect((try bus.command("times 1-1 \(last)")["urbs"] as? [Any])?.isEmpty == true)
    #expect(try bus.probe("echo 3 \(Self.hello) \(Self.hello)") == "ok")
    let echoes = try bus.command("times 1-1 \(last)")["urbs"] as? [[String: Any]] ?? []
    #expect(echoes.filter { $0["endpoint"] as? Int == 0x01 }.map { $0["frame"] as? Int } == [1, 1, 1, 1, 1, 1])
    #expect(echoes.filter { $0["endpoint"] as? Int == 0x81 && $0["frame"] as? Int == 0x83 }.count == 6)
    try bus.command("unplug 1-1")
    #expect(try bus.json("times SIM-0001")["ok"] as? Bool == false, "plugged in nowhere")
  }

  // MARK: Hot plug

  @Test("S7 hot plug: arrival, removal with transfers pending, and the same device at another port") func hotPlug()
    throws
  {
    let bus = try LiveBus()
    try bus.expect("list", "ok")
    let first = try bus.command("plug 1-1 SIM-0001")["devnum"] as? Int
    try bus.expect("wait arrived", "ok 1-1")
    try bus.expect("open 1-1", "ok")
    try bus.expect("claim", "ok")
    try bus.expect("pend 0x81 512 3", "ok")
    try bus.command("unplug 1-1")
    try bus.expect("ended", "ok no_device:0 no_device:0 no_device:0")
    try bus.expect("wait left", "ok 1-1")
    try bus.expect("out 0x01 \(Self.hello)", "LIBUSB_ERROR_NO_DEVICE")
    try bus.expect("close", "ok")
    let second = try bus.command("plug 2-1 SIM-0001")["devnum"] as? Int
    try bus.expect("wait arrived", "ok 2-1")
    let third = try bus.command("move 2-1 1-1")["devnum"] as? Int
    try bus.expect("wait left", "ok 2-1")
    try bus.expect("wait arrived", "ok 1-1")
    #expect([first, second, third] == [2, 2, 3], "each plug has an address of its own on its bus")
    try bus.expect("open 1-1", "ok")
    try bus.expect("claim", "ok")
    try bus.expect("out 0x01 \(Self.hello)", "ok 12")
    try bus.expect("in 0x81 512 2000", Self.version)
  }

  @Test("Several devices at once, each with its own memory") func several() throws {
    let bus = try LiveBus()
    try bus.command("plug 1-1 SIM-0001")
    try bus.command("plug 1-2 SIM-0002")
    try bus.command("plug 2-1.3 SIM-0003 other_vendor")
    let found = try bus.probe("list").dropFirst(3).split(separator: ",").map { $0.split(separator: " ")[0] }.sorted()
    #expect(found == ["1-1", "1-2", "2-1.3"])
    try bus.expect("open 1-2", "ok")
    try bus.expect("text 3", "ok SIM-0002")
    #expect((try bus.command("list")["plugs"] as? [Any])?.count == 3)
  }

  @Test(
    "S7 power fails: the device leaves the bus and comes back, with its memory or without", arguments: ["kept", "lost"])
  func reset(_ memory: String) throws {
    let bus = try LiveBus()
    try bus.begin()
    let before = try DeviceStatus(Frame.decode(Self.bytes(bus.probe("control 0xC1 2 0 512"))))
    try bus.expect("pend 0x81 512 1", "ok")
    try bus.command("reset 1-1 \(memory)")
    try bus.expect("ended", "ok no_device:0")
    try bus.expect("close", "ok")
    try bus.expect("wait left", "ok 1-1")
    try bus.expect("open 1-1", "ok")
    try bus.expect("claim", "ok")
    let status = try DeviceStatus(Frame.decode(Self.bytes(bus.probe("control 0xC1 2 0 512"))))
    let starts = status.bootCount &- before.bootCount
    #expect(memory == "kept" ? starts == 1 : starts > Bounds.startsBetweenAttaches)
  }

  // MARK: Descriptors and udev

  @Test(
    "Descriptors that are wrong look so to libusb",
    arguments: [
      ("wrong_class", "1209:0001 speed 3 endpoints 3 sound"),
      ("missing_endpoint", "1209:0001 speed 3 endpoints 2 sound"),
      ("other_vendor", "16c0:05dc speed 3 endpoints 3 sound"),
      ("wrong_packet_size", "1209:0001 speed 3 endpoints 3 sound"),
    ]) func variants(_ variant: String, _ seen: String) throws
  {
    let bus = try LiveBus()
    try bus.command("plug 1-1 SIM-0001 \(variant)")
    try bus.expect("list", "ok 1-1 \(seen)")
  }

  @Test(
    "A configuration that is cut short or has no length is no sound one",
    arguments: ["truncated_configuration", "zero_length"])
  func broken(_ variant: String) throws {
    let bus = try LiveBus()
    try bus.command("plug 1-1 SIM-0001 \(variant)")
    #expect(try !bus.probe("list").contains("endpoints 3 sound"))
  }

  @Test("The serial string may differ from the capabilities' serial") func otherSerial() throws {
    let bus = try LiveBus()
    try bus.begin("other_serial")
    try bus.expect("text 3", "ok SIM-0001X")
    let capabilities = try Frame.decode(Self.bytes(bus.probe("control 0xC1 1 0 512")))
    #expect(try DeviceCapabilities(capabilities).serial == "SIM-0001")
  }

  @Test("udev shows the device as it is, and whether the rule ran") func udev() throws {
    let bus = try LiveBus()
    try bus.command("plug 1-1 SIM-0001")
    try bus.command("plug 1-2 SIM-0002 norule")
    try bus.expect("udev 1-1 SMPD_RULE", "ok 1")
    try bus.expect("udev 1-2 SMPD_RULE", "absent")
    for (key, value) in [
      ("DEVTYPE", "usb_device"), ("DEVNAME", "/dev/bus/usb/001/002"), ("idVendor", "1209"), ("serial", "SIM-0001"),
      ("speed", "480"), ("power/control", "on"), ("bConfigurationValue", "1"), ("product", "Simulated needle device"),
    ] { try bus.expect("udev 1-1 \(key)", "ok \(value)") }
    try bus.expect("udev 1-1:1.0 bInterfaceSubClass", "ok 53")
  }

  // MARK: Faults

  @Test(
    "Each errno becomes libusb's own error",
    arguments: [
      ("EPIPE", "LIBUSB_ERROR_PIPE"), ("EPROTO", "LIBUSB_ERROR_IO"), ("EILSEQ", "LIBUSB_ERROR_IO"),
      ("ETIME", "LIBUSB_ERROR_IO"), ("ETIMEDOUT", "LIBUSB_ERROR_IO"), ("EIO", "LIBUSB_ERROR_IO"),
      ("EOVERFLOW", "LIBUSB_ERROR_OVERFLOW"), ("ENODEV", "LIBUSB_ERROR_NO_DEVICE"),
      ("ESHUTDOWN", "LIBUSB_ERROR_NO_DEVICE"), ("EREMOTEIO", "ok 0"), ("ECONNRESET", "ok 0"),
    ]) func errnos(_ name: String, _ error: String) throws
  {
    let bus = try LiveBus()
    try bus.begin()
    try bus.command("errno 1-1 out \(name)")
    try bus.expect("out 0x01 \(Self.hello)", error)
    try bus.expect("out 0x01 \(Self.hello)", "ok 12")
    try bus.command("errno 1-1 in \(name) 1 taken")
    try bus.expect("in 0x81 512 2000", error == "ok 0" ? "ok" : error)
    try bus.expect("in 0x81 512 50", "LIBUSB_ERROR_TIMEOUT")
  }

  @Test("Stalled until cleared, withheld until released, babbling, short") func endpointFaults() throws {
    let bus = try LiveBus()
    try bus.begin("stall=out")
    try bus.expect("out 0x01 \(Self.hello)", "LIBUSB_ERROR_PIPE")
    try bus.expect("control 0xC1 9 0 512", "LIBUSB_ERROR_PIPE")
    try bus.expect("clear 0x01", "ok")
    try bus.expect("out 0x01 \(Self.hello)", "ok 12")
    try bus.command("withhold 1-1 in")
    try bus.expect("in 0x81 512 50", "LIBUSB_ERROR_TIMEOUT")
    try bus.command("release 1-1 in")
    try bus.expect("in 0x81 512 2000", Self.version)
    try bus.command("babble 1-1 in")
    try bus.expect("in 0x81 64 2000", "LIBUSB_ERROR_OVERFLOW")
    try bus.expect("out 0x01 \(Self.hello)", "ok 12")
    try bus.command("short 1-1 in 3")
    try bus.expect("in 0x81 512 2000", "ok 018301")
    try bus.command("fault 1-1 hang")
    try bus.expect("pend 0x82 64 1", "ok")
    try bus.command("clear 1-1 hang")
    try bus.expect("command 0x41 3 1", "ok")
    #expect(try bus.probe("ended").hasPrefix("ok completed:"))
  }

  @Test("A claim that is refused, and a kernel driver that is pushed aside") func claims() throws {
    let bus = try LiveBus()
    try bus.command("plug 1-1 SIM-0001 driver=cdc_acm")
    try bus.expect("open 1-1", "ok")
    try bus.expect("driver", "ok 1")
    try bus.expect("claim", "LIBUSB_ERROR_BUSY")
    try bus.expect("detach", "ok")
    try bus.expect("claim", "ok")
    try bus.expect("driver", "ok 0")
    try bus.expect("release", "ok")
    try bus.expect("driver", "ok 1")
    try bus.command("busy 1-1")
    try bus.expect("claim", "LIBUSB_ERROR_BUSY")
  }

  // MARK: The person

  @Test("The foot, the handpiece and the needle's own log") func person() throws {
    let bus = try LiveBus()
    try bus.begin()
    try bus.command("fault 1-1 dot_without_grant")
    try bus.command("approach 1-1 1000 2000")
    let status = try DeviceStatus(Frame.decode(Self.bytes(bus.probe("control 0xC1 2 0 512"))))
    #expect(status.phase == .faulted || status.phase == .idle)
    try bus.command("withdraw 1-1")
    let contacts = try bus.command("contacts 1-1")
    #expect(contacts["made"] as? Int == 1)
    let first = try #require((contacts["contacts"] as? [[String: Any]])?.first)
    #expect(first["xMicrometres"] as? Int == 1_000)
    #expect(first["yMicrometres"] as? Int == 2_000)
    try bus.command("unplug 1-1")
    #expect(try bus.command("contacts SIM-0001 1")["made"] as? Int == 1, "the log outlives the plug")
    #expect((try bus.command("contacts SIM-0001 1")["contacts"] as? [Any])?.isEmpty == true)
    try bus.command("pedal SIM-0001 down")
    try bus.command("plug 1-1 SIM-0001")
    try bus.expect("close", "ok")
    try bus.expect("open 1-1", "ok")
    let after = try DeviceStatus(Frame.decode(Self.bytes(bus.probe("control 0xC1 2 0 512"))))
    #expect(after.pedalPressed)
    #expect(after.contactCount == 1)
  }
}
