import Foundation
import SMPDriver
import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import Testing

@testable import SMPDaemon
@testable import SMPSession

/// What the daemon says of itself when it is asked: each finding with its condition, and the command that mends it.
@Suite struct DiagnosisTests {
  /// A journal and a limits file of their own.
  final class Desk {
    let directory: URL
    let store: JournalStore
    var limitsPath: String { directory.appending(path: "limits.yaml").path }
    var sealing: Sealing
    var library: Library {
      Library(store: store, limitsPath: limitsPath, salts: Salts(simulatedSeed: 1), sealing: sealing)
    }

    init() throws {
      directory = URL(filePath: "/tmp/smpd-\(UUID().uuidString.prefix(8))")
      try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
      sealing = .ready(try #require(SealingKey(Array(repeating: 7, count: SealingKey.byteCount))))
      let id = try #require(JournalID(Array(repeating: 7, count: JournalID.byteCount)))
      store = try JournalStore(
        path: directory.appending(path: "journal.sqlite").path, durability: .simulated, newJournal: id, simulated: true)
      try Data(LimitsFile.defaultText.utf8).write(to: URL(filePath: limitsPath))
      try note(
        .journalCreated(JournalCreatedEntry(schema: JournalStore.schema, journal: id, station: Label(cleaning: "test")))
      )
    }

    deinit {
      try? store.close()
      try? FileManager.default.removeItem(at: directory)
    }

    func note(
      _ body: EntryBody, session: String? = nil, course: String? = nil,
      at wall: WallTime = WallTime(milliseconds: 1_800_000_000_000), plans: [StoredPlan] = []
    ) throws {
      let header = EntryHeader(
        monotonic: .zero, wall: wall, bootID: "boot", clock: .virtual, actorUID: nil, session: session, course: course,
        simulated: true)
      _ = try store.append([Entry(number: store.lastNumber + 1, header: header, body: body)], plans: plans)
    }
  }

  private static let name = Confidential(text: "N", salt: Array(repeating: 7, count: Confidential.saltBytes)).commitment

  private func findings(
    _ desk: Desk, _ published: Published, rights: RealtimeRights? = nil,
    surroundings: @escaping @Sendable () -> [Finding] = { [] }
  ) -> [String: Finding] {
    let found = Diagnosis(published: published, rights: rights, library: desk.library, surroundings: surroundings)
      .findings()
    return Dictionary(found.map { ($0.check, $0) }) { $1 }
  }

  private func published(
    _ state: StateWord = .ready, fault: SessionFault? = nil, lockedOut: SessionFault? = nil,
    quality: LinkQuality? = nil, journalFailure: JournalError? = nil
  ) -> Published {
    Published(
      snapshot: SessionSnapshot(
        state: state, device: nil, fault: fault, lockedOut: lockedOut, session: nil, selfTest: nil, boundSerial: nil),
      quality: quality, sequence: 1, monotonic: .zero, durable: 1, journalFailure: journalFailure)
  }

  /// What a caller hears; nil for a command that was done.
  private func failure(of reply: OwnerReply) -> Failure? {
    do throws(Failure) {
      _ = try reply.published()
      return nil
    } catch { return error }
  }

  @Test("where nothing is wrong every finding is good and names nothing to do") func healthy() throws {
    let found = findings(
      try Desk(), published(), rights: RealtimeRights(scheduled: true, memoryLocked: true))
    #expect(Set(found.keys) == ["session", "link", "self_test", "limits", "plan", "journal", "seal", "realtime"])
    for finding in found.values where finding.check != "journal" {
      #expect(finding.severity == .good && finding.remedy == nil, "\(finding)")
    }
  }

  @Test("session uncertain, locked out, faulted, stopped or held: the command that leads on") func session() throws {
    let desk = try Desk()
    let cases: [(Published, Finding.Severity, String)] = [
      (published(.uncertain), .problem, "smpctl session resolve --by NAME --reason"),
      (published(.lockedOut, lockedOut: .deviceSilent), .problem, "smpctl device unlock --by NAME --reason"),
      (published(.noDevice, lockedOut: .deviceSilent), .problem, "smpctl device unlock --by NAME --reason"),
      (published(.faulted, fault: .deviceSilent), .problem, "smpctl device clear"),
      (published(.stopped), .warning, "smpctl device clear"),
      (published(.held), .warning, "smpctl session resume"),
    ]
    for (published, severity, command) in cases {
      let finding = try #require(findings(desk, published)["session"])
      #expect(finding.severity == severity, "\(finding)")
      #expect(finding.remedy?.contains(command) == true, "\(finding)")
    }
    let locked = try #require(findings(desk, published(.lockedOut, lockedOut: .deviceSilent))["session"])
    #expect(locked.what.contains("device silent"))
  }

  @Test("S10 a key that cannot be used is a problem, and a session that is closed and not sealed a warning")
  func seal() throws {
    let desk = try Desk()
    try desk.note(.sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 0)), session: "C-1-1", course: "C-1")
    let waiting = try #require(findings(desk, published())["seal"])
    #expect(waiting.severity == .warning && waiting.what.contains("C-1-1") && waiting.remedy != nil)
    desk.sealing = .impossible(what: "the station's key is missing", remedy: "put it back")
    let missing = try #require(findings(desk, published())["seal"])
    #expect(missing.severity == .problem && missing.what.contains("C-1-1") && missing.remedy == "put it back")
  }

  @Test("real-time rights missing: each is named, and where to grant it") func realtime() throws {
    let desk = try Desk()
    for (scheduled, locked) in [(false, true), (true, false), (false, false)] {
      let rights = RealtimeRights(scheduled: scheduled, memoryLocked: locked)
      let finding = try #require(findings(desk, published(), rights: rights)["realtime"])
      #expect(finding.severity == .warning)
      #expect(finding.what.contains("real-time scheduling") == !scheduled)
      #expect(finding.what.contains("locked memory") == !locked)
      #expect(finding.remedy?.contains("systemctl revert smpd") == true)
    }
    #expect(findings(desk, published())["realtime"]?.severity == .good, "who did not ask lacks nothing")
  }

  @Test("S9 last self-test failed: not answered, too slow, or begun and never ended") func selfTest() throws {
    let desk = try Desk()
    #expect(findings(desk, published())["self_test"]?.severity == .good)
    try desk.note(.selfTestIntended)
    #expect(findings(desk, published())["self_test"]?.severity == .problem)
    for state in [StateWord.preparing, .testing] {
      #expect(findings(desk, published(state))["self_test"]?.severity == .good, "it runs")
    }
    try desk.note(.selfTest(SelfTestEntry(latency: nil, passed: false)))
    let silent = try #require(findings(desk, published(.faulted, fault: .stopPathSlow))["self_test"])
    #expect(silent.severity == .problem && silent.what.contains("not answered"))
    #expect(silent.remedy?.contains("smpctl device clear") == true)
    #expect(findings(desk, published())["self_test"]?.remedy?.contains("smpctl device selftest") == true)
    try desk.note(.selfTest(SelfTestEntry(latency: .milliseconds(61), passed: false)))
    #expect(findings(desk, published())["self_test"]?.what.contains("61.0 ms, and at most 50.0 ms") == true)
    try desk.note(.selfTest(SelfTestEntry(latency: .milliseconds(12), passed: true)))
    #expect(findings(desk, published())["self_test"]?.what == "the last one passed in 12.0 ms")
    #expect(
      findings(desk, published(.faulted, fault: .stopPathSlow))["self_test"]?.severity == .problem,
      "a slow stop path that is latched is not forgotten")
  }

  @Test("S3 limits file absent or altered: the defaults are one command away") func limits() throws {
    let desk = try Desk()
    try Data("version: 1\nno-such-key: 3 mm\n".utf8).write(to: URL(filePath: desk.limitsPath))
    let altered = try #require(findings(desk, published())["limits"])
    #expect(altered.severity == .problem && altered.what.contains("limits.yaml:"), "\(altered)")
    #expect(altered.remedy == "smpctl limits example > \(desk.limitsPath)")
    try FileManager.default.removeItem(atPath: desk.limitsPath)
    let absent = try #require(findings(desk, published())["limits"])
    #expect(absent.severity == .problem && absent.remedy == altered.remedy)
  }

  @Test("a plan nobody has signed: the first is named in the command") func plan() throws {
    let desk = try Desk()
    for course in ["C-BB", "C-AA"] {
      let text = Array(course.utf8)
      let plan = StoredPlan(course: course, version: 1, sha256: Fingerprint(of: text), text: text)
      try desk.note(
        .planImported(
          PlanImportedEntry(plan: plan.sha256, version: 1, schema: 1, title: Self.name, client: Self.name)),
        course: course, plans: [plan])
    }
    let unsigned = try #require(findings(desk, published())["plan"])
    #expect(unsigned.severity == .warning && unsigned.what == "not signed: C-AA, C-BB")
    #expect(unsigned.remedy == "smpctl plan sign C-AA --by NAME")
    for course in ["C-AA", "C-BB"] {
      try desk.note(
        .planSigned(PlanSignedEntry(plan: Fingerprint(of: Array(course.utf8)), by: Self.name)), course: course)
    }
    #expect(findings(desk, published())["plan"]?.severity == .good)
  }

  @Test("S2 a journal that failed, and a state directory that is gone") func journal() throws {
    let desk = try Desk()
    let lost = JournalError.displaced(path: "/state/journal.sqlite", .database, isThere: false)
    let failing = published(.faulted, fault: .journalFailed, journalFailure: lost)
    let failed = try #require(findings(desk, failing)["journal"])
    #expect(failed.severity == .problem && failed.what.contains("/state/journal.sqlite: it was removed"))
    #expect(failed.remedy?.contains("put the file back") == true && failed.remedy?.hasSuffix("restart smpd") == true)
    // Clearing the device would not help: the session's remedy is the journal's.
    #expect(findings(desk, failing)["session"]?.remedy == failed.remedy)
    let said = SessionInterface.Snapshot(failing)
    #expect(said.remedy == failed.remedy && said.warning == failed.what)
    guard case .journalFailed(let reason, let remedy)? = failure(of: .journalFailed(lost)) else {
      Issue.record("a command was taken without a journal")
      return
    }
    #expect(reason == failed.what && remedy == failed.remedy)
    let slow = try #require(findings(desk, published(.faulted, fault: .journalStalled))["session"]?.remedy)
    #expect(slow.contains("the disk") && slow.contains("smpctl device clear"))
    try FileManager.default.removeItem(at: desk.directory)
    let gone = try #require(findings(desk, published())["journal"])
    #expect(gone.severity == .problem && gone.remedy?.isEmpty == false)
  }

  @Test("what the daemon finds around itself comes last: clock, sandbox") func surroundings() throws {
    let clock = Finding("clock", .warning, "not synchronised", remedy: "timedatectl set-ntp true")
    let found = Diagnosis(
      published: published(), rights: nil, library: try Desk().library, surroundings: { [clock] }
    ).findings()
    #expect(found.last == clock)
    #expect(DeviceInterface.Finding(clock).severity == .warning)
    #expect(DeviceInterface.Finding(Finding("x", .unknown, "y")).severity == .notKnown)
  }

  @Test("the surroundings are told in the doctor's words; rights only as they were got") func around() throws {
    let desk = try Desk()
    var wish = Surroundings.Wish(
      statePath: desk.directory.path, realtimePriority: 20, needsUSB: true, passed: PassedSockets(), isService: true)
    func found(_ wish: Surroundings.Wish) -> [Finding] { Surroundings.probed(wish).findings.compactMap(Finding.init) }
    #expect(
      found(wish).map(\.check) == [
        "user", "hot_plug", "udev", "usb_bus", "state_directory", "state_file_system", "state_space", "clock",
        "control_socket", "stop_socket",
      ])
    for finding in found(wish) { #expect((finding.severity == .good) == (finding.remedy == nil), "\(finding)") }
    wish.askClock = { 0 }
    wish.timeMark = desk.directory.path + "/absent"
    wish.usbPath = desk.directory.path + "/absent"
    let bare = found(wish)
    let clock = try #require(bare.first { $0.check == "clock" })
    #expect(clock.severity == .warning && clock.remedy == "timedatectl set-ntp true")
    #expect(bare.first { $0.check == "usb_bus" }?.severity == .problem)
    #expect(bare.first { $0.check == "usb_bus" }?.remedy == "modprobe usbcore")
    wish.statePath = desk.directory.path + "/absent"
    #expect(found(wish).first { $0.check == "state_directory" }?.severity == .problem)
  }
}
