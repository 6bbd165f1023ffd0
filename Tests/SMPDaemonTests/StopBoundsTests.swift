import Foundation
import SMPDaemon
import SMPInterface
import SMPLink
import SMPModel
import SMPSession
import StrictJSON
import Synchronization
import Testing
import Varlink
import VarlinkServer

/// The stop socket's own bounds: it is open to everybody, and its thread runs before others.
@Suite struct StopBoundsTests {
  /// Counts the stops it is given.
  private final class Counted: PreparedControl, Sendable {
    let count = Mutex(0)
    /// Told of each stop, and waited for: it keeps the listener where it is.
    let gate = Mutex<(begun: DispatchSemaphore, opens: DispatchSemaphore)?>(nil)
    let fails = Mutex(false)
    func submit() throws(LinkError) {
      count.withLock { $0 += 1 }
      if fails.withLock({ $0 }) { throw .failed }
      guard let (begun, opens) = gate.withLock({ $0 }) else { return }
      begun.signal()
      opens.wait()
      opens.signal()
    }
  }

  /// A listener in front of a device that stands, whose owner takes note of every stop at once.
  private final class Bench {
    let folder: Folder
    let stops = Counted()
    let board = Board()
    let queue = OwnerQueue()
    let listener: StopListener
    private let standing: SessionSnapshot
    private var sequence: UInt64 = 1
    private var taken: UInt64 = 0
    var path: String { folder.path + "/stop" }

    init() throws {
      folder = try Folder()
      let station = Station()
      #expect(station.turn { station.state == .ready })
      standing = try #require(station.board.newest?.snapshot)
      let handle = StopHandle()
      handle.set(stops)
      board.publish(
        Published(snapshot: standing, stopsTaken: 0, sequence: 1, monotonic: .zero, durable: 1))
      listener = try StopListener(
        socket: ListeningSocket.listening(at: folder.path + "/stop", permissions: 0o600), handle: handle,
        queue: queue, board: board, rights: Rights(daemonUID: getuid(), operatorGID: nil, observerGID: nil),
        realtimePriority: nil)
    }

    deinit { listener.end() }

    /// The owner's part: hears of the next stops, so many at least, and finds the device still.
    func takeNote(of count: Int = 1) {
      let before = taken
      while taken < before + UInt64(count) {
        queue.wait(until: nil)
        taken += UInt64(queue.takeAll().count)
      }
      sequence += 1
      board.publish(
        Published(snapshot: standing, stopsTaken: taken, sequence: sequence, monotonic: .zero, durable: 1))
    }
  }

  private static let describe = #"{"method":"io.smpd.stop.Describe"}"#
  private static let stop = #"{"method":"io.smpd.stop.Stop","parameters":{"protective":true}}"#

  /// What a small program says that got `messages` and the socket's path.
  private func python(_ program: String, _ path: String, _ messages: String...) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", "import os, select, socket, sys\n" + program, path] + messages
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let said = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return String(decoding: said, as: UTF8.self).trimmingCharacters(in: .newlines)
  }

  private static let connect = """
    place = socket.socket(socket.AF_UNIX)
    place.settimeout(60)
    place.connect(sys.argv[1])
    def answer():
        try:
            return place.recv(65536).decode().rstrip(chr(0)) or "closed"
        except ConnectionResetError:
            return "closed"

    """

  @Test("4,096 bytes are a request, a byte more is none; depth 8 is one, depth 9 is none") func sizes() throws {
    let bench = try Bench()
    func request(bytes: Int) -> String {
      let frame = #"{"method":"io.smpd.stop.Describe","parameters":{"x":""}}"#.utf8.count + 1
      return
        #"{"method":"io.smpd.stop.Describe","parameters":{"x":"\#(String(repeating: "y", count: bytes - frame))"}}"#
    }
    func request(depth: Int) -> String {
      let inner = depth - 2
      return #"{"method":"io.smpd.stop.Describe","parameters":{"x":"#
        + String(repeating: "[", count: inner) + String(repeating: "]", count: inner) + "}}"
    }
    let ready = #"{"parameters":{"state":"ready"}}"#
    for (text, expected) in [
      (request(bytes: 4_096), ready), (request(bytes: 4_097), "closed"), (request(depth: 8), ready),
      (request(depth: 9), "closed"), (#"{"method":"io.smpd.stop.Describe","method":"a.B"}"#, "closed"),
    ] {
      let said = try python(
        Self.connect + "place.sendall(sys.argv[2].encode() + bytes(1))\nprint(answer())", bench.path, text)
      #expect(said == expected, "\(text.prefix(80)), \(text.utf8.count) bytes")
    }
  }

  @Test("S6 who sends a stop and nothing more still hears that the needle is still") func halfClosed() throws {
    let bench = try Bench()
    let done = DispatchSemaphore(value: 0)
    let said = Mutex("")
    let path = bench.path
    Thread.detachNewThread {
      let text = try? self.python(
        Self.connect
          + "place.sendall(sys.argv[2].encode() + bytes(1))\nplace.shutdown(socket.SHUT_WR)\nprint(answer())",
        path, Self.stop)
      said.withLock { $0 = text ?? "nothing" }
      done.signal()
    }
    bench.takeNote()
    done.wait()
    #expect(said.withLock { $0 }.hasPrefix(#"{"parameters":{"outcome":"still""#))
  }

  @Test("S6 who sends a stop behind other calls and is gone has stopped the needle all the same") func vanished() throws
  {
    let bench = try Bench()
    // Gone before anything is answered: the listener finds the messages and the end together.
    let program = """
      for _ in range(20):
          place = socket.socket(socket.AF_UNIX)
          place.connect(sys.argv[1])
          place.sendall((sys.argv[2].encode() + bytes(1)) * 5 + sys.argv[3].encode() + bytes(1))
          place.close()
      """
    _ = try python(program, bench.path, Self.describe, Self.stop)
    var noted = 0
    // The limit only keeps a broken listener from hanging the test.
    let limit = HostClock.monotonic() + .seconds(60)
    while noted < 20, HostClock.monotonic() < limit {
      bench.queue.wait(until: limit)
      noted += bench.queue.takeAll().count
    }
    #expect(noted == 20)
    #expect(bench.stops.count.withLock { $0 } == 20)
  }

  private static let halt = #"{"method":"io.smpd.stop.Stop"}"#

  @Test("S6 a protective stop that comes in one piece with a normal one does not wait for its answer") func together()
    throws
  {
    let bench = try Bench()
    let done = DispatchSemaphore(value: 0)
    let said = Mutex("")
    let path = bench.path
    Thread.detachNewThread {
      let program = Self.connect + "place.sendall(sys.argv[2].encode() + bytes(1) + sys.argv[3].encode() + bytes(1))\n"
      let text = try? self.python(program + "print(answer())", path, Self.halt, Self.stop)
      said.withLock { $0 = text ?? "nothing" }
      done.signal()
    }
    bench.takeNote(of: 2)
    done.wait()
    // Where the second had waited for the first one's answer, that would have been *submitted*, after its whole time.
    #expect(said.withLock { $0 }.hasPrefix(#"{"parameters":{"outcome":"still""#))
    #expect(bench.stops.count.withLock { $0 } >= 1)
  }

  @Test("S6 who sends a protective stop behind a normal one and is gone has stopped the needle, and it is known")
  func goneBehindNormal() throws {
    let bench = try Bench()
    let program = """
      for _ in range(20):
          place = socket.socket(socket.AF_UNIX)
          place.connect(sys.argv[1])
          place.sendall(sys.argv[2].encode() + bytes(1) + sys.argv[3].encode() + bytes(1))
          place.close()
      """
    _ = try python(program, bench.path, Self.halt, Self.stop)
    var (halts, stops) = (0, 0)
    // The limit only keeps a broken listener from hanging the test.
    let limit = HostClock.monotonic() + .seconds(20)
    while halts < 20 || stops < 20, HostClock.monotonic() < limit {
      bench.queue.wait(until: limit)
      for event in bench.queue.takeAll() {
        if case .halt = event { halts += 1 }
        if case .stopSubmitted = event { stops += 1 }
      }
    }
    #expect(halts == 20 && stops == 20)
    #expect(bench.stops.count.withLock { $0 } == 20)
  }

  @Test("S6 a stop that a device does not take is told to the owner, each: the lease is to be let go")
  func untaken() throws {
    let bench = try Bench()
    bench.stops.fails.withLock { $0 = true }
    for _ in 0..<2 {
      let said = try python(
        Self.connect + "place.sendall(sys.argv[2].encode() + bytes(1))\nprint(answer())", bench.path, Self.stop)
      #expect(said == #"{"parameters":{"outcome":"absent"}}"#)
      let events = bench.queue.takeAll()
      guard events.count == 1, case .stopSubmitted(_, .absent) = events.first else {
        Issue.record("the owner was not told: \(events)")
        return
      }
    }
  }

  @Test("S6 a full backlog is taken in one turn: what is too much is closed unserved, and a stop in it is carried out")
  func backlog() throws {
    let bench = try Bench()
    let (begun, opens) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    bench.stops.gate.withLock { $0 = (begun, opens) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    let program = """
      import socket, sys
      def place(message):
          place = socket.socket(socket.AF_UNIX)
          place.settimeout(60)
          place.connect(sys.argv[1])
          place.sendall(message.encode() + bytes(1))
          return place
      def isServed(place):
          try:
              return b"ready" in place.recv(65536)
          except ConnectionResetError:
              return False
      first = place(sys.argv[3])
      sys.stdin.readline()
      places = [place(sys.argv[3])] + [place(sys.argv[2]) for _ in range(99)]
      print("waiting", flush=True)
      print(sum(isServed(place) for place in places), flush=True)
      """
    process.arguments = ["python3", "-c", program, bench.path, Self.describe, Self.stop]
    let (input, output) = (Pipe(), Pipe())
    (process.standardInput, process.standardOutput) = (input, output)
    try process.run()
    begun.wait()
    // The listener is at the first one's stop, and takes in nothing.
    try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
    #expect(try output.fileHandleForReading.read(upToCount: 8) == Data("waiting\n".utf8))
    opens.signal()
    let served = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    #expect(served == "64\n")
    #expect(bench.stops.count.withLock { $0 } == 2)
  }

  @Test("a descriptor that comes with a call is not kept, on either socket") func descriptors() throws {
    let program =
      Self.connect + """
        reading, writing = os.pipe()
        socket.send_fds(place, [sys.argv[2].encode() + bytes(1)], [writing])
        os.close(writing)
        answer()
        print(select.select([reading], [], [], 60)[0] == [reading] and os.read(reading, 1) == b"")
        """
    let bench = try Bench()
    #expect(try python(program, bench.path, Self.describe) == "True")
    let desk = try ControlDesk()
    #expect(try python(program, desk.path, #"{"method":"io.smpd.session.Describe"}"#) == "True")
  }
}

/// The stop thread's share of a core.
@Suite struct BreathTests {
  @Test("20 ms of work need no rest; from there on four times the work, 10 ms at most") func pauses() {
    var breath = Breath()
    #expect(breath.worked(.milliseconds(20)) == .zero)
    #expect(breath.worked(.microseconds(100)) == .milliseconds(1))
    #expect(breath.worked(.microseconds(500)) == .milliseconds(3))
    #expect(breath.worked(.milliseconds(2)) == .milliseconds(9))
    #expect(breath.worked(.milliseconds(200)) == .milliseconds(10))
  }

  @Test("rest in between gives breath back, and never more than there is room for") func recovers() {
    var breath = Breath()
    for _ in 0..<10_000 {
      #expect(breath.worked(.microseconds(50)) == .zero)
      breath.rested(.microseconds(50))
    }
    breath.rested(.seconds(3_600))
    #expect(breath.worked(.milliseconds(21)) > .zero)
  }
}
