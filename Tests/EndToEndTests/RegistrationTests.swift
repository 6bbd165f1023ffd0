import Foundation
import Testing

/// S12: a device with a frame of its own, through the programs as a person runs them.
@Suite(.ownThread) struct RegistrationTests {
  private static let landmarks = ["corner-near-right", "corner-near-left", "corner-far-left", "corner-far-right"]

  private func state(_ daemon: LiveDaemon) throws -> String? {
    (try daemon.json("status")["snapshot"] as? [String: Any])?["state"] as? String
  }

  private func hand(_ daemon: LiveDaemon, _ arguments: String...) throws {
    let outcome = try Programs.run(
      "smpsim",
      ["hand", Programs.repository.path + "/systemd/examples/practice.yaml", "--socket", daemon.socket]
        + arguments)
    #expect(outcome.status == 0, "\(outcome)")
  }

  /// Reads a landmark, as often as a person would until the device has seen the tip stand still.
  private func read(_ daemon: LiveDaemon, _ course: String, _ landmark: String) throws {
    try hand(daemon, "--landmark", landmark)
    try eventually("\(landmark) read") {
      let outcome = try daemon.smpctl("session", "register", course, landmark)
      #expect(outcome.status == 0 || outcome.complaint.contains("tip_steady"), "\(outcome)")
      return outcome.status == 0
    }
  }

  @Test(
    "S12 nothing is armed before the handpiece is registered, nor after a re-plug; then dots are made")
  func wholeSession() throws {
    let daemon = try LiveDaemon(arguments: ["--own-frame", "--seed", "7"])
    let course = try daemon.practiceCourse()
    let started = try daemon.startSession(course, watch: false)
    #expect(started.status == 0 && started.output.contains("waits"), "\(started)")
    #expect(try state(daemon) == "held")
    let early = try daemon.smpctl("session", "resume")
    #expect(early.status == 4 && early.complaint.contains("registration_missing"), "\(early)")
    #expect(early.complaint.contains("corner-near-right"), "\(early)")
    let misspelt = try daemon.smpctl("session", "register", course, "corner-far-lef")
    #expect(misspelt.status == 3 && misspelt.complaint.contains("did you mean corner-far-left?"), "\(misspelt)")
    let unseen = try daemon.smpctl("session", "register", course, "corner-far-left")
    #expect(unseen.status == 4 && unseen.complaint.contains("tip_steady"), "\(unseen)")

    for landmark in Self.landmarks { try read(daemon, course, landmark) }
    for arguments in [["unplug"], ["unplug", "--clear"]] {
      #expect(try Programs.run("smpsim", ["inject", "--socket", daemon.socket] + arguments).status == 0)
    }
    try eventually("the device back") {
      (try daemon.json("status")["snapshot"] as? [String: Any])?["device"] != nil
    }
    #expect(try daemon.smpctl("session", "resolve", "--by", "P", "--reason", "the cable").status == 0)
    let late = try daemon.smpctl("session", "resume")
    #expect(late.status == 4 && late.complaint.contains("registration_missing"), "\(late)")

    // The wrong corner, as a person may: what is left over is far beyond any limit, and said.
    try hand(daemon, "--landmark", Self.landmarks[3])
    for landmark in Self.landmarks.dropLast() { try read(daemon, course, landmark) }
    try hand(daemon, "--landmark", Self.landmarks[0])
    try eventually("a refusal") {
      let wrong = try daemon.smpctl("session", "register", course, Self.landmarks[3])
      #expect(wrong.status == 4, "\(wrong)")
      return wrong.complaint.contains("registration_residual")
    }
    #expect(try daemon.smpctl("session", "resume").status == 4)

    try read(daemon, course, Self.landmarks[3])
    #expect(try Programs.run("smpsim", ["hand", "--down", "--socket", daemon.socket]).status == 0)
    #expect(try daemon.smpctl("session", "resume").status == 0)
    try hand(daemon, "--session", "1")
    try eventually("dots", tries: 300) {
      ((try daemon.json("status")["snapshot"] as? [String: Any])?["dotsMade"] as? Int ?? 0) >= 3
    }
    #expect(try daemon.smpctl("session", "stop").status == 0)
    let verified = try daemon.smpctl("log", "verify")
    #expect(verified.status == 0, "\(verified)")
    #expect(try daemon.smpctl("log", "events").output.contains("handpiece_registered"))
    try placesAreTrue(daemon)
  }

  /// The needle's own log knows the chart; the device knows its own frame, turned and moved by centimetres. Within the
  /// device's accuracy, twice: at the dots, and at the landmarks that were read.
  private func placesAreTrue(_ daemon: LiveDaemon) throws {
    let script = """
      import json, socket, sqlite3, sys
      s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1])
      s.sendall(json.dumps({"method": "io.smpd.simulator.Contacts"}).encode() + b"\\0")
      data = b""
      while not data.endswith(b"\\0"): data += s.recv(65536)
      contacts = json.loads(data[:-1])["parameters"]["contacts"]
      db = sqlite3.connect(sys.argv[2])
      dots = db.execute("SELECT x_micrometres, y_micrometres FROM dots").fetchall()
      assert len(contacts) == len(dots) >= 3, (len(contacts), len(dots))
      for c, (x, y) in zip(contacts, dots):
          off = ((c["xMicrometres"] - x) ** 2 + (c["yMicrometres"] - y) ** 2) ** 0.5
          assert off <= 2 * 50, (off, c, x, y)
      """
    let outcome = try Programs.run(
      "/usr/bin/env", ["python3", "-c", script, daemon.socket, daemon.state + "/journal.sqlite"])
    #expect(outcome.status == 0, "\(outcome)")
  }
}
