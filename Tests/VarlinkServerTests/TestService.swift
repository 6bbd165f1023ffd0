import StrictJSON
import Testing
import Varlink
import VarlinkServer

/// A service whose calls a test can hold in its hands.
final class TestService: VarlinkService {
  static let text = """
    # For tests.
    interface org.example.test

    # Gives back what it gets.
    method Echo(text: string, number: ?int) -> (text: string)

    # Gives a text of that many bytes.
    method Large(bytes: int) -> (text: string)

    # Answered by the test, if at all.
    method Held() -> (text: string)

    # Let go without an answer.
    method Forgotten() -> ()

    # Who the kernel says you are.
    method Who() -> (uid: int)

    # Answered by the test.
    # [Requires 'more' flag]
    method Monitor() -> (number: int, text: ?string, overrun: ?bool)

    # Counts up to a number.
    # [Supports 'more' flag]
    method Count(to: int) -> (number: int)

    # No.
    error Refused (reason: string)
    """

  let identity = VarlinkIdentity(vendor: "Nobody", product: "Test", version: "1", url: "https://example.org/")
  let interfaces: [VarlinkInterface]
  /// Calls of `Held` and `Monitor`.
  let held = Mailbox<VarlinkResponder>()
  /// Methods that reached the service.
  let seen = Mailbox<String>()

  /// By method; all others may be called.
  private let refused: [String: VarlinkError]

  init(refused: [String: VarlinkError] = [:]) throws {
    interfaces = [try VarlinkInterface.parse(Self.text)]
    self.refused = refused
  }

  func precedence(of peer: VarlinkPeer) -> VarlinkPrecedence { .middle }
  func refusal(of method: String, to peer: VarlinkPeer) -> VarlinkError? { refused[method] }

  func handle(_ call: VarlinkCall, _ reply: VarlinkResponder) {
    seen.put(call.method)
    switch call.method {
    case "org.example.test.Echo": reply.finish(["text": call.parameters["text"] ?? ""])
    case "org.example.test.Large":
      reply.finish(["text": .string(String(repeating: "x", count: Int(call.parameters["bytes"]?.integer ?? 0)))])
    case "org.example.test.Held", "org.example.test.Monitor": held.put(reply)
    case "org.example.test.Forgotten": break
    case "org.example.test.Who": reply.finish(["uid": .integer(Int64(call.peer.uid))])
    case "org.example.test.Count":
      let last = call.parameters["to"]?.integer ?? 0
      if call.more {
        for number in 1..<max(1, last) { reply.emit(["number": .integer(number)]) }
      }
      reply.finish(["number": .integer(last)])
    default: Issue.record("not in the interface: \(call.method)")
    }
  }
}

/// A server with the service above, its events, and a place to reach it.
struct TestServer {
  let directory: TestDirectory
  let service: TestService
  let server: VarlinkServer
  let events: Mailbox<VarlinkServerEvent>

  init(_ limits: VarlinkServerLimits = VarlinkServerLimits(), service: TestService? = nil) throws {
    directory = try TestDirectory()
    self.service = try service ?? TestService()
    let events = Mailbox<VarlinkServerEvent>()
    self.events = events
    server = try VarlinkServer.start(
      path: directory.socket, permissions: 0o600, service: self.service, limits: limits, observe: { events.put($0) })
  }

  func connect() throws -> RawConnection { try RawConnection(directory.socket) }

  /// Why the next connection to end did end.
  func closing() -> VarlinkCloseReason? {
    let event = events.take { if case .closed = $0 { true } else { false } }
    if case .closed(_, let reason)? = event { return reason }
    return nil
  }
}
