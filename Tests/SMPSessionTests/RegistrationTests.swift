import SMPGuard
import SMPModel
import SMPSession
import Testing

/// S12: a device with a frame of its own works only when its handpiece is registered.
@Suite struct RegistrationTests {
  static let ownFrame = DeviceCapabilities(
    oldestVersion: 1, newestVersion: 1, depthMinimum: .zero, depthMaximum: .micrometres(1_900),
    depthStep: .micrometres(10), depthAccuracy: .micrometres(150), speedMinimum: .millihertz(50_000),
    speedMaximum: .millihertz(150_000), positioning: .absolute(accuracy: .micrometres(50)), recordWindow: 4,
    leaseMaximum: Bounds.leaseLifetime, hasPedal: true, hasStopInput: false, indicators: .lamp, serial: "OWN-1",
    firmware: "test 1", isSimulated: true)

  static let landmarks = [
    Landmark(name: "nasion", place: ChartPosition(x: 30_000, y: -40_000)),
    Landmark(name: "ear-left", place: ChartPosition(x: 110_000, y: 30_000)),
    Landmark(name: "ear-right", place: ChartPosition(x: -50_000, y: 30_000)),
  ]

  static func order(_ landmarks: [Landmark] = landmarks) -> StartOrder {
    let order = Conversation.order()
    return StartOrder(
      session: order.session,
      profile: SessionProfile(
        course: "C-1", planDigest: Conversation.planDigest, session: 1, zoneOrder: .free, zones: order.profile.zones,
        landmarks: landmarks),
      signature: order.signature, site: order.site, history: [], sessionsDone: 0, deviceSerial: nil,
      operatorName: "O", pigmentLot: "L", cartridge: "K", skin: .clear, earlier: .none, wall: order.wall)
  }

  /// Turned by a quarter and moved: where this device sees a place of the chart.
  static func seen(_ place: ChartPosition) -> DevicePosition {
    DevicePosition(x: 300_000 - place.y, y: -200_000 + place.x)
  }

  /// A session that waits, on such a device.
  static func waiting() throws -> Conversation {
    var talk = Conversation()
    _ = talk.machine.deviceAttached(ownFrame, Conversation.idle, at: talk.now, wall: talk.wall)
    let actions = try talk.machine.start(order(), at: talk.now)
    #expect(!actions.admits, "nothing is prepared that could move")
    #expect(talk.machine.state == .held(.unregistered))
    return talk
  }

  @discardableResult
  static func read(_ talk: inout Conversation, _ name: String, at place: DevicePosition) throws -> [SessionAction] {
    #expect(try talk.machine.register(name, at: talk.now) == [.readTip])
    return talk.machine.tipRead(.read(place))
  }

  static func readAll(_ talk: inout Conversation, beside: Int32 = 0) throws -> [SessionAction] {
    var actions: [SessionAction] = []
    for landmark in landmarks {
      let seen = seen(landmark.place)
      let off = landmark.name == "nasion" ? beside : 0
      actions += try read(&talk, landmark.name, at: DevicePosition(x: seen.x + off, y: seen.y))
    }
    return actions
  }

  @Test("S12 without landmarks in the plan such a device starts nothing")
  func noLandmarks() {
    var talk = Conversation()
    _ = talk.machine.deviceAttached(Self.ownFrame, Conversation.idle, at: talk.now, wall: talk.wall)
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.start(Self.order([]), at: now) }
        == .landmarksMissing(serial: "OWN-1"))
    #expect(talk.machine.state == .ready)
  }

  @Test("S12 nothing resumes before every landmark is read; what is missing is named")
  func missing() throws {
    var talk = try Self.waiting()
    let now = talk.now
    func refusal() -> SessionRefusal? {
      talk.refusal { (machine) throws(SessionRefusal) in try machine.resume(at: now) }
    }
    #expect(refusal() == .registrationMissing(landmarks: ["nasion", "ear-left", "ear-right"]))
    try Self.read(&talk, "ear-left", at: Self.seen(Self.landmarks[1].place))
    #expect(refusal() == .registrationMissing(landmarks: ["nasion", "ear-right"]))
    #expect(talk.machine.registrationProgress?.read.map(\.name) == ["ear-left"])
  }

  @Test("S12 S13 a landmark nobody knows, a second reading at once, and a device on the chart are refused by name")
  func refusals() throws {
    var talk = try Self.waiting()
    let now = talk.now
    func refusal(_ name: String) -> SessionRefusal? {
      talk.refusal { (machine) throws(SessionRefusal) in try machine.register(name, at: now) }
    }
    #expect(refusal("ear") == .unknownLandmark("ear", known: ["nasion", "ear-left", "ear-right"]))
    _ = try talk.machine.register("nasion", at: now)
    #expect(refusal("nasion") == .tipBeingRead)
    for (reading, expected) in [
      (TipReading.unsteady, SessionRefusal.tipUnsteady), (.refused, .tipNotRead), (.silent, .tipNotRead),
    ] {
      #expect(talk.machine.tipRead(reading).isEmpty)
      #expect(talk.machine.registrationProgress?.refusal == expected)
      _ = try talk.machine.register("nasion", at: now)
    }
    var chart = Conversation()
    chart.attach()
    #expect(
      chart.refusal { (machine) throws(SessionRefusal) in try machine.register("nasion", at: now) }
        == .wrongState(.ready, expected: [.held]))
  }

  @Test("S12 what leaves too much over is no registration, and the worst landmark is named")
  func residual() throws {
    var talk = try Self.waiting()
    // 2 mm is the ceiling's; a slip of 9 mm at one of three leaves about a third of it over at each.
    #expect(try Self.readAll(&talk, beside: 9_000).isEmpty)
    guard case .residualTooLarge(_, let left, let limit, let source) = talk.machine.registrationProgress?.refusal else {
      Issue.record("\(String(describing: talk.machine.registrationProgress?.refusal))")
      return
    }
    #expect(left > limit && limit == .micrometres(2_000) && source == .ceiling)
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.resume(at: now) }
        == .registrationMissing(landmarks: ["nasion", "ear-left", "ear-right"]))
    // Read again, it replaces the slip.
    let actions = try Self.read(&talk, "nasion", at: Self.seen(Self.landmarks[0].place))
    #expect(actions.count == 1 && talk.machine.registrationProgress?.isRegistered == true)
  }

  @Test("S12 a registration goes on record with every landmark, and then the session is prepared")
  func registered() throws {
    var talk = try Self.waiting()
    let actions = try Self.readAll(&talk)
    guard case .note(.handpieceRegistered(let registration, "OWN-1"))? = actions.first else { throw Missing() }
    #expect(registration.residuals.map(\.reading.landmark) == Self.landmarks)
    #expect(registration.greatestResidual <= .micrometres(2))
    #expect(try talk.machine.resume(at: talk.now).admits)
  }

  @Test("S12 a re-plug and a device that starts anew lose it", arguments: [true, false])
  func lost(_ isReplug: Bool) throws {
    var talk = try Self.waiting()
    _ = try Self.readAll(&talk)
    if isReplug {
      _ = talk.machine.deviceDetached()
      _ = talk.machine.deviceAttached(Self.ownFrame, Conversation.idle, at: talk.now, wall: talk.wall)
    } else {
      talk.become(.idle, boot: 2)
      _ = talk.machine.deviceReported(talk.status, isReply: true, at: talk.now, wall: talk.wall)
    }
    #expect(talk.machine.stateWord == .uncertain)
    _ = try talk.machine.resolve(by: "P", reason: "looked")
    let now = talk.now
    #expect(
      talk.refusal { (machine) throws(SessionRefusal) in try machine.resume(at: now) }
        == .registrationMissing(landmarks: ["nasion", "ear-left", "ear-right"]))
  }
}
