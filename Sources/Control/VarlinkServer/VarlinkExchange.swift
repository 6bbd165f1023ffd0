internal import NIOCore
internal import StrictJSON
internal import Synchronization
internal import Varlink

/// One call under way: where the service's threads and the connection's event loop meet.
///
/// Everything said about the call goes through one outbox under one short lock, so its order is the order in which it
/// was said, whoever says it, and a caller never waits for a socket.
final class VarlinkExchange: Sendable {
  /// Called when there is room again after events were lost; gives what to say about it.
  typealias Recovery = @Sendable (_ lost: Int) -> [JSONObject]
  /// What to say when there is room; nothing, when it has been said meanwhile.
  typealias Snapshot = @Sendable () -> [JSONObject]

  struct Output {
    var bytes: [UInt8] = []
    var isFinal = false
    var isTooLong = false
  }

  private struct State {
    var outbox = Output()
    /// Accepted and not yet taken by the kernel.
    var queuedBytes = 0
    /// The last reply, encoded; it leaves behind the newest snapshot.
    var last: [UInt8]?
    /// Events dropped since the queue was full.
    var lost = 0
    var isFinished = false
    var isCancelled = false
    var isNoticeScheduled = false
    var kept = Kept()
  }

  /// What the service gave us to call. It may hold the responder, and with it this: let go of only outside of the lock.
  private struct Kept {
    var onCancel: [@Sendable () -> Void] = []
    var onDrained: (@Sendable () -> Void)?
    var recovery: Recovery?
    /// Makes the newest snapshot, which nobody has room for yet.
    var latest: Snapshot?
  }

  let method: String
  let isStream: Bool
  let isOneway: Bool
  private let limits: VarlinkServerLimits
  private let connection: NIOLoopBound<VarlinkConnection>
  private let state = Mutex(State())

  init(
    method: String, isStream: Bool, isOneway: Bool, limits: VarlinkServerLimits,
    connection: NIOLoopBound<VarlinkConnection>
  ) {
    self.method = method
    self.isStream = isStream
    self.isOneway = isOneway
    self.limits = limits
    self.connection = connection
  }

  // MARK: Said by the service, on any thread

  func finish(_ reply: VarlinkReply) {
    var bytes: [UInt8] = []
    if !isOneway {
      bytes.reserveCapacity(256)
      reply.write(into: &bytes)
    }
    let forgotten = state.withLock { state -> Kept? in
      precondition(!state.isFinished, "\(method) is answered once")
      state.isFinished = true
      guard !state.isCancelled else { return nil }
      state.last = bytes
      defer { state.kept = Kept(latest: state.kept.latest) }
      return state.kept
    }
    if forgotten != nil { notify() }
  }

  /// - Returns: false when the event was lost because the queue is full, or because the call is over.
  func emit(_ event: JSONObject) -> Bool {
    precondition(isStream, "\(method): only a call with 'more' takes several replies")
    var bytes: [UInt8] = []
    VarlinkReply(parameters: event, continues: true).write(into: &bytes)
    let isAccepted = state.withLock { state in
      guard !state.isFinished, !state.isCancelled else { return false }
      // An event larger than the whole queue may pass alone, or it never could.
      let isFull = state.queuedBytes > 0 && state.queuedBytes + bytes.count > limits.queuedBytes
      guard state.lost == 0, !isFull else {
        state.lost += 1
        return false
      }
      accept(bytes, &state)
      return true
    }
    if isAccepted { notify() }
    return isAccepted
  }

  func emitLatest(_ snapshot: @escaping Snapshot) {
    precondition(isStream, "\(method): only a call with 'more' takes several replies")
    let (isNews, _) = state.withLock { state -> (Bool, Snapshot?) in
      guard !state.isFinished, !state.isCancelled else { return (false, nil) }
      defer { state.kept.latest = snapshot }
      return (state.queuedBytes == 0, state.kept.latest)
    }
    if isNews { notify() }
  }

  var isCancelled: Bool { state.withLock { $0.isCancelled } }
  var isOver: Bool { state.withLock { $0.isCancelled || $0.isFinished } }

  func onCancel(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      if !state.isCancelled, !state.isFinished { state.kept.onCancel.append(action) }
      return state.isCancelled
    }
    if isLate { action() }
  }

  func onDrained(_ action: @escaping @Sendable () -> Void) {
    state.withLock { if !$0.isCancelled, !$0.isFinished { $0.kept.onDrained = action } }
    notify()
  }

  func onOverrun(_ recovery: @escaping Recovery) {
    state.withLock { if !$0.isCancelled, !$0.isFinished { $0.kept.recovery = recovery } }
  }

  /// The service let go of the call without an answer.
  func abandon() {
    guard !isOver else { return }
    let connection = connection
    connection.eventLoop.execute { connection.value.exchangeAbandoned(self) }
  }

  // MARK: Said by the connection, on its event loop

  /// What is to be written now. A snapshot is made here and not where it was handed over: who publishes to many readers
  /// pays for none of them.
  func take() -> Output {
    let snapshot = state.withLock { state -> Snapshot? in
      guard state.queuedBytes == 0 || state.last != nil else { return nil }
      defer { state.kept.latest = nil }
      return state.kept.latest
    }
    var bytes: [UInt8] = []
    var isTooLong = false
    // Each is a message of its own.
    for object in snapshot?() ?? [] {
      let before = bytes.count
      VarlinkReply(parameters: object, continues: true).write(into: &bytes)
      if bytes.count - before > limits.messageBytes + 1 { isTooLong = true }
    }
    return state.withLock { state in
      accept(bytes, isTooLong: isTooLong, &state)
      // A newer snapshot that came in between leaves first; whoever said it has called for another round.
      if let last = state.last, state.kept.latest == nil {
        accept(last, &state)
        state.outbox.isFinal = true
        state.last = nil
      }
      defer { state.outbox = Output() }
      return state.outbox
    }
  }

  /// So many bytes have left; perhaps there is room again.
  func wrote(_ count: Int) {
    let (lost, recovery) = state.withLock { state in
      state.queuedBytes -= count
      guard state.lost > 0, state.queuedBytes <= limits.queuedBytes / 2, !state.isFinished, !state.isCancelled
      else { return (0, nil as Recovery?) }
      defer { state.lost = 0 }
      return (state.lost, state.kept.recovery)
    }
    if lost > 0 {
      for object in recovery?(lost) ?? [["overrun": true]] { _ = emit(object) }
    }
    let isEmpty = state.withLock { $0.queuedBytes == 0 && $0.kept.latest != nil }
    if isEmpty { notify() }
  }

  /// The action waiting for room, when there is room: half the queue or more.
  func takeDrained() -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard state.queuedBytes <= limits.queuedBytes / 2, state.lost == 0 else { return nil }
      defer { state.kept.onDrained = nil }
      return state.kept.onDrained
    }
  }

  /// The client is gone or the server closes.
  func cancel() {
    let forgotten = state.withLock { state -> Kept? in
      guard !state.isFinished, !state.isCancelled else { return nil }
      state.isCancelled = true
      defer { state.kept = Kept() }
      return state.kept
    }
    for action in forgotten?.onCancel ?? [] { action() }
  }

  // MARK: Under the lock

  private func accept(_ bytes: [UInt8], _ state: inout State) {
    accept(bytes, isTooLong: bytes.count > limits.messageBytes + 1, &state)
  }

  private func accept(_ bytes: [UInt8], isTooLong: Bool, _ state: inout State) {
    if isTooLong { state.outbox.isTooLong = true }
    state.queuedBytes += bytes.count
    if state.outbox.bytes.isEmpty {
      state.outbox.bytes = bytes
    } else {
      state.outbox.bytes.append(contentsOf: bytes)
    }
  }

  /// Tells the connection, at once on its own thread, otherwise by one task however much is said before it runs.
  private func notify() {
    if connection.eventLoop.inEventLoop {
      connection.value.exchangeChanged(self)
      return
    }
    let isFirst = state.withLock { state in
      defer { state.isNoticeScheduled = true }
      return !state.isNoticeScheduled
    }
    guard isFirst else { return }
    let connection = connection
    connection.eventLoop.execute {
      self.state.withLock { $0.isNoticeScheduled = false }
      connection.value.exchangeChanged(self)
    }
  }
}
