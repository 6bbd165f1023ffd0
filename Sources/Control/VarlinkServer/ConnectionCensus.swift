internal import NIOCore

/// Who is connected. Belongs to the server's event loop.
final class ConnectionCensus {
  private let limits: VarlinkServerLimits
  private let observe: @Sendable (VarlinkServerEvent) -> Void
  private var connections: [ObjectIdentifier: VarlinkConnection] = [:]
  private var perUser: [UInt32: Int] = [:]
  private var isClosing = false
  private var emptied: EventLoopPromise<Void>?

  init(limits: VarlinkServerLimits, observe: @escaping @Sendable (VarlinkServerEvent) -> Void) {
    self.limits = limits
    self.observe = observe
  }

  /// Whether another connection of this user is one too many.
  func refusal(of peer: VarlinkPeer) -> VarlinkTurnedAway? {
    if connections.count >= limits.connections || isClosing { return .tooManyConnections }
    return perUser[peer.uid, default: 0] >= limits.connectionsPerUser ? .tooManyOfUser : nil
  }

  func turnedAway(_ peer: VarlinkPeer?, _ reason: VarlinkTurnedAway) { observe(.turnedAway(peer, reason)) }

  func enter(_ connection: VarlinkConnection) {
    connections[ObjectIdentifier(connection)] = connection
    perUser[connection.peer.uid, default: 0] += 1
    observe(.accepted(connection.peer))
  }

  func leave(_ connection: VarlinkConnection, _ reason: VarlinkCloseReason) {
    guard connections.removeValue(forKey: ObjectIdentifier(connection)) != nil else { return }
    let rest = perUser[connection.peer.uid, default: 0] - 1
    perUser[connection.peer.uid] = rest > 0 ? rest : nil
    observe(.closed(connection.peer, reason))
    if connections.isEmpty { emptied?.succeed() }
  }

  /// Tells every connection that the server is at its end; each leaves by itself within `limits.closing`.
  func closeAll(on eventLoop: any EventLoop) -> EventLoopFuture<Void> {
    isClosing = true
    for connection in Array(connections.values) { connection.serverCloses() }
    if connections.isEmpty { return eventLoop.makeSucceededVoidFuture() }
    let promise = eventLoop.makePromise(of: Void.self)
    emptied = promise
    return promise.futureResult
  }
}
