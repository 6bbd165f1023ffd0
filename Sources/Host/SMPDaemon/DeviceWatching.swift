internal import SMPDriver
internal import SMPInterface
internal import SMPModel
internal import SMPSession
internal import Synchronization
internal import VarlinkServer

extension DeviceHandler {
  /// A snapshot, `ready` once, then each newer snapshot, until the device is gone.
  func watch(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(DeviceInterface.Watch.Parameters.self)
    let newest = try call.newest()
    guard let serial = newest.snapshot.device?.capabilities.serial else {
      throw .noDevice(remedy: StateWord.noDevice.wayOn)
    }
    if let asked = wish.serial, asked != serial {
      throw .notFound(what: "device", name: asked, remedy: "the daemon drives \(serial); see smpctl device list")
    }
    let stream = DeviceStream(call.responder, of: serial)
    stream.begin(newest)
    let board = call.context.board
    let id = board.watch { published in stream.send(published) }
    stream.onEnd { board.remove(id) }
    call.responder.onCancel { board.remove(id) }
    // What was published between the first look and the watching would be missed if nothing followed it.
    if let missed = board.newest { stream.send(missed) }
  }
}

/// The replies of one watcher, from any thread; ends by itself with the device.
private final class DeviceStream: Sendable {
  private enum Stage {
    case open
    /// The last reply is said; the board may still call until it is told.
    case over
  }
  private struct State {
    var stage = Stage.open
    var sequence: Int64 = 0
    var published: UInt64 = 0
    var onEnd: (@Sendable () -> Void)?
  }
  private enum Step {
    case nothing
    case snapshot(DeviceInterface.Snapshot, sequence: Int64)
    case end(word: String, sequence: Int64, then: (@Sendable () -> Void)?)
  }

  private let responder: VarlinkResponder
  private let serial: String
  private let state = Mutex(State())

  init(_ responder: VarlinkResponder, of serial: String) {
    self.responder = responder
    self.serial = serial
  }

  func begin(_ published: Published) {
    reply(published, isFirst: true)
    let sequence = state.withLock { state in
      state.sequence += 1
      return state.sequence
    }
    responder.emit(
      DeviceInterface.Watch.Reply(
        ready: true, sequence: sequence, monotonicNanoseconds: Int64(published.monotonic.nanoseconds)
      ).json)
  }

  func send(_ published: Published) { reply(published, isFirst: false) }

  /// Called once, when the last reply has been said; at once where it has been already.
  func onEnd(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      guard case .open = state.stage else { return true }
      state.onEnd = action
      return false
    }
    if isLate { action() }
  }

  private func reply(_ published: Published, isFirst: Bool) {
    let at = Int64(published.monotonic.nanoseconds)
    switch step(published, isFirst: isFirst) {
    case .nothing: break
    case .snapshot(let snapshot, let sequence):
      let json = DeviceInterface.Watch.Reply(snapshot: snapshot, sequence: sequence, monotonicNanoseconds: at).json
      if isFirst { responder.emit(json) } else { responder.emitLatest(json) }
    case .end(let word, let sequence, let then):
      responder.finish(
        DeviceInterface.Watch.Reply(ended: word, sequence: sequence, monotonicNanoseconds: at).json)
      then?()
    }
  }

  /// Decided under the lock, said outside of it: nobody who publishes waits for a reader.
  private func step(_ published: Published, isFirst: Bool) -> Step {
    let snapshot = DeviceInterface.Snapshot(published)
    return state.withLock { state in
      guard case .open = state.stage, isFirst || published.sequence > state.published else { return .nothing }
      state.published = published.sequence
      state.sequence += 1
      if let snapshot, snapshot.serial == serial { return .snapshot(snapshot, sequence: state.sequence) }
      state.stage = .over
      defer { state.onEnd = nil }
      return .end(
        word: snapshot == nil ? "device_gone" : "other_device", sequence: state.sequence, then: state.onEnd)
    }
  }
}

extension DeviceInterface.Snapshot {
  /// nil when no device is driven.
  fileprivate init?(_ published: Published) {
    let snapshot = published.snapshot
    guard let device = snapshot.device else { return nil }
    let test = snapshot.selfTest.flatMap { $0.serial == device.capabilities.serial ? $0 : nil }
    let fault = snapshot.fault?.word ?? device.status.fault?.word ?? snapshot.lockedOut?.word
    self.init(
      serial: device.capabilities.serial, simulated: device.capabilities.isSimulated,
      state: snapshot.state.word.description, phase: .init(device.status.phase), fault: fault?.description,
      pedalPressed: device.status.pedalPressed, parked: device.status.parked, still: device.status.still,
      counters: .init(device.status), requests: device.requests, records: device.records,
      selfTestPassed: test?.passed, stopLatencyMicroseconds: test?.latency?.microseconds,
      link: .init(published.quality ?? LinkQuality()))
  }
}
