import Foundation
import Testing

/// Programs that make life hard for a daemon, each a process of its own, ended by their numbers with the test.
///
/// They are other users, of the group that owns the control socket: whoever runs the tests as root may be anybody.
final class Crowd {
  /// What one of them does.
  enum Role: String {
    /// Computes.
    case busy
    /// 64 connections of four users, each with a message of almost 1 MiB that never ends.
    case slow
    /// Reads a stream until it is stopped from outside.
    case stopped
    /// Connects and leaves 10,000 times, now and then with half a call or a whole one; then says so.
    case coming
    /// Calls without an end, a hundred at a time.
    case flooding
    /// Two streams and a heap of calls whose answers it never takes.
    case deaf
    /// Clients of both sockets that sent half a call, a call or a stream, and then closed the way out; and some that left.
    case half
    /// 100 connections to the stop socket, more than there are places, asking for the state's word one after the other.
    case idler
  }

  private let socket: String
  private var processes: [(role: Role, process: Process, output: Pipe)] = []

  init(_ socket: String) { self.socket = socket }

  deinit {
    for process in processes.map(\.process) {
      // A stopped one hears nothing else.
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  /// Starts one and returns when it is in its place.
  func send(_ role: Role, uid: Int) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", Self.program, role.rawValue, socket, String(uid)]
    let output = Pipe()
    process.standardOutput = output
    process.standardInput = Pipe()
    try process.run()
    processes.append((role, process, output))
    #expect(try output.fileHandleForReading.line() == "ready", "\(role)")
  }

  /// One that computes for ever, at normal priority, for each core.
  func keepCoresBusy() throws {
    for _ in 0..<ProcessInfo.processInfo.activeProcessorCount { try send(.busy, uid: 0) }
  }

  func stop(_ role: Role) {
    for one in processes where one.role == role { kill(one.process.processIdentifier, SIGSTOP) }
  }

  /// What it says last of all; waits for it.
  func word(of role: Role) throws -> String? {
    try processes.first { $0.role == role }?.output.fileHandleForReading.line()
  }

  private static let program = """
    import json, os, select, socket, sys, threading, time

    # Whoever started this has ended when its input does.
    threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
    role, path, uid = sys.argv[1], sys.argv[2], int(sys.argv[3])
    os.setgroups([])

    def connect(path, uid):
        place = socket.socket(socket.AF_UNIX)
        os.seteuid(uid)
        try:
            place.connect(path)
        finally:
            os.seteuid(0)
        return place

    def call(method, more=False, **parameters):
        return json.dumps({"method": method, "parameters": parameters, "more": more}).encode() + b"\\0"

    def say(word):
        print(word, flush=True)

    DESCRIBE, MONITOR = call("io.smpd.session.Describe"), call("io.smpd.session.Monitor", more=True)
    WATCH, READ = call("io.smpd.device.Watch", more=True), call("io.smpd.journal.Read", more=True, follow=True)

    def busy():
        say("ready")
        while True:
            pass

    def slow():
        begun = b'{"method":"io.smpd.plan.Check","parameters":{"text":"' + b"a" * 1000000
        places = {}
        for turn in range(1 << 30):
            for number in range(64):
                try:
                    if number not in places:
                        places[number] = [connect(path, uid + number // 16), 0]
                        places[number][0].setblocking(False)
                    place, sent = places[number]
                    places[number][1] += place.send(begun[sent:sent + 65536] if sent < len(begun) else b"a")
                except BlockingIOError:
                    pass
                except OSError:
                    places.pop(number, None)
            if turn == 20:
                say("ready")
            time.sleep(0.05 if turn < 20 else 0.2)

    def stopped():
        place = connect(path, uid)
        place.sendall(MONITOR)
        place.recv(65536)
        say("ready")
        while place.recv(65536):
            pass

    def coming():
        say("ready")
        for number in range(10000):
            try:
                place = connect(path, uid)
                if number % 10 == 1:
                    place.sendall(DESCRIBE[:20])
                if number % 10 == 2:
                    place.sendall(DESCRIBE)
                if number % 10 == 3:
                    place.sendall(MONITOR)
                place.close()
            except OSError:
                pass
        say("10000")
        time.sleep(3600)

    def flooding():
        said = False
        while True:
            try:
                place = connect(path, uid)
                while True:
                    place.sendall(call("org.varlink.service.GetInfo") * 95 + DESCRIBE * 5)
                    answers = 0
                    while answers < 100:
                        piece = place.recv(1 << 20)
                        if not piece:
                            raise OSError
                        answers += piece.count(b"\\0")
                    if not said:
                        say("ready")
                    said = True
            except OSError:
                time.sleep(0.05)

    def deaf():
        places = []
        said = False
        while True:
            try:
                for request in MONITOR, WATCH, READ, call("io.smpd.plan.Example") * 1000:
                    places.append(connect(path, uid))
                    places[-1].setblocking(False)
                    try:
                        places[-1].sendall(request)
                    except BlockingIOError:
                        pass
            except OSError:
                pass
            if not said:
                say("ready")
            said = True
            gone = select.poll()
            for place in places:
                gone.register(place, 0)
            while len(gone.poll(1000)) < len(places):
                time.sleep(0.1)
            places = []

    def half():
        places = []
        for number in range(12):
            for address, request in (path, MONITOR), (path + ".stop", call("io.smpd.stop.Describe")):
                place = connect(address, uid)
                place.sendall(request[:20] if number % 3 == 0 else request)
                if number % 3 == 1:
                    place.shutdown(socket.SHUT_WR)
                if number % 3 == 2:
                    place.close()
                places.append(place)
        say("ready")
        time.sleep(3600)

    def idler():
        places = [connect(path + ".stop", uid) for _ in range(100)]
        said = False
        while True:
            for place in places:
                try:
                    place.sendall(call("io.smpd.stop.Describe"))
                    place.recv(4096)
                    time.sleep(0.01)
                except OSError:
                    place.close()
            places = [place for place in places if place.fileno() >= 0]
            while len(places) < 100:
                places.append(connect(path + ".stop", uid))
            if not said:
                say("ready")
            said = True

    globals()[role]()
    """
}
