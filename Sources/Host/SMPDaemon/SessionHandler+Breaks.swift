internal import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPRecord
internal import SMPSession

/// Pauses, and what belongs into them.
extension SessionHandler {
  func pause(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SessionInterface.Pause.Parameters.self)
    let reason = try wish.reason.map(PauseReason.init)
    if let remarks = wish.remarks { try Texts.check(remarks, "remarks") }
    if wish.dryRun == true {
      call.finish(SessionInterface.Pause.Reply(state: try call.state(in: [.armed, .running, .paused])))
      return
    }
    call.askOwner(.pause(reason, remarks: wish.remarks)) { published in
      SessionInterface.Pause.Reply(state: .init(published.snapshot.state))
    }
  }

  func comfort(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SessionInterface.Comfort.Parameters.self)
    guard let score = ComfortScore(wish.score) else {
      throw .outOfRange(
        parameter: "score", minimum: ComfortScore.range.lowerBound, maximum: ComfortScore.range.upperBound,
        remedy: "ask for a number from 0, not at all, to 10, the worst there can be")
    }
    if let remarks = wish.remarks { try Texts.check(remarks, "remarks") }
    if wish.dryRun == true {
      _ = try call.openSession()
      call.finish(SessionInterface.Comfort.Reply(score: score.value))
      return
    }
    call.askOwner(.comfort(score, remarks: wish.remarks)) { _ in SessionInterface.Comfort.Reply(score: score.value) }
  }

  /// Gathered on the librarian's thread, judged by the machine, as a start is.
  func load(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SessionInterface.Load.Parameters.self)
    var names: [Supply: String] = [:]
    if let lot = wish.pigmentLot { names[.pigment] = try Texts.label(lot, "pigmentLot").text }
    if let cartridge = wish.cartridge { names[.cartridge] = try Texts.label(cartridge, "cartridge").text }
    guard !names.isEmpty else {
      throw .nothingToDo(state: "loaded", remedy: "name what was put in: a pigment lot, a cartridge, or both")
    }
    let order = try call.openSession().order
    call.queueForLibrarian { [names] in
      do throws(Failure) {
        let basedOn = call.context.library.store.lastNumber
        let loading = try call.context.library.loading(
          names, session: order.session, course: order.profile.course, wall: call.context.wall())
        call.askOwner(.load(loading, basedOn: basedOn, dryRun: wish.dryRun == true)) { _ in
          SessionInterface.Load.Reply(session: loading.session)
        }
      } catch {
        call.fail(error)
      }
    }
  }

  func resume(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SessionInterface.Resume.Parameters.self)
    if wish.dryRun == true {
      call.finish(SessionInterface.Resume.Reply(state: try call.state(in: [.paused, .held])))
      return
    }
    call.askOwner(.resume) { (published) throws(Failure) in
      try Self.check(published, reached: [.armed, .running, .preparing])
      return SessionInterface.Resume.Reply(state: .init(published.snapshot.state))
    }
  }
}

extension PauseReason {
  init(_ reason: SessionInterface.PauseReason) throws(Failure) {
    switch reason {
    case .client: self = .client
    case .cartridge: self = .cartridge
    case .ink: self = .ink
    case .break: self = .rest
    case .unknown:
      throw .notFound(
        what: "reason to pause", name: reason.rawValue,
        remedy: "there are: " + PauseReason.allCases.map(\.word.description).joined(separator: ", "))
    }
  }
}
