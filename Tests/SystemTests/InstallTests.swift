import Foundation
import Testing

/// `make install` into a directory, with stand-ins for the programs.
@Suite struct InstallTests {
  private let folder: Folder
  /// With a blank in it, as a person's directory may have.
  private var destination: String { folder.path + "/to here" }

  init() throws {
    folder = try Folder()
    for program in ["smpd", "smpctl", "smpsim"] { try folder.write("build/" + program, "#!/bin/sh\n", mode: 0o755) }
    for file in Self.made { try folder.write("build/share/" + file, "\n", mode: 0o600) }
  }

  /// Of what make build makes beside the programs.
  private static let made = [
    "man/man1/smpctl.1", "man/man1/smpctl-log.1", "man/man5/smpd.yaml.5", "man/man8/smpd.8",
    "bash-completion/completions/smpctl", "zsh/site-functions/_smpctl", "fish/vendor_completions.d/smpctl.fish",
  ]

  private func make(_ goal: String, prefix: String, build: String = "build") throws -> Said {
    // Whoever installs may keep his own files to himself.
    try Tool.run(
      "sh", "-c", "umask 077; exec make \"$@\"", "make", "--no-print-directory", goal, "DESTDIR=" + destination,
      "PREFIX=" + prefix, "BUILD=\(folder.path)/\(build)")
  }

  /// Every file and directory with its mode, sorted.
  private func tree() throws -> [String] {
    let places = try #require(FileManager.default.enumerator(atPath: destination))
    return try places.compactMap { $0 as? String }.map { place in
      let attributes = try FileManager.default.attributesOfItem(atPath: destination + "/" + place)
      return String(attributes[.posixPermissions] as? Int ?? 0, radix: 8) + " " + place
    }.sorted()
  }

  private func files(_ prefix: String) -> [String] {
    [
      "755 \(prefix)/sbin/smpd", "755 \(prefix)/bin/smpctl", "755 \(prefix)/bin/smpsim",
      "644 \(prefix)/lib/systemd/system/smpd.service", "644 \(prefix)/lib/systemd/system/smpd.socket",
      "644 \(prefix)/lib/systemd/system/smpd-stop.socket", "644 \(prefix)/lib/sysusers.d/smpd.conf",
      "644 \(prefix)/lib/tmpfiles.d/smpd.conf", "644 \(prefix)/lib/udev/rules.d/60-smpd.rules",
      "644 \(prefix)/lib/udev/rules.d/72-smpd.rules", "644 etc/smpd/limits.yaml", "644 etc/smpd/smpd.yaml",
      "644 \(prefix)/share/doc/smpd/Operating.md", "644 \(prefix)/share/doc/smpd/Safety.md",
      "644 \(prefix)/share/doc/smpd/DeviceProtocol.md", "644 \(prefix)/share/doc/smpd/TreatmentPlan.md",
      "644 \(prefix)/share/doc/smpd/SiteLimits.md", "644 \(prefix)/share/doc/smpd/examples/plan.yaml",
      "644 \(prefix)/share/doc/smpd/examples/practice.yaml",
    ] + Self.made.map { "644 \(prefix)/share/" + $0 }
  }

  @Test("without built programs nothing is installed, and it says what to run") func notBuilt() throws {
    let said = try make("install", prefix: "/usr", build: "nowhere")
    #expect(said.status != 0 && said.text.contains("make build"), "\(said.text)")
    #expect(!FileManager.default.fileExists(atPath: destination))
    try FileManager.default.removeItem(atPath: folder.path + "/build/share")
    let bare = try make("install", prefix: "/usr")
    #expect(bare.status != 0 && bare.text.contains("make man"), "\(bare.text)")
    #expect(!FileManager.default.fileExists(atPath: destination))
  }

  @Test(
    "everything lies where it belongs, readable by all, and the unit starts what was installed",
    arguments: ["/usr", "/usr/local"])
  func installed(_ prefix: String) throws {
    let said = try make("install", prefix: prefix)
    #expect(said.status == 0 && said.text.isEmpty, "\(said.text)")
    let found = try tree()
    let inside = String(prefix.dropFirst())
    #expect(Set(found).isSuperset(of: files(inside)))
    for place in found where !files(inside).contains(place) { #expect(place.hasPrefix("755 "), "\(place)") }
    let unit = try String(
      contentsOfFile: destination + prefix + "/lib/systemd/system/smpd.service", encoding: .utf8)
    #expect(UnitFile(unit).values("Service", "ExecStart") == [prefix + "/sbin/smpd"])
    // Nothing else in it has moved.
    #expect(
      unit.replacingOccurrences(of: prefix + "/sbin/smpd", with: "/usr/sbin/smpd")
        == (try Tool.text("systemd/system/smpd.service")))
  }

  @Test("the clinic's own configuration survives another installation and a removal; nothing else does")
  func kept() throws {
    #expect(try make("install", prefix: "/usr").status == 0)
    let limits = destination + "/etc/smpd/limits.yaml"
    try Data("# ours\n".utf8).write(to: URL(fileURLWithPath: limits))
    #expect(try make("install", prefix: "/usr").status == 0)
    #expect(try String(contentsOfFile: limits, encoding: .utf8) == "# ours\n")
    let said = try make("uninstall", prefix: "/usr")
    #expect(said.status == 0 && said.text.contains("/etc/smpd"), "\(said.text)")
    let left = try tree().filter { !$0.hasPrefix("755 ") }
    #expect(left == ["644 etc/smpd/limits.yaml", "644 etc/smpd/smpd.yaml"])
    #expect(try !tree().contains { $0.hasSuffix("/smpd") && $0.contains("bin") })
    #expect(try String(contentsOfFile: limits, encoding: .utf8) == "# ours\n")
  }
}
