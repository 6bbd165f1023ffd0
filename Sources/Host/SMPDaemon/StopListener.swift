internal import CLinux
internal import Glibc
internal import SMPInterface
internal import SMPModel
internal import SMPSession
internal import StrictJSON
internal import Synchronization
internal import Varlink
package import VarlinkServer

/// The stop socket: its own thread, its own reference on the device's stop, no right, lease, session or queue (S6).
///
/// One loop over `poll`; nothing in it waits for anybody but the next event. A stop is put on EP0 before the owner
/// even hears of it; the answer follows when the device says it is still, or when `answerWithin` has passed. When the
/// places are taken, the oldest connection of the user who holds the most makes room, so that no user can keep
/// another one out; the newest connection of an operator makes room for nobody but operators.
package final class StopListener: Sendable {
  /// Connections at once.
  static let places = 64
  /// A request is one small object; more is not one of ours.
  static let requestBytes = 4_096
  /// How long an answer waits for the device to be still: a dot's longest contact and the run-down.
  static let answerWithin = Interval.milliseconds(1_500)

  private struct State: Sendable {
    var isEnding = false
    var hasEnded = false
    var rights: RealtimeRights?
  }
  private let monitor = Monitor(State())
  private let wake: Int32
  private let socket: ListeningSocket

  package init(
    socket: ListeningSocket, handle: StopHandle, queue: OwnerQueue, board: Board, rights: Rights,
    realtimePriority: Int32?
  ) throws(DaemonError) {
    let wake = clinux_eventfd()
    guard wake >= 0 else { throw .thread(name: "smp-stop", code: -wake) }
    self.wake = wake
    self.socket = socket
    let monitor = monitor
    let owed = OwedAnswers()
    // An idle daemon publishes too; nobody is woken for that.
    let watch = board.watch { _ in if owed.areThere { clinux_eventfd_signal(wake) } }
    try PosixThread.start(name: "smp-stop") {
      if let realtimePriority {
        let rights = PosixThread.becomeRealtime(priority: realtimePriority)
        monitor.update { $0.rights = rights }
      }
      var loop = StopLoop(
        listener: socket.descriptor, wake: wake, handle: handle, queue: queue, board: board, rights: rights, owed: owed)
      while !monitor.withLock({ $0.isEnding }) { loop.turn() }
      loop.closeAll()
      board.remove(watch)
      monitor.update { $0.hasEnded = true }
    }
  }

  package var rights: RealtimeRights? { monitor.withLock { $0.rights } }

  /// Ends the thread; returns when it has ended and the socket is gone.
  package func end() {
    monitor.update { $0.isEnding = true }
    clinux_eventfd_signal(wake)
    monitor.wait { $0.hasEnded }
    socket.removeFile()
    close(socket.descriptor)
    close(wake)
  }
}

/// Whether somebody waits to hear that the device is still: only then a snapshot is news to the stop thread.
///
/// Set by the stop thread before it posts what it asks for, and the owner publishes after it has taken that from the
/// queue: the snapshot that answers always finds it set.
private final class OwedAnswers: Sendable {
  private let flag = Atomic(false)
  var areThere: Bool { flag.load(ordering: .sequentiallyConsistent) }
  func set(_ areThere: Bool) { flag.store(areThere, ordering: .sequentiallyConsistent) }
}

/// The stop thread's own state.
private struct StopLoop {
  let listener: Int32
  let wake: Int32
  let handle: StopHandle
  let queue: OwnerQueue
  let board: Board
  let rights: Rights
  let owed: OwedAnswers
  let interface = VarlinkInterface.ofStop
  var places: [StopPlace] = []
  /// Of stops with nothing to stop.
  var absences = StopNotes()
  var breath = Breath()
  /// Stops handed to the owner so far: the listener alone hands them over.
  var posted: UInt64 = 0

  mutating func turn() {
    var polls = [pollfd(fd: listener, events: Int16(POLLIN), revents: 0)]
    polls.append(pollfd(fd: wake, events: Int16(POLLIN), revents: 0))
    for place in places {
      let events = (place.wantsToRead ? POLLIN : 0) | (place.wantsToWrite ? POLLOUT : 0)
      polls.append(pollfd(fd: place.descriptor, events: Int16(events), revents: 0))
    }
    let asked = HostClock.monotonic()
    let count = unsafe Glibc.poll(&polls, nfds_t(polls.count), timeout)
    let woken = HostClock.monotonic()
    breath.rested(woken - asked)
    if count < 0 {
      // Nothing but EINTR is expected; whatever else it is, it must not spin at real-time priority.
      if errno != EINTR { _ = Glibc.poll(nil, 0, Self.pauseMilliseconds) }
      return
    }
    if polls[1].revents != 0 { clinux_eventfd_clear(wake) }
    for index in places.indices.reversed() {
      let ready = polls[index + 2].revents
      if ready & Int16(POLLOUT) != 0 { places[index].write() }
      let isGone = ready & Int16(POLLHUP | POLLERR) != 0
      if isGone || ready & Int16(POLLIN) != 0 { read(index, isGone: isGone) }
    }
    answer()
    for index in places.indices { serve(index) }
    for place in places where place.isDone { close(place.descriptor) }
    places.removeAll(where: \.isDone)
    owed.set(places.contains { $0.waiting != nil })
    if polls[0].revents != 0 {
      // Not until nobody waits: who connects without an end would keep stops from being read.
      for _ in 0..<Self.acceptsPerTurn {
        guard accept() else { break }
      }
    }
    let pause = breath.worked(HostClock.monotonic() - woken)
    if pause > .zero { _ = Glibc.poll(nil, 0, Int32(clamping: pause.milliseconds)) }
  }

  mutating func closeAll() {
    for place in places { close(place.descriptor) }
    places = []
  }

  /// Milliseconds until the first waiting answer is due; -1 for none.
  private var timeout: Int32 {
    // What was left over from the last turn does not wait for anything to come.
    if places.contains(where: \.holdsMessage) { return 0 }
    let now = HostClock.monotonic()
    let first = places.compactMap { $0.waiting?.deadline }.min()
    return first.map { Int32(clamping: max(0, ($0 - now).milliseconds + 1)) } ?? -1
  }

  /// - Returns: whether another connection may be waiting.
  private mutating func accept() -> Bool {
    let descriptor = Glibc.accept(listener, nil, nil)
    if descriptor < 0 {
      // Out of descriptors: the connection stays in the backlog, and polling for it would spin.
      if errno == EMFILE || errno == ENFILE { _ = Glibc.poll(nil, 0, Self.pauseMilliseconds) }
      return false
    }
    _ = fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    let credentials = clinux_peer_of(descriptor)
    guard credentials.error == 0 else {
      close(descriptor)
      return true
    }
    // Who is in too many groups to name may stop all the same.
    let peer =
      (try? VarlinkPeer.of(descriptor: descriptor).get())
      ?? VarlinkPeer(uid: credentials.uid, gid: credentials.gid, groups: [])
    if places.count >= StopListener.places { makeRoom() }
    places.append(
      StopPlace(descriptor: descriptor, uid: peer.uid, isOperator: rights.standing(of: peer) == .operator))
    return true
  }

  private static var pauseMilliseconds: Int32 { 20 }
  /// More than a backlog holds: whoever fills it keeps nobody else waiting for longer than a turn.
  private static var acceptsPerTurn: Int { 256 }

  /// The user with the most connections loses the oldest one. Each operator keeps the newest one, unless nobody else is
  /// left.
  private mutating func makeRoom() {
    var counts: [UInt32: Int] = [:]
    var newest: [UInt32: Int] = [:]
    for index in places.indices {
      counts[places[index].uid, default: 0] += 1
      if places[index].isOperator { newest[places[index].uid] = index }
    }
    let free = places.indices.filter { newest[places[$0].uid] != $0 }
    let candidates = free.isEmpty ? Array(places.indices) : free
    let most = candidates.compactMap { counts[places[$0].uid] }.max()
    guard let oldest = candidates.first(where: { counts[places[$0].uid] == most }) else { return }
    // It is served no more; but a stop that it has sent is one.
    if places[oldest].read(isGone: false) { runAhead(oldest) }
    close(places[oldest].descriptor)
    places.remove(at: oldest)
  }

  /// Takes what has come. While an answer is owed only a protective stop is carried out: it waits for nothing.
  private mutating func read(_ index: Int, isGone: Bool) {
    let isMore = places[index].read(isGone: isGone)
    if isMore, places[index].waiting != nil { runAhead(index) }
  }

  /// Carries out a protective stop that waits behind something else, and tells the owner. It is answered in its turn, if
  /// anybody still waits for that.
  private mutating func runAhead(_ index: Int) {
    guard places[index].holdsProtectiveStop else { return }
    // Told once, however the rest of the messages comes in; submitted each time.
    let isTold = places[index].hasRunAhead
    places[index].hasRunAhead = true
    let outcome = handle.submit()
    if !isTold { tell(outcome, by: places[index].uid) }
  }

  /// The owner is told of a protective stop. With no device there is nothing to follow, and one a second of each user is
  /// record enough.
  private mutating func tell(_ outcome: StopOutcome, by uid: UInt32) {
    let isThere = outcome != .absent || board.newest?.snapshot.device != nil
    guard isThere || absences.isNews(by: uid, outcome, changes: false, at: HostClock.monotonic()) else { return }
    posted += 1
    queue.post(.stopSubmitted(by: uid, outcome))
  }

  /// One message of each connection in a turn, so that nobody's heap of them keeps another's stop waiting.
  private mutating func serve(_ index: Int) {
    guard let message = places[index].nextMessage() else { return }
    do {
      serve(try VarlinkRequest(JSON.parse(message, maximumDepth: 8)), index)
    } catch {
      places[index].isOver = true
    }
  }

  private mutating func serve(_ request: VarlinkRequest, _ index: Int) {
    switch request.method {
    case StopInterface.Stop.name:
      guard let wish = try? StopInterface.Stop.Parameters(request.parameters) else {
        places[index].send(.error(.invalidParameter("protective")))
        return
      }
      stop(wish, index)
    case StopInterface.Describe.name:
      let state = board.newest?.snapshot.state ?? .noDevice
      places[index].send(.reply(StopInterface.Describe.Reply(state: .init(state)).json))
    case "org.varlink.service.GetInfo":
      places[index].send(.reply(VarlinkInterface.infoOfStop))
    case "org.varlink.service.GetInterfaceDescription":
      let name = request.parameters["interface"]?.string ?? ""
      let text = name == StopInterface.name ? StopInterface.text : VarlinkServiceInterface.text
      guard name == StopInterface.name || name == VarlinkServiceInterface.name else {
        places[index].send(.error(.interfaceNotFound(name)))
        return
      }
      places[index].send(.reply(["description": .string(text)]))
    default:
      places[index].send(.error(.methodNotFound(request.method)))
    }
  }

  private mutating func stop(_ wish: StopInterface.Stop.Parameters, _ index: Int) {
    let now = HostClock.monotonic()
    let uid = places[index].uid
    owed.set(true)
    // Read before anything is asked for: the answer must be newer than the question.
    let after = board.sequence
    let outcome: StopOutcome
    if wish.protective == true {
      outcome = handle.submit()
      tell(outcome, by: uid)
    } else {
      outcome = board.newest?.snapshot.device == nil ? .absent : .submitted
      posted += 1
      queue.post(.halt(by: uid))
    }
    if outcome == .absent {
      places[index].send(.reply(StopInterface.Stop.Reply(outcome: .absent, latencyMicroseconds: nil).json))
    } else {
      places[index].waiting = StopPlace.Waiting(
        since: now, deadline: now + StopListener.answerWithin, after: after, stop: posted)
      // What came with it in one piece is here already, and nothing will wake us for it.
      runAhead(index)
    }
  }

  /// Answers those who wait for a still device, once it is or their time is up.
  private mutating func answer() {
    guard let newest = board.newest else { return }
    let now = HostClock.monotonic()
    for index in places.indices {
      guard let waiting = places[index].waiting else { continue }
      if newest.sequence > waiting.after, newest.stopsTaken >= waiting.stop, newest.isStill {
        places[index].waiting = nil
        let latency = (now - waiting.since).microseconds
        places[index].send(.reply(StopInterface.Stop.Reply(outcome: .still, latencyMicroseconds: latency).json))
      } else if newest.snapshot.device == nil {
        places[index].waiting = nil
        places[index].send(.reply(StopInterface.Stop.Reply(outcome: .absent, latencyMicroseconds: nil).json))
      } else if now >= waiting.deadline {
        places[index].waiting = nil
        places[index].send(.reply(StopInterface.Stop.Reply(outcome: .submitted, latencyMicroseconds: nil).json))
      }
    }
  }
}

extension Published {
  /// The device has confirmed that it stands and may not move.
  fileprivate var isStill: Bool {
    guard isHeardSinceStop, let status = snapshot.device?.status, status.still else { return false }
    switch status.phase {
    case .idle, .stopped, .faulted: return true
    case .selfTest, .armed, .running, .suspended: return false
    }
  }
}

extension VarlinkInterface {
  fileprivate static let ofStop = try? VarlinkInterface.parse(StopInterface.text)

  fileprivate static let infoOfStop: JSONObject = [
    "vendor": .string("smpd"), "product": .string("smpd"), "version": .string(Release.version),
    "url": .string("https://github.com/smpd/smpd"),
    "interfaces": .array([.string(StopInterface.name), .string(VarlinkServiceInterface.name)]),
  ]
}
