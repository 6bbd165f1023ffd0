internal import NIOCore

/// Who is connected. Belongs to the server's event loop.
final class ConnectionCensus {
  private let limits: VarlinkServerLimits
  private let observe: @Sendable (VarlinkServerEvent) -> Void
  /// Oldest first.
  private var connections: [VarlinkConnection] = []
  private var perUser: [UInt32: Int] = [:]
  private var isClosing = false
  private var emptied: EventLoopPromise<Void>?

  init(limits: VarlinkServerLimits, observe: @escaping @Sendable (VarlinkServerEvent) -> Void) {
    self.limits = limits
    self.observe = observe
  }

  /// Whether another connection of this user is one too many; nil when there is a place for it, which may have been made.
  func admit(_ peer: VarlinkPeer, _ precedence: VarlinkPrecedence) -> VarlinkTurnedAway? {
    if isClosing { return .tooManyConnections }
    if count(of: peer.uid) >= limits.connectionsPerUser { return .tooManyOfUser }
    guard connections.count >= limits.connections else { return nil }
    guard let leaving = whoMakesRoom(for: peer, precedence) else { return .tooManyConnections }
    // Gone from here at once, whenever its channel has closed.
    leaving.makesRoom()
    leave(leaving, .madeRoom)
    return nil
  }

  /// The oldest connection of the user who holds the most of the lowest precedence. A user without any place gets one
  /// from users of the same precedence too, as long as one of them holds several: nobody is kept out by numbers.
  private func whoMakesRoom(for peer: VarlinkPeer, _ precedence: VarlinkPrecedence) -> VarlinkConnection? {
    guard let lowest = connections.map(\.precedence).min() else { return nil }
    let candidates = connections.filter { $0.precedence == lowest }
    guard let most = candidates.map({ count(of: $0.peer.uid) }).max() else { return nil }
    guard lowest < precedence || (lowest == precedence && most > 1 && count(of: peer.uid) == 0) else { return nil }
    return candidates.first { count(of: $0.peer.uid) == most }
  }

  private func count(of uid: UInt32) -> Int { perUser[uid, default: 0] }

  func turnedAway(_ peer: VarlinkPeer?, _ reason: VarlinkTurnedAway) { observe(.turnedAway(peer, reason)) }

  func enter(_ connection: VarlinkConnection) {
    connections.append(connection)
    perUser[connection.peer.uid, default: 0] += 1
    observe(.accepted(connection.peer))
  }

  /// The first time counts.
  func leave(_ connection: VarlinkConnection, _ reason: VarlinkCloseReason) {
    guard let index = connections.firstIndex(where: { $0 === connection }) else { return }
    connections.remove(at: index)
    let rest = count(of: connection.peer.uid) - 1
    perUser[connection.peer.uid] = rest > 0 ? rest : nil
    observe(.closed(connection.peer, reason))
    if connections.isEmpty { emptied?.succeed() }
  }

  /// Tells every connection that the server is at its end; each leaves by itself within `limits.closing`.
  func closeAll(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
    isClosing = true
    for connection in connections { connection.serverCloses() }
    if connections.isEmpty { return eventLoop.makeSucceededVoidFuture() }
    let promise = eventLoop.makePromise(of: Void.self)
    emptied = promise
    return promise.futureResult
  }
}
