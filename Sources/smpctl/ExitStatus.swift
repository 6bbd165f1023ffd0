import SMPInterface

/// What the shell learns. The numbers are a promise to scripts: they never change their meaning.
enum ExitStatus: Int32, CaseIterable, Sendable {
  /// Done. A stop is done only when the device confirmed that it stands still.
  case done = 0
  case failure = 1
  case nothingToDo = 2
  case notFound = 3
  /// Refused by a limit or by a rule of order.
  case refused = 4
  case notPermitted = 5
  case unreachable = 6
  /// A fault of the device or of the session.
  case fault = 7
  case verificationFailed = 8
  case uncertain = 9
  case usage = 64
  case invalidInput = 65
  case internalError = 70
}

extension ExitStatus {
  /// The one table from error names to exit statuses.
  init(errorName name: String) {
    if let word = Failure.word(of: name) {
      self.init(word)
    } else {
      self = ExitStatus.ofVarlink[name] ?? .failure
    }
  }

  init(_ word: Failure.Word) {
    switch word {
    case .nothingToDo: self = .nothingToDo
    case .notFound, .noDevice: self = .notFound
    case .refused, .wrongState: self = .refused
    case .outOfRange, .invalidPlan: self = .invalidInput
    case .notPermitted: self = .notPermitted
    case .deviceFault, .lockedOut: self = .fault
    case .uncertain: self = .uncertain
    case .journalFailed: self = .failure
    }
  }

  /// The standard errors of Varlink. An unknown interface or method is a daemon of another version (or `smpd` where
  /// `smpsim` was meant), not a mistake of the person; a call that lacks its `more` flag is a mistake of ours.
  static let ofVarlink: [String: ExitStatus] = [
    "org.varlink.service.InterfaceNotFound": .failure,
    "org.varlink.service.MethodNotFound": .failure,
    "org.varlink.service.MethodNotImplemented": .failure,
    "org.varlink.service.InvalidParameter": .invalidInput,
    "org.varlink.service.PermissionDenied": .notPermitted,
    "org.varlink.service.ExpectedMore": .internalError,
  ]
}
