internal import Glibc
internal import SMPInterface
internal import SMPModel
internal import StrictJSON
internal import Varlink

/// One connection to the stop socket.
struct StopPlace {
  struct Waiting {
    let since: MonotonicTime
    let deadline: MonotonicTime
    /// Only a snapshot after this one can tell.
    let after: UInt64
    /// And only when the owner has taken note of so many stops.
    let stop: UInt64
  }
  enum Answer {
    case reply(JSONObject)
    case error(VarlinkError)
  }
  let descriptor: Int32
  let uid: UInt32
  let isOperator: Bool
  var waiting: Waiting?
  var isOver = false
  /// A protective stop among the messages here has been carried out before its turn.
  var hasRunAhead = false
  /// The client sends nothing more, but may wait for its answers.
  private var isInputClosed = false
  /// Nobody takes our answers.
  private var isMute = false
  private var input: [UInt8] = []
  private var output: [UInt8] = []

  init(descriptor: Int32, uid: UInt32, isOperator: Bool) {
    self.descriptor = descriptor
    self.uid = uid
    self.isOperator = isOperator
  }

  var wantsToWrite: Bool { !output.isEmpty }
  /// Who has sent more than is served yet waits with the rest.
  var wantsToRead: Bool { !isInputClosed && !holdsMessage }
  /// Nothing more can come of it: what was asked for has been done, though nobody may be left to hear the answer.
  var isDone: Bool {
    isOver || (isInputClosed && !holdsMessage && (isMute || (waiting == nil && output.isEmpty)))
  }

  /// - Parameter isGone: the far end hears nothing any more either.
  /// - Returns: whether anything came.
  mutating func read(isGone: Bool) -> Bool {
    var buffer = [UInt8](repeating: 0, count: StopListener.requestBytes)
    let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
    if count < 0, errno == EAGAIN || errno == EINTR { return false }
    guard count > 0 else {
      isInputClosed = true
      isMute = isMute || isGone || count < 0
      return false
    }
    input.append(contentsOf: buffer[..<count])
    if input.count > StopListener.requestBytes { isOver = true }
    return true
  }

  /// A whole message could be served now.
  var holdsMessage: Bool { waiting == nil && !isOver && input.contains(0) }

  /// One call at a time: the next one waits while an answer is owed.
  mutating func nextMessage() -> [UInt8]? {
    guard waiting == nil, !isOver, let end = input.firstIndex(of: 0) else { return nil }
    let message = Array(input[..<end])
    input.removeSubrange(...end)
    hasRunAhead = false
    return message
  }

  /// A protective stop among the whole messages that are here.
  var holdsProtectiveStop: Bool {
    input.split(separator: 0, omittingEmptySubsequences: false).dropLast().contains { message in
      guard let request = try? VarlinkRequest(JSON.parse(Array(message), maximumDepth: 8)),
        request.method == StopInterface.Stop.name
      else { return false }
      return request.parameters["protective"]?.bool == true
    }
  }

  mutating func send(_ answer: Answer) {
    let reply =
      switch answer {
      case .reply(let parameters): VarlinkReply(parameters: parameters)
      case .error(let error): VarlinkReply(parameters: error.parameters, error: error.name)
      }
    reply.write(into: &output)
    write()
  }

  mutating func write() {
    while !output.isEmpty, !isMute {
      let count = unsafe output.withUnsafeBytes {
        // Lent for the length of the call; the kernel copies.
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0, errno == EINTR { continue }
      if count < 0, errno == EAGAIN {
        if output.count > 4 * StopListener.requestBytes { isOver = true }
        return
      }
      if count > 0 { output.removeFirst(count) } else { isMute = true }
    }
    if isMute { output = [] }
  }
}
