internal import Glibc
internal import NIOCore
internal import NIOPosix
internal import Varlink

/// A Varlink server on one event loop of its own.
package final class VarlinkServer: Sendable {
  private let group: MultiThreadedEventLoopGroup
  private let channel: any Channel
  private let census: NIOLoopBoundBox<ConnectionCensus>
  private let socket: ListeningSocket

  /// Where clients find it; nil when the socket was inherited.
  package var boundPath: String? { socket.path }

  private init(
    group: MultiThreadedEventLoopGroup, channel: any Channel, census: NIOLoopBoundBox<ConnectionCensus>,
    socket: ListeningSocket
  ) {
    self.group = group
    self.channel = channel
    self.census = census
    self.socket = socket
  }

  /// Takes its place at a path and serves there.
  /// - Parameters:
  ///   - permissions: of the socket file; writing is what connecting needs.
  ///   - group: of the socket file, by number; nil leaves the process's own.
  package static func start(
    path: String, permissions: UInt32, group: UInt32? = nil, service: any VarlinkService,
    limits: VarlinkServerLimits = VarlinkServerLimits(),
    observe: @escaping @Sendable (VarlinkServerEvent) -> Void = { _ in }
  ) throws(ListeningSocketError) -> VarlinkServer {
    let socket = try ListeningSocket.listening(at: path, permissions: permissions, group: group)
    return try start(on: socket, service: service, limits: limits, observe: observe)
  }

  /// Serves on a socket that listens already, and closes it at the end. Not on an event loop: this waits.
  package static func start(
    on socket: ListeningSocket, service: any VarlinkService, limits: VarlinkServerLimits = VarlinkServerLimits(),
    observe: @escaping @Sendable (VarlinkServerEvent) -> Void = { _ in }
  ) throws(ListeningSocketError) -> VarlinkServer {
    let dispatch = VarlinkDispatch(service)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let census = NIOLoopBoundBox.makeBoxSendingValue(
      ConnectionCensus(limits: limits, observe: observe), eventLoop: group.any())
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptPause(.milliseconds(limits.acceptPauseMilliseconds)))
        }
      }
      .childChannelOption(.autoRead, value: false)
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          let peer = try admit(channel, census.value, service)
          try channel.pipeline.syncOperations.addHandler(
            VarlinkConnection(
              peer: peer, service: service, dispatch: dispatch, limits: limits, census: census.value))
        }
      }
    do {
      let channel = try bootstrap.withBoundSocket(socket.descriptor).wait()
      return VarlinkServer(group: group, channel: channel, census: census, socket: socket)
    } catch {
      socket.removeFile()
      try? group.syncShutdownGracefully()
      let code = (error as? IOError)?.errnoCode ?? EIO
      throw .refused(operation: "serve", path: socket.path ?? "the inherited socket", code: code)
    }
  }

  private struct TurnedAway: Error {}

  /// Who it is, if there is room for one more; otherwise an error, on which NIO closes the connection.
  private static func admit(
    _ channel: any Channel, _ census: ConnectionCensus, _ service: any VarlinkService
  ) throws -> VarlinkPeer {
    // The handle is used within the closure, while the channel is open.
    let result = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self) {
      VarlinkPeer.of(descriptor: $0)
    }
    switch result {
    case .success(let peer):
      guard let reason = census.admit(peer, service.precedence(of: peer)) else { return peer }
      census.turnedAway(peer, reason)
    case .failure(let failure): census.turnedAway(nil, .noCredentials(code: failure.code))
    case nil: census.turnedAway(nil, .noCredentials(code: ENOTSOCK))
    }
    throw TurnedAway()
  }

  /// Stops accepting, cancels every call, lets replies on their way leave for a bounded time, and is gone when it
  /// returns. Once; not on the event loop, because it waits.
  package func close() {
    socket.removeFile()
    // Each step can only fail because what it ends has ended already.
    try? channel.close().wait()
    let (census, eventLoop) = (census, channel.eventLoop)
    try? eventLoop.flatSubmit { census.value.closeAll(on: eventLoop) }.wait()
    try? group.syncShutdownGracefully()
  }
}

/// After the process has run out of descriptors, accepting rests a while: the connections that wait would otherwise
/// make it try again at once, for ever.
private final class AcceptPause: ChannelDuplexHandler {
  typealias InboundIn = any Channel
  typealias OutboundIn = Never

  private let pause: TimeAmount
  private var isPausing = false

  init(_ pause: TimeAmount) { self.pause = pause }

  func read(context: ChannelHandlerContext) {
    if !isPausing { context.read() }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isPausing else { return }
    isPausing = true
    context.eventLoop.assumeIsolated().scheduleTask(in: pause) {
      self.isPausing = false
      context.read()
    }
  }
}
