import Foundation
import Testing

/// The device's own commands, with the real programs.
@Suite(.serialized) struct DeviceTests {
  @Test("S9 the stop path is proven without a session; a stuck motor is a named fault; the log shows all of it")
  func selfTest() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    #expect(try daemon.smpctl("device", "selftest", "NOBODY").status == 3)
    #expect(try daemon.smpctl("device", "selftest", "--dry-run").status == 0)
    #expect(try daemon.smpctl("log", "events").output.contains("self_test") == false)
    let proven = try daemon.json("device", "selftest")
    #expect(proven["passed"] as? Bool == true, "\(proven)")
    let latency = proven["latencyMicroseconds"] as? Int ?? 0
    #expect((1...50_000).contains(latency), "\(proven)")
    let events = try daemon.smpctl("log", "events").output
    #expect(events.contains("self_test_intended"))
    #expect(events.contains("latency_microseconds=\(latency) passed=true"))

    let injected = try Programs.run("smpsim", ["inject", "stuck_motor", "--socket", daemon.socket])
    #expect(injected.status == 0, "\(injected)")
    let failed = try daemon.smpctl("device", "selftest")
    #expect(failed.status == 7, "\(failed)")
    #expect(failed.complaint.contains("not proven") && failed.complaint.contains("motor stuck"), "\(failed)")
    #expect(try daemon.smpctl("device", "selftest").status == 4, "faulted")
    let cleared = try Programs.run("smpsim", ["inject", "--clear", "stuck_motor", "--socket", daemon.socket])
    #expect(cleared.status == 0, "\(cleared)")
    #expect(try daemon.smpctl("device", "clear").status == 0)
    #expect(try daemon.smpctl("device", "selftest").status == 0)

    // A session makes its own; in it there is no other.
    let course = try daemon.practiceCourse()
    #expect(try daemon.startSession(course, watch: false).status == 0)
    #expect(try daemon.smpctl("device", "selftest").status == 4)
    #expect(try daemon.smpctl("session", "stop").status == 0)
    let verified = try daemon.smpctl("log", "verify")
    #expect(verified.status == 0, "\(verified)")
    let exported = try daemon.smpctl("log", "export", "--what", "events", "--format", "csv").output
    let tests = exported.split(whereSeparator: \.isNewline).filter { $0.contains(",self_test,") }
    #expect(tests.count == 4, "\(exported)")
    #expect(tests.count(where: { $0.contains(course) }) == 1, "only the session's own names it")
  }
}
