internal import SMPDriver
internal import SMPGuard
package import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPPlanFile
internal import SMPRecord
internal import SMPSession
internal import SMPTreatment

/// io.smpd.device
package struct DeviceHandler: InterfaceHandler {
  package static let interface: any Interface.Type = DeviceInterface.self
  package static let looking: Set<String> = [
    "List", "Describe", "Watch", "DescribeLimits", "ExampleLimits", "Diagnose",
  ]
  package init() {}

  package func handle(_ call: ControlCall) throws(Failure) {
    switch call.method {
    case "List":
      let newest = try call.newest()
      call.finish(DeviceInterface.List.Reply(devices: newest.devices.map { $0.summary(in: newest) }))
    case "Describe": try describe(call)
    case "Watch": try watch(call)
    case "DescribeLimits": try describeLimits(call)
    case "ExampleLimits": call.finish(DeviceInterface.ExampleLimits.Reply(text: LimitsFile.defaultText))
    case "Diagnose": try call.diagnose()
    case "ClearFault": try clear(call)
    case "SelfTest": try selfTest(call)
    case "Unlock": try unlock(call)
    default: call.failAsUnknown()
    }
  }

  private func describe(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(DeviceInterface.Describe.Parameters.self)
    let newest = try call.newest()
    guard let first = newest.devices.first(where: \.isDriven) ?? newest.devices.first else {
      throw .noDevice(remedy: StateWord.noDevice.wayOn)
    }
    var slot = first
    if let name = wish.serial {
      guard let named = newest.devices.first(where: { $0.serial == name || $0.place == name }) else {
        throw .notFound(what: "device", name: name, remedy: "see smpctl device list")
      }
      slot = named
    }
    let device = slot.isDriven ? newest.snapshot.device : nil
    let rights = call.context.realtime()
    let realtime = DeviceInterface.Realtime(
      scheduled: rights?.scheduled ?? false, memoryLocked: rights?.memoryLocked ?? false,
      // A daemon that did not ask (the simulator) has nothing to be granted.
      remedy: rights?.remedy)
    call.finish(
      DeviceInterface.Describe.Reply(
        summary: slot.summary(in: newest),
        device: device.map {
          .init(
            capabilities: $0.capabilities, status: $0.status, link: .init(newest.quality ?? LinkQuality()),
            realtime: realtime)
        }))
  }

  private func clear(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(DeviceInterface.ClearFault.Parameters.self)
    let phase: @Sendable (Published) -> DeviceInterface.Phase = { published in
      published.snapshot.device.map { .init($0.status.phase) } ?? .unknown
    }
    if wish.dryRun == true {
      _ = try call.state(in: [.stopped, .faulted])
      call.finish(DeviceInterface.ClearFault.Reply(phase: phase(try call.newest())))
      return
    }
    if case .ready? = try? call.newest().snapshot.state {
      throw .nothingToDo(state: "ready", remedy: "no fault is latched")
    }
    call.askOwner(.clearFault) { (published) throws(Failure) in
      guard [.ready, .held].contains(published.snapshot.state) else {
        throw .deviceFault(
          fault: published.snapshot.fault?.word.description ?? "unknown",
          remedy: "the cause persists: mend it, then clear again")
      }
      return DeviceInterface.ClearFault.Reply(phase: phase(published))
    }
  }

  /// The disk is read first, then the machine judges.
  private func selfTest(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(DeviceInterface.SelfTest.Parameters.self)
    let dryRun = wish.dryRun == true
    call.queueForLibrarian {
      let command = OwnerCommand.selfTest(
        serial: wish.serial, site: call.context.library.siteLimits().limits, dryRun: dryRun)
      call.askOwner(command) { (published) throws(Failure) in
        guard dryRun else { return try DeviceInterface.SelfTest.Reply(published) }
        return DeviceInterface.SelfTest.Reply(untested: published.snapshot.device?.capabilities.serial ?? "")
      }
    }
  }

  private func unlock(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(DeviceInterface.Unlock.Parameters.self)
    try Texts.check(wish.by, "by")
    try Texts.check(wish.reason, "reason")
    guard try call.newest().snapshot.lockedOut != nil else {
      throw .nothingToDo(state: try call.newest().snapshot.state.word.description, remedy: "nothing is locked out")
    }
    if wish.dryRun == true {
      call.finish(DeviceInterface.Unlock.Reply(phase: nil))
      return
    }
    call.askOwner(.unlock(by: wish.by, reason: wish.reason)) { published in
      DeviceInterface.Unlock.Reply(phase: published.snapshot.device.map { .init($0.status.phase) })
    }
  }

  /// The limits in force, key by key with their sources: for a course's next session, or without a plan.
  private func describeLimits(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(DeviceInterface.DescribeLimits.Parameters.self)
    let device = try call.newest().snapshot.device?.capabilities
    call.onLibrarian { (library) throws(Failure) in
      let (site, _, problem) = library.siteLimits()
      guard let site else {
        throw .refused(
          .init(
            rule: "site_limits", reason: problem ?? "the clinic's limits file cannot be read",
            remedy: "put the limits file back (defaults: smpctl limits example)"))
      }
      guard let name = wish.course else {
        return DeviceInterface.DescribeLimits.Reply(limits: Self.rows(nil, site, device, LimitSet()))
      }
      let course = try library.course(name)
      let done = try library.describeCourse(name).sessionsDone
      let session = course.plan.profile(
        course: name, planDigest: course.stored.sha256.bytes, session: min(Int(done) + 1, course.plan.sessions.count))
      return DeviceInterface.DescribeLimits.Reply(
        limits: (session?.zones ?? []).flatMap { Self.rows($0.name, site, device, $0.limits) })
    }
  }

  private static func rows(
    _ zone: String?, _ site: LimitSet, _ device: DeviceCapabilities?, _ plan: LimitSet
  ) -> [DeviceInterface.Limit] {
    LimitKey.allCases.compactMap { key in
      let sets: [(LimitSource, LimitSet)] = [
        (.ceiling, .ceiling), (.device, device.map { LimitSet(device: $0) } ?? LimitSet()), (.site, site),
        (.plan, plan),
      ]
      func strictest(_ value: (LimitPair) -> Int64?) -> (Int64, LimitSource)? {
        sets.compactMap { source, set in value(set[key]).map { ($0, source) } }
          .min { key.isMaximum ? $0.0 < $1.0 : $0.0 > $1.0 }
      }
      guard let hard = strictest(\.hard) else { return nil }
      let soft = strictest(\.soft)
      return DeviceInterface.Limit(
        key: key.word.description, zone: zone, soft: soft?.0, softSource: soft.map { .init($0.1) }, hard: hard.0,
        hardSource: .init(hard.1), unit: .init(key))
    }
  }
}

extension DeviceInterface.SelfTest.Reply {
  /// What a dry run answers: nothing was measured.
  fileprivate init(untested serial: String) {
    self.init(serial: serial, limitMicroseconds: Bounds.stopLatency.microseconds)
  }

  /// A test that ran says what it showed; one that could not run to its end is an error.
  fileprivate init(_ published: Published) throws(Failure) {
    let snapshot = published.snapshot
    guard let test = snapshot.selfTest else { throw .noDevice(remedy: snapshot.state.wayOn) }
    let fault = snapshot.fault ?? snapshot.lockedOut
    switch test.outcome {
    case .pedalPressed: throw SessionRefusal.pedalPressed.failure(zones: [])
    case .needleNotParked: throw SessionRefusal.needleNotParked.failure(zones: [])
    case .stopped:
      throw .deviceFault(
        fault: "stopped",
        remedy: "somebody stopped the device in mid-test; then again: smpctl device selftest"
          + (snapshot.state == .stopped ? ", after smpctl device clear" : ""))
    // Without a fault there was nobody left to latch one; by now the device may be back.
    case .unanswered where fault == nil:
      throw .noDevice(remedy: "the device went away in mid-test: plug it in, then again: smpctl device selftest")
    case .passed, .slow, .unanswered: break
    }
    self.init(
      serial: test.serial, latencyMicroseconds: test.latency?.microseconds,
      limitMicroseconds: Bounds.stopLatency.microseconds, passed: test.passed,
      fault: test.passed ? nil : fault?.word.description,
      remedy: test.passed ? nil : "do not treat with this device; find the cause, then: smpctl device clear")
  }
}
