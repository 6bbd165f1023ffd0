package import StrictJSON

/// A blocking client of one service over a Unix socket: no threads, no event loop, nothing to start.
///
/// One call at a time, by one thread. A failure other than an error sent by the service closes the connection, because
/// nobody can tell any more which reply belongs to which call.
package final class VarlinkClient {
  /// Longest message sent or accepted, without its NUL: the protocol's bound on both sides.
  package static let maximumMessageBytes = 1 << 20

  package let path: String
  private let timeoutMilliseconds: Int?
  private var socket: VarlinkConnectionSocket?
  private var input: [UInt8] = []
  /// Start of the first message not yet taken, and of what has not been searched for its end.
  private var start = 0
  private var searched = 0
  /// The method whose replies are outstanding.
  private var pending: String?

  /// - Parameter timeoutMilliseconds: bound for connecting and for each call's single reply; nil waits for ever.
  package init(path: String, timeoutMilliseconds: Int? = nil) throws(VarlinkClientError) {
    self.path = path
    self.timeoutMilliseconds = timeoutMilliseconds
    let maximum = VarlinkConnectionSocket.maximumPathBytes
    guard (1...maximum).contains(path.utf8.count), !path.utf8.contains(0) else {
      throw .unusablePath(path, maximumBytes: maximum)
    }
    do {
      socket = try .connected(to: path, timeoutMilliseconds: timeoutMilliseconds)
    } catch {
      throw .unreachable(path: path, code: error.code)
    }
  }

  /// Calls a method and waits for its one reply.
  /// - Throws: `refused` with the service's own error, after which the connection can be used on.
  @discardableResult
  package func call(_ method: String, _ parameters: JSONObject = [:]) throws(VarlinkClientError) -> JSONObject {
    try send(VarlinkRequest(method: method, parameters: parameters, mode: .single))
    let reply = try receive(
      method, until: VarlinkConnectionSocket.deadline(milliseconds: timeoutMilliseconds),
      deadlineEnds: true)
    if reply.continues { throw abandon(.malformed(method: method, reason: "more replies than were asked for")) }
    return reply.parameters
  }

  /// Calls a method without waiting: there is no reply, not even an error.
  package func callOneway(_ method: String, _ parameters: JSONObject = [:]) throws(VarlinkClientError) {
    try send(VarlinkRequest(method: method, parameters: parameters, mode: .oneway))
    pending = nil
  }

  /// How a stream ended.
  package enum StreamEnd: Hashable, Sendable {
    /// The service sent its last reply; the connection can be used on.
    case finished
    /// `each` wanted no more: cancelling is closing.
    case cancelled
  }

  /// Calls a method that answers again and again, and hands over each reply until the last one, or until `each`
  /// returns false, which closes the connection.
  @discardableResult
  package func stream(
    _ method: String, _ parameters: JSONObject = [:], each: (JSONObject) -> Bool
  ) throws(VarlinkClientError) -> StreamEnd {
    try beginStream(method, parameters)
    while let reply = try nextReply(timeoutMilliseconds: nil) {
      let wantsMore = each(reply.parameters)
      if !reply.continues { return .finished }
      if !wantsMore {
        close()
        return .cancelled
      }
    }
    preconditionFailure("without a time limit there is a reply or an error")
  }

  /// The same in single steps, for callers with something else to do between replies: sends the call.
  package func beginStream(_ method: String, _ parameters: JSONObject = [:]) throws(VarlinkClientError) {
    try send(VarlinkRequest(method: method, parameters: parameters, mode: .more))
  }

  /// The next reply of the stream; nil when none came in time, after which the stream goes on. The one without
  /// `continues` is the last.
  package func nextReply(timeoutMilliseconds: Int?) throws(VarlinkClientError) -> VarlinkReply? {
    guard let method = pending else { preconditionFailure("no stream has begun, or its last reply was taken") }
    do {
      return try receive(
        method, until: VarlinkConnectionSocket.deadline(milliseconds: timeoutMilliseconds), deadlineEnds: false)
    } catch .timedOut {
      return nil
    }
  }

  /// Ends the connection, and with it a stream. May be repeated.
  package func close() {
    socket = nil
    pending = nil
  }

  /// The descriptor to poll together with others between replies; nil when closed. Not to be read from.
  package var descriptor: Int32? { socket?.descriptor }

  // MARK: Messages

  private func abandon(_ error: VarlinkClientError) -> VarlinkClientError {
    close()
    return error
  }

  private func send(_ request: VarlinkRequest) throws(VarlinkClientError) {
    precondition(pending == nil, "one call at a time: the last reply to \(pending ?? "") is outstanding")
    let method = request.method
    var message = request.encoded
    // Refused before anything is sent: the connection stays good.
    guard message.count <= VarlinkClient.maximumMessageBytes else {
      throw .tooLong(method: method, maximumBytes: VarlinkClient.maximumMessageBytes)
    }
    message.append(0)
    guard socket != nil else { throw .closed(method: method) }
    do {
      try socket?.send(message, until: VarlinkConnectionSocket.deadline(milliseconds: timeoutMilliseconds))
    } catch {
      throw abandon(explain(error, method))
    }
    pending = method
  }

  private func explain(_ failure: VarlinkConnectionSocket.Failure, _ method: String) -> VarlinkClientError {
    if failure.isTimeout { return .timedOut(method: method) }
    if failure.isHangUp { return .disconnected(method: method) }
    return .failed(method: method, code: failure.code)
  }

  /// - Parameter deadlineEnds: whether passing the deadline ends the connection. A stream outlives a pause; a single
  ///   call does not, or its late reply would answer the next one.
  private func receive(
    _ method: String, until deadline: VarlinkConnectionSocket.Deadline, deadlineEnds: Bool
  ) throws(VarlinkClientError) -> VarlinkReply {
    while true {
      if let end = input[searched...].firstIndex(of: 0) { return try takeReply(endingAt: end, method) }
      searched = input.count
      guard input.count - start <= VarlinkClient.maximumMessageBytes else {
        throw abandon(.tooLong(method: method, maximumBytes: VarlinkClient.maximumMessageBytes))
      }
      guard socket != nil else { throw .closed(method: method) }
      let isOpen: Bool?
      do {
        isOpen = try socket?.receive(into: &input, until: deadline)
      } catch {
        let explained = explain(error, method)
        throw error.isTimeout && !deadlineEnds ? explained : abandon(explained)
      }
      guard isOpen == true else { throw abandon(.disconnected(method: method)) }
    }
  }

  private func takeReply(endingAt end: Int, _ method: String) throws(VarlinkClientError) -> VarlinkReply {
    guard end - start <= VarlinkClient.maximumMessageBytes else {
      throw abandon(.tooLong(method: method, maximumBytes: VarlinkClient.maximumMessageBytes))
    }
    let reply: VarlinkReply
    do {
      reply = try VarlinkReply(JSON.parse(Array(input[start..<end]), maximumBytes: VarlinkClient.maximumMessageBytes))
    } catch let error as JSONError {
      throw abandon(.malformed(method: method, reason: error.description))
    } catch let error as VarlinkMessageError {
      throw abandon(.malformed(method: method, reason: error.description))
    } catch {
      preconditionFailure("reading a reply fails in no other way")
    }
    start = end + 1
    searched = start
    if start == input.count {
      input.removeAll(keepingCapacity: true)
      (start, searched) = (0, 0)
    } else if start > 1 << 16 {
      input.removeSubrange(..<start)
      (start, searched) = (0, 0)
    }
    if !reply.continues { pending = nil }
    if let name = reply.error { throw .refused(VarlinkError(name, reply.parameters)) }
    return reply
  }
}
