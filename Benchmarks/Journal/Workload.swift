import Glibc
import SMPJournal
import SMPModel
import SMPRecord

/// What a session writes: grants and dots, in groups and one by one.
enum Workload {
  static let groups = 1_000
  static let groupEntries: Int64 = 100
  static let singles = 3_000

  static func run(in directory: String) throws {
    var journal = Journal(try store(directory, "batches"))
    var raw = try RawSQLite(directory + "/bench-raw.sqlite")
    var (ours, reference) = (Timing(), Timing())
    // Alternating, so that what else the machine does falls on both.
    for _ in 0..<groups {
      let entries = journal.next(Int(groupEntries))
      let rows = entries.map { (number: Int64($0.number), body: String(decoding: $0.body.encoded, as: UTF8.self)) }
      try ours.measure { try journal.append(entries) }
      try reference.measure { try raw.append(rows) }
    }
    reference.report("raw_sqlite_batches", units: groupEntries)
    ours.report("chained_batches", units: groupEntries, beside: reference)
    raw.close()
    try journal.store.close()

    var single = Journal(try store(directory, "singles"))
    let file = try AppendFile(directory + "/bench-append")
    var (one, sync) = (Timing(), Timing())
    for _ in 0..<singles {
      let entries = single.next(1)
      try one.measure { try single.append(entries) }
      try sync.measure { try file.append() }
    }
    sync.report("append_fdatasync_200_bytes", units: 1)
    one.report("chained_single_durable", units: 1, beside: sync)
    var verification = Timing()
    try verification.measure { guard try single.store.verify().isSound else { throw Failure.unsound } }
    verification.report("verify_entry", units: Int64(single.store.lastNumber))
    try single.store.close()
  }

  private static func store(_ directory: String, _ name: String) throws -> JournalStore {
    guard let id = JournalID(Array(0..<16)) else { throw Failure.unsound }
    let store = try JournalStore(
      path: "\(directory)/bench-\(name).sqlite", durability: .full, newJournal: id, simulated: false)
    guard store.isNew else { throw Failure.notEmpty }
    let created = JournalCreatedEntry(schema: 1, journal: id, station: Label(cleaning: "bench"))
    _ = try store.append([Entry(number: 1, header: header(1, session: false), body: .journalCreated(created))])
    return store
  }

  static func header(_ number: UInt64, session: Bool = true) -> EntryHeader {
    EntryHeader(
      monotonic: MonotonicTime(nanoseconds: number * 500_000), wall: WallTime(milliseconds: 1_763_849_880_000),
      bootID: "00000000-0000-0000-0000-000000000000", clock: .synchronised, actorUID: 1_000,
      session: session ? "C-7F3A2B-1" : nil, course: session ? "C-7F3A2B" : nil, simulated: false)
  }
}

enum Failure: Error {
  case unsound
  case notEmpty
  case system(String)
}

/// A journal and the next entries for it: a grant and its dot in turn.
struct Journal {
  let store: JournalStore
  private var number: UInt64 = 1

  init(_ store: JournalStore) { self.store = store }

  mutating func next(_ count: Int) -> [Entry] {
    (0..<count).map { _ in
      number += 1
      return Entry(number: number, header: Workload.header(number), body: number % 2 == 0 ? grant : dot)
    }
  }

  func append(_ entries: [Entry]) throws {
    guard try store.append(entries).upTo == entries.last?.number else { throw Failure.unsound }
  }

  private var position: ChartPosition { ChartPosition(x: Int32(number % 100_000), y: -Int32(number % 90_000)) }

  private var grant: EntryBody {
    .grant(
      GrantEntry(
        request: RequestID(number: UInt32(number)), zone: ZoneIndex(number: 3), position: position,
        depth: .micrometres(500), speed: .millihertz(110_000), dwell: .milliseconds(120),
        digest: ProfileDigest(generation: 1, checksum: 0xDEAD_BEEF)))
  }

  private var dot: EntryBody {
    .dot(
      DotEntry(
        grant: GrantNumber(number: number - 1), zone: ZoneIndex(number: 3), position: position,
        depthCommanded: .micrometres(500), depthReported: .micrometres(497), speedCommanded: .millihertz(110_000),
        speedReported: .millihertz(109_700), dwell: .milliseconds(118), strokes: 13, outcome: .made,
        sequence: RecordSequence(number: UInt32(number))))
  }
}

/// The reference for one durable entry: append 200 bytes, fdatasync.
struct AppendFile {
  private let descriptor: CInt
  private let record = [UInt8](repeating: UInt8(ascii: "x"), count: 200)

  init(_ path: String) throws {
    // Safe: the path is read during the call only.
    descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
    guard descriptor >= 0 else { throw Failure.system("open \(path)") }
  }

  func append() throws {
    // Safe: the buffer lives through the call.
    let count = unsafe record.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
    guard count == record.count, fdatasync(descriptor) == 0 else { throw Failure.system("append") }
  }
}
