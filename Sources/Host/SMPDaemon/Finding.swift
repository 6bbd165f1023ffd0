/// What one check of the daemon found. Sentences and remedies are made where the check is.
package struct Finding: Hashable, Sendable {
  package enum Severity: Hashable, Sendable {
    case good
    /// Work goes on, but somebody should look.
    case warning
    /// Something does not work, or would not.
    case problem
    /// It could not be found out.
    case unknown
  }

  /// The check, in one word, such as `journal`: programs know it by this.
  package let check: String
  package let severity: Severity
  /// In a sentence without a full stop.
  package let what: String
  /// The one command that mends it; nil when nothing is to be mended.
  package let remedy: String?

  package init(_ check: String, _ severity: Severity, _ what: String, remedy: String? = nil) {
    self.check = check
    self.severity = severity
    self.what = what
    self.remedy = remedy
  }

  /// Nil for what the owner knows better than its surroundings: it has asked for its rights, and got them or not.
  package init?(_ finding: SurroundingsFinding) {
    switch finding.key {
    case .realTime, .lockedMemory: return nil
    case .user, .hotPlug, .udev, .usbBus, .stateDirectory, .stateFileSystem, .stateSpace, .clock, .controlSocket,
      .stopSocket:
      break
    }
    let severity: Severity =
      switch finding.severity {
      case .good: .good
      case .warning: .warning
      case .problem: .problem
      }
    self.init(
      String(finding.key.rawValue.map { $0 == "-" ? "_" : $0 }), severity, finding.sentence, remedy: finding.remedy)
  }
}
