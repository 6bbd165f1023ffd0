import Glibc
import SMPInterface
import StrictJSON
import Varlink

/// A connection to the daemon that speaks in the interfaces' types.
struct Daemon {
  /// Longer than a session start with its self-test may take; a daemon that is silent this long is not coming back.
  static let timeoutMilliseconds = 30_000

  let client: VarlinkClient

  init(client: VarlinkClient) { self.client = client }

  init(path: String) throws {
    do {
      client = try VarlinkClient(path: path, timeoutMilliseconds: Daemon.timeoutMilliseconds)
    } catch {
      throw Complaint(error)
    }
  }

  /// A reply, read and as it came: `--json` passes on what the daemon said, not what this smpctl understood of it.
  struct Answer<Reply> {
    let reply: Reply
    let json: JSONObject
  }

  func call<Method: InterfaceMethod>(
    _ method: Method.Type, _ parameters: Method.Parameters
  ) throws -> Answer<Method.Reply> {
    let json: JSONObject
    do {
      json = try client.call(Method.name, parameters.json)
    } catch {
      throw Complaint(error)
    }
    return Answer(reply: try Daemon.read(Method.self, json), json: json)
  }

  /// Hands over every reply of a stream until the last one.
  func stream<Method: InterfaceMethod>(
    _ method: Method.Type, _ parameters: Method.Parameters, each: (Answer<Method.Reply>) throws -> Void
  ) throws {
    var failure: (any Error)?
    do {
      try client.stream(Method.name, parameters.json) { json in
        do {
          try each(Answer(reply: try Daemon.read(Method.self, json), json: json))
          return true
        } catch {
          failure = error
          return false
        }
      }
    } catch {
      throw Complaint(error)
    }
    if let failure { throw failure }
  }

  static func read<Method: InterfaceMethod>(_ method: Method.Type, _ json: JSONObject) throws -> Method.Reply {
    do throws(InterfaceError) {
      return try Method.Reply(json)
    } catch {
      throw Complaint.malformedReply(Method.name, error)
    }
  }
}

extension Daemon {
  /// The same for a method without parameters.
  func call<Method: InterfaceMethod>(_ method: Method.Type) throws -> Answer<Method.Reply>
  where Method.Parameters == NoMembers {
    try call(method, NoMembers())
  }
}

/// A whole list, and as it came: the rows of all its batches in one document.
struct WholeList<Row: ListedRow> {
  var rows: [Row] = []
  private var members: [JSON] = []

  var json: JSONObject { [Row.plural: .array(members)] }

  mutating func take(_ batch: Daemon.Answer<Batch<Row>>) {
    rows += batch.reply.rows
    members += batch.json[Row.plural]?.array ?? []
  }
}

extension Daemon {
  /// Every row of a list, batch by batch.
  func list<Method: ListMethod>(_ method: Method.Type) throws -> WholeList<Method.Row> {
    var list = WholeList<Method.Row>()
    while true {
      let answer = try call(method, BatchWish(after: list.rows.last?.name))
      list.take(answer)
      // A batch without a row would be asked for again for ever.
      guard answer.reply.hasMore, !answer.reply.rows.isEmpty else { return list }
    }
  }
}

extension Complaint {
  init(_ error: VarlinkClientError) {
    switch error {
    case .refused(let refusal):
      self.init(errorName: refusal.name, parameters: refusal.parameters)
    case .unreachable(let path, let code):
      self.init(
        status: code == EACCES ? .notPermitted : .unreachable, name: "smpctl.Unreachable",
        message: error.description, remedy: Complaint.remedy(unreachable: path, code: code))
    case .unusablePath:
      self.init(
        status: .unreachable, name: "smpctl.Unreachable", message: error.description,
        remedy: "give the daemon's socket with --socket or SMPD_SOCKET")
    case .timedOut, .disconnected, .failed, .closed:
      self.init(
        status: .unreachable, name: "smpctl.NoAnswer", message: error.description,
        remedy: "whether it was done is not known: look with smpctl status")
    case .tooLong:
      self.init(
        status: .invalidInput, name: "smpctl.TooLong", message: error.description,
        remedy: "a message to or from the daemon has at most 1 MiB: shorten the input")
    case .malformed:
      self.init(
        status: .failure, name: "smpctl.MalformedReply", message: error.description,
        remedy: "use the smpctl of the daemon's version, and see that the socket is smpd's")
    }
  }

  private static func remedy(unreachable path: String, code: Int32) -> String {
    switch code {
    case EACCES: "join the group that owns the socket, usually smp, and log in again"
    case ENOENT: "start the daemon (systemctl start smpd, or smpsim serve), or name its socket with --socket"
    case ECONNREFUSED: "nobody listens there any more: start the daemon again"
    default: "see that \(path) is the daemon's socket, or name it with --socket"
    }
  }
}
