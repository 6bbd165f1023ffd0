import Foundation
import Glibc
import SMPInterface
import StrictJSON
import Testing
import Varlink

@testable import smpctl

@Suite struct WatchCommandTests {
  private static func reply(_ sequence: Int64, _ snapshot: SessionInterface.Snapshot?) -> JSONObject {
    SessionInterface.Monitor.Reply(
      snapshot: snapshot, ready: snapshot == nil ? true : nil, sequence: sequence,
      monotonicNanoseconds: sequence * 1_000
    ).json
  }

  private static func daemon(_ snapshots: [SessionInterface.Snapshot]) throws -> FakeDaemon {
    let first = snapshots.first.map { [reply(1, $0)] } ?? []
    let rest = snapshots.dropFirst().enumerated().map { reply(Int64($0.offset + 3), $0.element) }
    let replies = first + [reply(2, nil)] + rest
    return try FakeDaemon { request in
      switch request.method {
      case "io.smpd.session.Monitor": .endless(replies)
      case "io.smpd.session.Start": .reply(["session": "C-7F3A2B-1", "number": 1])
      default: .hangUp
      }
    }
  }

  @Test("in a pipe: plain lines without control sequences, the last state always among them")
  func piped() throws {
    let daemon = try Self.daemon([
      Example.snapshot(made: 1), Example.snapshot(made: 2), Example.snapshot(made: 13_999),
      Example.snapshot(made: 14_000),
    ])
    defer { daemon.retire() }
    let run = try Run(["session", "watch"], socket: daemon.path)
    #expect(run.status == 0)
    let lines = run.out.split(separator: "\n")
    #expect(lines.first?.contains("dots 1/14000") == true)
    #expect(lines.last?.contains("dots 14000/14000") == true)
    #expect(!run.out.contains("\u{1B}"))
    #expect(run.err.contains("all 14,000 planned dots are made"))
    #expect(daemon.methods == ["io.smpd.session.Monitor"])
    #expect(daemon.breaches == [])
  }

  @Test("as JSON: every reply is a line, and nothing else is")
  func jsonLines() throws {
    let daemon = try Self.daemon([Example.snapshot(), Example.snapshot(.ready, session: nil)])
    defer { daemon.retire() }
    let run = try Run(["session", "watch", "--json"], socket: daemon.path)
    #expect(run.status == 0)
    #expect(try run.lines().map { $0["sequence"] } == [1, 2, 3])
  }

  @Test("a fault ends with 7, an uncertain session with 9, nothing to watch with 2, each with the remedy")
  func ends() throws {
    let cases: [([SessionInterface.Snapshot], Int32)] = [
      ([Example.snapshot(), Example.snapshot(.faulted, fault: "motor_stuck", remedy: "look at it")], 7),
      ([Example.snapshot(.lockedOut, fault: "motor_stuck", remedy: "look at it")], 7),
      ([Example.snapshot(), Example.snapshot(.uncertain, remedy: "look at it")], 9),
      ([Example.snapshot(.ready, session: nil)], 2),
    ]
    for (snapshots, status) in cases {
      let daemon = try Self.daemon(snapshots)
      defer { daemon.retire() }
      let run = try Run(["session", "watch"], socket: daemon.path)
      #expect(run.status == status)
      if status != 2 { #expect(run.err.contains("what to do: look at it")) }
    }
  }

  @Test("a daemon that ends in mid-stream is 6, and the error says how to look")
  func daemonEnds() throws {
    let running = Self.reply(1, Example.snapshot())
    let daemon = try FakeDaemon { _ in .replies([running]) }
    defer { daemon.retire() }
    let run = try Run(["session", "watch"], socket: daemon.path)
    #expect(run.status == 6)
    #expect(run.err.contains("smpctl status"))
  }

  @Test("start --watch opens the session first and then shows it")
  func startAndWatch() throws {
    let daemon = try Self.daemon([Example.snapshot(made: 14_000)])
    defer { daemon.retire() }
    let run = try Run(CommandTests.start + ["--watch", "--json"], socket: daemon.path)
    #expect(run.status == 0)
    #expect(daemon.methods == ["io.smpd.session.Start", "io.smpd.session.Monitor"])
    #expect(try run.lines().map { $0["session"] ?? $0["sequence"] } == ["C-7F3A2B-1", 1])
    #expect(daemon.breaches == [])
  }

  @Test(
    "on a terminal: a block redrawn in place; Ctrl-C leaves the session running, says how to stop it, and gives the cursor back"
  )
  func terminal() throws {
    let daemon = try Self.daemon([Example.snapshot(), Example.snapshot(made: 1_240)])
    defer { daemon.retire() }
    let terminal = try Terminal()
    let process = Run.process(["session", "watch"], socket: daemon.path)
    process.standardOutput = terminal.slave
    process.standardError = terminal.slave
    process.standardInput = FileHandle.nullDevice
    try process.run()
    try? terminal.slave.close()
    #expect(terminal.read(until: "dots 1,240 of 14,000"))
    process.interrupt()
    #expect(terminal.read(until: "smpctl session stop"))
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 1)
    let text = terminal.text
    #expect(text.contains(Screen.hideCursor))
    let shown = try #require(text.ranges(of: Screen.showCursor).last)
    let hidden = try #require(text.ranges(of: Screen.hideCursor).last)
    #expect(hidden.lowerBound < shown.lowerBound)
    #expect(text.contains("\u{1B}[4A"))
    #expect(text.contains("session goes on"))
    #expect(daemon.methods == ["io.smpd.session.Monitor"])
  }
}

/// A terminal of our own: what a person would see.
final class Terminal {
  let slave: FileHandle
  private let master: Int32
  private(set) var text = ""

  init() throws {
    master = unsafe open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC)
    // posix_openpt and its kin are not in the Glibc module; these are TIOCSPTLCK and TIOCGPTN of the kernel's ABI.
    var locked: Int32 = 0
    var number: Int32 = 0
    // Both addresses are those of local variables and are not kept.
    guard master >= 0, unsafe ioctl(master, 0x4004_5431, &locked) == 0,
      unsafe ioctl(master, 0x8004_5430, &number) == 0
    else { throw FakeDaemon.SystemFailure() }
    let path = "/dev/pts/\(number)"
    let descriptor = unsafe open(path, O_RDWR | O_NOCTTY)
    guard descriptor >= 0 else { throw FakeDaemon.SystemFailure() }
    slave = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
  }

  deinit { close(master) }

  /// Reads until the text has come; false when the other side ended without it.
  func read(until wanted: String) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4_096)
    while !text.contains(wanted) {
      // read fills at most the buffer's own bytes.
      let count = unsafe buffer.withUnsafeMutableBytes { unsafe Glibc.read(master, $0.baseAddress, $0.count) }
      guard count > 0 else { return false }
      text += String(decoding: buffer[..<count], as: UTF8.self)
    }
    return true
  }
}
