import Foundation
import Testing

/// What the safety review found, kept.
@Suite(.serialized, .ownThread) struct ReviewTests {
  @Test("S4 the same client's dots in another course count") func otherCourse() throws {
    let daemon = try LiveDaemon()
    let first = try daemon.practiceCourse()
    #expect(try daemon.startSession(first, watch: true).status == 0)
    #expect(try daemon.smpctl("session", "stop").status == 0)
    // The same plan with one more comment is another document, so another course, of the same client.
    let plan = try daemon.smpctl("plan", "example", "--practice").output + "# again\n"
    let second =
      try daemon.smpctl("plan", "import", "-", input: plan).output.split(separator: "\n").last.map(String.init) ?? ""
    #expect(second != first)
    try daemon.smpctl("plan", "sign", second, "--by", "P")
    #expect(try daemon.startSession(second, watch: false).status == 0)
    let status = try daemon.json("status")
    let zones = (status["snapshot"] as? [String: Any])?["zones"] as? [[String: Any]] ?? []
    // Nothing made in this session yet, and the zones are not empty.
    #expect(zones.count == 2)
    #expect(zones.contains { ($0["densityPerSquareMetre"] as? Int ?? 0) > 0 }, "\(status)")
    #expect(try daemon.smpctl("session", "stop").status == 0)
  }

  @Test("S6 a protective stop on a connection that waits for an answer is carried out") func pipelined() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let course = try daemon.practiceCourse()
    #expect(try daemon.startSession(course, watch: false).status == 0)
    let script = """
      import json, socket, sys
      s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1] + ".stop")
      stop = lambda p: json.dumps({"method": "io.smpd.stop.Stop", "parameters": {"protective": p}}).encode() + b"\\0"
      s.sendall(stop(False) + stop(True) + stop(True))
      data = b""
      while data.count(b"\\0") < 3: data += s.recv(4096)
      for reply in data.split(b"\\0")[:3]:
          assert json.loads(reply)["parameters"]["outcome"] == "still", data
      print("stopped")
      """
    let outcome = try Programs.run("/usr/bin/env", ["python3", "-c", script, daemon.socket])
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test("S6 the stop socket stops and no more: the session stays open, and an uncertain one uncertain") func noMore()
    throws
  {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let course = try daemon.practiceCourse()
    #expect(try daemon.startSession(course, watch: false).status == 0)
    #expect(try daemon.smpctl("stop").status == 0)
    #expect("\(try daemon.json("status"))".contains("held"))
    #expect(try daemon.smpctl("session", "resume").status == 0)
    daemon.kill()
    try daemon.start(["--hand", "none"])
    #expect(try daemon.smpctl("stop").status == 0)
    #expect("\(try daemon.json("status"))".contains("uncertain"))
  }

  @Test("S2 S13 the same plan imported many times at once is one course, and the journal goes on") func importRace()
    throws
  {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let script = """
      import json, socket, sys, threading
      def call(method, parameters):
          s = socket.socket(socket.AF_UNIX); s.settimeout(30); s.connect(sys.argv[1])
          s.sendall(json.dumps({"method": method, "parameters": parameters}).encode() + b"\\0")
          data = b""
          while not data.endswith(b"\\0"): data += s.recv(65536)
          return json.loads(data[:-1])
      text = call("io.smpd.plan.Example", {"practice": True})["parameters"]["text"]
      courses = []
      def work(): courses.append(call("io.smpd.plan.Import", {"text": text})["parameters"]["course"])
      threads = [threading.Thread(target=work) for _ in range(12)]
      [t.start() for t in threads]; [t.join() for t in threads]
      assert len(set(courses)) == 1, courses
      assert len(call("io.smpd.plan.List", {})["parameters"]["plans"]) == 1
      assert "error" not in call("io.smpd.plan.Sign", {"course": courses[0], "by": "P"})
      print("one course")
      """
    let outcome = try Programs.run("/usr/bin/env", ["python3", "-c", script, daemon.socket])
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test("Two treatments of one seed leave the same exports, byte for byte") func deterministic() throws {
    let directory = "/tmp/smpd-treat-\(UUID().uuidString.prefix(8))"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(atPath: directory) }
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    let plan = directory + "/plan.yaml"
    try Data(try daemon.smpctl("plan", "example", "--practice").output.utf8).write(to: URL(fileURLWithPath: plan))
    for (run, seed) in [("a", "5"), ("b", "5"), ("c", "6")] {
      let treated = try Programs.run("smpsim", ["treat", plan, "--seed", seed, "--out", directory + "/" + run])
      #expect(treated.status == 0, "\(treated)")
      #expect(treated.output.contains("session 2: 29 of 29 dots"), "\(treated.output)")
    }
    for name in ["journal.jsonl", "dots.csv", "denials.csv", "events.csv", "sessions.csv"] {
      func bytes(_ run: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(run)/\(name)"))
      }
      #expect(try bytes("a") == bytes("b"), "\(name)")
      if name == "dots.csv" { #expect(try bytes("a") != bytes("c")) }
    }
  }

  @Test("S8 an injected fault ends the watch with exit status 7; clear, resume, and the session is finished")
  func inject()
    throws
  {
    let daemon = try LiveDaemon()
    let course = try daemon.practiceCourse()
    let injected = try Programs.run("smpsim", ["inject", "dot_without_grant", "--socket", daemon.socket])
    #expect(injected.status == 0, "\(injected)")
    let watched = try daemon.startSession(course, watch: true)
    #expect(watched.status == 7, "\(watched)")
    #expect(try daemon.smpctl("device", "clear").status == 0)
    #expect(try daemon.smpctl("session", "resume").status == 0)
    #expect(try daemon.smpctl("session", "watch").status == 0)
    #expect(try daemon.smpctl("session", "stop").status == 0)
    #expect(try daemon.smpctl("log", "events").output.contains("unbidden_contact"))
    #expect(try daemon.smpctl("log", "verify").status == 0)
    let unknown = try Programs.run("smpsim", ["inject", "gremlin", "--socket", daemon.socket])
    #expect(unknown.status == 65)
  }

  @Test("A fast daemon's clock runs ahead; the next one on the same journal is another clock, and the log verifies")
  func restartAfterFast() throws {
    let daemon = try LiveDaemon()
    let course = try daemon.practiceCourse()
    #expect(try daemon.startSession(course, watch: true).status == 0)
    #expect(try daemon.smpctl("session", "stop").status == 0)
    daemon.end()
    try daemon.start()
    #expect(try daemon.startSession(course, watch: true).status == 0)
    #expect(try daemon.smpctl("session", "stop").status == 0)
    let verified = try daemon.smpctl("log", "verify")
    #expect(verified.status == 0, "\(verified)")
    #expect(!verified.output.contains("clock"), "\(verified)")
  }
}
