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

  struct Output {
    var bytes: [UInt8] = []
    var isFinal = false
    var isTooLong = false
  }

  private struct State {
    var outbox = Output()
    /// Accepted and not yet taken by the kernel.
    var queuedBytes = 0
    /// The newest snapshot nobody has room for yet.
    var latest: JSONObject?
    /// Events dropped since the queue was full.
    var lost = 0
    var isFinished = false
    var isCancelled = false
    var isNoticeScheduled = false
    var onCancel: [@Sendable () -> Void] = []
    var onDrained: (@Sendable () -> Void)?
    var recovery: Recovery?
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
    let isNews = state.withLock { state in
      precondition(!state.isFinished, "\(method) is answered once")
      state.isFinished = true
      guard !state.isCancelled else { return false }
      if let latest = state.latest { append(latest, to: &state) }
      accept(bytes, &state)
      state.outbox.isFinal = true
      forgetClosures(&state)
      return true
    }
    if isNews { notify() }
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

  func emitLatest(_ snapshot: JSONObject) {
    precondition(isStream, "\(method): only a call with 'more' takes several replies")
    let isNews = state.withLock { state in
      guard !state.isFinished, !state.isCancelled else { return false }
      state.latest = snapshot
      return state.queuedBytes == 0
    }
    if isNews { notify() }
  }

  var isCancelled: Bool { state.withLock { $0.isCancelled } }
  var isOver: Bool { state.withLock { $0.isCancelled || $0.isFinished } }

  func onCancel(_ action: @escaping @Sendable () -> Void) {
    let isLate = state.withLock { state in
      if !state.isCancelled, !state.isFinished { state.onCancel.append(action) }
      return state.isCancelled
    }
    if isLate { action() }
  }

  func onDrained(_ action: @escaping @Sendable () -> Void) {
    state.withLock { if !$0.isCancelled, !$0.isFinished { $0.onDrained = action } }
    notify()
  }

  func onOverrun(_ recovery: @escaping Recovery) {
    state.withLock { if !$0.isCancelled, !$0.isFinished { $0.recovery = recovery } }
  }

  /// The service let go of the call without an answer.
  func abandon() {
    guard !isOver else { return }
    let connection = connection
    connection.eventLoop.execute { connection.value.exchangeAbandoned(self) }
  }

  // MARK: Said by the connection, on its event loop

  /// What is to be written now.
  func take() -> Output {
    state.withLock { state in
      if state.queuedBytes == 0, let latest = state.latest { append(latest, to: &state) }
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
      return (state.lost, state.recovery)
    }
    if lost > 0 {
      for object in recovery?(lost) ?? [["overrun": true]] { _ = emit(object) }
    }
    let isEmpty = state.withLock { $0.queuedBytes == 0 && $0.latest != nil }
    if isEmpty { notify() }
  }

  /// The action waiting for room, when there is room: half the queue or more.
  func takeDrained() -> (@Sendable () -> Void)? {
    state.withLock { state in
      guard state.queuedBytes <= limits.queuedBytes / 2, state.lost == 0 else { return nil }
      defer { state.onDrained = nil }
      return state.onDrained
    }
  }

  /// The client is gone or the server closes.
  func cancel() {
    let actions = state.withLock { state in
      guard !state.isFinished, !state.isCancelled else { return [] as [@Sendable () -> Void] }
      state.isCancelled = true
      defer { forgetClosures(&state) }
      return state.onCancel
    }
    for action in actions { action() }
  }

  // MARK: Under the lock

  private func append(_ latest: JSONObject, to state: inout State) {
    var bytes: [UInt8] = []
    VarlinkReply(parameters: latest, continues: true).write(into: &bytes)
    state.latest = nil
    accept(bytes, &state)
  }

  private func accept(_ bytes: [UInt8], _ state: inout State) {
    if bytes.count > limits.messageBytes + 1 { state.outbox.isTooLong = true }
    state.queuedBytes += bytes.count
    if state.outbox.bytes.isEmpty {
      state.outbox.bytes = bytes
    } else {
      state.outbox.bytes.append(contentsOf: bytes)
    }
  }

  /// What services capture may hold the responder, and with it this.
  private func forgetClosures(_ state: inout State) {
    state.onCancel = []
    state.onDrained = nil
    state.recovery = nil
    state.latest = nil
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
