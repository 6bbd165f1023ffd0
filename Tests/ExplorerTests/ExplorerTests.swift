import SMPModel
import SMPSession
import Testing

/// Everything that can happen to session, driver and firmware on a link that gets one message wrong, within the
/// bounds of each setting; and what the promises say of every state it leads to.
@Suite struct ExplorerTests {
  @Test("S1 S2 S5 S6 S7 S8 S9 hold in every state the explorer reaches") func holds() async {
    let reports = await withTaskGroup(of: Explorer.Report.self) { group in
      for setting in Setting.chosen { group.addTask { Explorer(setting.deepened).explore() } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    let coverage = Coverage(reports)
    print(coverage.text)
    for failure in reports.compactMap(\.failure) { Issue.record("\(failure)") }
    guard Shell["SMPD_EXPLORE_SETTING"] == nil else { return }
    #expect(coverage.unvisited.isEmpty, "states that no event led to")
    let missed = coverage.unmet.filter { !Coverage.beyondReach.contains($0) }
    #expect(missed.isEmpty, "pairs of state and event that were met once")
    #expect(coverage.states > 50_000, "much that was explored once no longer is")
  }
}

/// Without one rule the explorer sees its promise broken, within the same settings.
@Suite struct RemovalTests {
  struct Removal: Sendable, CustomTestStringConvertible {
    let removed: Removed
    let promise: String
    let setting: Setting
    var testDescription: String { "\(promise) \(removed)" }

    init(_ rule: RemovableRule, at side: Removed.Side, _ promise: String, _ setting: Setting) {
      removed = Removed(rule, at: side)
      self.promise = promise
      self.setting = setting
    }
  }

  // Two rules are kept on both sides, so that either alone holds the promise: those are taken out together.
  static let all: [Removal] = [
    Removal(.oneGrantAtATime, at: .host, "S1", .linkDots), Removal(.grantLifetime, at: .device, "S1", .dots),
    Removal(.grantTakenOnce, at: .device, "S1", .linkDots), Removal(.durableBeforeSending, at: .host, "S2", .changes),
    Removal(.durableBeforeRelease, at: .host, "S2", .dots), Removal(.recordWindow, at: .device, "S2", .dots),
    Removal(.lease, at: .device, "S5", .loss), Removal(.digestOfLease, at: .both, "S5", .linkChanges),
    Removal(.pedalSeenReleased, at: .both, "S5", .starting), Removal(.stopCuts, at: .device, "S6", .stops),
    Removal(.stopFollowed, at: .host, "S6", .stops), Removal(.uncertainAfterLoss, at: .host, "S7", .loss),
    Removal(.faultsLatch, at: .host, "S8", .lockOut), Removal(.faultsLatch, at: .device, "S8", .proving),
    Removal(.lockOut, at: .host, "S8", .lockOut), Removal(.stopPathProven, at: .host, "S9", .proving),
    Removal(.stopPathProven, at: .both, "S9", .proving),
  ]

  @Test("S1 S2 S5 S6 S7 S8 S9 a rule that is taken out is missed", arguments: all) func missed(_ removal: Removal) {
    let failure = Explorer(removal.setting, without: removal.removed).explore().failure
    #expect(
      failure?.violations.contains { $0.promise == removal.promise } == true, "\(failure?.description ?? "not missed")")
  }

  @Test("every rule that can be taken out has its test") func complete() {
    #expect(Set(Self.all.map(\.removed.rule)) == Set(RemovableRule.allCases))
  }
}

@Suite struct Replay {
  @Test("a story is told again", .enabled(if: Shell["SMPD_EXPLORE_EVENTS"] != nil, "SMPD_EXPLORE_EVENTS"))
  func tell() throws {
    let events = try #require(Event.list(Shell["SMPD_EXPLORE_EVENTS"] ?? ""), "an event is misspelt")
    let setting = try #require(
      Setting.all.first { $0.name == Shell["SMPD_EXPLORE_SETTING"] }, "no setting of this name")
    let removed = Shell["SMPD_EXPLORE_WITHOUT"].map { Removed($0) }
    if removed == .some(nil) { Issue.record("no rule and side of this name") }
    let (lines, violations) = Explorer(setting, without: removed ?? nil).tell(events)
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
