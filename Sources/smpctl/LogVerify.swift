import ArgumentParser
import SMPInterface
import SMPRecord
import StrictJSON

struct LogVerify: Action {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Verifies the hash chain over every entry, here and not in the daemon.",
    discussion: "Names the first entry that was altered, removed, moved or cut off, and exits with 8.")
  @OptionGroup var options: GlobalOptions
  @Argument(help: "Also see that this session is in the journal. The whole chain is verified in any case.")
  var session: String?

  func perform(_ console: Console) throws -> ExitStatus {
    let daemon = try options.daemon()
    var verification = Verification(session: session)
    var progress = Progress(console: console, what: "verified")
    try JournalReading.all(daemon) { reply, _ in
      verification.take(reply)
      progress.show(verification.count, of: reply.head.number)
    }
    progress.finish()
    return try report(verification, console)
  }

  private func report(_ verification: Verification, _ console: Console) throws -> ExitStatus {
    if let complaint = verification.complaint { throw complaint }
    if let session, verification.countOfSession == 0 {
      throw Complaint(
        status: .notFound, name: "smpctl.NotFound", message: "the journal has no entry of session \(session)",
        remedy: "smpctl log list names the sessions; the chain itself is intact")
    }
    console.document(verification.json)
    console.answer(verification.text)
    return .done
  }
}

/// What verifying found, fed with the daemon's batches.
struct Verification {
  let session: String?
  private(set) var count: Int64 = 0
  private(set) var countOfSession: Int64 = 0
  private var verifier: ChainVerifier?
  private var journalID = ""
  /// The journal the chain says it is, from its first entry.
  private var named: String?

  init(session: String? = nil) { self.session = session }

  mutating func take(_ reply: JournalInterface.Read.Reply) {
    // Where the chain must reach is what the daemon says first; entries that come later are verified as well.
    var verifier = self.verifier ?? ChainVerifier(expecting: Verification.head(reply.head))
    journalID = reply.journalID
    for entry in reply.entries {
      count += 1
      do throws(RecordError) {
        let stored = try JournalReading.stored(entry)
        if let session, stored.header.session == session { countOfSession += 1 }
        if stored.number == 1, let first = try? stored.entry(), case .journalCreated(let created) = first.body {
          named = created.journal.hex
        }
        verifier.take(stored)
      } catch {
        verifier.takeUnreadable(at: UInt64(max(0, entry.number)), detail: error.description)
      }
    }
    self.verifier = verifier
  }

  /// nil for an empty journal, and for a head that is none; the chain then shows it.
  private static func head(_ head: JournalInterface.Head) -> ChainHead? {
    guard head.number > 0, let hash = Fingerprint(hex: head.hash) else { return nil }
    return ChainHead(number: UInt64(head.number), hash: hash)
  }

  private var damage: ChainBreak? {
    guard case .broken(let damage) = verifier?.verdict() else { return nil }
    return damage
  }

  /// Why the journal cannot be trusted as it stands; nil when it can.
  var complaint: Complaint? {
    if let damage {
      return failed(
        "entry \(damage.number) is \(damage.damage.word.description): \(damage.detail)",
        [
          "entry": .integer(Int64(damage.number)), "damage": .string(damage.damage.word.description),
          "detail": .string(damage.detail),
        ])
    }
    if let named, named != journalID {
      return failed(
        "the chain is that of journal \(named), the daemon calls it \(journalID)",
        ["entry": 1, "damage": "rewritten", "detail": "another journal's chain"])
    }
    let findings = verifier?.findings ?? []
    guard let first = findings.first else { return nil }
    return failed(
      "the chain is intact, but its entries contradict each other"
        + findings.map { "\n  \($0.description)" }.joined(),
      ["entry": .integer(Int64(first.number)), "damage": "contradiction", "detail": .string(first.description)])
  }

  private func failed(_ message: String, _ facts: JSONObject) -> Complaint {
    Complaint(
      status: .verificationFailed, name: "smpctl.VerificationFailed", message: message,
      remedy: "keep the journal as it is, make a copy, and find out who changed it; do not go on working on it",
      facts: facts)
  }

  private var head: ChainHead? {
    guard case .intact(let head) = verifier?.verdict() else { return nil }
    return head
  }

  var json: JSONObject {
    var document: JSONObject = [
      "intact": true, "entries": .integer(count), "journalID": .string(journalID),
    ]
    if let head {
      document.append(
        "head", .object(["number": .integer(Int64(head.number)), "hash": .string(head.hash.hex)]))
    }
    if session != nil { document.append("entriesOfSession", .integer(countOfSession)) }
    return document
  }

  var text: String {
    var text = "intact: \(Wording.count(count)) entries of journal \(journalID)"
    if let session { text += ", \(Wording.count(countOfSession)) of session \(session)" }
    if let head { text += "\nhead \(head.number) \(head.hash.hex)" }
    return text
  }
}
