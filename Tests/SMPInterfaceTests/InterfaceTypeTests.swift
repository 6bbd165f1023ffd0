import StrictJSON
import Testing
import Varlink

@testable import SMPInterface

/// The Swift types against the files: names, order, types, what may be absent.
@Suite struct InterfaceTypeTests {
  /// Every type the files declare; a test finds the missing ones.
  static let types: [(interface: any SMPInterface.Interface.Type, members: [any InterfaceMember.Type])] = [
    (
      DeviceInterface.self,
      [
        DeviceInterface.Phase.self, DeviceInterface.Fault.self, DeviceInterface.Positioning.self,
        DeviceInterface.Source.self, DeviceInterface.Unit.self, DeviceInterface.DeviceSummary.self,
        DeviceInterface.Counters.self, DeviceInterface.Link.self, DeviceInterface.Realtime.self,
        DeviceInterface.Device.self, DeviceInterface.Limit.self, DeviceInterface.Snapshot.self,
        DeviceInterface.Severity.self, DeviceInterface.Finding.self,
      ]
    ),
    (
      PlanInterface.self,
      [
        PlanInterface.Severity.self, PlanInterface.Problem.self, PlanInterface.Point.self, PlanInterface.Zone.self,
        PlanInterface.Pigment.self, PlanInterface.SessionZone.self, PlanInterface.Session.self,
        PlanInterface.Landmark.self, PlanInterface.Summary.self,
        PlanInterface.PlanRow.self, PlanInterface.Change.self, PlanInterface.Preset.self,
      ]
    ),
    (
      CourseInterface.self,
      [
        CourseInterface.State.self, CourseInterface.CourseRow.self, CourseInterface.Zone.self,
        CourseInterface.Visits.self, CourseInterface.Abandonment.self, CourseInterface.Skin.self,
        CourseInterface.Retention.self,
        CourseInterface.Assessment.self, CourseInterface.Hours.self, CourseInterface.Course.self,
        CourseInterface.Range.self,
        CourseInterface.ZoneToCome.self, CourseInterface.Visit.self, CourseInterface.Change.self,
      ]
    ),
    (LotInterface.self, [LotInterface.Supply.self, LotInterface.Lot.self]),
    (
      SessionInterface.self,
      [
        SessionInterface.State.self, SessionInterface.Skin.self, SessionInterface.Step.self,
        SessionInterface.PauseReason.self,
        SessionInterface.Override.self, SessionInterface.Outcome.self,
        SessionInterface.DenialReason.self, SessionInterface.Denial.self, SessionInterface.Zone.self,
        SessionInterface.Snapshot.self, SessionInterface.Residual.self, SessionInterface.SetPoints.self,
        SessionInterface.SessionState.self,
        SessionInterface.Seal.self, SessionInterface.Supply.self, SessionInterface.Loaded.self,
        SessionInterface.Session.self,
      ]
    ),
    (
      JournalInterface.self,
      [
        JournalInterface.Disclosure.self, JournalInterface.Entry.self, JournalInterface.Head.self,
      ]
    ),
    (StopInterface.self, [StopInterface.Outcome.self, StopInterface.State.self]),
    (
      SimulatorInterface.self,
      [
        SimulatorInterface.Fault.self, SimulatorInterface.Contact.self, SimulatorInterface.Place.self,
        SimulatorInterface.HandZone.self, SimulatorInterface.Sight.self, SimulatorInterface.Sighting.self,
      ]
    ),
  ]

  @Test("every type of a file has its Swift type, in the file's order", arguments: InterfaceFileTests.names)
  func everyTypeIsThere(name: String) throws {
    let interface = try InterfaceFileTests.parsed(name)
    let members = try #require(Self.types.first { $0.interface.name == name }).members
    #expect(interface.types.map(\.name) == members.map { "\($0)" })
    for (declaration, member) in zip(interface.types, members) {
      try check(member, is: declaration.type, in: interface, at: "\(name).\(declaration.name)")
    }
  }

  @Test("every method of a file has its Swift type, in the file's order", arguments: InterfaceFileTests.names)
  func everyMethodIsThere(name: String) throws {
    let interface = try InterfaceFileTests.parsed(name)
    let methods = try InterfaceFileTests.interface(name).methods
    #expect(interface.methods.map { "\(name).\($0.name)" } == methods.map { $0.name })
    for (declaration, method) in zip(interface.methods, methods) {
      switch declaration.streaming {
      case .never: #expect(method.streaming == .no)
      case .supported: #expect(method.streaming == .supported)
      case .required: #expect(method.streaming == .required)
      }
      try checkSides(method, declaration, interface)
    }
  }

  private func checkSides(
    _ method: (some InterfaceMethod).Type, _ declaration: VarlinkMethod, _ interface: VarlinkInterface
  ) throws {
    try checkRecord(parameters(of: method), has: declaration.input, in: interface, at: method.name)
    try checkRecord(reply(of: method), has: declaration.output, in: interface, at: method.name)
  }

  private func parameters<Method: InterfaceMethod>(of method: Method.Type) -> Method.Parameters.Type {
    Method.Parameters.self
  }
  private func reply<Method: InterfaceMethod>(of method: Method.Type) -> Method.Reply.Type { Method.Reply.self }

  @Test("every error of a file becomes a failure and back", arguments: InterfaceFileTests.names)
  func errorsRoundTrip(name: String) throws {
    let interface = try InterfaceFileTests.parsed(name)
    for error in interface.errors {
      guard case .structure(let fields) = error.type else { continue }
      let full = try Sample.object(fields, in: interface)
      let failure = try #require(try Failure(name: "\(name).\(error.name)", parameters: full))
      #expect(failure.parameters == full)
      #expect(failure.name(in: try InterfaceFileTests.interface(name)) == "\(name).\(error.name)")
      for field in fields {
        var part = full
        part[field.name] = nil
        if case .nullable = field.type {
          #expect(try Failure(name: "\(name).\(error.name)", parameters: part)?.parameters == part)
        } else {
          #expect(throws: InterfaceError.self) { try Failure(name: "\(name).\(error.name)", parameters: part) }
        }
      }
    }
  }

  /// Every call on the control socket may be one too many, come too late, or from somebody who may not.
  @Test("what any call may be answered with is declared wherever there are calls that wait")
  func commonErrors() throws {
    for interface in Interfaces.all where ![StopInterface.name, SimulatorInterface.name].contains(interface.name) {
      let declared = Set(try InterfaceFileTests.parsed(interface.name).errors.map(\.name))
      #expect(declared.isSuperset(of: ["WrongState", "NotPermitted", "JournalFailed"]), "\(interface.name)")
    }
  }

  @Test("an error of somebody else is no failure of ours")
  func foreignErrors() throws {
    for name in ["org.varlink.service.MethodNotFound", "io.smpd.session.Nonsense", "io.smpd.sessionx.Refused", ""] {
      #expect(try Failure(name: name, parameters: [:]) == nil)
    }
  }

  private func check(
    _ member: any InterfaceMember.Type, is type: VarlinkType, in interface: VarlinkInterface, at place: String
  ) throws {
    switch type {
    case .enumeration(let words):
      let word = try #require(member as? any InterfaceWord.Type, "\(place) is no word")
      try checkWord(word, has: words, at: place)
    case .structure(let fields):
      let record = try #require(member as? any InterfaceRecord.Type, "\(place) is no record")
      try checkRecord(record, has: fields, in: interface, at: place)
    case .bool, .int, .float, .string, .object, .named, .array, .map, .nullable:
      Issue.record("\(place) is neither a structure nor an enumeration")
    }
  }

  private func checkWord<Word: InterfaceWord>(_ type: Word.Type, has words: [String], at place: String) throws {
    let known = Word.allCases.filter { $0 != Word.unknown }.map(\.rawValue)
    #expect(known == words, "\(place)")
    for word in words { #expect(try Word(member: .string(word)).member == .string(word)) }
    #expect(try Word(member: "a_word_of_tomorrow") == Word.unknown, "\(place)")
    #expect(throws: InterfaceError(member: "", expected: "string")) { try Word(member: 1) }
  }

  private func checkRecord<Record: InterfaceRecord>(
    _ type: Record.Type, has fields: [VarlinkField], in interface: VarlinkInterface, at place: String
  ) throws {
    let full = try Sample.object(fields, in: interface)
    let record = try Record(full)
    #expect(record.json == full, "\(place)")
    #expect(record.json.members.map(\.name) == fields.map(\.name), "\(place)")
    #expect(Mirror(reflecting: record).children.map { $0.label ?? "" } == fields.map(\.name), "\(place)")
    for field in fields {
      var part = full
      part[field.name] = nil
      var null = full
      null[field.name] = JSON.null
      if case .nullable = field.type {
        #expect(try Record(part).json == part, "\(place).\(field.name) may be absent")
        #expect(try Record(null).json == part, "\(place).\(field.name) may be null")
      } else {
        for less in [part, null] {
          let error = #expect(throws: InterfaceError.self, "\(place).\(field.name)") { try Record(less) }
          #expect(error?.member == field.name)
        }
      }
      var wrong = full
      wrong[field.name] = .real("1.5")
      let error = #expect(throws: InterfaceError.self, "\(place).\(field.name)") { try Record(wrong) }
      #expect(error?.member == field.name)
    }
  }
}

/// A value for every member of a declaration.
enum Sample {
  static func object(_ fields: [VarlinkField], in interface: VarlinkInterface) throws -> JSONObject {
    var object = JSONObject()
    for (index, field) in fields.enumerated() {
      object.append(field.name, try value(field.type, seed: Int64(index + 1), in: interface))
    }
    return object
  }

  private static func value(_ type: VarlinkType, seed: Int64, in interface: VarlinkInterface) throws -> JSON {
    switch type {
    case .bool: return .bool(seed.isMultiple(of: 2))
    case .int: return .integer(seed * 1_000_003)
    case .string: return .string("text \(seed)")
    case .nullable(let inner): return try value(inner, seed: seed, in: interface)
    case .array(let element):
      return .array([try value(element, seed: seed, in: interface), try value(element, seed: seed + 1, in: interface)])
    case .enumeration(let words): return .string(words[Int(seed) % words.count])
    case .structure(let fields): return .object(try object(fields, in: interface))
    case .named(let name): return try value(try #require(interface.type(name)), seed: seed, in: interface)
    case .float, .object, .map:
      Issue.record("not in the portable part of the language")
      return .null
    }
  }
}
