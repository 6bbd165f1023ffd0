import Foundation
import StrictJSON
import Testing

/// `smpsim device` and the daemon in front of it, as programs.
@Suite(.serialized) struct DeviceProcessTests {
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
}
