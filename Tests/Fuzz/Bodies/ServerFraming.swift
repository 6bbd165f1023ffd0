import NIOCore
import NIOEmbedded
import StrictJSON
import Synchronization
import Varlink

@testable import VarlinkServer

/// A stream of messages to a server: whole, and in pieces.
enum ServerFraming {
  /// What became of a stream: what the server was asked, what it answered, and how it ended.
  private struct Outcome: Hashable {
    var calls: [String] = []
    var answers: [UInt8] = []
    var reason: VarlinkCloseReason?
  }

  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    let whole = try outcome([bytes])
    var choices = Choices(of: bytes)
    for _ in 0..<2 {
      let pieces = pieces(bytes, &choices)
      let cut = try outcome(pieces)
      try hold(
        cut == whole, "a stream in pieces of \(pieces.map(\.count)) bytes ends as it does whole: \(cut), \(whole)")
    }
    let last = whole.answers.last
    try hold(last == nil || last == 0, "a server sends whole messages")
    for answer in whole.answers.split(separator: 0) {
      guard let json = try? JSON.parse(Array(answer)), (try? VarlinkReply(json)) != nil else {
        throw BrokenPromise(description: "a server sends replies and nothing else")
      }
    }
  }

  /// At most eight pieces; some of them may be empty.
  static func pieces(_ bytes: [UInt8], _ choices: inout Choices) -> [[UInt8]] {
    var cuts = (0..<1 + choices.below(7)).map { _ in choices.below(bytes.count + 1) }
    cuts = [0] + cuts.sorted() + [bytes.count]
    return zip(cuts, cuts.dropFirst()).map { Array(bytes[$0..<$1]) }
  }

  private static func outcome(_ pieces: [[UInt8]]) throws(BrokenPromise) -> Outcome {
    let service = EchoService()
    let channel = EmbeddedChannel()
    var outcome = Outcome()
    do {
      let connection = VarlinkConnection(
        peer: VarlinkPeer(uid: 1, gid: 1, groups: []), service: service, dispatch: EchoService.dispatch,
        limits: EchoService.limits,
        census: ConnectionCensus(limits: EchoService.limits, observe: { service.observe($0) }))
      try channel.pipeline.syncOperations.addHandler(connection)
      try channel.connect(to: SocketAddress(unixDomainSocketPath: "/nowhere")).wait()
      for piece in pieces where channel.isActive {
        try channel.writeInbound(ByteBuffer(bytes: piece))
        channel.embeddedEventLoop.run()
      }
      while let answer = try channel.readOutbound(as: ByteBuffer.self) {
        outcome.answers += answer.readableBytesView
      }
      // Whatever waits for more bytes is not waited for.
      _ = try? channel.finish(acceptAlreadyClosed: true)
    } catch { throw BrokenPromise(description: "a channel of the mind takes bytes: \(error)") }
    (outcome.calls, outcome.reason) = service.heard
    return outcome
  }
}

/// Answers at once, with what it was asked.
private final class EchoService: VarlinkService, Sendable {
  private static let text = """
    interface org.example.fuzz
    type Kind (one, two)
    method Echo(text: string, number: ?int, kinds: []Kind, map: [string]bool) -> (text: string)
    # [Supports 'more' flag]
    method Count(to: int) -> (number: int)
    # [Requires 'more' flag]
    method Watch() -> (number: int)
    method Forget() -> ()
    error Refused (reason: string)
    """

  static let limits = VarlinkServerLimits()
  static let parsed: [VarlinkInterface] = [try? VarlinkInterface.parse(text)].compactMap(\.self)
  static let dispatch = VarlinkDispatch(EchoService())

  private struct Heard: Sendable {
    var calls: [String] = []
    var reason: VarlinkCloseReason?
  }
  private let state = Mutex(Heard())

  let identity = VarlinkIdentity(vendor: "Nobody", product: "Fuzz", version: "1", url: "https://example.org/")
  var interfaces: [VarlinkInterface] { Self.parsed }
  func precedence(of peer: VarlinkPeer) -> VarlinkPrecedence { .middle }
  func refusal(of method: String, to peer: VarlinkPeer) -> VarlinkError? { nil }
  var heard: ([String], VarlinkCloseReason?) { state.withLock { ($0.calls, $0.reason) } }

  func observe(_ event: VarlinkServerEvent) {
    if case .closed(_, let reason) = event { state.withLock { $0.reason = reason } }
  }

  func handle(_ call: VarlinkCall, _ reply: VarlinkResponder) {
    let parameters = String(decoding: call.parameters.encoded, as: UTF8.self)
    state.withLock { $0.calls.append("\(call.method) \(call.more) \(call.oneway) \(parameters)") }
    switch call.method {
    case "org.example.fuzz.Echo": reply.finish(["text": call.parameters["text"] ?? ""])
    case "org.example.fuzz.Count", "org.example.fuzz.Watch":
      if call.more { for number in Int64(1)...3 { reply.emit(["number": .integer(number)]) } }
      reply.finish(["number": 4])
    default: reply.fail("org.example.fuzz.Refused", ["reason": "no"])
    }
  }
}
