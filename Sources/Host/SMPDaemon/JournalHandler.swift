package import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPRecord
internal import StrictJSON
internal import Synchronization
internal import VarlinkServer

/// io.smpd.journal
package struct JournalHandler: InterfaceHandler {
  package static let interface: any Interface.Type = JournalInterface.self
  package static let looking: Set<String> = ["Read", "DescribeKey"]
  package init() {}

  /// Entries in one batch.
  static let batchMaximum: Int64 = 1_000

  package func handle(_ call: ControlCall) throws(Failure) {
    switch call.method {
    case "Read": try read(call)
    case "DescribeKey":
      switch call.context.library.sealing {
      case .ready(let key):
        call.finish(
          JournalInterface.DescribeKey.Reply(key: key.station.hex, fingerprint: key.station.fingerprint.hex))
      case .impossible(let what, let remedy): throw .journalFailed(reason: what, remedy: remedy)
      }
    default: call.failAsUnknown()
    }
  }

  private func read(_ call: ControlCall) throws(Failure) {
    let wish = try call.parameters(JournalInterface.Read.Parameters.self)
    let limit = wish.limit ?? 500
    guard (1...Self.batchMaximum).contains(limit) else {
      throw .outOfRange(
        parameter: "limit", minimum: 1, maximum: Self.batchMaximum, remedy: "ask for fewer entries at once")
    }
    guard let after = UInt64(exactly: wish.after ?? 0) else {
      throw .outOfRange(parameter: "after", minimum: 0, maximum: .max, remedy: "give the number of an entry")
    }
    if !call.call.more {
      call.onLibrarian { (library) throws(Failure) in
        try library.journalBatch(after: after, limit: Int(limit), session: wish.session).reply
      }
      return
    }
    let stream = JournalStream(call, after: after, limit: Int(limit), session: wish.session)
    stream.follows = wish.follow == true
    stream.next()
  }
}

/// One reader of the journal: batch after batch as the client takes them, none left out.
private final class JournalStream: Sendable {
  private struct State {
    var after: UInt64
    var follows = false
    /// A batch is being read or waits for room; nothing else may start one.
    var isBusy = false
    var watch: UInt64?
  }
  private let state: Mutex<State>
  private let call: ControlCall
  private let limit: Int
  private let session: String?

  init(_ call: ControlCall, after: UInt64, limit: Int, session: String?) {
    self.call = call
    self.limit = limit
    self.session = session
    state = Mutex(State(after: after))
    // Keeps this alive while nothing is under way; whatever ends the call lets go of it, and with it of the board.
    call.responder.onCancel { [self] in unwatch() }
    // A batch that finds no room is read again: nothing is lost, so there is nothing to tell.
    call.responder.onOverrun { _ in [] }
  }

  deinit { unwatch() }

  private func unwatch() {
    if let watch = state.withLock({ $0.watch }) { call.context.board.remove(watch) }
  }

  var follows: Bool {
    get { state.withLock { $0.follows } }
    set {
      state.withLock { $0.follows = newValue }
      guard newValue else { return }
      let id = call.context.board.watch { [weak self] published in self?.journalGrew(to: published.durable) }
      state.withLock { $0.watch = id }
    }
  }

  /// Reads the next batch, unless one is under way.
  func next() {
    let starts = state.withLock { state -> Bool in
      defer { state.isBusy = true }
      return !state.isBusy
    }
    guard starts, !call.responder.isCancelled else { return }
    if !call.context.librarian.post({ [self] in readBatch() }) { call.fail(.busy) }
  }

  private func journalGrew(to number: UInt64) {
    if state.withLock({ !$0.isBusy && number > $0.after }) { next() }
  }

  private func readBatch() {
    let after = state.withLock { $0.after }
    let batch: JournalBatchReply
    do throws(Failure) {
      batch = try call.context.library.journalBatch(after: after, limit: limit, session: session)
    } catch {
      call.fail(error)
      return
    }
    if batch.reachesHead, !follows {
      call.finish(batch.reply)
      return
    }
    let isTaken = batch.reply.entries.isEmpty || call.responder.emit(batch.reply.json)
    if isTaken { state.withLock { $0.after = max($0.after, batch.upTo) } }
    let hasRead = isTaken && batch.reachesHead
    call.responder.onDrained { [self] in
      state.withLock { $0.isBusy = false }
      let durable = call.context.board.newest?.durable ?? 0
      if !hasRead || durable > state.withLock({ $0.after }) { next() }
    }
  }
}

/// One batch of the journal, and how far it goes.
struct JournalBatchReply: Sendable {
  let reply: JournalInterface.Read.Reply
  /// Nothing more to read, seen from when it was read.
  let reachesHead: Bool
  /// Everything up to here is in this batch or an earlier one, or was not asked for.
  let upTo: UInt64
}

extension Library {
  /// One batch, shortened where it would not fit one message.
  func journalBatch(after: UInt64, limit: Int, session: String?) throws(Failure) -> JournalBatchReply {
    let head = store.head
    let found = try read { (store) throws(JournalError) in
      try store.entries(after: after, limit: limit, session: session)
    }
    // What came between is beyond the head; the reader asks again.
    let entries = found.prefix { $0.number <= head.number }
    var rows: [JournalInterface.Entry] = []
    var room = Batches.bytes
    for entry in entries {
      let row = JournalInterface.Entry(
        number: Int64(entry.number), text: entry.text, hash: entry.hash.hex, disclosures: try disclosures(of: entry))
      room -= row.json.encoded.count + 1
      // One always goes, or the reader would never get past it.
      if room < 0, !rows.isEmpty { break }
      rows.append(row)
    }
    let reachesHead = rows.count == entries.count && (found.count < limit || entries.count < found.count)
    return JournalBatchReply(
      reply: JournalInterface.Read.Reply(
        entries: rows, head: .init(number: Int64(head.number), hash: head.hash.hex), journalID: store.journal.hex),
      reachesHead: reachesHead, upTo: reachesHead ? head.number : rows.last.map { UInt64($0.number) } ?? after)
  }

  /// The texts behind an entry's commitments that are not erased; nil for an entry without any.
  private func disclosures(of stored: StoredEntry) throws(Failure) -> [JournalInterface.Disclosure]? {
    // An entry that cannot be read has nothing to disclose; the chain's verifier names it.
    guard let commitments = try? stored.entry().body.commitments, !commitments.isEmpty else { return nil }
    return try read { (store) throws(JournalError) in try store.confidential(behind: commitments) }.map { text in
      JournalInterface.Disclosure(
        commitment: text.commitment.hex, salt: text.salt.map { String($0, radix: 16).leftPadded }.joined(),
        text: text.text)
    }
  }
}

extension String {
  /// Two hexadecimal digits of one byte.
  fileprivate var leftPadded: String { utf8.count < 2 ? "0" + self : self }
}
