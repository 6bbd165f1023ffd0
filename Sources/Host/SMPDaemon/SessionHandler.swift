internal import SMPGuard
package import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPRecord
internal import SMPSession
internal import StrictJSON
internal import VarlinkServer

/// io.smpd.session
package struct SessionHandler: InterfaceHandler {
  package static let interface: any Interface.Type = SessionInterface.self
  package static let looking: Set<String> = ["Describe", "Monitor", "List"]
  package init() {}

  package func handle(_ call: ControlCall) throws(Failure) {
    switch call.method {
    case "Describe": call.finish(SessionInterface.Describe.Reply(snapshot: try call.snapshot()))
    case "Monitor": try monitor(call)
    case "List":
      try call.list(SessionInterface.List.self) { (library, wish) throws(Failure) in try library.sessionBatch(wish) }
    default: try command(call)
    }
  }

  private func command(_ call: ControlCall) throws(Failure) {
    switch call.method {
    case "Start": try start(call)
    case "Pause": try pause(call)
    case "Resume": try resume(call)
    case "Register": try register(call)
    case "Load": try load(call)
    case "Comfort": try comfort(call)
    case "SelectZone": try selectZone(call)
    case "Set": try set(call)
    case "Confirm": try confirm(call)
    case "Resolve": try resolve(call)
    case "Stop": stop(call)
    default: call.failAsUnknown()
    }
  }

  // MARK: Start

  /// Everything durable first, then the disk is read, then the machine judges.
  private func start(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SessionInterface.Start.Parameters.self)
    // Bad input is refused before a device is chosen (S13).
    if let override = wish.override { _ = try Library.override(override) }
    if wish.bound == true {
      throw .refused(
        .init(
          rule: "bound", reason: "a session cannot be bound to its connection in this version",
          remedy: "leave it out: the pedal is the presence, and without dots the session disarms by itself"))
    }
    for (parameter, text) in [
      ("operator", wish.operator), ("pigmentLot", wish.pigmentLot), ("cartridge", wish.cartridge),
    ] {
      try Texts.check(text, parameter)
    }
    _ = try Texts.label(wish.pigmentLot, "pigmentLot")
    _ = try Texts.label(wish.cartridge, "cartridge")
    let context = call.context
    let taken = context.queue.post(
      call: OwnerCall(Self.choosing(wish), actor: call.call.peer.uid) { outcome in
        let attached: Published
        do throws(Failure) { attached = try outcome.published(asked: wish.device) } catch {
          call.fail(error)
          return
        }
        call.queueForLibrarian {
          do throws(Failure) {
            let device = attached.snapshot.device?.capabilities.serial
            let basedOn = context.library.store.lastNumber
            let order = try context.library.startOrder(wish, device: device, wall: context.wall())
            begin(order, wish, basedOn: basedOn, call)
          } catch {
            call.fail(error)
          }
        }
      })
    if !taken { call.fail(.busy) }
  }

  /// The named device is driven from here on, also when the start is refused later; a dry run leaves it as it is.
  private static func choosing(_ wish: SessionInterface.Start.Parameters) -> OwnerCommand {
    guard let device = wish.device, wish.dryRun != true else { return .barrier }
    return .select(device)
  }

  private func begin(
    _ order: StartOrder, _ wish: SessionInterface.Start.Parameters, basedOn: UInt64, _ call: ControlCall
  ) {
    let dryRun = wish.dryRun == true
    let taken = call.context.queue.post(
      call: OwnerCall(.start(order, basedOn: basedOn, dryRun: dryRun), actor: call.call.peer.uid) { outcome in
        do throws(Failure) {
          let published = try outcome.published(asked: wish.device)
          let waits = published.snapshot.session?.registration?.isRegistered == false
          if !dryRun { try Self.check(published, reached: [.armed, .running, .preparing] + (waits ? [.held] : [])) }
          call.finish(
            SessionInterface.Start.Reply(
              session: dryRun ? nil : order.session, number: Int64(order.profile.session),
              landmarks: waits ? published.snapshot.session?.registration?.missing : nil))
        } catch {
          call.fail(error)
        }
      })
    if !taken { call.fail(.busy) }
  }

  /// What a command that prepares came to.
  static func check(_ published: Published, reached: [StateWord]) throws(Failure) {
    let snapshot = published.snapshot
    if reached.contains(snapshot.state) { return }
    switch snapshot.state {
    case .faulted:
      throw .deviceFault(
        fault: snapshot.fault?.word.description ?? "unknown", remedy: "find the cause, then: smpctl device clear")
    case .stopped:
      throw .deviceFault(fault: "stopped", remedy: "somebody stopped the device; clear it with: smpctl device clear")
    case .lockedOut:
      throw .lockedOut(
        fault: snapshot.lockedOut?.word.description ?? "unknown",
        remedy: "find the cause, then: smpctl device unlock --by NAME --reason REASON")
    case .uncertain: throw .uncertain(remedy: StateWord.uncertain.wayOn)
    case .noDevice: throw .noDevice(remedy: StateWord.noDevice.wayOn)
    case .armed, .running, .paused, .ready, .testing, .preparing, .held, .stopping:
      throw .wrongState(
        state: snapshot.state.word.description, expected: ["armed"], remedy: snapshot.state.wayOn)
    }
  }

  // MARK: While it runs

  private func selectZone(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SessionInterface.SelectZone.Parameters.self)
    if wish.dryRun == true {
      let profile = try call.openSession().order.profile
      guard profile.zones.contains(where: { $0.name == wish.zone }) else {
        throw .notFound(what: "zone", name: wish.zone, remedy: "see smpctl plan show \(profile.course)")
      }
      call.finish(SessionInterface.SelectZone.Reply(zone: wish.zone))
      return
    }
    call.askOwner(.selectZone(wish.zone)) { _ in SessionInterface.SelectZone.Reply(zone: wish.zone) }
  }

  private func set(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SessionInterface.Set.Parameters.self)
    func amount(_ value: Int64?, _ name: String) throws(Failure) -> Int64? {
      guard let value else { return nil }
      // Nothing is set to zero: a dot without depth, speed or time is none.
      guard (1...Texts.amountMaximum).contains(value) else {
        throw .outOfRange(
          parameter: name, minimum: 1, maximum: Texts.amountMaximum, remedy: "give an amount the device can have")
      }
      return value
    }
    let command = OwnerCommand.set(
      zone: wish.zone, depth: try amount(wish.depthMicrometres, "depthMicrometres").map(Depth.micrometres),
      speed: try amount(wish.speedMillihertz, "speedMillihertz").map(Speed.millihertz),
      dwell: try amount(wish.dwellMilliseconds, "dwellMilliseconds").map(Dwell.milliseconds),
      dryRun: wish.dryRun == true)
    call.askOwner(command) { (published) throws(Failure) in
      try Self.check(published, reached: [.armed, .running, .paused])
      let session = published.snapshot.session
      let zones = session?.order.profile.zones ?? []
      return SessionInterface.Set.Reply(
        zones: zones.indices.compactMap { index in
          guard wish.zone == nil || zones[index].name == wish.zone, let point = session?.setPoints[index] else {
            return nil
          }
          return SessionInterface.SetPoints(
            zone: zones[index].name, depthMicrometres: point.depth.micrometres, speedMillihertz: point.speed.millihertz,
            dwellMilliseconds: point.dwell.milliseconds)
        })
    }
  }

  private func confirm(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SessionInterface.Confirm.Parameters.self)
    guard let key = LimitKey(word: wish.key) else {
      throw .notFound(what: "limit", name: wish.key, remedy: "see smpctl limits show")
    }
    try Texts.check(wish.by, "by")
    try Texts.check(wish.reason, "reason")
    let reply: @Sendable (Published) -> SessionInterface.Confirm.Reply = { published in
      let confirmed = published.snapshot.session?.confirmed ?? []
      return SessionInterface.Confirm.Reply(
        confirmed: LimitKey.allCases.filter { confirmed.contains($0) }.map(\.word.description))
    }
    if wish.dryRun == true {
      _ = try call.openSession()
      call.finish(reply(try call.newest()))
      return
    }
    call.askOwner(.confirm(key, by: wish.by, reason: wish.reason)) { published in reply(published) }
  }

  private func resolve(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SessionInterface.Resolve.Parameters.self)
    try Texts.check(wish.by, "by")
    try Texts.check(wish.reason, "reason")
    if wish.dryRun == true {
      call.finish(SessionInterface.Resolve.Reply(dotsPresumed: 0, state: try call.state(in: [.uncertain])))
      return
    }
    let before = try call.newest().presumed
    call.askOwner(.resolve(by: wish.by, reason: wish.reason)) { published in
      SessionInterface.Resolve.Reply(
        dotsPresumed: max(0, published.presumed - before), state: .init(published.snapshot.state))
    }
  }

  private func stop(_ call: ControlCall) {
    call.askOwner(.stop) { published in
      SessionInterface.Stop.Reply(outcome: published.outcome, state: .init(published.snapshot.state))
    }
  }

  // MARK: Watching

  /// A snapshot, `ready` once, then each newer snapshot, until the client leaves.
  private func monitor(_ call: ControlCall) throws(Failure) {
    let stream = SnapshotStream(call.responder, from: try call.newest()) { said, place in
      typealias Reply = SessionInterface.Monitor.Reply
      let (sequence, at) = (place.sequence, place.monotonic)
      return switch said {
      case .snapshot(let published):
        Reply(snapshot: .init(published), sequence: sequence, monotonicNanoseconds: at).json
      case .ready: Reply(ready: true, sequence: sequence, monotonicNanoseconds: at).json
      case .overrun: Reply(sequence: sequence, monotonicNanoseconds: at, overrun: true).json
      }
    }
    let board = call.context.board
    let id = board.watch { published in stream.send(published) }
    call.responder.onCancel { board.remove(id) }
    // What was published between the first look and the watching would be missed if nothing followed it.
    if let missed = board.newest { stream.send(missed) }
  }
}

extension ControlCall {
  func newest() throws(Failure) -> Published {
    guard let newest = context.board.newest else {
      throw .wrongState(state: "starting", expected: ["ready"], remedy: "try again in a moment")
    }
    return newest
  }
  func snapshot() throws(Failure) -> SessionInterface.Snapshot { SessionInterface.Snapshot(try newest()) }

  /// The state, if it is one of these; for a dry run.
  func state(in expected: [StateWord]) throws(Failure) -> SessionInterface.State {
    let state = try newest().snapshot.state
    guard expected.contains(state) else {
      throw SessionRefusal.wrongState(state, expected: expected).failure(zones: [])
    }
    return .init(state)
  }

  func openSession() throws(Failure) -> OpenSnapshot {
    let snapshot = try newest().snapshot
    guard let session = snapshot.session else {
      throw SessionRefusal.wrongState(snapshot.state, expected: [.armed, .running, .paused, .held]).failure(zones: [])
    }
    return session
  }
}

extension Published {
  var presumed: Int64 { snapshot.session?.progress.reduce(0) { $0 + $1.presumed } ?? 0 }

  /// What is known of the needle.
  var outcome: SessionInterface.Outcome {
    guard let status = snapshot.device?.status else { return .absent }
    return status.still && status.phase != .running ? .still : .submitted
  }
}

/// Bounds of free text and amounts in calls.
enum Texts {
  static let maximumBytes = 200
  static let amountMaximum: Int64 = 1_000_000_000

  static func check(_ text: String, _ parameter: String) throws(Failure) {
    let count = text.utf8.count
    guard (1...maximumBytes).contains(count), !text.unicodeScalars.contains(where: { $0.value < 0x20 }),
      text.unicodeScalars.contains(where: { !$0.properties.isWhitespace })
    else {
      throw .outOfRange(
        parameter: parameter, minimum: 1, maximum: Int64(maximumBytes),
        remedy: "give 1 to \(maximumBytes) bytes of text that can be seen, without control characters")
    }
  }

  /// A lot is recorded as it is given, or not at all.
  static func label(_ text: String, _ parameter: String) throws(Failure) -> Label {
    guard let label = Label(text), text.contains(where: { !$0.isWhitespace }) else {
      throw .outOfRange(
        parameter: parameter, minimum: 1, maximum: Int64(Label.maximumBytes),
        remedy: "give 1 to \(Label.maximumBytes) bytes of visible text, as printed on the thing")
    }
    return label
  }
}

extension Library {
  func sessionBatch(_ wish: BatchWish) throws(Failure) -> Batch<SessionInterface.Session> {
    let names = try read { (store) throws(JournalError) in try store.sessionNames() }
    return try Batches.cut(names, wish, of: "session") { (name) throws(Failure) in
      let session = try read { (store) throws(JournalError) in try store.session(name) }
      guard let session else { throw .notFound(what: "session", name: name, remedy: "see smpctl session list") }
      let uses = try read { (store) throws(JournalError) in try store.uses(session: name) }
      let times = try read { (store) throws(JournalError) in try store.times(session: name) }
      return SessionInterface.Session(
        session: session.session, course: session.course, number: Int64(session.number),
        state: session.closed == nil ? .open : .closed,
        operator: try text(behind: session.operatorName) ?? "(erased)", device: session.device,
        loaded: uses.map(SessionInterface.Loaded.init), dotsMade: session.dotsMade,
        dotsPresumed: session.dotsPresumed, dotsPlanned: session.dotsPlanned, denials: session.denials,
        startedWallMilliseconds: session.opened.milliseconds, endedWallMilliseconds: session.closed?.milliseconds,
        durationMilliseconds: times.duration.milliseconds, workingMilliseconds: times.working.milliseconds,
        needleOnMilliseconds: times.needleOn.milliseconds,
        firstEntry: Int64(session.firstEntry), lastEntry: Int64(session.lastEntry), seal: .init(session.seal),
        simulated: session.simulated)
    }
  }
}

extension SessionInterface.Loaded {
  init(_ use: SupplyUse) {
    self.init(
      supply: use.supply == .pigment ? .pigment : .cartridge, lot: use.lot, dots: use.dots, strokes: use.strokes)
  }
}

extension SessionInterface.Seal {
  init(_ state: SealState) {
    switch state {
    case .open: self = .open
    case .unsealed: self = .unsealed
    case .sealed: self = .sealed
    }
  }
}
