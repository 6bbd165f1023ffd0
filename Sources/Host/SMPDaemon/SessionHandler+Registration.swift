internal import SMPGuard
internal import SMPInterface
internal import SMPModel
internal import SMPSession

/// Registration of the handpiece to the landmarks of the plan (S12).
extension SessionHandler {
  func register(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(SessionInterface.Register.Parameters.self)
    let open = try call.openSession().order.profile.course
    guard wish.course == open else {
      throw .notFound(
        what: "course with an open session", name: wish.course, remedy: "the open session is one of \(open)")
    }
    let dryRun = wish.dryRun == true
    call.askOwner(.register(wish.landmark, dryRun: dryRun)) { (published) throws(Failure) in
      guard let progress = published.snapshot.session?.registration else {
        throw SessionRefusal.noDevice.failure(zones: [])
      }
      if !dryRun, let refusal = progress.refusal { throw refusal.failure(zones: []) }
      return SessionInterface.Register.Reply(
        read: progress.read.map(\.name), missing: progress.missing, registered: progress.isRegistered,
        residuals: progress.fit?.residuals.map {
          .init(landmark: $0.reading.landmark.name, residualMicrometres: $0.distance.micrometres)
        })
    }
  }
}
