import Foundation
import SMPInterface
import SMPModel
import SMPRecord
import StrictJSON
import Testing
import Varlink

@testable import smpctl

/// A journal of our own making.
enum ExampleJournal {
  static let name = "000102030405060708090a0b0c0d0e0f"
  static let by = Confidential(text: "A. Practitioner", salt: Array(repeating: 7, count: Confidential.saltBytes))

  static func header(_ number: UInt64, session: String?) -> EntryHeader {
    EntryHeader(
      monotonic: MonotonicTime(nanoseconds: number * 1_000), wall: WallTime(milliseconds: 1_795_385_101_000),
      bootID: "b", clock: .virtual, actorUID: 1_000, session: session, course: session.map { _ in "C-7F3A2B" },
      simulated: true)
  }

  static func entries(_ count: UInt64) throws -> [StoredEntry] {
    let journal = try #require(JournalID(hex: name))
    var head = Chain.genesis(of: journal)
    var entries: [StoredEntry] = []
    for number in 1...count {
      let body: EntryBody =
        switch number {
        case 1: .journalCreated(JournalCreatedEntry(schema: 1, journal: journal, station: try #require(Label("test"))))
        case 2: .limitConfirmed(LimitConfirmedEntry(key: .depthMaximum, by: by.commitment, reason: by.commitment))
        default: .operatorAction(OperatorActionEntry(method: "io.smpd.session.Pause"))
        }
      let entry = Entry(number: number, header: header(number, session: number == 2 ? "C-7F3A2B-1" : nil), body: body)
      entries.append(entry.stored(after: head))
      head = entries[entries.count - 1].head
    }
    return entries
  }

  static func message(_ entry: StoredEntry) -> JournalInterface.Entry {
    let disclosure = JournalInterface.Disclosure(
      commitment: by.commitment.hex, salt: Fingerprint(by.salt)?.hex ?? "", text: by.text)
    return JournalInterface.Entry(
      number: Int64(entry.number), text: entry.text, hash: entry.hash.hex,
      disclosures: entry.number == 2 ? [disclosure] : nil)
  }

  /// The batches of a Read; the head is that of the whole journal, whatever is left of it.
  static func batches(
    _ entries: [JournalInterface.Entry], head: ChainHead, size: Int = 2, journal: String = name
  ) -> [JSONObject] {
    stride(from: 0, to: max(1, entries.count), by: size).map { start in
      JournalInterface.Read.Reply(
        entries: Array(entries.dropFirst(start).prefix(size)),
        head: JournalInterface.Head(number: Int64(head.number), hash: head.hash.hex), journalID: journal
      ).json
    }
  }
}

@Suite struct LogVerifyTests {
  private func run(
    _ entries: [JournalInterface.Entry], head: ChainHead, journal: String = ExampleJournal.name,
    _ more: [String] = []
  ) throws -> Run {
    let batches = ExampleJournal.batches(entries, head: head, journal: journal)
    let daemon = try FakeDaemon { request in
      request.method == JournalInterface.DescribeKey.name
        ? .error("io.smpd.journal.JournalFailed", ["reason": "no key", "remedy": "give it one"]) : .replies(batches)
    }
    defer { daemon.retire() }
    let run = try Run(["log", "verify", "--json"] + more, socket: daemon.path)
    #expect(daemon.breaches == [])
    return run
  }

  /// The first bad entry and the damage, as `log verify --json` names them.
  private func damage(_ run: Run) throws -> [JSON?] {
    #expect(run.status == 8)
    let document = try run.document()
    #expect(document["exit"] == 8)
    let facts = document["parameters"]?.object
    return [facts?["entry"], facts?["damage"]]
  }

  @Test("S10 an altered entry is found and named")
  func altered() throws {
    let entries = try ExampleJournal.entries(7)
    for place in entries.indices {
      var messages = entries.map(ExampleJournal.message)
      let old = messages[place]
      messages[place] = JournalInterface.Entry(
        number: old.number,
        text: old.text.replacing("\"wall_milliseconds\":1795385101000", with: "\"wall_milliseconds\":1795385101001"),
        hash: old.hash)
      #expect(try damage(try run(messages, head: entries[6].head)) == [.integer(Int64(place + 1)), "altered"])
      messages[place] = JournalInterface.Entry(number: old.number, text: old.text + " ", hash: old.hash)
      #expect(try damage(try run(messages, head: entries[6].head)) == [.integer(Int64(place + 1)), "altered"])
    }
  }

  @Test("S10 a removed, a moved and a cut-off entry are found and named")
  func removedMovedTruncated() throws {
    let entries = try ExampleJournal.entries(7)
    let messages = entries.map(ExampleJournal.message)
    var removed = messages
    removed.remove(at: 3)
    #expect(try damage(try run(removed, head: entries[6].head)) == [4, "removed"])
    var moved = messages
    moved.swapAt(3, 4)
    #expect(try damage(try run(moved, head: entries[6].head)) == [4, "reordered"])
    #expect(try damage(try run(Array(messages.dropLast(2)), head: entries[6].head)) == [6, "truncated"])
    #expect(try damage(try run([], head: entries[6].head)) == [1, "truncated"])
  }

  @Test("S10 a chain of another journal is found")
  func otherJournal() throws {
    let entries = try ExampleJournal.entries(3)
    let other = String(ExampleJournal.name.reversed())
    #expect(
      try damage(try run(entries.map(ExampleJournal.message), head: entries[2].head, journal: other)) == [
        1, "rewritten",
      ])
  }

  @Test("a session that is not in the journal is 3, with the chain intact")
  func noSuchSession() throws {
    let entries = try ExampleJournal.entries(3)
    let messages = entries.map(ExampleJournal.message)
    #expect(try run(messages, head: entries[2].head, journal: ExampleJournal.name, ["C-0-1"]).status == 3)
    let found = try run(messages, head: entries[2].head, journal: ExampleJournal.name, ["C-7F3A2B-1"])
    #expect(found.status == 0)
    #expect(try found.document()["entriesOfSession"] == 1)
  }

  @Test("an intact chain is said to be so, with its head")
  func intact() throws {
    let entries = try ExampleJournal.entries(7)
    let json = try run(entries.map(ExampleJournal.message), head: entries[6].head)
    #expect(json.status == 0)
    #expect(
      try json.document() == [
        "intact": true, "entries": 7, "journalID": .string(ExampleJournal.name),
        "head": ["number": 7, "hash": .string(entries[6].hash.hex)], "sealedUpTo": 0, "unsealedEntries": 7,
        "unsealedSessions": [], "key": nil,
      ])
    let empty = try run([], head: ChainHead(number: 0, hash: entries[0].hash))
    #expect(empty.status == 0)
    #expect(try empty.document()["entries"] == 0)
  }
}

@Suite struct LogEventsTests {
  @Test("an event shows when, where, what, and the texts behind its commitments")
  func events() throws {
    let entries = try ExampleJournal.entries(3)
    let batches = ExampleJournal.batches(entries.map(ExampleJournal.message), head: entries[2].head)
    let daemon = try FakeDaemon { _ in .replies(batches) }
    defer { daemon.retire() }
    let run = try Run(["log", "events", "--after", "0", "--session", "C-7F3A2B-1"], socket: daemon.path)
    #expect(run.status == 0)
    #expect(
      run.out.split(separator: "\n").dropFirst().first
        == "2  2026-11-22T22:05:01.000Z  C-7F3A2B-1  limit_confirmed  key=depth-maximum by=\"A. Practitioner\" reason=\"A. Practitioner\"  uid 1000  simulated"
    )
    #expect(daemon.requests.map(\.parameters) == [["after": 0, "limit": 500, "session": "C-7F3A2B-1"]])
    let lines = try Run(["log", "events", "--json"], socket: daemon.path).lines()
    #expect(lines.map { $0["number"] } == [1, 2, 3])
    #expect(lines.map { $0["hash"] } == entries.map { .string($0.hash.hex) })
    #expect(daemon.breaches == [])
  }

  @Test("grants, dots and denials are left out unless asked for")
  func dotsAreLeftOut() throws {
    for kind in ["grant", "dot", "grant_ended", "denial"] {
      let line = EventLine(JournalInterface.Entry(number: 1, text: "{\"kind\":\"\(kind)\",\"body\":{}}", hash: "x"))
      #expect(line?.isAboutOneDot == true)
    }
    for kind in ["fault", "stop", "a_kind_of_tomorrow"] {
      let line = EventLine(JournalInterface.Entry(number: 1, text: "{\"kind\":\"\(kind)\",\"body\":{}}", hash: "x"))
      #expect(line?.isAboutOneDot == false)
    }
  }
}

@Suite struct LogExportTests {
  private func daemon(_ entries: [JournalInterface.Entry], head: ChainHead) throws -> FakeDaemon {
    let batches = ExampleJournal.batches(entries, head: head)
    return try FakeDaemon { _ in .replies(batches) }
  }

  @Test("an entry that cannot be read ends the export, and no file is left that would pass for a whole one")
  func unreadable() throws {
    let entries = try ExampleJournal.entries(5)
    var messages = entries.map(ExampleJournal.message)
    messages[3] = JournalInterface.Entry(number: 4, text: messages[3].text + " ", hash: messages[3].hash)
    let daemon = try daemon(messages, head: entries[4].head)
    defer { daemon.retire() }
    let folder = FileManager.default.temporaryDirectory.appending(path: "smpctl-export-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "events.csv").path
    let run = try Run(["log", "export", "--format", "csv", "--what", "events", "-o", file], socket: daemon.path)
    #expect(run.status == 8)
    #expect(run.err.contains("entry 4"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
  }

  @Test("with --json, a table that is not JSON needs a file; a folder that is not there and a missing session are told")
  func refusals() throws {
    let entries = try ExampleJournal.entries(3)
    let daemon = try daemon(entries.map(ExampleJournal.message), head: entries[2].head)
    defer { daemon.retire() }
    #expect(try Run(["log", "export", "--format", "csv", "--json"], socket: daemon.path).status == 64)
    #expect(try Run(["log", "export", "--format", "xml"], socket: daemon.path).status == 64)
    #expect(try Run(["log", "export", "--format", "csv", "-o", "/nonexistent/a.csv"], socket: daemon.path).status == 1)
    let empty = try self.daemon([], head: entries[2].head)
    defer { empty.retire() }
    #expect(try Run(["log", "export", "C-0-1", "--format", "csv"], socket: empty.path).status == 3)
  }

  @Test("a table goes to standard output or whole into a file that only its owner reads")
  func table() throws {
    let entries = try ExampleJournal.entries(5)
    let daemon = try daemon(entries.map(ExampleJournal.message), head: entries[4].head)
    defer { daemon.retire() }
    let command = ["log", "export", "--what", "events", "--format"]
    let csv = try Run(command + ["csv"], socket: daemon.path).out
    #expect(csv.split(separator: "\r\n").count == 6)
    #expect(csv.hasPrefix("entry,session_id,"))
    #expect(
      try Run(command + ["jsonl", "--json"], socket: daemon.path).lines().map { $0["entry"] } == [1, 2, 3, 4, 5])
    let file = FileManager.default.temporaryDirectory.appending(path: "smpctl-\(UUID().uuidString).csv")
    defer { try? FileManager.default.removeItem(at: file) }
    let run = try Run(command + ["csv", "-o", file.path, "--json"], socket: daemon.path)
    #expect(run.status == 0)
    #expect(try run.document() == ["file": .string(file.path), "what": "events", "format": "csv", "rows": 5])
    #expect(String(decoding: try Data(contentsOf: file), as: UTF8.self) == csv)
    let mode = try FileManager.default.attributesOfItem(atPath: file.path)[.posixPermissions] as? Int
    #expect(mode == 0o600)
    #expect(daemon.breaches == [])
  }
}
