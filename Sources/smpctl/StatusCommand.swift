import ArgumentParser
import SMPInterface

struct StatusCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Shows how the device and the session stand.")
  @OptionGroup var options: GlobalOptions

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(SessionInterface.Describe.self)
    console.document(answer.json)
    console.answer(Wording.status(answer.reply.snapshot))
    return .done
  }
}

extension Wording {
  /// The state in full, one fact a line.
  static func status(_ snapshot: SessionInterface.Snapshot) -> String {
    var lines = ["state    " + words(snapshot.state.rawValue) + (snapshot.simulated ? " (simulated)" : "")]
    if let device = snapshot.device { lines.append("device   " + device) }
    if let session = snapshot.session {
      lines.append("session  " + session + (snapshot.number.map { ", number \($0)" } ?? ""))
    }
    if let course = snapshot.course { lines.append("course   " + course) }
    if let name = snapshot.operator { lines.append("operator " + name) }
    if snapshot.session != nil {
      lines.append("zone     " + (snapshot.zone ?? "-"))
      lines.append("dots     \(count(snapshot.dotsMade)) of \(count(snapshot.dotsPlanned))")
      lines.append("denied   \(count(snapshot.denials))")
      lines.append("elapsed  " + duration(seconds: snapshot.elapsedSeconds))
    }
    if let denial = snapshot.lastDenial { lines.append("last     " + self.denial(denial)) }
    if let latency = snapshot.stopLatencyMicroseconds {
      lines.append("stop     \(self.latency(microseconds: latency)) in the self-test")
    }
    if let fault = snapshot.fault { lines.append("fault    " + words(fault)) }
    if let warning = snapshot.warning { lines.append("warning  " + warning) }
    lines.append("journal  " + count(snapshot.journalNumber) + " entries")
    if let remedy = snapshot.remedy { lines.append("what to do: " + remedy) }
    return lines.joined(separator: "\n")
  }
}
