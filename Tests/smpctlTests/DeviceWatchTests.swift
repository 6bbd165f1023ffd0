import Foundation
import SMPInterface
import StrictJSON
import Testing
import Varlink

@testable import smpctl

@Suite struct DeviceWatchTests {
  static func snapshot(
    requests: Int64 = 0, pedal: Bool = false, fault: String? = nil, alarming: Bool = false, tested: Bool? = true
  ) -> DeviceInterface.Snapshot {
    .init(
      serial: "SIM-0001", simulated: true, state: "ready", phase: .idle, fault: fault, pedalPressed: pedal,
      parked: true, still: true, counters: .init(boots: 3, contacts: 1_204, nextRecord: 44, oldestRecord: 42),
      requests: requests, records: 40, selfTestPassed: tested, stopLatencyMicroseconds: tested == nil ? nil : 25_502,
      link: .init(
        transferFailures: 1, garbledFrames: 2, strayReplies: 3, lateReplies: 4, silentCommands: 5, missedRenewals: 6,
        alarming: alarming))
  }

  private static func replies(_ snapshots: [DeviceInterface.Snapshot], ended: String? = nil) -> [JSONObject] {
    var replies = snapshots.enumerated().map { place, snapshot in
      DeviceInterface.Watch.Reply(
        snapshot: snapshot, sequence: Int64(place) + 1, monotonicNanoseconds: Int64(place) * 1_000
      ).json
    }
    replies.insert(
      DeviceInterface.Watch.Reply(ready: true, sequence: 2, monotonicNanoseconds: 0).json, at: min(1, replies.count))
    if let ended {
      replies.append(DeviceInterface.Watch.Reply(ended: ended, sequence: 9, monotonicNanoseconds: 9).json)
    }
    return replies
  }

  @Test("no device and another serial are 3; a device that goes away is 7, and the last state was shown")
  func ends() throws {
    for failure in [
      Failure.noDevice(remedy: "plug it in"), .notFound(what: "device", name: "X", remedy: "name the right one"),
    ] {
      let (name, parameters) = (failure.name(in: DeviceInterface.self), failure.parameters)
      let daemon = try FakeDaemon { _ in .error(name, parameters) }
      defer { daemon.retire() }
      #expect(try Run(["device", "watch"], socket: daemon.path).status == 3)
    }
    for (word, sentence) in [
      ("device_gone", "the device went away"), ("other_device", "the daemon drives another device now"),
      ("a_word_of_tomorrow", "the device went away (a word of tomorrow)"),
    ] {
      let replies = Self.replies([Self.snapshot(), Self.snapshot(requests: 7)], ended: word)
      let daemon = try FakeDaemon { _ in .replies(replies) }
      defer { daemon.retire() }
      let run = try Run(["device", "watch", "SIM-0001"], socket: daemon.path)
      #expect(run.status == 7)
      #expect(run.out.split(separator: "\n").last?.contains("requests 7") == true, "\(run.out)")
      #expect(!run.out.contains("\u{1B}"))
      #expect(run.err.contains(sentence) && run.err.contains("\n  what to do: "), "\(run.err)")
      #expect(daemon.requests.map(\.parameters) == [["serial": "SIM-0001"]])
      #expect(daemon.breaches == [])
    }
  }

  @Test("as JSON: every reply is a line, the last one says why, and nothing else is there")
  func jsonLines() throws {
    let replies = Self.replies([Self.snapshot(), Self.snapshot(requests: 7)], ended: "device_gone")
    let daemon = try FakeDaemon { _ in .replies(replies) }
    defer { daemon.retire() }
    let run = try Run(["device", "watch", "--json"], socket: daemon.path)
    #expect(run.status == 7)
    #expect(try run.lines() == replies)
  }

  @Test("a daemon that ends in mid-stream is 6")
  func daemonEnds() throws {
    let first = Self.replies([Self.snapshot()])
    let daemon = try FakeDaemon { _ in .replies(first) }
    defer { daemon.retire() }
    let run = try Run(["device", "watch"], socket: daemon.path)
    #expect(run.status == 6)
    #expect(run.err.contains("smpctl status"))
  }

  @Test("on a terminal: a block redrawn in place; Ctrl-C ends with 0 and gives the cursor back")
  func terminal() throws {
    let replies = Self.replies([Self.snapshot(), Self.snapshot(requests: 1_240)])
    let daemon = try FakeDaemon { _ in .endless(replies) }
    defer { daemon.retire() }
    let terminal = try Terminal()
    let process = Run.process(["device", "watch"], socket: daemon.path)
    process.standardOutput = terminal.slave
    process.standardError = terminal.slave
    process.standardInput = FileHandle.nullDevice
    try process.run()
    try? terminal.slave.close()
    #expect(terminal.read(until: "requests 1,240"))
    process.interrupt()
    #expect(terminal.read(until: Screen.showCursor))
    process.waitUntilExit()
    #expect(process.terminationReason == .exit)
    #expect(process.terminationStatus == 0)
    #expect(terminal.text.contains(Screen.hideCursor))
    #expect(terminal.text.contains("\u{1B}[6A"))
  }

  @Test("a frame shows what the hands need first, then faults and the link's alarm, then the counters")
  func frame() {
    let lines = DeviceFrame.lines(
      Self.snapshot(requests: 1_240, pedal: true, fault: "motor_stuck", alarming: true), columns: 120, rows: 24)
    #expect(
      lines == [
        "SIM-0001  (simulated)  ready  device idle", "pedal pressed  needle parked  drive still",
        "fault: motor stuck", "link alarm: look at cable, plugs and what runs beside the cable",
        "ever       contacts 1,204  starts 3",
        "attached   requests 1,240  records 40  not released 2",
        "link       failed 1  garbled 2  stray 3  late 4  silent 5  missed 6",
        "self-test  passed, 25.502 ms",
      ])
    for (columns, rows) in [(20, 3), (1, 1), (79, 50)] {
      let lines = DeviceFrame.lines(Self.snapshot(), columns: columns, rows: rows)
      #expect(lines.count <= rows && lines.allSatisfy { $0.count <= columns })
    }
    #expect(DeviceFrame.line(Self.snapshot(tested: nil)).hasSuffix("self-test not seen"))
    #expect(DeviceFrame.line(Self.snapshot(tested: false)).hasSuffix("self-test not passed, 25.502 ms"))
  }
}
