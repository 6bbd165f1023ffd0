import Foundation
import StrictJSON
import Testing

/// Somebody, as the kernel will name him.
struct Visitor: Sendable {
  let uid: UInt32
  let gid: UInt32
  var groups: [UInt32] = []
}

/// Connections made as other users: a small process that is root, and somebody else while it connects. Ended with the
/// test.
final class Visitors {
  static let isPossible = geteuid() == 0 || ProcessInfo.processInfo.environment["CI"] != nil
  static let reason: Comment = "needs root, to be other users"

  private let process = Process()
  private let commands = Pipe()
  private let answers = Pipe()
  private var opened: Int64 = 0

  init() throws {
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.program]
    process.standardInput = commands
    process.standardOutput = answers
    try process.run()
  }

  deinit {
    // It ends with its input.
    try? commands.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// One connection.
  struct Connection {
    let number: Int64
    /// 0, or the errno that `connect` failed with.
    let code: Int64
  }

  private func ask(_ command: JSONObject) throws -> JSONObject {
    try commands.fileHandleForWriting.write(contentsOf: Data(command.encoded + [UInt8(ascii: "\n")]))
    var line: [UInt8] = []
    while let byte = try answers.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
      line.append(byte)
    }
    return try #require(JSON.parse(line).object)
  }

  func open(_ path: String, as visitor: Visitor) throws -> Connection {
    opened += 1
    let answer = try ask([
      "do": "open", "number": .integer(opened), "path": .string(path), "uid": .integer(Int64(visitor.uid)),
      "gid": .integer(Int64(visitor.gid)), "groups": .array(visitor.groups.map { .integer(Int64($0)) }),
    ])
    return Connection(number: opened, code: try #require(answer["code"]?.integer))
  }

  /// Sends a call.
  func send(_ connection: Connection, _ call: JSONObject) throws {
    _ = try ask([
      "do": "send", "number": .integer(connection.number),
      "text": .string(String(decoding: call.encoded, as: UTF8.self)),
    ])
  }

  /// The next message; nil when the far end has closed.
  func receive(_ connection: Connection) throws -> JSONObject? {
    let answer = try ask(["do": "receive", "number": .integer(connection.number)])
    guard let text = answer["text"]?.string else { return nil }
    return try JSON.parse(Array(text.utf8)).object
  }

  func close(_ connection: Connection) throws { _ = try ask(["do": "close", "number": .integer(connection.number)]) }

  /// One call on a connection of its own; nil when it was closed without an answer.
  func call(_ path: String, as visitor: Visitor, _ call: JSONObject) throws -> JSONObject? {
    let connection = try open(path, as: visitor)
    try #require(connection.code == 0, "\(visitor) at \(path): errno \(connection.code)")
    try send(connection, call)
    defer { try? close(connection) }
    return try receive(connection)
  }

  private static let program = """
    import json, os, socket, struct, sys
    # A connect to a full backlog waits, as it does in every client: a socket with a Python timeout would not wait.
    patience = struct.pack("ll", 60, 0)
    places, rests = {}, {}
    for line in sys.stdin:
        command = json.loads(line)
        what, number, answer = command["do"], command["number"], {}
        if what == "open":
            place = socket.socket(socket.AF_UNIX)
            place.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
            place.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, patience)
            os.setgroups(command["groups"])
            os.setegid(command["gid"])
            os.seteuid(command["uid"])
            try:
                place.connect(command["path"])
                answer["code"] = 0
            except OSError as error:
                answer["code"] = error.errno
            os.seteuid(0)
            os.setegid(0)
            os.setgroups([])
            places[number], rests[number] = place, b""
        elif what == "send":
            try:
                places[number].sendall(command["text"].encode() + b"\\0")
            except (BrokenPipeError, ConnectionResetError):
                pass
        elif what == "receive":
            try:
                while b"\\0" not in rests[number]:
                    piece = places[number].recv(65536)
                    if not piece:
                        break
                    rests[number] += piece
            except ConnectionResetError:
                pass
            if b"\\0" in rests[number]:
                text, rests[number] = rests[number].split(b"\\0", 1)
                answer["text"] = text.decode()
        elif what == "close":
            places.pop(number).close()
        print(json.dumps(answer), flush=True)
    """
}
