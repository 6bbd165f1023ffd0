import SMPSimulator
import StrictJSON
import Testing

/// What strangers get from the stop socket, and what they cannot take from others on both sockets.
@Suite(.enabled(if: Visitors.isPossible, Visitors.reason)) struct StrangersTests {
  private static let stranger = RightsTests.Role.stranger.visitor
  private static let describe: JSONObject = ["method": "io.smpd.stop.Describe"]

  private static func stranger(_ number: Int) -> Visitor {
    Visitor(uid: 21_000 + UInt32(number), gid: 21_000 + UInt32(number))
  }

  @Test("S6 a stranger is told the state's word and what became of his stop, member by member, and nothing else")
  func stopSocket() throws {
    let station = try GuardedStation()
    func ask(_ method: String, _ parameters: JSONObject = [:], more: Bool = false) throws -> JSONObject? {
      try station.visitors.call(
        station.stop, as: Self.stranger,
        ["method": .string(method), "parameters": .object(parameters), "more": .bool(more)])
    }
    #expect(try ask("io.smpd.stop.Describe") == ["parameters": ["state": "ready"]])
    // Every method of every interface of the control socket, asked for here.
    for (name, row) in RightsTests.table where row.right != .anybody {
      let reply = try ask(name, more: true)
      #expect(reply == ["error": "org.varlink.service.MethodNotFound", "parameters": ["method": .string(name)]])
    }
    let information = try #require(try ask("org.varlink.service.GetInfo")?["parameters"]?.object)
    #expect(Set(information.members.map(\.name)) == ["vendor", "product", "version", "url", "interfaces"])
    #expect(information["interfaces"] == ["io.smpd.stop", "org.varlink.service"])
    for (name, row) in RightsTests.table where row.right != .anybody {
      let interface = name.split(separator: ".").dropLast().joined(separator: ".")
      let reply = try ask("org.varlink.service.GetInterfaceDescription", ["interface": .string(interface)])
      #expect(reply?["error"] == "org.varlink.service.InterfaceNotFound")
    }
    let before = station.device.contactLog.count
    for protective in [false, true, true] {
      let reply = try #require(try ask("io.smpd.stop.Stop", ["protective": .bool(protective), "reason": "R"]))
      #expect(reply.members.map(\.name) == ["parameters"])
      let said = try #require(reply["parameters"]?.object)
      #expect(said["outcome"] == "still")
      #expect(Set(said.members.map(\.name)) == ["outcome", "latencyMicroseconds"])
    }
    #expect(station.device.contactLog.count == before)
    #expect(try ask("io.smpd.stop.Describe") == ["parameters": ["state": "stopped"]])
  }

  @Test("S6 the stop socket full of one stranger's connections: everybody still stops, the stranger's oldest make room")
  func oneStrangerAtTheStop() throws {
    let station = try GuardedStation()
    let held = try (0..<200).map { _ in try station.visitors.open(station.stop, as: Self.stranger) }
    for visitor in [RightsTests.Role.operator.visitor, Self.stranger(1), Visitor(uid: 0, gid: 0)] {
      let reply = try station.visitors.call(
        station.stop, as: visitor, ["method": "io.smpd.stop.Stop", "parameters": ["protective": true]])
      #expect(reply?["parameters"]?.object?["outcome"] == "still", "\(visitor)")
    }
    // The newest is still there, the oldest is not.
    try station.visitors.send(held[199], Self.describe)
    #expect(try station.visitors.receive(held[199])?["parameters"] == ["state": "stopped"])
    #expect(try station.visitors.receive(held[0]) == nil)
  }

  @Test("S6 a place is kept for each operator: hundreds of strangers, each another user, do not push one out")
  func manyStrangersAtTheStop() throws {
    let station = try GuardedStation()
    let operators = (0..<3).map { number in
      Visitor(uid: 22_000 + UInt32(number), gid: 22_000, groups: [GuardedStation.operators])
    }
    let first = try operators.map { try station.visitors.open(station.stop, as: $0) }
    let second = try station.visitors.open(station.stop, as: operators[0])
    for number in 0..<200 {
      let stranger = try station.visitors.open(station.stop, as: Self.stranger(number))
      try station.visitors.send(stranger, Self.describe)
      #expect(try station.visitors.receive(stranger)?["parameters"] == ["state": "ready"], "never kept waiting")
    }
    for kept in [second, first[1], first[2]] {
      try station.visitors.send(kept, ["method": "io.smpd.stop.Stop", "parameters": ["protective": true]])
      #expect(try station.visitors.receive(kept)?["parameters"]?.object?["outcome"] == "still")
    }
    // One place each, the newest: the operator's other one was not kept.
    #expect(try station.visitors.receive(first[0]) == nil)
  }

  @Test(
    "the control socket full of strangers and observers: an operator gets in, and the lowest and greediest make room")
  func control() throws {
    let station = try GuardedStation()
    try station.openToEverybody()
    let visitors = station.visitors
    func isServed(_ connection: Visitors.Connection) throws -> Bool {
      try visitors.send(connection, ["method": "org.varlink.service.GetInfo"])
      return try visitors.receive(connection) != nil
    }
    let observer = Visitor(uid: 23_000, gid: 23_000, groups: [GuardedStation.observers])
    let looking = try (0..<15).map { _ in try visitors.open(station.control, as: observer) }
    var strangers: [Visitors.Connection] = []
    for number in 0..<49 { strangers.append(try visitors.open(station.control, as: Self.stranger(number / 16))) }
    for connection in looking + strangers { #expect(try isServed(connection)) }
    // 64 are taken; a stranger finds no place, unless he has none and another stranger has several.
    #expect(try !isServed(visitors.open(station.control, as: Self.stranger(3))))
    let fifth = try visitors.open(station.control, as: Self.stranger(4))
    #expect(try isServed(fifth))
    #expect(try visitors.receive(strangers[0]) == nil)
    // Operators push strangers out, one for one, down to the last; then observers.
    var operators: [Visitors.Connection] = []
    for number in 0..<50 {
      let visitor = Visitor(uid: 24_000 + UInt32(number / 16), gid: 24_000, groups: [GuardedStation.operators])
      operators.append(try visitors.open(station.control, as: visitor))
      #expect(try isServed(operators[number]))
    }
    #expect(try visitors.receive(fifth) == nil)
    #expect(try visitors.receive(looking[0]) == nil)
    #expect(try isServed(looking[1]))
    // Among operators only who has no place gets one from who has several.
    for number in 0..<14 {
      let visitor = Visitor(uid: 25_000 + UInt32(number), gid: 25_000, groups: [GuardedStation.operators])
      #expect(try isServed(visitors.open(station.control, as: visitor)))
    }
    #expect(try isServed(operators[0]))
    let root = try visitors.open(station.control, as: Visitor(uid: 0, gid: 0))
    #expect(try isServed(root))
    #expect(try visitors.receive(operators[0]) == nil)
    #expect(try isServed(operators[1]))
    #expect(try !isServed(visitors.open(station.control, as: Visitor(uid: 0, gid: 0))))
  }
}
