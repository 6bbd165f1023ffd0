import Foundation
import SMPJournal
import SMPModel
import SMPRecord
import SMPReport
import Testing

@Suite("Reading a journal") struct ReadingTests {
  @Test("entries come back as they were added, in pages and by session") func entries() throws {
    let store = try Folder().open()
    _ = try store.append(Sample.entries())
    var read: [Entry] = []
    while true {
      let page = try store.entries(after: UInt64(read.count), limit: 4)
      if page.isEmpty { break }
      read += try page.map { try $0.entry() }
    }
    #expect(read == Sample.entries())
    #expect(try store.entries(after: 0, limit: 100, session: "C-1-1").count == Sample.bodies.count)
    #expect(try store.entries(after: 0, limit: 100, session: "C-1-2").isEmpty)
    #expect(try store.lastEntry()?.head == store.head)
  }

  @Test("S4 every dot in the skin is living: made, presumed and unbidden") func livingDots() throws {
    let folder = try Folder().filled()
    let store = try folder.open()
    let unbidden = LivingDot(position: ChartPosition(x: 9, y: 8), session: 1)
    let dot = LivingDot(position: Sample.position, session: 1)
    #expect(try store.livingDots(course: "C-1") == [dot, dot, unbidden])
    #expect(try store.livingDots(course: "C-2").isEmpty)
  }

  @Test("S4 a dot reported from elsewhere counts where it was granted as well, by the fault behind it") func doubted()
    throws
  {
    let store = try Folder().open()
    let grant = Sample.grant(1)
    let away = ChartPosition(x: grant.position.x + 25_000, y: grant.position.y)
    func dot(_ number: UInt64) -> EntryBody {
      .dot(
        DotEntry(
          grant: GrantNumber(number: number), zone: grant.zone, position: away, depthCommanded: grant.depth,
          speedCommanded: grant.speed, outcome: .made, sequence: RecordSequence(number: 1)))
    }
    func fault(_ word: Word) -> EntryBody { .fault(FaultEntry(fault: word, latched: true, details: [])) }
    let bodies: [EntryBody] = [
      .grant(grant), dot(2), fault("place_beyond_grant"), .grant(grant), dot(5), fault("depth_beyond_grant"),
    ]
    _ = try store.append([Sample.created()])
    _ = try store.append(bodies.enumerated().map { Sample.entry(UInt64($0.offset + 2), $0.element) })
    #expect(try store.livingDots(course: "C-1").map(\.position) == [away, away, grant.position])
  }

  @Test("how long a session took comes to the same from its turns and from all its entries") func times() throws {
    let digest = ProfileDigest(generation: 1, checksum: 7)
    var bodies = Sample.bodies
    bodies.insert(.armed(ArmedEntry(digest: digest)), at: 1)
    bodies.insert(.uncertain(UncertainEntry(reason: "daemon_died", openGrants: 0)), at: 13)
    let entries = bodies.enumerated().map { Sample.entry(UInt64($0.offset + 2), $0.element) }
    let store = try Folder().open()
    _ = try store.append([Sample.created()] + entries)
    var times = SessionTimes()
    for entry in entries { times.take(entry) }
    #expect(times.needleOn == .milliseconds(95) && times.working > .zero && times.working < times.duration)
    #expect(try store.times(session: "C-1-1") == times)
    #expect(try store.times(session: "C-1-2' OR 1") == SessionTimes())
  }

  @Test("S8 the newest fault stands until somebody clears it") func standingFault() throws {
    let store = try Folder().open()
    _ = try store.append([Sample.created()])
    #expect(try store.standingFault() == nil)
    let fault = EntryBody.fault(FaultEntry(fault: "motor_stuck", latched: true, details: []))
    let cleared = EntryBody.faultCleared(FaultClearedEntry(fault: "motor_stuck"))
    for (number, body, standing) in [
      (2, fault, "motor_stuck"), (3, .resumed, "motor_stuck"), (4, cleared, nil), (5, fault, "motor_stuck"),
    ] as [(UInt64, EntryBody, Word?)] {
      _ = try store.append([Sample.entry(number, body)])
      #expect(try store.standingFault() == standing)
    }
  }

  @Test("S4 the newest session on each device") func lastSessions() throws {
    let store = try Folder().filled(closed: false).open()
    let last = try store.lastSessions()
    #expect(last.count == 1)
    #expect(last.values.first?.session == "C-1-1" && last.values.first?.course == "C-1")
  }

  @Test("S7 grants that have not ended are found again, the ended ones are not") func openGrants() throws {
    let store = try Folder().open()
    _ = try store.append(Sample.entries())
    #expect(try store.openGrants(session: "C-1-1").isEmpty)
    let number = store.lastNumber + 1
    _ = try store.append([Sample.entry(number, .grant(Sample.grant(6)))])
    let open = try store.openGrants(session: "C-1-1")
    #expect(open.map(\.number) == [GrantNumber(number: number)])
    #expect(open.first?.grant == Sample.grant(6))
    #expect(try store.openGrants(session: "C-1-2").isEmpty)
  }

  @Test("S8 faults count from the last unlocking on, and a lock-out lasts until then") func faults() throws {
    let store = try Folder().open()
    var bodies: [EntryBody] = []
    let fault = EntryBody.fault(FaultEntry(fault: "motor_stuck", latched: true, details: []))
    bodies += [fault, fault, .lockedOut(LockedOutEntry(fault: "motor_stuck"))]
    var next: UInt64 = 2
    func append(_ bodies: [EntryBody]) throws {
      _ = try store.append(bodies.enumerated().map { Sample.entry(next + UInt64($0.offset), $0.element) })
      next += UInt64(bodies.count)
    }
    _ = try store.append([Sample.created()])
    try append(bodies)
    let all = WallTime(milliseconds: 0)
    #expect(try store.recentFaults(since: all).map(\.fault) == ["motor_stuck", "motor_stuck"])
    #expect(try store.recentFaults(since: Sample.header(3).wall).map(\.at) == [Sample.header(3).wall])
    #expect(try store.lockOut()?.fault == "motor_stuck")
    try append([.unlocked(UnlockedEntry(by: Sample.name.commitment, reason: Sample.reason.commitment))])
    #expect(try store.recentFaults(since: all).isEmpty)
    #expect(try store.lockOut() == nil)
    try append([fault])
    #expect(try store.recentFaults(since: all).count == 1)
  }

  @Test("S7 the open session is found by its name: the newest that was not closed, or none") func openSession() throws {
    let store = try Folder().open()
    _ = try store.append([Sample.created()])
    #expect(try store.openSessionName() == nil)
    var number: UInt64 = 1
    func append(_ session: String, _ body: EntryBody) throws {
      number += 1
      _ = try store.append([Sample.entry(number, body, session: session)])
    }
    let opening = Sample.bodies[0]
    let closing = EntryBody.sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 0))
    try append("C-1-1", opening)
    #expect(try store.openSessionName() == "C-1-1")
    try append("C-1-1", closing)
    #expect(try store.openSessionName() == nil)
    try append("C-1-2", opening)
    try append("C-1-3", opening)
    #expect(try store.openSessionName() == "C-1-3")
    try append("C-1-3", closing)
    #expect(try store.openSessionName() == "C-1-2")
  }

  @Test("a session's record has its figures") func sessions() throws {
    let folder = try Folder().filled()
    let store = try folder.open()
    let session = try #require(try store.sessions().first)
    #expect(session.session == "C-1-1" && session.course == "C-1" && session.number == 1)
    #expect(session.dotsMade == 2 && session.dotsPresumed == 1 && session.dotsPlanned == 5)
    #expect(session.denials == 2 && session.faults == 1 && session.simulated)
    #expect(session.opened == Sample.header(2).wall && session.closed == Sample.header(Sample.last).wall)
    #expect(session.operatorName == Sample.name.commitment && session.plan == Sample.plan)
    #expect(session.firstEntry == 2 && session.lastEntry == Sample.last && session.outcome == "ended")
    #expect(try store.sessions(course: "C-1").count == 1)
    #expect(try store.sessions(course: "C-2").isEmpty)
  }

  @Test("plans come back byte for byte, the newest unless asked otherwise; a version is never replaced") func plans()
    throws
  {
    let store = try Folder().open()
    func plan(_ version: Int64, _ text: [UInt8]) -> StoredPlan {
      StoredPlan(course: "C-1", version: version, sha256: Fingerprint(of: text), text: text)
    }
    let (one, two) = (plan(1, [0, 255, 10]), plan(2, Array("title: ä\n".utf8)))
    _ = try store.append([Sample.created()], plans: [one, two])
    #expect(try store.plan(course: "C-1") == two)
    #expect(try store.plan(course: "C-1", version: 1) == one)
    #expect(try store.plan(course: "C-1", version: 3) == nil)
    #expect(try store.plan(course: "C-2") == nil)
    #expect(try store.plans().map(\.version) == [1, 2])
    #expect(throws: JournalError.self) { try store.append([Sample.entry(2, .resumed)], plans: [plan(2, [1])]) }
    #expect(try store.plan(course: "C-1") == two)
    #expect(store.lastNumber == 1)
  }

  @Test("an export through entries is, row for row, the journal's own view", arguments: ExportTable.allCases)
  func viewsAndExports(_ table: ExportTable) throws {
    let folder = try Folder().filled()
    var exporter = Exporter(table, as: .csv)
    var bytes = exporter.header
    for entry in try folder.open().entries(after: 0, limit: 100) { bytes += try exporter.take(entry) }
    bytes += exporter.finish()
    let script = """
      import csv, io, json, sqlite3, sys
      rows = list(csv.reader(io.StringIO(sys.stdin.buffer.read().decode(), newline='')))
      cursor = sqlite3.connect('file:' + sys.argv[1] + '?mode=ro', uri=True).execute('SELECT * FROM ' + sys.argv[2])
      names = [column[0] for column in cursor.description]
      def cell(name, value):
          if value is None: return ''
          if name == 'simulated': return 'true' if value else 'false'
          text = str(value)
          return "'" + text if isinstance(value, str) and text[:1] in '=+-@' else text
      view = [names] + [[cell(n, v) for n, v in zip(names, row)] for row in cursor]
      assert len(view) > 1
      assert rows == view, (rows, view)
      """
    _ = try Tool.run("python3", ["-c", script, folder.journal, table.rawValue], input: bytes)
  }

  @Test("a group member who may write nothing reads the journal with the daemon down") func groupMember() throws {
    try #require(try Tool.run("id", ["-u"]) != "", "id says who runs the tests")
    let folder = try Folder().filled()
    let script = """
      import os, sqlite3, sys
      path = sys.argv[1]
      if os.getuid() == 0:
          for name in ['', '-wal', '-shm']: os.chown(path + name, 0, 65534)
          os.chown(os.path.dirname(path), 0, 65534); os.chmod(os.path.dirname(path), 0o750)
          os.setgroups([]); os.setgid(65534); os.setuid(65534)
          try: open(path, 'r+b'); sys.exit('the group may write')
          except PermissionError: pass
      count = sqlite3.connect('file:' + path + '?mode=ro', uri=True).execute('SELECT count(*) FROM dots').fetchone()
      assert count == (2,), count
      """
    _ = try Tool.run("python3", ["-c", script, folder.journal])
  }
}
