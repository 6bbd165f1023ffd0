import SMPInterface
import StrictJSON
import Testing
import Varlink

@testable import smpctl

@Suite struct CommandTests {
  @Test("usage errors are 64, on standard error, and with --json one document on standard output")
  func usage() throws {
    let cases = [
      ["frobnicate"], ["session", "set"], ["session", "set", "--depth", "0.45"], ["session", "set", "--dwell", "1 mm"],
      ["session", "start"], ["device", "unlock", "--by", "A"], ["status", "extra"], ["plan", "check"],
      ["session", "start", "C", "--operator", "A", "--pigment-lot", "P", "--cartridge", "K", "--skin", "purple"],
    ]
    for arguments in cases {
      let plain = try Run(arguments)
      #expect(plain.status == 64, "\(arguments)")
      #expect(plain.out.isEmpty)
      #expect(plain.err.hasPrefix("smpctl: "))
      let json = try Run(arguments + ["--json"])
      #expect(json.status == 64)
      let document = try json.document()
      #expect(document["error"] == "smpctl.Usage")
      #expect(document["exit"] == 64)
      #expect(document["remedy"]?.string?.isEmpty == false)
    }
  }

  @Test("help and version are answers, in JSON too")
  func help() throws {
    for arguments in [["--help"], ["session", "--help"], ["help", "stop"], ["--version"], ["plan"]] {
      let plain = try Run(arguments)
      #expect(plain.status == 0)
      #expect(!plain.out.isEmpty)
    }
    #expect(try Run(["session", "start", "--help"]).out.contains("--pigment-lot"))
    #expect(try Run(["--help"]).out.contains("9 uncertain"))
    #expect(try Run(["stop", "--help", "--json"]).document()["help"]?.string?.contains("--protective") == true)
  }

  @Test("a daemon that is not there is 6, and the error says where it was looked for and what to do")
  func unreachable() throws {
    for arguments in [["status"], ["stop"], ["log", "verify"], ["session", "watch"], ["plan", "example"]] {
      let run = try Run(arguments + ["--json"], socket: "/nonexistent/io.smpd")
      #expect(run.status == 6, "\(arguments)")
      let document = try run.document()
      #expect(document["message"]?.string?.contains("/nonexistent/io.smpd") == true)
      #expect(document["remedy"]?.string?.isEmpty == false)
    }
  }

  @Test("a daemon that hangs up or answers nonsense is told as such")
  func badDaemons() throws {
    let hanging = try FakeDaemon { _ in .hangUp }
    defer { hanging.retire() }
    #expect(try Run(["status"], socket: hanging.path).status == 6)
    let nonsense = try FakeDaemon { _ in .bytes(Array("{\"parameters\":{},\"parameters\":{}}\0".utf8)) }
    defer { nonsense.retire() }
    #expect(try Run(["status"], socket: nonsense.path).status == 1)
    let incomplete = try FakeDaemon { _ in .bytes(Array("{\"parameters\":{\"snapshot\":{}}}\0".utf8)) }
    defer { incomplete.retire() }
    let run = try Run(["status"], socket: incomplete.path)
    #expect(run.status == 1)
    #expect(run.err.contains("snapshot.state"))
  }

  @Test(
    "every error the session interface declares gives its exit status",
    arguments: ExitStatusTests.expected.keys.sorted())
  func errors(word: String) throws {
    guard word != "InvalidPlan" else { return }
    let interface = try VarlinkInterface.parse(SessionInterface.text)
    let fields = try #require(interface.error(word))
    guard case .structure(let members) = fields.type else { return }
    var parameters = JSONObject()
    for member in members {
      switch member.type {
      case .string: parameters.append(member.name, "x")
      case .int: parameters.append(member.name, 7)
      case .array: parameters.append(member.name, ["x"])
      default: break
      }
    }
    let sent = parameters
    let daemon = try FakeDaemon { _ in .error("io.smpd.session." + word, sent) }
    defer { daemon.retire() }
    let run = try Run(["session", "pause", "--json"], socket: daemon.path)
    #expect(run.status == ExitStatusTests.expected[word])
    #expect(try run.document()["error"] == .string("io.smpd.session." + word))
    #expect(run.err.contains("\n  what to do: x"))
    #expect(daemon.breaches == [])
  }

  static let start = [
    "session", "start", "C-7F3A2B", "--operator", "A. Practitioner", "--pigment-lot", "P-1", "--cartridge", "K-1",
    "--skin", "clear",
  ]

  @Test("what is entered reaches the daemon in its units, and nothing else does")
  func parameters() throws {
    let daemon = try FakeDaemon { request in
      switch request.method {
      case "io.smpd.session.Start": .reply(["session": "C-7F3A2B-1", "number": 1])
      case "io.smpd.session.Set":
        .reply([
          "zones": [["zone": "crown", "depthMicrometres": 450, "speedMillihertz": 100500, "dwellMilliseconds": 60]]
        ])
      default: .hangUp
      }
    }
    defer { daemon.retire() }
    #expect(try Run(Self.start, socket: daemon.path).out == "session C-7F3A2B-1 is armed: number 1 of C-7F3A2B\n")
    let set = ["session", "set", "--zone", "crown", "--depth", "0.45 mm", "--speed", "100.5Hz", "--dwell", "0.06 s"]
    #expect(
      try Run(set + ["--dry-run"], socket: daemon.path).out
        == "would be done, nothing was changed: crown: depth 0.45 mm, speed 100.5 Hz, dwell 60 ms\n")
    #expect(
      daemon.requests.map(\.parameters) == [
        [
          "course": "C-7F3A2B", "operator": "A. Practitioner", "pigmentLot": "P-1", "cartridge": "K-1",
          "skin": "clear",
        ],
        [
          "zone": "crown", "depthMicrometres": 450, "speedMillihertz": 100500, "dwellMilliseconds": 60,
          "dryRun": true,
        ],
      ])
    #expect(daemon.breaches == [])
  }

  @Test("under --json the daemon's reply is all of standard output")
  func jsonIsTheReply() throws {
    let snapshot = Example.snapshot(denial: WatchFrameTests.denial).json
    let daemon = try FakeDaemon { _ in .reply(["snapshot": .object(snapshot)]) }
    defer { daemon.retire() }
    #expect(try Run(["--json", "status"], socket: daemon.path).document() == ["snapshot": .object(snapshot)])
    let plain = try Run(["status"], socket: daemon.path)
    #expect(plain.status == 0)
    #expect(plain.out.hasPrefix("state    running (simulated)\ndevice   SIM-0001\n"))
    #expect(daemon.breaches == [])
  }

  @Test("S6 a stop speaks to the stop socket alone, and is 0 only when the device confirmed that it stands still")
  func stop() throws {
    let cases: [(JSONObject, Int32)] = [
      (["outcome": "still", "latencyMicroseconds": 1250], 0), (["outcome": "submitted"], 9),
      (["outcome": "absent"], 9), (["outcome": "a_word_of_tomorrow"], 9),
    ]
    for (reply, status) in cases {
      let bytes = VarlinkReply(parameters: reply).message
      let daemon = try FakeDaemon(stop: true) { _ in .bytes(bytes) }
      defer { daemon.retire() }
      let run = try Run(["stop", "--protective", "--reason", "bleeding"], socket: daemon.path)
      #expect(run.status == status, "\(reply)")
      #expect(daemon.requests.map(\.parameters) == [["protective": true, "reason": "bleeding"]])
      #expect(try Run(["stop", "--json"], socket: daemon.path).document() == reply)
      #expect(daemon.breaches == [])
    }
  }

  @Test("S6 a stop without an answer is uncertain, not a failure to be tried again later")
  func stopWithoutAnswer() throws {
    let daemon = try FakeDaemon(stop: true) { _ in .hangUp }
    defer { daemon.retire() }
    let run = try Run(["stop"], socket: daemon.path)
    #expect(run.status == 9)
    #expect(run.err.contains("let go of the pedal"))
  }
}

extension VarlinkReply {
  var message: [UInt8] {
    var bytes: [UInt8] = []
    write(into: &bytes)
    return bytes
  }
}
