import Foundation
import StrictJSON
import Testing

/// `smpsim device` and the daemon in front of it, as programs.
@Suite(.serialized, .ownThread) struct DeviceProcessTests {
  @Test("S13 what needs the device in the daemon's own process is refused with a link, by name") func usage() throws {
    for arguments in [["--fast"], ["--seed", "3"], ["--serial", "X"]] {
      let refused = try Programs.run(
        "smpsim", ["serve", "--state", "/tmp/smpd-none", "--link", "/tmp/none"] + arguments)
      #expect(refused.status == 64, "\(refused)")
      #expect(refused.complaint.contains(arguments[0]), "\(refused)")
    }
    for arguments in [["--pace", "49"], ["--serial", "a b"]] {
      let refused = try Programs.run("smpsim", ["device", "/tmp/smpd-none"] + arguments)
      #expect(refused.status == 64 && refused.complaint.contains(arguments[0]), "\(refused)")
    }
    let taken = try Programs.run("smpsim", ["device", "/dev/null"])
    #expect(taken.status == 1 && taken.complaint.contains("not a socket"), "\(taken)")
  }

  @Test("Faults through the daemon and at the bench are the same; the device goes and comes; it is the same device")
  func comesAndGoes() throws {
    let survivor = try LinkedSurvivor(seed: 7)
    let daemon = try survivor.startDaemon()
    func waitFor(_ word: String) throws {
      try eventually("state \(word)") {
        try (daemon.json("status")["snapshot"] as? [String: Any])?["state"] as? String == word
      }
    }
    func inject(_ arguments: String..., at socket: String) throws -> Outcome {
      try Programs.run("smpsim", ["inject", "--socket", socket] + arguments)
    }
    try waitFor("ready")
    #expect(try daemon.smpctl("device", "list").output.contains("SIM-0001"))
    #expect(try inject("unplug", at: daemon.socket).output.contains("active: unplug"))
    try waitFor("no_device")
    #expect(try inject("unplug", "--clear", at: survivor.benchPath).output.contains("active: none"))
    try waitFor("ready")
    // Without a device process nothing is there, and the bench says so.
    try survivor.end()
    try waitFor("no_device")
    let nobody = try inject("hang", at: daemon.socket)
    #expect(nobody.status == 6 && nobody.complaint.contains("smpsim device SOCKET"), "\(nobody)")
    try survivor.begin()
    try waitFor("ready")
    #expect(try survivor.look("describe")["contacts"]?.integer == 0, "a process that ended has forgotten everything")
  }

  @Test("S13 a hand is refused a plan that is none; with one it works the session at the bench until it is put down")
  func hand() throws {
    let survivor = try LinkedSurvivor(seed: 8)
    let daemon = try survivor.startDaemon(hand: "none")
    let plan = daemon.directory.appendingPathComponent("plan.yaml")
    try Data(try daemon.smpctl("plan", "example", "--practice").output.utf8).write(to: plan)
    func hand(_ arguments: String..., at socket: String? = nil) throws -> Outcome {
      try Programs.run("smpsim", ["hand", "--socket", socket ?? survivor.benchPath] + arguments)
    }
    for (arguments, status, word) in [
      ([], 64, "name a plan"), ([plan.path, "--down"], 64, "name a plan"), (["/none"], 65, "cannot be read"),
      (["/etc/hostname"], 65, "/etc/hostname:1:1"), ([plan.path, "--session", "9"], 65, "no session 9"),
      ([plan.path, "--limits", plan.path], 65, "plan.yaml:"),
    ] as [([String], Int32, String)] {
      let refused = try Programs.run("smpsim", ["hand", "--socket", survivor.benchPath] + arguments)
      #expect(refused.status == status && refused.complaint.contains(word), "\(refused)")
    }
    #expect(try hand(plan.path, at: "/none").status == 6)
    #expect(try survivor.look("describe")["working"]?.bool == false)

    let course = try daemon.practiceCourse()
    #expect(try daemon.startSession(course, watch: false).status == 0)
    let told = try hand(plan.path)
    #expect(told.output.contains("30 dots in 2 zones"), "\(told)")
    try eventually("some dots", tries: 100_000) { try survivor.contacts >= 3 }
    #expect(try hand("--down").status == 0)
    #expect(try survivor.look("describe")["working"]?.bool == false)
    #expect(try daemon.smpctl("session", "stop").status == 0)
  }
}
