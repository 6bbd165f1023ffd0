import SMPInterface
import StrictJSON
import Testing
import Varlink

@testable import smpctl

@Suite struct DeviceSelfTestTests {
  private static func daemon(_ reply: DeviceInterface.SelfTest.Reply) throws -> FakeDaemon {
    let json = reply.json
    return try FakeDaemon { _ in .reply(json) }
  }

  @Test("S9 refusals have their exit statuses and say what to do, and standard output stays empty")
  func refusals() throws {
    let cases: [(Failure, Int32, String)] = [
      (.noDevice(remedy: "plug it in"), 3, "no device is attached"),
      (.notFound(what: "device", name: "X", remedy: "name the right one"), 3, "there is no device X"),
      (
        .wrongState(state: "armed", expected: ["ready"], remedy: "stop the session"), 4,
        "the state is armed, and this needs ready"
      ),
      (
        .refused(.init(rule: "needle_parked", reason: "the needle is not parked", remedy: "look at it")), 4,
        "refused (needle_parked): the needle is not parked"
      ),
      (.deviceFault(fault: "stopped", remedy: "clear it"), 7, "stopped"),
      (.lockedOut(fault: "stop_path_slow", remedy: "unlock"), 7, "locked out after repeated faults: stop path slow"),
      (.uncertain(remedy: "resolve"), 9, "uncertain"),
      (.notPermitted(needed: "operator", remedy: "ask"), 5, "this needs operator"),
    ]
    for (failure, status, text) in cases {
      let (name, parameters) = (failure.name(in: DeviceInterface.self), failure.parameters)
      let daemon = try FakeDaemon { _ in .error(name, parameters) }
      defer { daemon.retire() }
      let run = try Run(["device", "selftest"], socket: daemon.path)
      #expect(run.status == status, "\(failure)")
      #expect(run.out.isEmpty)
      #expect(run.err.contains(text) && run.err.contains("\n  what to do: "), "\(run.err)")
      #expect(daemon.breaches == [])
    }
  }

  @Test("S9 a test that did not pass is 7, with what was measured, the fault and the remedy; JSON is the reply")
  func notPassed() throws {
    let slow = DeviceInterface.SelfTest.Reply(
      serial: "SIM-0001", latencyMicroseconds: 50_001, limitMicroseconds: 50_000, passed: false,
      fault: "stop_path_slow", remedy: "find the cause")
    let daemon = try Self.daemon(slow)
    defer { daemon.retire() }
    let run = try Run(["device", "selftest"], socket: daemon.path)
    #expect(run.status == 7)
    #expect(run.out.isEmpty)
    #expect(
      run.err
        == "smpctl: the stop path of SIM-0001 is not proven: still only 50.001 ms after the stop; the limit is 50 ms; "
        + "fault: stop path slow\n  what to do: find the cause\n")
    let json = try Run(["device", "selftest", "--json"], socket: daemon.path)
    #expect(json.status == 7)
    #expect(try json.document() == slow.json)
    let silent = try Self.daemon(.init(serial: "S", limitMicroseconds: 50_000, passed: false, fault: "motor_stuck"))
    defer { silent.retire() }
    let none = try Run(["device", "selftest"], socket: silent.path)
    #expect(none.status == 7)
    #expect(none.err.contains("is not proven: no answer; the limit is 50 ms; fault: motor stuck"))
  }

  @Test("S9 a test that passed says how fast, and the serial and the dry run reach the daemon")
  func passed() throws {
    let daemon = try Self.daemon(
      .init(serial: "SIM-0001", latencyMicroseconds: 21_600, limitMicroseconds: 50_000, passed: true))
    defer { daemon.retire() }
    let run = try Run(["device", "selftest", "SIM-0001"], socket: daemon.path)
    #expect(run.status == 0)
    #expect(
      run.out == "the stop path of SIM-0001 is proven: still 21.6 ms after the stop; the limit is 50 ms\n")
    let dry = try Self.daemon(.init(serial: "SIM-0001", limitMicroseconds: 50_000))
    defer { dry.retire() }
    let tried = try Run(["device", "selftest", "--dry-run"], socket: dry.path)
    #expect(tried.status == 0)
    #expect(tried.out.hasPrefix("would be done, nothing was changed: "))
    #expect(daemon.requests.map(\.parameters) == [["serial": "SIM-0001"]])
    #expect(dry.requests.map(\.parameters) == [["dryRun": true]])
    #expect(daemon.breaches == [] && dry.breaches == [])
  }
}
