import SMPModel
import SMPSimulator
import StrictJSON
import Synchronization

/// Commands in, one line of JSON out for each.
final class CommandDesk {
  let bus: MockBus

  init(bus: MockBus) { self.bus = bus }

  func answer(_ line: String) -> (JSONObject, isLast: Bool) {
    var words = line.split(separator: " ").map(String.init)
    guard !words.isEmpty else { return (Self.failure("no command"), false) }
    let command = words.removeFirst()
    if command == "quit" { return (["ok": true], true) }
    do {
      var answer: JSONObject = ["ok": true]
      for member in try perform(command, words).members { answer.append(member.name, member.value) }
      try bus.sweep()
      return (answer, false)
    } catch {
      return (Self.failure((error as? Refused)?.reason ?? "\(error)"), false)
    }
  }

  private static func failure(_ reason: String) -> JSONObject { ["ok": false, "error": .string(reason)] }

  private func perform(_ command: String, _ words: [String]) throws -> JSONObject {
    switch command {
    case "plug", "unplug", "move", "driver", "busy", "list": try performOnBus(command, words)
    case "errno", "babble", "short", "withhold", "release", "stall", "unstall": try performOnPort(command, words)
    default: try performOnDevice(command, words)
    }
  }

  // MARK: The bus

  private func performOnBus(_ command: String, _ words: [String]) throws -> JSONObject {
    switch command {
    case "plug": return try plug(PortName(Self.word(words, 0)), Self.word(words, 1), Array(words.dropFirst(2)))
    case "unplug": try bus.unplug(PortName(Self.word(words, 0)))
    case "move":
      let from = try PortName(Self.word(words, 0))
      let plug = try bus[from]
      let to = try PortName(Self.word(words, 1))
      guard bus.plugs[to] == nil else { throw Refused("\(to.text) is taken") }
      try bus.unplug(from)
      return Self.place(try bus.plug(plug.device, at: to, plug.wish))
    case "driver":
      let name = try Self.word(words, 1)
      try bus[PortName(Self.word(words, 0))].usbfs.state.withLock { $0.driver = name }
    case "busy": try bus[PortName(Self.word(words, 0))].usbfs.state.withLock { $0.isBusy = true }
    default:
      let plugs = bus.plugs.values.sorted { $0.text.port.text < $1.text.port.text }
      return ["plugs": .array(plugs.map { .object(Self.place($0)) })]
    }
    return [:]
  }

  private static func place(_ plug: MockBus.Plug) -> JSONObject {
    [
      "port": .string(plug.text.port.text), "serial": .string(plug.device.serial), "node": .string(plug.text.node),
      "devnum": .integer(Int64(plug.text.address)),
    ]
  }

  private func plug(_ port: PortName, _ serial: String, _ words: [String]) throws -> JSONObject {
    guard !serial.isEmpty, serial.utf8.count <= 32, serial.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw Refused("a serial is 1 to 32 printable characters")
    }
    var wish = PlugWish()
    var prepared: [[String]] = []
    for word in words {
      if let variant = DescriptorVariant(rawValue: word) {
        wish.variant = variant
      } else if word == "full" {
        wish.speed = .full
      } else if word == "norule" {
        wish.hasRule = false
      } else {
        prepared.append(word.split(whereSeparator: { $0 == "=" || $0 == ":" }).map(String.init))
      }
    }
    let device = bus.device(serial)
    let plug = try bus.plug(device, at: port, wish) { port, usbfs in
      for words in prepared { try self.prepare(words, device, port, usbfs) }
    }
    return Self.place(plug)
  }

  private func prepare(
    _ words: [String], _ device: MockDevice, _ port: SimulatedPort, _ usbfs: MockUsbfs
  ) throws {
    switch try Self.word(words, 0) {
    case "busy": usbfs.state.withLock { $0.isBusy = true }
    case "driver":
      let name = try Self.word(words, 1)
      usbfs.state.withLock { $0.driver = name }
    case "fault": device.device.inject(try Self.fault(words, 1))
    case let command: try perform(command, Array(words.dropFirst()), on: port)
    }
  }

  // MARK: One port

  private func performOnPort(_ command: String, _ words: [String]) throws -> JSONObject {
    let plug = try bus[PortName(Self.word(words, 0))]
    plug.device.catchUp()
    try perform(command, Array(words.dropFirst()), on: plug.port)
    plug.device.wake()
    return [:]
  }

  private func perform(_ command: String, _ words: [String], on port: SimulatedPort) throws {
    let endpoint = try Self.endpoint(Self.word(words, 0))
    switch command {
    case "errno":
      let status = try Self.status(Self.word(words, 1))
      let isTaken = words.last == "taken"
      let count = words.count > (isTaken ? 3 : 2) ? try Self.number(words, 2) : 1
      port.script(isTaken ? .failsAfter(status) : .fails(status), on: endpoint, count: count)
    case "babble": port.script(.babbles, on: endpoint, count: words.count > 1 ? try Self.number(words, 1) : 1)
    case "short":
      port.script(
        .short(try Self.number(words, 1)), on: endpoint, count: words.count > 2 ? try Self.number(words, 2) : 1)
    case "withhold": port.withhold(endpoint)
    case "release": port.release(endpoint)
    case "stall": port.stall(endpoint)
    case "unstall": _ = port.clearHalt(endpoint.rawValue)
    default: throw Refused("there is no command \(command)")
    }
  }

  // MARK: Words

  static func word(_ words: [String], _ place: Int) throws -> String {
    guard place < words.count else { throw Refused("word \(place + 1) after the command is missing") }
    return words[place]
  }

  static func number(_ words: [String], _ place: Int) throws -> Int {
    let word = try word(words, place)
    guard let number = Int(word) else { throw Refused("\(word) is no whole number") }
    return number
  }

  static func fault(_ words: [String], _ place: Int) throws -> SimulatedFault {
    let word = try word(words, place)
    guard let fault = SimulatedFault(word: word) else {
      throw Refused("there is no fault \(word); there are " + SimulatedFault.all.map(\.word).joined(separator: ", "))
    }
    return fault
  }

  static func endpoint(_ word: String) throws -> PortEndpoint {
    switch word {
    case "control", "0", "0x00": return .control
    case "out", "1", "0x01": return .bulkOut
    case "in", "0x81": return .bulkIn
    case "interrupt", "0x82": return .interruptIn
    default: throw Refused("\(word) is no endpoint; there are control, out, in and interrupt")
    }
  }

  private static let statuses: [String: Int32] = [
    "EIO": 5, "ENOENT": 2, "EAGAIN": 11, "ENODEV": 19, "EPIPE": 32, "ETIME": 62, "EPROTO": 71, "EOVERFLOW": 75,
    "EILSEQ": 84, "ECONNRESET": 104, "ESHUTDOWN": 108, "ETIMEDOUT": 110, "EREMOTEIO": 121,
  ]

  static func status(_ word: String) throws -> URBStatus {
    guard let code = statuses[word] ?? Int32(word).map({ abs($0) }), code < 200 else {
      throw Refused("\(word) is no errno")
    }
    return URBStatus(rawValue: -code)
  }
}
