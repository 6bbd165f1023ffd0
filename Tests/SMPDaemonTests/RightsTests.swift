import Foundation
import SMPDaemon
import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPSession
import SMPSimulator
import StrictJSON
import Testing
import Varlink

@testable import smpsim

/// The whole daemon with the simulator's interface, its sockets real, its callers real users.
final class GuardedStation {
  static let operators: UInt32 = 20_101
  static let observers: UInt32 = 20_102

  let folder: Folder
  let daemon: Daemon
  let visitors: Visitors
  let device: SimulatedDevice
  var control: String { folder.path + "/io.smpd" }
  var stop: String { folder.path + "/io.smpd.stop" }

  init() throws {
    folder = try Folder()
    visitors = try Visitors()
    var configuration = DaemonConfiguration(
      stateDirectory: folder.path, limitsPath: folder.path + "/limits.yaml", socketPath: folder.path + "/io.smpd",
      simulated: true)
    configuration.operatorGID = Self.operators
    configuration.observerGID = Self.observers
    configuration.durability = .simulated
    try Data(LimitsFile.defaultText.utf8).write(to: URL(filePath: configuration.limitsPath))
    device = SimulatedDevice(SimulatedDeviceConfiguration(seed: 1), startingAt: HostClock.monotonic())
    let desk = try BenchDesk(BenchTests.bench(device))
    daemon = try Daemon(
      configuration, pacing: SimulatedPacing(device: device, pace: .never, wallNow: HostClock.wall()),
      handlers: [SimulatorHandler(desk: desk)])
    let board = daemon.board
    let ready = DispatchSemaphore(value: 0)
    // The journal's, the daemon's and the device's own entries: what comes later is somebody's doing.
    let watch = board.watch { if $0.snapshot.state == .ready, $0.durable >= 3 { ready.signal() } }
    daemon.attach(device)
    // The limit only keeps a broken daemon from hanging the tests.
    #expect(ready.wait(timeout: .now() + 60) == .success)
    board.remove(watch)
  }

  deinit { daemon.end() }

  /// Lets everybody connect, as a mistaken `chmod` would.
  func openToEverybody() throws {
    try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: control)
  }
}

/// Who may call what: every method of every interface that is served, by real calls.
@Suite(.enabled(if: Visitors.isPossible, Visitors.reason)) struct RightsTests {
  enum Right {
    /// What every service answers alike.
    case anybody
    case look
    case command
  }

  enum Role: CaseIterable {
    case stranger, observer, `operator`, root

    /// The operator's own group is not that of the socket; the stranger has groups, and none of these.
    var visitor: Visitor {
      switch self {
      case .stranger: Visitor(uid: 20_001, gid: 20_001, groups: [20_103, 20_104])
      case .observer: Visitor(uid: 20_002, gid: 20_002, groups: [20_104, GuardedStation.observers])
      case .operator:
        Visitor(uid: 20_003, gid: 20_003, groups: [GuardedStation.observers, GuardedStation.operators])
      case .root: Visitor(uid: 0, gid: 0)
      }
    }
  }

  /// One row for each method, with parameters that would do something.
  static let table: [String: (right: Right, parameters: JSONObject)] = [
    "org.varlink.service.GetInfo": (.anybody, [:]),
    "org.varlink.service.GetInterfaceDescription": (.anybody, ["interface": "io.smpd.device"]),

    "io.smpd.device.List": (.look, [:]),
    "io.smpd.device.Describe": (.look, [:]),
    "io.smpd.device.Watch": (.look, [:]),
    "io.smpd.device.DescribeLimits": (.look, [:]),
    "io.smpd.device.ExampleLimits": (.look, [:]),
    "io.smpd.device.Diagnose": (.look, [:]),
    "io.smpd.device.ClearFault": (.command, [:]),
    "io.smpd.device.SelfTest": (.command, [:]),
    "io.smpd.device.Unlock": (.command, ["by": "N", "reason": "R"]),

    "io.smpd.plan.Example": (.look, [:]),
    "io.smpd.plan.Check": (.look, ["text": .string(PlanDocument.exampleText)]),
    "io.smpd.plan.ListPresets": (.look, [:]),
    "io.smpd.plan.List": (.look, [:]),
    "io.smpd.plan.Describe": (.look, ["course": "C-000000"]),
    "io.smpd.plan.Import": (.command, ["text": .string(PlanDocument.exampleText)]),
    "io.smpd.plan.Amend": (
      .command, ["course": "C-000000", "text": .string(PlanDocument.exampleText), "by": "N", "reason": "R"]
    ),
    "io.smpd.plan.Agree": (.command, ["course": "C-000000", "by": "N"]),
    "io.smpd.plan.Sign": (.command, ["course": "C-000000", "by": "N"]),

    "io.smpd.course.List": (.look, [:]),
    "io.smpd.course.Describe": (.look, ["course": "C-000000"]),
    "io.smpd.course.Assess": (
      .command,
      ["course": "C-000000", "zones": [["zone": "vertex", "retentionPercent": 80]], "skin": "clear", "by": "N"]
    ),
    "io.smpd.course.Project": (.look, ["course": "C-000000"]),
    "io.smpd.course.Propose": (.look, ["course": "C-000000"]),
    "io.smpd.course.Forget": (.command, ["course": "C-000000", "by": "N", "reason": "R"]),
    "io.smpd.course.Abandon": (.command, ["course": "C-000000", "by": "N", "reason": "R"]),

    "io.smpd.lot.Register": (
      .command,
      ["supply": "cartridge", "lot": "K", "brand": "B", "expires": "2099-12-31", "by": "N"]
    ),
    "io.smpd.lot.Withdraw": (.command, ["supply": "cartridge", "lot": "K", "by": "N", "reason": "R"]),
    "io.smpd.lot.List": (.look, [:]),

    "io.smpd.session.Describe": (.look, [:]),
    "io.smpd.session.Monitor": (.look, [:]),
    "io.smpd.session.List": (.look, [:]),
    "io.smpd.session.Start": (
      .command,
      ["course": "C-000000", "operator": "N", "pigmentLot": "P", "cartridge": "K", "skin": "clear"]
    ),
    "io.smpd.session.Pause": (.command, ["reason": "client"]),
    "io.smpd.session.Resume": (.command, [:]),
    "io.smpd.session.Register": (.command, ["course": "C-TEST", "landmark": "nasion"]),
    "io.smpd.session.Load": (.command, ["cartridge": "K/2"]),
    "io.smpd.session.Comfort": (.command, ["score": 3]),
    "io.smpd.session.SelectZone": (.command, ["zone": "vertex"]),
    "io.smpd.session.Set": (.command, ["depthMicrometres": 400]),
    "io.smpd.session.Confirm": (.command, ["key": "depth-maximum", "by": "N", "reason": "R"]),
    "io.smpd.session.Resolve": (.command, ["by": "N", "reason": "R"]),
    "io.smpd.session.Stop": (.command, [:]),

    "io.smpd.journal.Read": (.look, [:]),
    "io.smpd.journal.DescribeKey": (.look, [:]),

    "io.smpd.simulator.Inject": (.command, ["fault": "stuck_motor"]),
    "io.smpd.simulator.Contacts": (.look, [:]),
    "io.smpd.simulator.Describe": (.look, [:]),
    "io.smpd.simulator.Witness": (.look, [:]),
    "io.smpd.simulator.TakeUp": (.command, BenchTests.work().parameters.json),
    "io.smpd.simulator.LayDown": (.command, [:]),
    "io.smpd.simulator.Pedal": (.command, ["down": true]),
    "io.smpd.simulator.Approach": (.command, ["place": ["xMicrometres": 1, "yMicrometres": 2]]),
  ]

  /// Every method the daemon itself says it serves, with its interface.
  static func served(_ station: GuardedStation) throws -> [(name: String, method: VarlinkMethod)] {
    let client = try VarlinkClient(path: station.control)
    let names = try #require(client.call("org.varlink.service.GetInfo")["interfaces"]?.array).compactMap(\.string)
    #expect(names.count == 8 && Set(names).count == 8, "\(names)")
    return try names.flatMap { name in
      let text = try client.call("org.varlink.service.GetInterfaceDescription", ["interface": .string(name)])
      let interface = try VarlinkInterface.parse(try #require(text["description"]?.string))
      #expect(interface.name == name)
      return interface.methods.map { ("\(name).\($0.name)", $0) }
    }
  }

  /// The error reply to one who may not call; nil where this role may.
  static func refusal(_ method: String, _ right: Right, _ role: Role) -> JSONObject? {
    switch (right, role) {
    case (.anybody, _), (_, .root), (_, .operator), (.look, .observer): return nil
    case (.look, .stranger), (.command, .stranger):
      return ["error": "org.varlink.service.PermissionDenied", "parameters": [:]]
    case (.command, .observer):
      let interface = method[..<(method.lastIndex(of: ".") ?? method.endIndex)]
      return [
        "error": .string("\(interface).NotPermitted"),
        "parameters": [
          "needed": "operator",
          "remedy": "ask the administrator to add you to the operators' group, or use smpctl stop",
        ],
      ]
    }
  }

  /// What the daemon and the device are, as far as a call could change it.
  private func picture(_ station: GuardedStation) throws -> [JSON] {
    let client = try VarlinkClient(path: station.control)
    return try [
      .object(client.call("io.smpd.session.Describe")), .object(client.call("io.smpd.plan.List")),
      client.call("io.smpd.simulator.Describe")["active"] ?? .null,
      client.call("io.smpd.journal.Read", ["limit": 1])["head"] ?? .null,
      .string("\(station.device.driveSpeed) \(station.device.contactLog.count) \(station.device.handProgress.count)"),
    ]
  }

  /// In earnest where it is refused, as a trial, and with parameters that are none: whoever may not call gets one answer.
  private func trials(_ method: VarlinkMethod, _ parameters: JSONObject, refused: Bool) -> [JSONObject] {
    let stray: JSONObject = ["noSuchParameter": 1]
    guard method.input.contains(where: { $0.name == "dryRun" }) else { return [parameters, stray] }
    var dry = parameters
    dry.append("dryRun", true)
    return refused ? [parameters, stray, dry] : [stray, dry]
  }

  @Test("S13 every method has a right, every right its method; who may not call is refused, and nothing has changed")
  func table() throws {
    let station = try GuardedStation()
    try station.openToEverybody()
    let served = try Self.served(station)
    #expect(Set(served.map(\.name)) == Set(Self.table.keys))
    let before = try picture(station)
    for isRefused in [true, false] {
      for (name, method) in served {
        let row = try #require(Self.table[name], "\(name) has no right")
        for role in Role.allCases {
          let refusal = Self.refusal(name, row.right, role)
          guard isRefused == (refusal != nil) else { continue }
          for parameters in trials(method, row.parameters, refused: isRefused) {
            for more in [false, true] {
              let reply = try station.visitors.call(
                station.control, as: role.visitor,
                ["method": .string(name), "parameters": .object(parameters), "more": .bool(more)])
              if isRefused { #expect(reply == refusal, "\(name) as \(role)") }
              let error = try #require(reply)["error"]?.string ?? ""
              let denied = error.hasSuffix("PermissionDenied") || error.hasSuffix("NotPermitted")
              #expect(denied == isRefused, "\(name) as \(role): \(error)")
            }
          }
        }
      }
      guard isRefused else { continue }
      let after = try picture(station)
      #expect(after == before, "\(zip(before, after).filter { $0 != $1 })")
    }
  }

  @Test(
    "S13 a oneway command of one who may not command is not carried out either", arguments: [Role.observer, .stranger])
  func oneway(role: Role) throws {
    let station = try GuardedStation()
    try station.openToEverybody()
    let before = try picture(station)
    for (name, row) in Self.table where row.right == .command {
      let connection = try station.visitors.open(station.control, as: role.visitor)
      try station.visitors.send(
        connection, ["method": .string(name), "parameters": .object(row.parameters), "oneway": true])
      // Answered behind it.
      try station.visitors.send(connection, ["method": "org.varlink.service.GetInfo"])
      #expect(try station.visitors.receive(connection)?["parameters"]?.object?["product"] == "smpd")
      // There are more commands than one user may have connections.
      try station.visitors.close(connection)
    }
    #expect(try picture(station) == before)
  }

  @Test("a stranger is told the same of everything: of what exists, of what does not, and of what is no method at all")
  func strangerLearnsNothing() throws {
    let station = try GuardedStation()
    try station.openToEverybody()
    for method in [
      "io.smpd.session.Describe", "io.smpd.session.NoSuchMethod", "io.smpd.nothing.Here", "Nothing", "",
      "org.varlink.serviceX.GetInfo",
    ] {
      let reply = try station.visitors.call(
        station.control, as: Role.stranger.visitor, ["method": .string(method), "upgrade": true])
      #expect(reply == ["error": "org.varlink.service.PermissionDenied", "parameters": [:]], "\(method)")
    }
    // Who may look is told what there is.
    let reply = try station.visitors.call(
      station.control, as: Role.observer.visitor, ["method": "io.smpd.session.NoSuchMethod"])
    #expect(reply?["error"] == "org.varlink.service.MethodNotFound")
  }

  @Test("the socket as the daemon makes it: the observers' group may open it, a stranger may not even connect")
  func socketFile() throws {
    let station = try GuardedStation()
    let attributes = try FileManager.default.attributesOfItem(atPath: station.control)
    #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o660)
    #expect((attributes[.groupOwnerAccountID] as? NSNumber)?.uint32Value == GuardedStation.observers)
    #expect(try station.visitors.open(station.control, as: Role.stranger.visitor).code == Int64(EACCES))
    for role in [Role.observer, .operator, .root] {
      #expect(try station.visitors.open(station.control, as: role.visitor).code == 0, "\(role)")
    }
    #expect(try station.visitors.open(station.stop, as: Role.stranger.visitor).code == 0)
  }
}
