import SMPModel
import SMPSession
import Testing

/// Everything that can happen to session, driver and firmware on a link that gets one message wrong, within the
/// bounds of each setting; and what the promises say of every state it leads to.
@Suite struct ExplorerTests {
  @Test("S1 S2 S5 S6 S7 S8 S9 hold in every state the explorer reaches") func holds() async {
    let reports = await withTaskGroup(of: Explorer.Report.self) { group in
      for setting in Setting.all { group.addTask { Explorer(setting.deepened).explore() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let coverage = Coverage(reports)
    print(coverage.text)
    for failure in reports.compactMap(\.failure) { Issue.record("\(failure)") }
    #expect(coverage.unvisited.isEmpty, "states that no event led to")
    let missed = coverage.unmet.filter { !Coverage.beyondReach.contains($0) }
    #expect(missed.isEmpty, "pairs of state and event that were met once")
    for report in reports where report.states < report.least { Issue.record("\(report.name): \(report.states) states") }
  }
}

/// Without one rule the explorer sees its promise broken, within the same settings.
@Suite struct RemovalTests {
  struct Removal: Sendable, CustomTestStringConvertible {
    let rule: RemovableRule
    let promise: String
    let setting: Setting
    var testDescription: String { "\(promise) \(rule)" }
  }

  static let all: [Removal] = [
    Removal(rule: .oneGrantAtATime, promise: "S1", setting: .linkDots),
    Removal(rule: .grantLifetime, promise: "S1", setting: .dots),
    Removal(rule: .grantTakenOnce, promise: "S1", setting: .linkDots),
    Removal(rule: .durableBeforeSending, promise: "S2", setting: .changes),
    Removal(rule: .durableBeforeRelease, promise: "S2", setting: .dots),
    Removal(rule: .recordWindow, promise: "S2", setting: .dots),
    Removal(rule: .lease, promise: "S5", setting: .loss),
    Removal(rule: .digestOfLease, promise: "S5", setting: .linkChanges),
    Removal(rule: .pedalSeenReleased, promise: "S5", setting: .starting),
    Removal(rule: .stopCuts, promise: "S6", setting: .stops),
    Removal(rule: .stopFollowed, promise: "S6", setting: .stops),
    Removal(rule: .uncertainAfterLoss, promise: "S7", setting: .loss),
    Removal(rule: .faultsLatch, promise: "S8", setting: .lockOut),
    Removal(rule: .lockOut, promise: "S8", setting: .lockOut),
    Removal(rule: .stopPathProven, promise: "S9", setting: .proving),
  ]

  @Test("S1 S2 S5 S6 S7 S8 S9 a rule that is taken out is missed", arguments: all) func missed(_ removal: Removal) {
    let failure = Explorer(removal.setting, without: removal.rule).explore().failure
    #expect(failure?.violations.contains { $0.promise == removal.promise } == true)
  }

  @Test("every rule that can be taken out has its test") func complete() {
    #expect(Set(Self.all.map(\.rule)) == Set(RemovableRule.allCases))
  }
}

@Suite struct Replay {
  @Test("a story is told again", .enabled(if: Shell["SMPD_EXPLORE_EVENTS"] != nil, "for `make explore EVENTS=…`"))
  func tell() throws {
    let events = try #require(Event.list(Shell["SMPD_EXPLORE_EVENTS"] ?? ""), "an event is misspelt")
    let setting = try #require(
      Setting.all.first { $0.name == Shell["SMPD_EXPLORE_SETTING"] }, "no setting of this name")
    let removed = RemovableRule.allCases.first { "\($0)" == Shell["SMPD_EXPLORE_WITHOUT"] }
    let (lines, violations) = Explorer(setting, without: removed).tell(events)
    for line in lines { print(line) }
    for violation in violations { Issue.record("\(violation)") }
  }

  @Test("events can be written and read back") func roundTrip() {
    let events = [Event(.start), Event(.tick, Misstep(kind: .late, lane: .bulkIn, place: 2)), Event(.crash)]
    #expect(Event.list(events.map(\.description).joined(separator: " ")) == events)
    #expect(Event.list("start sleep") == nil)
    #expect(Event.list("tick/late:bulkIn") == nil)
  }
}
