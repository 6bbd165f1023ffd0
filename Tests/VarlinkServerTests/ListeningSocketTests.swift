import Foundation
import Glibc
import StrictJSON
import Testing
import Varlink
import VarlinkServer

@Suite("Taking a place")
struct ListeningSocketTests {
  static func refusal(_ path: String) -> ListeningSocketError? {
    do {
      close(try ListeningSocket.listening(at: path, permissions: 0o600).descriptor)
      return nil
    } catch {
      return error
    }
  }

  @Test("a file, a directory or a link in the way is reported with the remedy and left as it is")
  func somethingInTheWay() throws {
    let directory = try TestDirectory()
    let file = directory.path + "/file"
    try "precious".write(toFile: file, atomically: false, encoding: .utf8)
    #expect(Self.refusal(file) == .notASocket(path: file))
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "precious")
    #expect(Self.refusal(directory.path) == .notASocket(path: directory.path))
    let link = directory.path + "/link"
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: directory.socket)
    #expect(Self.refusal(link) == .notASocket(path: link))
    #expect(ListeningSocketError.notASocket(path: file).description.contains("move it away"))
  }

  @Test("a living server keeps its place and goes on serving")
  func alreadyServed() throws {
    let test = try TestServer()
    let client = try VarlinkClient(path: test.directory.socket)
    #expect(Self.refusal(test.directory.socket) == .alreadyServed(path: test.directory.socket))
    #expect(try client.call("org.example.test.Echo", ["text": "a"]) == ["text": "a"])
    #expect(
      try VarlinkClient(path: test.directory.socket).call("org.example.test.Echo", ["text": "b"]) == ["text": "b"])
    test.server.close()
  }

  @Test("a socket file nobody listens behind any more is replaced")
  func stale() throws {
    let directory = try TestDirectory()
    let dead = try ListeningSocket.listening(at: directory.socket, permissions: 0o600)
    close(dead.descriptor)
    #expect(FileManager.default.fileExists(atPath: directory.socket))
    let next = try ListeningSocket.listening(at: directory.socket, permissions: 0o600)
    #expect(throws: Never.self) { try RawConnection(directory.socket) }
    // The dead one's file is gone; what lies there now is not its own to remove.
    dead.removeFile()
    #expect(FileManager.default.fileExists(atPath: directory.socket))
    next.removeFile()
    #expect(!FileManager.default.fileExists(atPath: directory.socket))
    close(next.descriptor)
  }

  @Test("two servers that start at once do not both find the file stale")
  func locked() throws {
    let directory = try TestDirectory()
    let lock = unsafe open(directory.path, O_RDONLY | O_DIRECTORY)
    #expect(flock(lock, LOCK_EX) == 0)
    #expect(Self.refusal(directory.socket) == .beingTaken(path: directory.socket))
    close(lock)
    #expect(Self.refusal(directory.socket) == nil)
  }

  @Test("a path of 107 bytes is the longest; empty ones and ones with NUL are refused")
  func pathLength() throws {
    let directory = try TestDirectory()
    let room = 107 - directory.path.utf8.count - 1
    let longest = directory.path + "/" + String(repeating: "s", count: room)
    #expect(Self.refusal(longest) == nil)
    for path in [longest + "s", "", "a\0b"] {
      #expect(Self.refusal(path) == .unusablePath(path, maximumBytes: 107))
      #expect(throws: VarlinkClientError.unusablePath(path, maximumBytes: 107)) { try VarlinkClient(path: path) }
    }
  }

  @Test("a directory that is not there is named")
  func noDirectory() throws {
    let directory = try TestDirectory()
    let path = directory.path + "/none/s"
    #expect(Self.refusal(path) == .refused(operation: "open the directory of", path: path, code: ENOENT))
  }

  @Test("permissions and group are those asked for", arguments: [0o600, 0o660, 0o666] as [UInt32])
  func permissions(mode: UInt32) throws {
    let directory = try TestDirectory()
    let socket = try ListeningSocket.listening(at: directory.socket, permissions: mode, group: getegid())
    let attributes = try FileManager.default.attributesOfItem(atPath: directory.socket)
    #expect(attributes[.posixPermissions] as? Int == Int(mode))
    #expect(attributes[.groupOwnerAccountID] as? Int == Int(getegid()))
    close(socket.descriptor)
  }

  // MARK: From the service manager

  static func inherit(
    _ descriptor: Int32, processID: String? = String(getpid()), count: String? = "1", names: String? = nil
  ) throws(ListeningSocketError) -> [ListeningSocket.Inherited] {
    try ListeningSocket.inherited(
      processID: processID, count: count, names: names, ownProcessID: getpid(), firstDescriptor: descriptor)
  }

  @Test("an inherited socket is served, and its file is not ours to remove")
  func inherited() throws {
    let directory = try TestDirectory()
    let manager = try ListeningSocket.listening(at: directory.socket, permissions: 0o600)
    let sockets = try Self.inherit(dup(manager.descriptor), names: "varlink")
    #expect(sockets.map(\.name) == ["varlink"])
    let server = try VarlinkServer.start(on: try #require(sockets.first).socket, service: TestService())
    #expect(server.boundPath == nil)
    let client = try VarlinkClient(path: directory.socket)
    #expect(try client.call("org.example.test.Echo", ["text": "a"]) == ["text": "a"])
    server.close()
    #expect(FileManager.default.fileExists(atPath: directory.socket))
    close(manager.descriptor)
  }

  @Test("an inherited socket never makes who accepts wait, and no child gets it")
  func inheritedFlags() throws {
    let directory = try TestDirectory()
    let manager = try ListeningSocket.listening(at: directory.socket, permissions: 0o600)
    // As the service manager hands it over.
    #expect(fcntl(manager.descriptor, F_SETFL, 0) == 0)
    let descriptor = dup(manager.descriptor)
    _ = try Self.inherit(descriptor)
    #expect(fcntl(descriptor, F_GETFL) & O_NONBLOCK != 0)
    #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    #expect(accept(descriptor, nil, nil) == -1 && errno == EAGAIN)
    close(descriptor)
    close(manager.descriptor)
  }

  @Test("a connected socket, a file or a closed descriptor is refused by its number")
  func unfit() throws {
    let test = try TestServer()
    let connection = try test.connect()
    #expect(throws: ListeningSocketError.unfitDescriptor(connection.descriptor, code: EINVAL)) {
      try Self.inherit(connection.descriptor)
    }
    let file = unsafe open("/dev/null", O_RDONLY)
    #expect(throws: ListeningSocketError.unfitDescriptor(file, code: ENOTSOCK)) { try Self.inherit(file) }
    close(file)
    #expect(throws: ListeningSocketError.unfitDescriptor(100_000, code: EBADF)) { try Self.inherit(100_000) }
    let stream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #expect(throws: ListeningSocketError.unfitDescriptor(stream, code: EINVAL)) { try Self.inherit(stream) }
    close(stream)
    test.server.close()
  }

  @Test("what was meant for another process, or for nobody, is not taken")
  func notForUs() throws {
    #expect(try Self.inherit(100_000, processID: "1").isEmpty)
    #expect(try Self.inherit(100_000, processID: nil).isEmpty)
    #expect(try Self.inherit(100_000, processID: "").isEmpty)
    #expect(try Self.inherit(100_000, count: nil).isEmpty)
    #expect(try Self.inherit(100_000, count: "0").isEmpty)
    for count in ["", "x", "-1", "257", "1 "] {
      #expect(throws: ListeningSocketError.malformedEnvironment(variable: "LISTEN_FDS", value: count)) {
        try Self.inherit(100_000, count: count)
      }
    }
  }
}
