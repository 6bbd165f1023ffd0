import Foundation
import Testing

/// The device's own commands, with the real programs.
@Suite(.serialized, .ownThread) struct DeviceTests {
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

  @Test("The device is watched live until it goes away; who does not read holds nobody up") func watch() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    #expect(try daemon.smpctl("device", "watch", "NOBODY").status == 3)
    let script = """
      import json, socket, subprocess, sys
      def connect(timeout=30):
          s = socket.socket(socket.AF_UNIX); s.settimeout(timeout); s.connect(sys.argv[1]); return s
      def send(s, method, parameters={}, **flags):
          s.sendall(json.dumps({"method": method, "parameters": parameters, **flags}).encode() + b"\\0")
      class Replies:
          def __init__(self, s): self.s, self.data = s, b""
          def next(self):
              while b"\\0" not in self.data: self.data += self.s.recv(65536)
              message, self.data = self.data.split(b"\\0", 1)
              return json.loads(message)
      deaf = connect(); send(deaf, "io.smpd.device.Watch", more=True)
      once = connect(); send(once, "io.smpd.device.Watch")
      assert Replies(once).next()["error"] == "org.varlink.service.ExpectedMore"
      s = connect(); send(s, "io.smpd.device.Watch", more=True); replies = Replies(s)
      first, ready = replies.next()["parameters"], replies.next()["parameters"]
      assert first["sequence"] == 1 and first["snapshot"]["state"] == "ready", first
      assert ready["ready"] is True and ready["sequence"] == 2, ready
      caller = connect(); answers = Replies(caller); send(caller, "io.smpd.device.SelfTest")
      seen, snapshot, left_out = set(), first["snapshot"], False
      while snapshot.get("selfTestPassed") is None:
          reply = replies.next()
          if reply["parameters"].get("overrun"):
              # On a busy machine: it is said, and the newest follows.
              left_out = True
              reply = replies.next()
          assert "snapshot" in reply["parameters"], reply
          snapshot = reply["parameters"]["snapshot"]
          seen.add((snapshot["phase"], snapshot["still"]))
      assert left_out or ("self_test", False) in seen, seen
      answer = answers.next()["parameters"]
      assert answer["passed"] and answer["latencyMicroseconds"] == snapshot["stopLatencyMicroseconds"], answer
      send(caller, "io.smpd.simulator.Inject", {"fault": "unplug"})
      assert "error" not in answers.next()
      while True:
          reply = replies.next()
          if not reply.get("continues"): break
      assert reply["parameters"]["ended"] == "device_gone" and "snapshot" not in reply["parameters"], reply
      send(s, "io.smpd.device.Watch", more=True)
      assert replies.next()["error"] == "io.smpd.device.NoDevice"
      print("watched")
      """
    let outcome = try Programs.run("/usr/bin/env", ["python3", "-c", script, daemon.socket])
    // With the device still there, a watch would go on for ever.
    try #require(outcome.status == 0, "\(outcome)")
    #expect(try daemon.smpctl("device", "watch").status == 3, "gone")
  }
}
