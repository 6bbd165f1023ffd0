package import StrictJSON

/// An error of an interface, with the facts to act on. The words and their members are the same in every interface;
/// each declares those it can return.
package enum Failure: Error, Hashable, Sendable {
  /// No device is attached.
  case noDevice(remedy: String)
  /// Something named does not exist: a device, course, session, zone or limit.
  case notFound(what: String, name: String, remedy: String)
  /// It is so already.
  case nothingToDo(state: String, remedy: String)
  /// The command does not fit the state.
  case wrongState(state: String, expected: [String], remedy: String)
  /// A value is outside what can be said. Bounds in the unit of the parameter, for texts in bytes.
  case outOfRange(parameter: String, minimum: Int64, maximum: Int64, remedy: String)
  /// A limit or a rule of order refuses.
  case refused(Refusal)
  /// The plan cannot be used.
  case invalidPlan(problems: [PlanInterface.Problem], remedy: String)
  /// The device has latched a fault or does not answer.
  case deviceFault(fault: String, remedy: String)
  /// The same fault three times in ten minutes (S8).
  case lockedOut(fault: String, remedy: String)
  /// Not known what the needle did (S7).
  case uncertain(remedy: String)
  /// The caller may not do this.
  case notPermitted(needed: String, remedy: String)
  /// The journal could not take or give an entry.
  case journalFailed(reason: String, remedy: String)

  /// What a limit or rule says when it refuses.
  package struct Refusal: InterfaceRecord {
    /// One word, such as `session_order`.
    package let rule: String
    package let reason: String
    package let remedy: String
    /// The limit key, if it is one; the numbers below are in its unit.
    package let key: String?
    package let limit: Int64?
    package let requested: Int64?
    package let source: String?
    /// When it will no longer refuse, if time alone is missing.
    package let untilWallMilliseconds: Int64?
    /// The word by which a person may override it by name.
    package let override: String?

    package init(
      rule: String, reason: String, remedy: String, key: String? = nil, limit: Int64? = nil, requested: Int64? = nil,
      source: String? = nil, untilWallMilliseconds: Int64? = nil, override: String? = nil
    ) {
      self.rule = rule
      self.reason = reason
      self.remedy = remedy
      self.key = key
      self.limit = limit
      self.requested = requested
      self.source = source
      self.untilWallMilliseconds = untilWallMilliseconds
      self.override = override
    }

    package init(_ object: JSONObject) throws(InterfaceError) {
      rule = try object.required("rule")
      reason = try object.required("reason")
      remedy = try object.required("remedy")
      key = try object.optional("key")
      limit = try object.optional("limit")
      requested = try object.optional("requested")
      source = try object.optional("source")
      untilWallMilliseconds = try object.optional("untilWallMilliseconds")
      override = try object.optional("override")
    }

    package var json: JSONObject {
      var object = JSONObject()
      object.put("rule", rule)
      object.put("reason", reason)
      object.put("remedy", remedy)
      object.put("key", key)
      object.put("limit", limit)
      object.put("requested", requested)
      object.put("source", source)
      object.put("untilWallMilliseconds", untilWallMilliseconds)
      object.put("override", override)
      return object
    }
  }
}

extension Failure {
  /// The last part of the error's name.
  package enum Word: String, CaseIterable, Sendable {
    case noDevice = "NoDevice"
    case notFound = "NotFound"
    case nothingToDo = "NothingToDo"
    case wrongState = "WrongState"
    case outOfRange = "OutOfRange"
    case refused = "Refused"
    case invalidPlan = "InvalidPlan"
    case deviceFault = "DeviceFault"
    case lockedOut = "LockedOut"
    case uncertain = "Uncertain"
    case notPermitted = "NotPermitted"
    case journalFailed = "JournalFailed"
  }

  package var word: Word {
    switch self {
    case .noDevice: .noDevice
    case .notFound: .notFound
    case .nothingToDo: .nothingToDo
    case .wrongState: .wrongState
    case .outOfRange: .outOfRange
    case .refused: .refused
    case .invalidPlan: .invalidPlan
    case .deviceFault: .deviceFault
    case .lockedOut: .lockedOut
    case .uncertain: .uncertain
    case .notPermitted: .notPermitted
    case .journalFailed: .journalFailed
    }
  }

  /// The error's full name in an interface: `io.smpd.session.Refused`.
  package func name(in interface: any Interface.Type) -> String { interface.name + "." + word.rawValue }

  package var parameters: JSONObject {
    var object = JSONObject()
    switch self {
    case .refused(let refusal):
      return refusal.json
    case .noDevice(let remedy), .uncertain(let remedy):
      object.put("remedy", remedy)
    case .notFound(let what, let name, let remedy):
      object.put("what", what)
      object.put("name", name)
      object.put("remedy", remedy)
    case .nothingToDo(let state, let remedy):
      object.put("state", state)
      object.put("remedy", remedy)
    case .wrongState(let state, let expected, let remedy):
      object.put("state", state)
      object.put("expected", expected)
      object.put("remedy", remedy)
    case .outOfRange(let parameter, let minimum, let maximum, let remedy):
      object.put("parameter", parameter)
      object.put("minimum", minimum)
      object.put("maximum", maximum)
      object.put("remedy", remedy)
    case .invalidPlan(let problems, let remedy):
      object.put("problems", problems)
      object.put("remedy", remedy)
    case .deviceFault(let fault, let remedy), .lockedOut(let fault, let remedy):
      object.put("fault", fault)
      object.put("remedy", remedy)
    case .notPermitted(let needed, let remedy):
      object.put("needed", needed)
      object.put("remedy", remedy)
    case .journalFailed(let reason, let remedy):
      object.put("reason", reason)
      object.put("remedy", remedy)
    }
    return object
  }

  /// nil when the name is none of ours; throws when it is ours and its facts are missing.
  package init?(name: String, parameters: JSONObject) throws(InterfaceError) {
    guard let word = Failure.word(of: name) else { return nil }
    switch word {
    case .noDevice: self = .noDevice(remedy: try parameters.required("remedy"))
    case .notFound:
      self = .notFound(
        what: try parameters.required("what"), name: try parameters.required("name"),
        remedy: try parameters.required("remedy"))
    case .nothingToDo:
      self = .nothingToDo(state: try parameters.required("state"), remedy: try parameters.required("remedy"))
    case .wrongState:
      self = .wrongState(
        state: try parameters.required("state"), expected: try parameters.required("expected"),
        remedy: try parameters.required("remedy"))
    case .outOfRange:
      self = .outOfRange(
        parameter: try parameters.required("parameter"), minimum: try parameters.required("minimum"),
        maximum: try parameters.required("maximum"), remedy: try parameters.required("remedy"))
    case .refused: self = .refused(try Refusal(parameters))
    case .invalidPlan:
      self = .invalidPlan(problems: try parameters.required("problems"), remedy: try parameters.required("remedy"))
    case .deviceFault:
      self = .deviceFault(fault: try parameters.required("fault"), remedy: try parameters.required("remedy"))
    case .lockedOut:
      self = .lockedOut(fault: try parameters.required("fault"), remedy: try parameters.required("remedy"))
    case .uncertain: self = .uncertain(remedy: try parameters.required("remedy"))
    case .notPermitted:
      self = .notPermitted(needed: try parameters.required("needed"), remedy: try parameters.required("remedy"))
    case .journalFailed:
      self = .journalFailed(reason: try parameters.required("reason"), remedy: try parameters.required("remedy"))
    }
  }

  /// The word of an error name of one of our interfaces.
  package static func word(of name: String) -> Word? {
    for interface in Interfaces.all where name.hasPrefix(interface.name + ".") {
      return Word(rawValue: String(name.dropFirst(interface.name.count + 1)))
    }
    return nil
  }
}
