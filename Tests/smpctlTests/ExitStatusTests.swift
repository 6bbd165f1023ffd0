import SMPInterface
import StrictJSON
import Testing
import Varlink

@testable import smpctl

@Suite struct ExitStatusTests {
  @Test("the numbers are the promised ones")
  func numbers() {
    #expect(ExitStatus.allCases.map(\.rawValue) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 64, 65, 70])
  }

  /// The contract with scripts, written down a second time on purpose.
  static let expected: [String: Int32] = [
    "NothingToDo": 2, "NotFound": 3, "NoDevice": 3, "Refused": 4, "WrongState": 4, "NotPermitted": 5,
    "DeviceFault": 7, "LockedOut": 7, "Uncertain": 9, "OutOfRange": 65, "InvalidPlan": 65, "JournalFailed": 1,
  ]

  @Test("every error of every interface has its exit status")
  func everyError() throws {
    for interface in Interfaces.all {
      for error in try VarlinkInterface.parse(interface.text).errors {
        let name = "\(interface.name).\(error.name)"
        #expect(ExitStatus(errorName: name).rawValue == Self.expected[error.name], "\(name)")
      }
    }
  }

  @Test("every standard error of Varlink has its exit status")
  func standardErrors() throws {
    let expected: [String: Int32] = [
      "InterfaceNotFound": 1, "MethodNotFound": 1, "MethodNotImplemented": 1, "InvalidParameter": 65,
      "PermissionDenied": 5, "ExpectedMore": 70,
    ]
    for error in try VarlinkInterface.parse(VarlinkServiceInterface.text).errors {
      let name = "org.varlink.service.\(error.name)"
      #expect(ExitStatus(errorName: name).rawValue == expected[error.name], "\(name)")
    }
  }

  @Test("an error nobody knows is a failure", arguments: ["", "io.smpd.session.Tomorrow", "com.example.Refused"])
  func unknownError(name: String) {
    #expect(ExitStatus(errorName: name) == .failure)
  }

  @Test("every failure has a message and a remedy, and the facts stand in the JSON document")
  func complaints() throws {
    let problem = PlanInterface.Problem(
      line: 3, column: 7, severity: .error, message: "unknown key dept", allowed: "depth", remedy: "write depth")
    let failures: [Failure] = [
      .noDevice(remedy: "plug it in"), .notFound(what: "course", name: "C-1", remedy: "list them"),
      .nothingToDo(state: "paused", remedy: "go on"),
      .wrongState(state: "running", expected: ["paused", "armed"], remedy: "pause first"),
      .outOfRange(parameter: "limit", minimum: 1, maximum: 1_000, remedy: "less"),
      .refused(
        Failure.Refusal(
          rule: "limit", reason: "too deep", remedy: "less", key: "depth-maximum", limit: 1_500, requested: 1_600,
          source: "site")),
      .invalidPlan(problems: [problem], remedy: "mend it"), .deviceFault(fault: "motor_stuck", remedy: "look"),
      .lockedOut(fault: "motor_stuck", remedy: "unlock"), .uncertain(remedy: "resolve"),
      .notPermitted(needed: "group smp", remedy: "join"), .journalFailed(reason: "disk full", remedy: "make room"),
    ]
    #expect(Set(failures.map(\.word)).count == Failure.Word.allCases.count)
    for failure in failures {
      let name = failure.name(in: SessionInterface.self)
      let complaint = Complaint(errorName: name, parameters: failure.parameters)
      #expect(complaint.status.rawValue == Self.expected[failure.word.rawValue])
      #expect(complaint.text.contains("\n  what to do: "))
      #expect(complaint.json["error"] == .string(name))
      #expect(complaint.json["parameters"] == .object(failure.parameters))
      #expect(complaint.json["exit"]?.integer == Int64(complaint.status.rawValue))
    }
    let refused = Complaint(errorName: "io.smpd.session.Refused", parameters: failures[5].parameters)
    #expect(refused.text.contains("depth-maximum: asked for 1.6 mm, the limit is 1.5 mm (site)"))
    let plan = Complaint(errorName: "io.smpd.plan.InvalidPlan", parameters: failures[6].parameters)
    #expect(plan.about("my.yaml").text.contains("\nmy.yaml:3:7: error: unknown key dept; allowed: depth"))
  }

  @Test("an error without its facts is told as what it is")
  func malformedError() {
    let complaint = Complaint(errorName: "io.smpd.session.WrongState", parameters: ["state": "running"])
    #expect(complaint.status == .failure)
    #expect(complaint.message.contains("without expected"))
  }
}
