internal import Foundation
internal import GRDB
package import SMPRecord
internal import Synchronization

/// What the store promises of an entry it calls durable.
package enum Durability: String, CaseIterable, Hashable, Sendable {
  /// On the disk, whatever happens to the power: WAL with `synchronous=FULL` (S2).
  case full
  /// Handed to the system only. For simulated runs whose speed matters; no real session runs under it (S11).
  case simulated
}

/// The SQLite store of records: one writer, one transaction and one sync for each group (design.md, section 5).
///
/// It alone makes `Durable`. `append` is called by one thread, reading by any; nothing but the operating system is
/// waited for, so the owner thread never calls it (house style 17).
package final class JournalStore: Sendable {
  package let path: String
  package let durability: Durability
  /// The name this journal was born with.
  package let journal: JournalID
  /// Whether it was empty when it was opened: its first entry is still to come and must be `journal_created`.
  package let isNew: Bool
  /// How the end of the journal stood to its head file at opening. If it is not sound, only reading works.
  package let tailAtOpening: TailCheck

  let files: JournalFiles
  let standing: StandingFiles
  let simulated: Bool
  let pool: DatabasePool
  /// What was displaced, once it has been saved.
  let secured = Mutex<JournalError?>(nil)
  /// Whether the files still have what was erased.
  let pendingErasure: Atomic<Bool>
  private let writer: Mutex<Writer>
  private struct Writer: ~Copyable {
    var head: ChainHead
    let headFile: HeadFile
    /// Held for its lock; the kernel releases it with the process.
    var lock: OpenFile?
    /// Why nothing more is written.
    var refusal: JournalError?
    var hasAcceptedTail = false
  }

  /// Opens the journal, or makes a new one.
  /// - Parameters:
  ///   - path: the database file; its lock and head file stand beside it.
  ///   - newJournal: 16 random bytes, the name of the journal if this opening creates it.
  ///   - simulated: whether its entries are the simulator's; a journal never holds both (S11).
  ///   - maximumBytes: the size the database must not pass; nil leaves that to the disk.
  package init(
    path: String, durability: Durability, newJournal: JournalID, simulated: Bool, maximumBytes: Int64? = nil
  ) throws(JournalError) {
    precondition(simulated || durability == .full, "what a real needle does is recorded durably (S2)")
    let files = JournalFiles(path: path)
    try files.checkDirectory()
    let lockFile = try OpenFile(files.lockPath, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW)
    try lockFile.lock()

    let hadHead = files.exists(files.headPath)
    if hadHead { try files.checkNotTakenAway() }
    let isFresh = try files.prepareDatabase()
    let opening = JournalOpening(files: files, durability: durability, simulated: simulated)
    let pool = try opening.open(maximumBytes: maximumBytes)
    let born = try opening.identify(pool, isFresh: isFresh, newJournal: newJournal)
    let headFile = try HeadFile(files.headPath)
    let tail = try opening.checkTail(pool, born, headFile, hadHead: hadHead)

    self.path = path
    self.files = files
    self.durability = durability
    self.simulated = simulated
    self.pool = pool
    journal = born
    isNew = tail.last.number == 0
    tailAtOpening = tail.check
    if tail.check.isSound {
      try headFile.write(tail.last, of: born)
      try headFile.sync()
      try files.syncDirectory()
    }
    standing = try StandingFiles(files)
    pendingErasure = Atomic(try opening.isErasurePending(pool))
    writer = Mutex(
      Writer(
        head: tail.last, headFile: headFile, lock: lockFile,
        refusal: tail.check.isSound ? nil : .tail(path: path, tail.check)))
    if tail.check.isSound, isErasurePending { try? checkpoint() }
  }

  /// The last entry's number and hash; number 0 before the first.
  package var head: ChainHead { writer.withLock { $0.head } }
  package var lastNumber: UInt64 { head.number }
  /// Why nothing more is written; nil while all is well.
  package var refusal: JournalError? { writer.withLock { $0.refusal } }

  /// A person has accepted the loss found at opening.
  var hasAcceptedTail: Bool { writer.withLock { $0.hasAcceptedTail } }

  /// Stores a group of entries in one transaction, with one sync, and says how far the journal is durable.
  ///
  /// On failure nothing of the group counts as stored, and nothing more is taken until the store is opened anew: entries
  /// after a gap would be worth nothing. A group is durable only where the next daemon finds it: with every file in its
  /// place.
  /// - Parameters:
  ///   - confidential: the texts behind the group's commitments; kept beside the chain, so that they can be erased.
  ///   - plans: the documents behind the group's `plan_imported` entries.
  package func append(
    _ entries: [Entry], confidential: [Confidential] = [], plans: [StoredPlan] = []
  ) throws(JournalError) -> Durable {
    try writer.withLock { (writer) throws(JournalError) in
      if let refusal = writer.refusal { throw refusal }
      do throws(JournalError) {
        try append(Group(entries: entries, confidential: confidential, plans: plans), to: &writer)
      } catch {
        writer.refusal = .poisoned(path)
        throw error
      }
      return Durable(committed: writer.head.number)
    }
  }

  /// Takes up a journal whose end is lost, by a person's word: from then on it goes on from where it was found to end, and
  /// a `tail_accepted` entry says what was lost. An end that was altered is not taken up.
  /// - Returns: what was accepted.
  package func acceptTail(by: Confidential, reason: Confidential, _ header: EntryHeader) throws(JournalError)
    -> TailCheck
  {
    try writer.withLock { (writer) throws(JournalError) in
      guard case .tail(_, let check) = writer.refusal, check.isAcceptable else {
        throw writer.refusal ?? .nothingLost(path: path)
      }
      // Where the head file says nothing that can be read, nothing is known of what followed.
      let said = try? writer.headFile.read()
      let expected = said?.head ?? Chain.genesis(of: journal)
      let accepted = TailAcceptedEntry(
        found: writer.head, expected: expected, by: by.commitment, reason: reason.commitment)
      let entry = Entry(number: writer.head.number + 1, header: header, body: .tailAccepted(accepted))
      try append(Group(entries: [entry], confidential: [by, reason]), to: &writer)
      writer.refusal = nil
      writer.hasAcceptedTail = true
      return check
    }
  }

  /// Erases confidential texts and documents for good, the database's own traces of them included. Their commitments and
  /// fingerprints stay in the chain, which verifies as before; `confidential_erased` entries say that and by whom it was
  /// done.
  ///
  /// In a quiet moment: the database's log is written out wholly. Where a reader keeps it from that, the erasure stands all
  /// the same, and the files are rid of its traces later (`isErasurePending`).
  package func erase(
    _ erasure: Erasure, recordedBy entries: [Entry], confidential: [Confidential], plans: [StoredPlan] = []
  ) throws(JournalError) -> Durable {
    let durable = try writer.withLock { (writer) throws(JournalError) in
      if let refusal = writer.refusal { throw refusal }
      let recorded = entries.reduce(Int64(0)) { sum, entry in
        if case .confidentialErased(let erased) = entry.body { sum + erased.count } else { sum }
      }
      guard recorded == Int64(erasure.commitments.count), recorded > 0 else {
        throw .wrongEntry(number: entries.first?.number ?? 0, detail: "an erasure is recorded as what it is")
      }
      do throws(JournalError) {
        try append(Group(entries: entries, confidential: confidential, plans: plans, erasing: erasure), to: &writer)
      } catch {
        writer.refusal = .poisoned(path)
        throw error
      }
      return Durable(committed: writer.head.number)
    }
    // An erasure is no less recorded for it: a daemon that is killed here finds it pending.
    try? finishErasure(waiting: true)
    return durable
  }

  /// Moves what the write-ahead log holds into the database. Takes a few milliseconds: for quiet moments, so that it
  /// does not fall into a dot. Finishes an erasure that is pending, unless a reader still keeps it.
  package func checkpoint() throws(JournalError) {
    if isErasurePending { return try finishErasure(waiting: false) }
    try attempt { try $0.writeWithoutTransaction { database in _ = try database.checkpoint(.passive) } }
  }

  /// Writes everything out and lets go of the files. The store is of no use after it; closed is closed.
  package func close() throws(JournalError) {
    guard writer.withLock({ $0.lock != nil }) else { return }
    // What cannot be saved was told when the journal failed.
    secure()
    try writer.withLock { (writer) throws(JournalError) in
      writer.refusal = .poisoned(path)
      try writer.headFile.sync()
    }
    try attempt { pool in
      // GRDB closes its read-only connections last, and those cannot move the log into the database.
      pool.writeWithoutTransaction { database in _ = try? database.checkpoint(.truncate) }
      try pool.close()
    }
    writer.withLock { $0.lock = nil }
  }

  /// Free space where the journal stands, in bytes.
  package func freeBytes() throws(JournalError) -> Int64 { try files.freeBytes() }

  /// Refuses when less than `bytes` are free; asked before arming (design.md, section 5).
  package func checkReserve(_ bytes: Int64 = JournalBounds.reserveBytes) throws(JournalError) {
    let free = try files.freeBytes()
    guard free >= bytes else { throw .reserve(path: files.directory, freeBytes: free, neededBytes: bytes) }
  }

  /// What the writing connection says of one of its settings, such as `synchronous`.
  package func pragma(_ name: Word) throws(JournalError) -> Int64? {
    try attempt { pool in
      try pool.writeWithoutTransaction { database in try Int64.fetchOne(database, sql: "PRAGMA \(name.text)") }
    }
  }

  /// Runs database work and puts what SQLite reports into our words.
  func attempt<Result>(_ work: (DatabasePool) throws -> Result) throws(JournalError) -> Result {
    do { return try work(pool) } catch { throw JournalError(error, path: path) }
  }

  private struct Group {
    var entries: [Entry]
    var confidential: [Confidential] = []
    var plans: [StoredPlan] = []
    var erasing = Erasure()
  }

  private func append(_ group: Group, to writer: inout Writer) throws(JournalError) {
    precondition(group.entries.count <= JournalBounds.groupEntries, "a group has its bound")
    var head = writer.head
    var rows: [StoredEntry] = []
    rows.reserveCapacity(group.entries.count)
    for entry in group.entries {
      try check(entry, after: head)
      let stored = entry.stored(after: head)
      head = stored.head
      rows.append(stored)
    }
    try attempt { pool in
      try pool.writeWithoutTransaction { database in
        try database.inTransaction(.immediate) {
          try JournalRow.insert(rows, into: database)
          for text in group.confidential { try JournalRow.insert(text, into: database) }
          for plan in group.plans { try JournalRow.insert(plan, into: database) }
          for commitment in group.erasing.commitments { try JournalRow.erase(commitment, from: database) }
          for course in group.erasing.courses { try JournalRow.erasePlans(of: course, from: database) }
          if !group.erasing.isEmpty { try JournalErasure.note(in: database) }
          return .commit
        }
      }
    }
    if !group.erasing.isEmpty { pendingErasure.store(true, ordering: .releasing) }
    if let displaced = standing.displaced { throw displaced }
    writer.head = head
    // The group is stored and stays so. A head that cannot be written stops the next group instead.
    do throws(JournalError) { try writer.headFile.write(head, of: journal) } catch { writer.refusal = error }
  }

  private func check(_ entry: Entry, after head: ChainHead) throws(JournalError) {
    guard entry.number == head.number + 1 else {
      throw .wrongEntry(number: entry.number, detail: "the next entry is \(head.number + 1)")
    }
    guard entry.header.simulated == simulated else { throw .otherWorld(path: path, simulated: simulated) }
    if case .journalCreated(let created) = entry.body {
      guard entry.number == 1, created.journal == journal else {
        throw .wrongEntry(number: entry.number, detail: "a journal is created once, under its own name")
      }
    } else if entry.number == 1 {
      throw .wrongEntry(number: 1, detail: "the first entry is journal_created")
    }
  }
}
