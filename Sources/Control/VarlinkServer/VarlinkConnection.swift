internal import Glibc
internal import NIOCore
internal import StrictJSON
internal import Varlink

/// One connection: cuts the bytes into messages, runs one call at a time, and keeps every bound.
///
/// Nothing is read while a call is under way or too much waits to leave, so what a client can make us hold is one
/// message, one queue and what the kernel keeps.
final class VarlinkConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private enum Phase {
    case idle
    case calling(VarlinkExchange)
    case closed
  }

  let peer: VarlinkPeer
  let precedence: VarlinkPrecedence
  private let service: any VarlinkService
  private let dispatch: VarlinkDispatch
  private let limits: VarlinkServerLimits
  private let census: ConnectionCensus

  private var phase = Phase.idle
  private var context: ChannelHandlerContext?
  private var bound: NIOLoopBound<VarlinkConnection>?
  private var input = ByteBuffer()
  /// Bytes at the front of `input` known to hold no NUL.
  private var searched = 0
  /// The client will send nothing more, but may still listen.
  private var isInputClosed = false
  private var isPumping = false
  /// Begun enough for now: what is here goes on when the others have had their turn.
  private var isGivingWay = false
  private var needsFlush = false
  /// Bytes written and not yet taken by the kernel.
  private var outstanding = 0
  private var unfinishedTimer: Scheduled<Void>?
  private var unwritableTimer: Scheduled<Void>?
  private var closeReason: VarlinkCloseReason?
  /// What an end without a fault is called.
  private var peacefulReason = VarlinkCloseReason.clientLeft

  init(
    peer: VarlinkPeer, service: any VarlinkService, dispatch: VarlinkDispatch, limits: VarlinkServerLimits,
    census: ConnectionCensus
  ) {
    self.peer = peer
    precedence = service.precedence(of: peer)
    self.service = service
    self.dispatch = dispatch
    self.limits = limits
    self.census = census
  }

  // MARK: Events of the channel

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    bound = NIOLoopBound(self, eventLoop: context.eventLoop)
    census.enter(self)
    if context.channel.isActive { context.read() }
  }

  func channelActive(context: ChannelHandlerContext) { context.read() }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isOver else { return }
    var bytes = unwrapInboundIn(data)
    if input.readableBytes == 0 {
      input = bytes
      searched = 0
    } else {
      input.writeBuffer(&bytes)
    }
    pump()
  }

  func channelReadComplete(context: ChannelHandlerContext) { readOn() }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed {
      isInputClosed = true
      pump()
    }
    context.fireUserInboundEventTriggered(event)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { close(.failed) }

  func channelInactive(context: ChannelHandlerContext) { leave() }

  func handlerRemoved(context: ChannelHandlerContext) {
    leave()
    self.context = nil
    bound = nil
  }

  private var isOver: Bool {
    if case .closed = phase { return true }
    return closeReason != nil
  }

  private func leave() {
    unfinishedTimer?.cancel()
    unwritableTimer?.cancel()
    let last = phase
    phase = .closed
    census.leave(self, closeReason ?? peacefulReason)
    switch last {
    case .calling(let exchange): exchange.cancel()
    case .idle, .closed: break
    }
  }

  private func close(_ reason: VarlinkCloseReason) {
    guard !isOver else { return }
    closeReason = reason
    // Replies to earlier messages are not to be lost with the connection, as far as the kernel takes them.
    if needsFlush { context?.flush() }
    context?.close(promise: nil)
  }

  /// The server is at its end: replies on their way may leave, nothing new begins.
  func serverCloses() {
    guard !isOver else { return }
    if case .calling(let exchange) = phase { exchange.cancel() }
    guard outstanding > 0, let context else { return close(.serverClosing) }
    peacefulReason = .serverClosing
    isInputClosed = true
    phase = .idle
    input.clear()
    searched = 0
    context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(limits.closingMilliseconds)) {
      self.close(.serverClosing)
    }
  }

  /// Another one needs the place more.
  func makesRoom() { close(.madeRoom) }

  // MARK: Messages

  private var mayBegin: Bool {
    guard case .idle = phase, closeReason == nil, !isGivingWay else { return false }
    return outstanding <= limits.queuedBytes
  }

  /// Works off whatever has become possible: messages that are here, replies to be flushed, reading on, closing.
  private func pump() {
    guard !isPumping, !isOver else { return }
    isPumping = true
    var begun = 0
    repeat {
      while mayBegin, let message = nextMessage() {
        begin(message)
        begun += 1
        if begun >= limits.messagesPerTurn { giveWay() }
      }
      flush()
    } while needsFlush || (mayBegin && input.readableBytes > searched)
    isPumping = false
    guard !isOver else { return }
    if isInputClosed, !isGivingWay, case .idle = phase, outstanding == 0 { return close(peacefulReason) }
    watchInput()
    readOn()
  }

  /// Nothing is read or begun until the loop has been once around.
  private func giveWay() {
    guard !isGivingWay, let context else { return }
    isGivingWay = true
    context.eventLoop.assumeIsolated().execute {
      self.isGivingWay = false
      self.pump()
    }
  }

  /// Cuts the next message off the input, without its NUL.
  private func nextMessage() -> ByteBuffer? {
    guard let length = input.offset(of: 0, from: searched) else {
      searched = input.readableBytes
      if searched > limits.messageBytes { close(.messageTooLong) }
      return nil
    }
    searched = 0
    unfinishedTimer?.cancel()
    unfinishedTimer = nil
    guard length <= limits.messageBytes, let message = input.readSlice(length: length) else {
      close(.messageTooLong)
      return nil
    }
    input.moveReaderIndex(forwardBy: 1)
    return message
  }

  private func begin(_ message: ByteBuffer) {
    if input.readableBytes == 0 { input = ByteBuffer() }
    let request: VarlinkRequest
    do {
      request = try VarlinkRequest(
        JSON.parse(
          message.readableBytesUInt8Span, maximumBytes: limits.messageBytes, maximumDepth: limits.messageDepth))
    } catch let error as JSONError {
      return close(.malformedJSON(error))
    } catch let error as VarlinkMessageError {
      return close(.malformedMessage(error))
    } catch {
      preconditionFailure("reading a request fails in no other way")
    }
    if let refusal = service.refusal(of: request.method, to: peer) {
      return reply(VarlinkReply(parameters: refusal.parameters, error: refusal.name), to: request)
    }
    switch dispatch.route(request) {
    case .answer(let parameters): reply(VarlinkReply(parameters: parameters), to: request)
    case .refuse(let error): reply(VarlinkReply(parameters: error.parameters, error: error.name), to: request)
    case .deliver(let method): deliver(request, method)
    }
  }

  private func reply(_ reply: VarlinkReply, to request: VarlinkRequest) {
    guard request.mode != .oneway else { return }
    var bytes: [UInt8] = []
    reply.write(into: &bytes)
    write(bytes, for: nil)
  }

  private func deliver(_ request: VarlinkRequest, _ method: VarlinkMethod) {
    guard let bound else { return }
    let isStream = request.mode == .more && method.streaming != .never
    let exchange = VarlinkExchange(
      method: request.method, isStream: isStream, isOneway: request.mode == .oneway, limits: limits,
      connection: bound)
    phase = .calling(exchange)
    service.handle(
      VarlinkCall(
        method: request.method, parameters: request.parameters, more: isStream, oneway: request.mode == .oneway,
        peer: peer), VarlinkResponder(exchange))
  }

  // MARK: Answers

  /// Something was said about a call; it counts if that call is still the one under way.
  func exchangeChanged(_ exchange: VarlinkExchange) {
    guard case .calling(let current) = phase, current === exchange, closeReason == nil else { return }
    let output = exchange.take()
    if output.isTooLong { return close(.replyTooLong(method: exchange.method)) }
    if output.isFinal { phase = .idle }
    if !output.bytes.isEmpty { write(output.bytes, for: exchange) }
    pump()
    callDrained(exchange)
  }

  /// As a task of its own, so that a service with much to send and a client that takes it do not keep the loop.
  private func callDrained(_ exchange: VarlinkExchange) {
    if let action = exchange.takeDrained() { context?.eventLoop.execute(action) }
  }

  func exchangeAbandoned(_ exchange: VarlinkExchange) {
    guard case .calling(let current) = phase, current === exchange else { return }
    close(.unanswered(method: exchange.method))
  }

  private func write(_ bytes: [UInt8], for exchange: VarlinkExchange?) {
    guard let context else { return }
    outstanding += bytes.count
    needsFlush = true
    let promise = context.eventLoop.makePromise(of: Void.self)
    promise.futureResult.assumeIsolated().whenComplete { _ in self.wrote(bytes.count, for: exchange) }
    context.write(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: promise)
  }

  private func wrote(_ count: Int, for exchange: VarlinkExchange?) {
    outstanding -= count
    unwritableTimer?.cancel()
    unwritableTimer = nil
    guard !isOver else { return }
    if let exchange {
      exchange.wrote(count)
      callDrained(exchange)
    }
    watchOutput()
    pump()
  }

  private func flush() {
    guard needsFlush else { return }
    needsFlush = false
    context?.flush()
    watchOutput()
  }

  // MARK: Reading and time

  private func readOn() {
    if mayBegin, !isInputClosed { context?.read() }
  }

  /// Starts the clock of a message that has begun and is not complete, unless it is we who are not reading.
  private func watchInput() {
    guard mayBegin, input.readableBytes > 0 else {
      unfinishedTimer?.cancel()
      unfinishedTimer = nil
      return
    }
    guard unfinishedTimer == nil, let context else { return }
    unfinishedTimer = context.eventLoop.assumeIsolated().scheduleTask(
      in: .milliseconds(limits.unfinishedMessageMilliseconds)
    ) {
      self.close(.unfinishedMessage)
    }
  }

  /// Starts the clock of a reply the kernel would not take whole.
  private func watchOutput() {
    guard outstanding > 0, !needsFlush, unwritableTimer == nil, !isOver, let context else { return }
    unwritableTimer = context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(limits.unwritableMilliseconds))
    {
      self.close(.unwritable)
    }
  }
}

extension ByteBuffer {
  /// Where the byte stands first, counted from the first readable one. A million bytes pass here for each long message, so
  /// the search is the C library's.
  fileprivate func offset(of byte: UInt8, from start: Int) -> Int? {
    // Only within the closure, and only within the readable bytes.
    unsafe withUnsafeReadableBytes { bytes in
      guard start < bytes.count, let base = bytes.baseAddress,
        let found = unsafe memchr(unsafe base + start, Int32(byte), bytes.count - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - base
    }
  }
}
