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
    let stream = SnapshotStream(call.responder, from: newest) { said, place in
      typealias Reply = DeviceInterface.Watch.Reply
      let (sequence, at) = (place.sequence, place.monotonic)
      return switch said {
      case .snapshot(let published):
        Reply(snapshot: .init(published), sequence: sequence, monotonicNanoseconds: at).json
      case .ready: Reply(ready: true, sequence: sequence, monotonicNanoseconds: at).json
      case .overrun: Reply(sequence: sequence, monotonicNanoseconds: at, overrun: true).json
      }
    }
    let board = call.context.board
    let watch = BoardWatch(board)
    watch.begin { published in
      let now = published.snapshot.device?.capabilities.serial
      if now == serial { return stream.send(published) }
      stream.finish(published) { place in
        DeviceInterface.Watch.Reply(
          ended: now == nil ? "device_gone" : "other_device", sequence: place.sequence,
          monotonicNanoseconds: place.monotonic
        ).json
      }
      watch.end()
    }
    call.responder.onCancel { watch.end() }
  }
}

/// One watcher of the board that may leave by itself, even before it has been told under which name it watches.
private final class BoardWatch: Sendable {
  private struct State {
    var id: UInt64?
    var isOver = false
  }
  private let board: Board
  private let state = Mutex(State())

  init(_ board: Board) { self.board = board }

  /// Watches from here on; `body` sees what is newest first.
  func begin(_ body: @escaping @Sendable (Published) -> Void) {
    let id = board.watch(body)
    let isLate = state.withLock { state in
      if !state.isOver { state.id = id }
      return state.isOver
    }
    if isLate { board.remove(id) }
    // What was published between the first look and the watching would be missed if nothing followed it.
    if let missed = board.newest { body(missed) }
  }

  func end() {
    let id = state.withLock { state in
      state.isOver = true
      defer { state.id = nil }
      return state.id
    }
    if let id { board.remove(id) }
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
