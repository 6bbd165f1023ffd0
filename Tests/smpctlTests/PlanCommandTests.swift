import Foundation
import SMPInterface
import StrictJSON
import Testing
import Varlink

@testable import smpctl

@Suite struct PlanCommandTests {
  static let problem: JSON = [
    "line": 3, "column": 7, "severity": "error", "message": "unknown key dept", "allowed": "depth",
    "remedy": "write depth",
  ]
  static let warning: JSON = ["line": 9, "column": 1, "severity": "warning", "message": "close to the jam"]

  @Test("a plan that cannot be read is refused here, with the file's name and a remedy")
  func unreadable() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "smpctl-plan-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let latin = folder.appending(path: "latin.yaml").path
    try Data([0x74, 0xE4]).write(to: URL(filePath: latin))
    let huge = folder.appending(path: "huge.yaml").path
    try Data(count: 10_000_000).write(to: URL(filePath: huge))
    for (path, status) in [(latin, 65), (huge, 65), (folder.path, 65), (folder.path + "/none", 3)] as [(String, Int32)]
    {
      let run = try Run(["plan", "check", path])
      #expect(run.status == status, "\(path)")
      #expect(run.err.contains(path))
      #expect(run.err.contains("\n  what to do: "))
    }
  }

  @Test("problems are printed as compilers do, and a plan that is not valid is 65")
  func problems() throws {
    let daemon = try FakeDaemon { request in
      request.method.hasSuffix("Check")
        ? .reply(["valid": false, "problems": [Self.problem, Self.warning]])
        : .error("io.smpd.plan.InvalidPlan", ["problems": [Self.problem], "remedy": "mend it"])
    }
    defer { daemon.retire() }
    let check = try Run(["plan", "check", "-"], socket: daemon.path, input: "title: x\n")
    #expect(check.status == 65)
    #expect(check.out.isEmpty)
    #expect(
      check.err == """
        -:3:7: error: unknown key dept; allowed: depth
          what to do: write depth
        -:9:1: warning: close to the jam

        """)
    let json = try Run(["plan", "check", "-", "--json"], socket: daemon.path, input: "title: x\n")
    #expect(json.status == 65)
    #expect(try json.document() == ["valid": false, "problems": [Self.problem, Self.warning]])
    let taken = try Run(["plan", "import", "-"], socket: daemon.path, input: "title: x\n")
    #expect(taken.status == 65)
    #expect(taken.out.isEmpty)
    #expect(taken.err.contains("-:3:7: error: unknown key dept"))
    #expect(daemon.requests.allSatisfy { $0.parameters["text"] == "title: x\n" })
    #expect(daemon.breaches == [])
  }

  @Test("import prints the course and nothing else, so that a script can take it")
  func course() throws {
    let daemon = try FakeDaemon { request in
      request.parameters["dryRun"] == true
        ? .reply(["known": false, "problems": []])
        : .reply(["course": "C-7F3A2B", "known": true, "problems": [Self.warning]])
    }
    defer { daemon.retire() }
    let run = try Run(["plan", "import", "-"], socket: daemon.path, input: "x")
    #expect(run.status == 0)
    #expect(run.out == "C-7F3A2B\n")
    #expect(run.err.contains("close to the jam"))
    #expect(
      try Run(["plan", "import", "-", "--dry-run"], socket: daemon.path, input: "x").out.contains("nothing was changed")
    )
    #expect(daemon.breaches == [])
  }

  @Test("the example comes out byte for byte")
  func example() throws {
    let text = "# plan\n\ttitle: \"\u{E4}\"\n"
    let daemon = try FakeDaemon { _ in .reply(["text": .string(text)]) }
    defer { daemon.retire() }
    #expect(try Run(["plan", "example", "--practice"], socket: daemon.path).out == text)
    #expect(daemon.requests.map(\.parameters) == [["practice": true]])
  }

  @Test("show: area, dots, hours and density of each session and zone, and the whole course; an older daemon's too")
  func table() throws {
    let zone = PlanInterface.Zone(name: "vertex", areaSquareMicrometres: 11_030_000_000, dots: 9_010, minutes: 116)
    func work(_ minutes: Int64?, _ reached: Int64?) -> PlanInterface.SessionZone {
      PlanInterface.SessionZone(
        zone: "vertex", dots: 3_150, depthMicrometres: 500, speedMillihertz: 110_000, dwellMilliseconds: 80,
        spacingMicrometres: 1_200, densityPerSquareMetre: 290_000, needle: "3RL 0.25", minutes: minutes,
        densityReachedPerSquareMetre: reached)
    }
    func summary(_ zone: PlanInterface.Zone, _ work: PlanInterface.SessionZone) -> PlanInterface.Summary {
      PlanInterface.Summary(
        title: "A plan", sha256: "00", zones: [zone],
        sessions: [.init(number: 1, dots: 3_150, minutes: 41, zones: [work])], dots: 9_010, minutes: 520)
    }
    let lines = Wording.plan(summary(zone, work(41, 285_600))).split(separator: "\n").map(String.init)
    let row = try #require(lines.first { $0.hasPrefix("vertex") })
    #expect(row.contains("110.3 cm2  3,150  0:41  28.5 of 29.0 /cm2"), "\(row)")
    let total = try #require(lines.last { $0.hasPrefix("vertex") })
    #expect(total.split(separator: " ") == ["vertex", "110.3", "cm2", "9,010", "1:56"])
    #expect(lines.last?.split(separator: " ") == ["all", "110.3", "cm2", "9,010", "8:40"])
    let older = Wording.plan(
      summary(.init(name: "vertex", areaSquareMicrometres: 11_030_000_000), work(nil, nil)))
    #expect(older.contains("  29.0 /cm2"), "\(older)")
  }
}
