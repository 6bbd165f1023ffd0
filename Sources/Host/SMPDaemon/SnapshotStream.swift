internal import SMPModel
internal import StrictJSON
internal import Synchronization
internal import VarlinkServer

/// The replies of one watcher: a snapshot, `ready` once, then each newer snapshot. A reader that is slower than the
/// changes gets only the newest one, and before it a reply that says `overrun` (varlink.md, interface style 5).
///
/// Snapshots are handed over on the owner's thread, which does nothing for a reader but leave the newest one here;
/// encoding is the event loop's work.
final class SnapshotStream: Sendable {
  /// What a reply is about.
  enum Said: Sendable {
    case snapshot(Published)
    case ready
    /// Snapshots were left out; the newest one follows.
    case overrun
  }

  /// The place of a reply in its stream, and when it was true.
  struct Place: Sendable {
    let sequence: Int64
    let monotonic: Int64
    init(_ sequence: Int64, _ published: Published) {
      self.sequence = sequence
      monotonic = Int64(published.monotonic.nanoseconds)
    }
  }

  private struct State {
    /// Replies numbered so far, those of snapshots that were left out included.
    var sequence: Int64
    /// The newest snapshot handed over, sent or not.
    var published: UInt64
    /// What waits for room.
    var pending: (snapshot: Published, sequence: Int64)?
    /// How many it has replaced.
    var leftOut = 0
    var isOver = false
  }

  private let responder: VarlinkResponder
  private let json: @Sendable (Said, Place) -> JSONObject
  private let state: Mutex<State>

  /// Says how things stand, and `ready`. On the event loop, before anybody hands over.
  /// - Parameter json: what a reply looks like in the method's own type.
  init(
    _ responder: VarlinkResponder, from first: Published, json: @escaping @Sendable (Said, Place) -> JSONObject
  ) {
    self.responder = responder
    self.json = json
    state = Mutex(State(sequence: 2, published: first.sequence))
    responder.emit(json(.snapshot(first), Place(1, first)))
    responder.emit(json(.ready, Place(2, first)))
  }

  /// Hands over a snapshot; one that is not newer than the last is left alone. Any thread; waits for nobody.
  func send(_ published: Published) {
    let isNews = state.withLock { state in
      guard !state.isOver, published.sequence > state.published else { return false }
      state.published = published.sequence
      state.sequence += 1
      if state.pending != nil { state.leftOut += 1 }
      state.pending = (published, state.sequence)
      return true
    }
    if isNews { responder.emitLatest { [self] in newest() } }
  }

  /// The last reply, behind the newest snapshot. Any thread; what comes later is left alone.
  func finish(_ published: Published, _ json: (Place) -> JSONObject) {
    let place = state.withLock { state -> Place? in
      guard !state.isOver else { return nil }
      state.isOver = true
      state.sequence += 1
      return Place(state.sequence, published)
    }
    if let place { responder.finish(json(place)) }
  }

  /// What waits, when there is room for it.
  private func newest() -> [JSONObject] {
    let (pending, leftOut) = state.withLock { state in
      defer { (state.pending, state.leftOut) = (nil, 0) }
      return (state.pending, state.leftOut)
    }
    guard let (snapshot, sequence) = pending else { return [] }
    let newest = json(.snapshot(snapshot), Place(sequence, snapshot))
    // In the place of the last one that was left out.
    return leftOut == 0 ? [newest] : [json(.overrun, Place(sequence - 1, snapshot)), newest]
  }
}
