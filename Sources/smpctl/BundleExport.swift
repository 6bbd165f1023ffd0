import SMPInterface
import SMPRecord
import StrictJSON

/// `log export --format bundle`: the record itself in one file, for verifying elsewhere.
struct BundleExport {
  let session: String?
  let output: String?
  /// Whether the texts behind commitments go with it: of a session those of its course, and of what is of no course. What
  /// was written meanwhile about another client is not this session's to disclose.
  let withTexts: Bool

  /// Where a session stands in the chain.
  private struct Place {
    var course: String?
    var opened: Int64?
    var closed: Int64?
    var seal: Seal?
  }

  func perform(_ daemon: Daemon, _ console: Console) throws -> ExitStatus {
    let key = try? StationKey.of(daemon)
    var place = Place()
    if let session { place = try self.place(of: session, daemon) }
    let before = try place.opened.map { try link(before: $0, daemon) }
    var sink = try ExportSink(output)
    try write(.first(.init(session: session, after: before, key: key)), &sink)
    let (entries, head, texts) = try writeEntries(place, daemon, console, &sink)
    if let seal = place.seal { try write(.seal(seal), &sink) }
    var told: Set<Commitment> = []
    for text in texts where told.insert(text.commitment).inserted { try write(.text(text), &sink) }
    try write(.last(entries: entries, head: head), &sink)
    _ = try sink.finish()
    return report(entries, place, console)
  }

  private func report(_ entries: UInt64, _ place: Place, _ console: Console) -> ExitStatus {
    if session != nil, place.seal == nil {
      console.note("the session has no seal" + (place.closed == nil ? ": it is open" : "; smpctl doctor says why"))
    }
    guard let output else { return .done }
    console.document([
      "file": .string(output), "format": "bundle", "entries": .integer(Int64(entries)),
      "sealed": .bool(session == nil || place.seal != nil), "texts": .bool(withTexts),
    ])
    console.answer("\(Wording.count(Int64(entries))) entries in \(output)")
    return .done
  }

  private func place(of session: String, _ daemon: Daemon) throws -> Place {
    var place = Place()
    try JournalReading.all(daemon, session: session) { reply, _ in
      for message in reply.entries {
        guard let entry = try? JournalReading.stored(message).entry() else { continue }
        switch entry.body {
        case .sessionOpened:
          place.opened = place.opened ?? message.number
          place.course = place.course ?? entry.header.course
        case .sessionClosed: place.closed = place.closed ?? message.number
        case .sessionSealed: place.seal = place.seal ?? Seal(entry)
        default: break
        }
      }
    }
    guard place.opened != nil else {
      throw Complaint(
        status: .notFound, name: "smpctl.NotFound", message: "the journal has no entry of session \(session)",
        remedy: "smpctl log list names the sessions")
    }
    return place
  }

  private func link(before number: Int64, _ daemon: Daemon) throws -> ChainHead {
    let reply = try daemon.call(JournalInterface.Read.self, .init(after: number - 2, limit: 1)).reply
    guard let entry = reply.entries.first, entry.number == number - 1, let hash = Fingerprint(hex: entry.hash) else {
      throw BundleExport.unreadable(number - 1)
    }
    return ChainHead(number: UInt64(entry.number), hash: hash)
  }

  /// The chain from the session's opening to its close, whatever stands between; without a session, all of it.
  private func writeEntries(
    _ place: Place, _ daemon: Daemon, _ console: Console, _ sink: inout ExportSink
  ) throws -> (UInt64, ChainHead?, [Confidential]) {
    var (count, head): (UInt64, ChainHead?) = (0, nil)
    var texts: [Confidential] = []
    var progress = Progress(console: console, what: "read")
    let end = place.closed ?? .max
    try JournalReading.all(daemon, after: place.opened.map { $0 - 1 }) { reply, _ in
      for message in reply.entries where message.number <= end {
        guard let entry = try? JournalReading.stored(message) else { throw BundleExport.unreadable(message.number) }
        try write(.entry(entry), &sink)
        (count, head) = (count + 1, entry.head)
        let isOurs = session == nil || entry.header.course == nil || entry.header.course == place.course
        if withTexts, isOurs { texts += (message.disclosures ?? []).compactMap(\.confidential) }
      }
      if let last = reply.entries.last, output != nil { progress.show(last.number, of: min(end, reply.head.number)) }
    }
    progress.finish()
    return (count, head, texts)
  }

  private func write(_ line: BundleLine, _ sink: inout ExportSink) throws {
    try sink.write(Array((line.text + "\n").utf8))
  }

  private static func unreadable(_ number: Int64) -> Complaint {
    Complaint(
      status: .verificationFailed, name: "smpctl.Unreadable", message: "journal entry \(number) cannot be read",
      remedy: "smpctl log verify tells what happened to it; a bundle with a hole in it would pass for a whole one")
  }
}

extension JournalInterface.Disclosure {
  /// Nil where the salt is none, or the text is not what the commitment binds.
  fileprivate var confidential: Confidential? {
    guard let salt = Fingerprint(hex: salt)?.bytes else { return nil }
    let found = Confidential(text: text, salt: salt)
    return found.commitment.hex == commitment ? found : nil
  }
}
