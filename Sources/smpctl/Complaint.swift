import SMPInterface
import StrictJSON

/// Why a command ended without success: what happened, why, and what to do about it.
struct Complaint: Error, Hashable {
  let status: ExitStatus
  /// The daemon's error name, or a word of ours such as `smpctl.Usage`.
  let name: String
  /// What and why, in a sentence without a full stop; further lines are details.
  let message: String
  let remedy: String?
  /// The facts as the daemon sent them.
  var facts = JSONObject()

  /// For standard error.
  var text: String {
    var text = "smpctl: " + message
    if let remedy { text += "\n  what to do: " + remedy }
    return Wording.harmless(text)
  }

  /// For standard output under `--json`: the whole document.
  var json: JSONObject {
    var document = JSONObject()
    document.append("error", .string(name))
    document.append("message", .string(message))
    if let remedy { document.append("remedy", .string(remedy)) }
    if !facts.isEmpty { document.append("parameters", .object(facts)) }
    document.append("exit", .integer(Int64(status.rawValue)))
    return document
  }
}

extension Complaint {
  /// An error reply of the daemon.
  init(errorName name: String, parameters: JSONObject) {
    let failure: Failure?
    do throws(InterfaceError) {
      failure = try Failure(name: name, parameters: parameters)
    } catch {
      self.init(
        status: .failure, name: name, message: "the daemon answered \(name) without \(error.member)",
        remedy: "use the smpctl of the daemon's version", facts: parameters)
      return
    }
    if let failure {
      self.init(
        status: ExitStatus(failure.word), name: name, message: Wording.message(failure),
        remedy: Wording.remedy(failure), facts: parameters)
    } else {
      let (message, remedy) = Wording.varlink(name, parameters)
      self.init(
        status: ExitStatus(errorName: name), name: name, message: message, remedy: remedy, facts: parameters)
    }
  }

  static func usage(_ message: String, remedy: String? = nil) -> Complaint {
    Complaint(status: .usage, name: "smpctl.Usage", message: message, remedy: remedy)
  }

  static func invalidInput(_ message: String, remedy: String) -> Complaint {
    Complaint(status: .invalidInput, name: "smpctl.InvalidInput", message: message, remedy: remedy)
  }

  static func nothingToDo(_ message: String, remedy: String) -> Complaint {
    Complaint(status: .nothingToDo, name: "smpctl.NothingToDo", message: message, remedy: remedy)
  }

  /// The daemon answered something its interface does not allow.
  static func malformedReply(_ method: String, _ error: InterfaceError) -> Complaint {
    Complaint(
      status: .failure, name: "smpctl.MalformedReply",
      message: "the reply to \(method) has no \(error.expected) at \(error.member)",
      remedy: "use the smpctl of the daemon's version")
  }
}

extension Wording {
  /// What and why of an error of the daemon.
  static func message(_ failure: Failure) -> String {
    switch failure {
    case .noDevice: return "no device is attached"
    case .notFound(let what, let name, _): return "there is no \(what) \(name)"
    case .nothingToDo(let state, _): return "nothing to do: \(words(state))"
    case .wrongState(let state, let expected, _):
      return "not possible now: the state is \(words(state)), and this needs "
        + expected.map(words).joined(separator: " or ")
    case .outOfRange(let parameter, let minimum, let maximum, _):
      return "\(parameter) must be from \(minimum) to \(maximum)"
    case .refused(let refusal): return "refused (\(refusal.rule)): " + refusal.reason + limit(refusal)
    case .invalidPlan(let problems, _):
      return "the plan cannot be used" + problems.map { "\n" + problem($0, file: "plan") }.joined()
    case .deviceFault(let fault, _): return "the device has a fault: \(words(fault))"
    case .lockedOut(let fault, _): return "locked out after repeated faults: \(words(fault))"
    case .uncertain: return "it is uncertain what the needle did"
    case .notPermitted(let needed, _): return "not permitted: this needs \(needed)"
    case .journalFailed(let reason, _): return "the journal failed: \(reason)"
    }
  }

  static func remedy(_ failure: Failure) -> String {
    switch failure {
    case .refused(let refusal): refusal.remedy
    case .noDevice(let remedy), .uncertain(let remedy), .notFound(_, _, let remedy), .nothingToDo(_, let remedy),
      .wrongState(_, _, let remedy), .outOfRange(_, _, _, let remedy), .invalidPlan(_, let remedy),
      .deviceFault(_, let remedy), .lockedOut(_, let remedy), .notPermitted(_, let remedy),
      .journalFailed(_, let remedy):
      remedy
    }
  }

  /// One problem as compilers write it, so that editors find the place.
  static func problem(_ problem: PlanInterface.Problem, file: String) -> String {
    let severity =
      switch problem.severity {
      case .error: "error"
      case .warning: "warning"
      case .unknown: "problem"
      }
    var text = "\(file):\(problem.line):\(problem.column): \(severity): \(problem.message)"
    if let allowed = problem.allowed { text += "; allowed: \(allowed)" }
    if let remedy = problem.remedy { text += "\n  what to do: \(remedy)" }
    return text
  }

  /// The sentence and the remedy for an error that is not of our interfaces.
  static func varlink(_ name: String, _ parameters: JSONObject) -> (message: String, remedy: String) {
    switch name {
    case "org.varlink.service.InterfaceNotFound":
      (
        "the daemon has no interface \(parameters["interface"]?.string ?? "of that name")",
        "use a daemon that has it: simulator commands need smpsim"
      )
    case "org.varlink.service.MethodNotFound", "org.varlink.service.MethodNotImplemented":
      (
        "the daemon has no method \(parameters["method"]?.string ?? "of that name")",
        "use the smpctl of the daemon's version"
      )
    case "org.varlink.service.InvalidParameter":
      (
        "the daemon does not accept the parameter \(parameters["parameter"]?.string ?? "")",
        "use the smpctl of the daemon's version"
      )
    case "org.varlink.service.PermissionDenied":
      ("not permitted", "join the group that owns the socket, usually smp, and log in again")
    default: ("the daemon answered \(name)", "use the smpctl of the daemon's version")
    }
  }

  private static func limit(_ refusal: Failure.Refusal) -> String {
    guard let key = refusal.key else { return "" }
    var text = "\n  \(key)"
    if let requested = refusal.requested { text += ": asked for \(amount(requested, key: key))" }
    if let limit = refusal.limit { text += ", the limit is \(amount(limit, key: key))" }
    if let source = refusal.source { text += " (\(source))" }
    return text
  }
}
