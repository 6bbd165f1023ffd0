import ArgumentParser
import Glibc
import SMPInterface
import SMPRecord
import StrictJSON

struct LogVerify: Action {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verifies the hash chain over every entry and its seals, here and not in the daemon.",
    discussion: """
      Names the first entry that was altered, removed, moved or cut off, or whose seal does not hold, and exits with 8. \
      The daemon tells the station's key, unless --key gives it. With --bundle no daemon is asked at all.
      """)
  @OptionGroup var options: GlobalOptions
  @Argument(help: "Also see that this session is in the journal, and sealed once it is closed.")
  var session: String?
  @Option(
    help: ArgumentHelp("The public part of the station's key, as log key -o wrote it.", valueName: "file"),
    completion: .file())
  var key: String?
  @Option(
    help: ArgumentHelp("Verifies this bundle; - is standard input.", valueName: "file"), completion: .file())
  var bundle: String?

  func validate() throws {
    if bundle != nil && session != nil {
      throw ValidationError("a bundle says itself of which session it is: leave the session out")
    }
  }

  func perform(_ console: Console) throws -> ExitStatus {
    let given = try key.map { try KeyFile.read($0) }
    if let bundle { return try BundleCheck(path: bundle, key: given).perform(console) }
    let daemon = try options.daemon()
    var verification = Verification(session: session, key: try given ?? LogVerify.key(of: daemon))
    var progress = Progress(console: console, what: "verified")
    try JournalReading.all(daemon) { reply, _ in
      verification.take(reply)
      progress.show(verification.count, of: reply.head.number)
    }
    progress.finish()
    try LogVerify.awaitSeals(daemon, &verification)
    return try report(verification, console)
  }

  /// Nil where the station has no key it may use; the doctor says why.
  static func key(of daemon: Daemon) throws -> StationKey? {
    do {
      return try StationKey.of(daemon)
    } catch let complaint as Complaint
      where complaint.name == JournalInterface.name + "." + Failure.Word.journalFailed.rawValue
    {
      return nil
    }
  }

  /// A session that was closed this moment is being sealed: some milliseconds.
  private static func awaitSeals(_ daemon: Daemon, _ verification: inout Verification) throws {
    var tries = 40
    while verification.awaitsSeal, tries > 0 {
      tries -= 1
      usleep(25_000)
      try JournalReading.all(daemon, after: verification.last) { reply, _ in verification.take(reply) }
    }
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
  let key: StationKey?
  private(set) var count: Int64 = 0
  private(set) var countOfSession: Int64 = 0
  /// The newest entry seen.
  private(set) var last: Int64 = 0
  private var verifier: ChainVerifier?
  private var journalID = ""
  /// The journal the chain says it is, from its first entry.
  private var named: String?

  init(session: String? = nil, key: StationKey? = nil) {
    self.session = session
    self.key = key
  }

  mutating func take(_ reply: JournalInterface.Read.Reply) {
    // Where the chain must reach is what the daemon says first; entries that come later are verified as well.
    var verifier = self.verifier ?? ChainVerifier(expecting: Verification.head(reply.head), key: key)
    journalID = reply.journalID
    for entry in reply.entries {
      count += 1
      last = max(last, entry.number)
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

  /// The chain is whole, there is a key, and a closed session has no seal yet.
  var awaitsSeal: Bool { key != nil && damage == nil && verifier?.seals.uncovered.isEmpty == false }

  /// Why the journal cannot be trusted as it stands; nil when it can.
  var complaint: Complaint? {
    if let damage { return .verificationFailed(damage) }
    if let named, named != journalID {
      return .verificationFailed(
        "the chain is that of journal \(named), the daemon calls it \(journalID)", 1, "rewritten",
        "another journal's chain")
    }
    guard let verifier else { return nil }
    return .contradiction(verifier.findings) ?? .unsealed(verifier, isHeld: key != nil)
  }

  private var head: ChainHead? {
    guard case .intact(let head) = verifier?.verdict() else { return nil }
    return head
  }

  private var seals: SealWords? { verifier.map { SealWords($0.seals, reaching: head, key: key) } }

  var json: JSONObject {
    var document: JSONObject = [
      "intact": true, "entries": .integer(count), "journalID": .string(journalID),
    ]
    if let head {
      document.append(
        "head", .object(["number": .integer(Int64(head.number)), "hash": .string(head.hash.hex)]))
    }
    if let session {
      document.append("entriesOfSession", .integer(countOfSession))
      if let state = verifier?.seals.state(of: session) { document.append("seal", .string(state.rawValue)) }
    }
    seals?.write(to: &document)
    return document
  }

  var text: String {
    var text = "intact: \(Wording.count(count)) entries of journal \(journalID)"
    if let session {
      text += ", \(Wording.count(countOfSession)) of session \(session)"
      if let state = verifier?.seals.state(of: session) { text += " (\(state.rawValue))" }
    }
    if let head { text += "\nhead \(head.number) \(head.hash.hex)" }
    if let seals { text += "\n" + seals.text }
    return text
  }
}
