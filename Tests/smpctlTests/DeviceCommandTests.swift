import SMPInterface
import StrictJSON
import Testing
import Varlink

@testable import smpctl

@Suite struct DeviceCommandTests {
  static let driven = DeviceInterface.DeviceSummary(
    place: "1-4.2", serial: "N-1", firmware: "2.1", simulated: true, phase: .idle, driven: true)
  static let waiting = DeviceInterface.DeviceSummary(
    place: "1-4.3", serial: "N-2", driven: false, reason: "it waits: N-1 is driven",
    remedy: "to treat with it, name it: smpctl session start COURSE --device N-2")
  static let refused = DeviceInterface.DeviceSummary(
    place: "1-1", driven: false, problem: "no_serial", reason: "it has no serial", remedy: "have its maker give it one")

  static func device(alarming: Bool = false) -> DeviceInterface.Device {
    DeviceInterface.Device(
      serial: "N-1", firmware: "2.1", simulated: false, phase: .idle, pedalPressed: false, parked: true, still: true,
      depthMinimumMicrometres: 100, depthMaximumMicrometres: 1_500, depthStepMicrometres: 10,
      depthAccuracyMicrometres: 20, speedMinimumMillihertz: 50_000, speedMaximumMillihertz: 150_000,
      positioning: .absolute, accuracyMicrometres: 50, recordWindow: 4,
      counters: .init(boots: 3, contacts: 12, nextRecord: 13, oldestRecord: 13),
      link: .init(
        transferFailures: 3, garbledFrames: 2, strayReplies: 0, lateReplies: 1, silentCommands: 0, missedRenewals: 0,
        alarming: alarming), realtime: .init(scheduled: true, memoryLocked: true))
  }

  @Test("the list shows every device that is there, and under the table why one is not driven and what to do")
  func list() throws {
    let daemon = try FakeDaemon { _ in
      .reply(["devices": .array([Self.driven, Self.waiting, Self.refused].map { .object($0.json) })])
    }
    defer { daemon.retire() }
    let run = try Run(["device", "list"], socket: daemon.path)
    #expect(run.status == 0)
    #expect(
      run.out == """
        SERIAL  PLACE  FIRMWARE  STATE
        N-1     1-4.2  2.1       idle (simulated)
        N-2     1-4.3            waits
        none    1-1              no serial
        N-2: it waits: N-1 is driven
          what to do: to treat with it, name it: smpctl session start COURSE --device N-2
        1-1: it has no serial
          what to do: have its maker give it one

        """)
    #expect(daemon.breaches == [])
    #expect(Wording.devices([]) == "no device is attached")
  }

  @Test("a waiting or refused device is shown with what is known of it")
  func show() throws {
    let daemon = try FakeDaemon { request in
      request.parameters["serial"] == "N-1"
        ? .reply(["summary": .object(Self.driven.json), "device": .object(Self.device(alarming: true).json)])
        : .reply(["summary": .object(Self.waiting.json)])
    }
    defer { daemon.retire() }
    let waiting = try Run(["device", "show", "N-2"], socket: daemon.path)
    #expect(waiting.status == 0)
    #expect(waiting.out.hasPrefix("serial       N-2\nplace        1-4.3\nstate        waits\n"))
    #expect(waiting.out.contains("what to do: to treat with it, name it"))
    let driven = try Run(["device", "show", "N-1"], socket: daemon.path)
    #expect(driven.out.contains("link         getting worse: 3 failed transfers, 2 garbled frames, 0 stray replies"))
    #expect(Wording.device(Self.device()).contains("link         3 failed transfers"))
    #expect(daemon.breaches == [])
  }

  @Test("status warns while the link's alarm stands")
  func warning() throws {
    var snapshot = Example.snapshot(.ready, session: nil).json
    #expect(!Wording.status(try .init(snapshot)).contains("warning"))
    snapshot.append("warning", "the link to the device gets worse: 3 failed transfers")
    #expect(
      Wording.status(try .init(snapshot)).contains(
        "\nwarning  the link to the device gets worse: 3 failed transfers\n"))
    #expect(
      WatchFrame.lines(try .init(snapshot), columns: 100, rows: 24, blocks: false).contains(
        "warning: the link to the device gets worse: 3 failed transfers"))
  }
}
