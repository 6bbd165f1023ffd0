import ArgumentParser
import Glibc
import SMPDaemon
import SMPPlanFile

/// The configuration file, and what of it needs the system's help to be understood.
enum Settings {
  static let standardPath = "/etc/smpd/smpd.yaml"

  /// A file that is named must be there; without a name the standard one may be absent.
  static func read(_ path: String?) throws -> DaemonFile {
    // The path is a whole string with its end, and access only reads it.
    if path == nil, unsafe access(standardPath, F_OK) != 0, errno == ENOENT { return DaemonFile() }
    let path = path ?? standardPath
    guard let bytes = FileBytes.read(path, atMost: DaemonFile.maximumBytes) else {
      throw Failed(
        "\(path) is absent, too large or cannot be read. Remedy: put it back, or delete what names it", status: 65)
    }
    let reading = DaemonFile.parse(bytes)
    guard let file = reading.file else {
      let problems = reading.problems.map { "\(path):\($0.line):\($0.column): \($0.message)" }
      throw Failed(problems.joined(separator: "\n"), status: 65)
    }
    return file
  }

  /// What is missing stands in the service manager's log from the first moment on.
  static func tell(_ surroundings: Surroundings) {
    for finding in surroundings.findings {
      guard let remedy = finding.remedy else { continue }
      Terminal.complain("smpd: \(finding.severity.rawValue): \(finding.sentence). Remedy: \(remedy)")
    }
  }

  /// Nil where there is no such group: then the log says who is kept out.
  /// - Parameter may: what its members may do.
  static func group(_ name: String, may: String) -> UInt32? {
    if let number = SystemGroup.number(of: name) { return number }
    Terminal.complain(
      "smpd: there is no group \(name): only root may \(may). Remedy: groupadd --system \(name), then restart smpd")
    return nil
  }
}

/// Why the daemon does not start, told on standard error with the exit status.
struct Failed: Error, CustomStringConvertible {
  let description: String
  let status: Int32
  init(_ description: String, status: Int32 = 1) {
    self.description = description
    self.status = status
  }
}
