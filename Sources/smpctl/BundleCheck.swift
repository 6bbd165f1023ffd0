import SMPRecord
import StrictJSON

/// `log verify --bundle`: a bundle against the station's public key, without any daemon.
struct BundleCheck {
  let path: String
  let key: StationKey?

  func perform(_ console: Console) throws -> ExitStatus {
    var verifier = BundleVerifier(key: key)
    var file = try LineFile(path)
    do {
      while let line = try file.line(atMost: BundleLine.maximumBytes) {
        // A last line without its end may be half of one; half a line of JSON is none, but this says why.
        guard line.isEnded || line.bytes.count > BundleLine.maximumBytes else {
          throw BundleError(line: verifier.lineCount + 1, detail: "the line has no end: it was cut off")
        }
        try verifier.take(line.bytes)
      }
      let verification = BundleVerification(verifier: verifier, verdict: try verifier.verdict(), key: key)
      if let complaint = verification.complaint { throw complaint }
      console.document(verification.json)
      console.answer(verification.text)
      return .done
    } catch let error as BundleError {
      throw Complaint(
        status: .invalidInput, name: "smpctl.InvalidInput",
        message: "\(path):\(error.line): this is no bundle: \(error.detail)",
        remedy: "have it exported anew: smpctl log export SESSION --format bundle -o FILE",
        facts: ["line": .integer(Int64(error.line)), "detail": .string(error.detail)])
    }
  }
}

/// What verifying a bundle found.
struct BundleVerification {
  let verifier: BundleVerifier
  let verdict: ChainVerdict
  let key: StationKey?

  var complaint: Complaint? {
    if case .broken(let damage) = verdict { return .verificationFailed(damage) }
    return .contradiction(verifier.chain.findings) ?? .unsealed(verifier.chain, isHeld: key != nil)
  }

  private var head: ChainHead? {
    guard case .intact(let head) = verdict else { return nil }
    return head
  }

  var json: JSONObject {
    var document: JSONObject = ["intact": true, "entries": .integer(Int64(verifier.count))]
    if let session = verifier.first?.session { document.append("session", .string(session)) }
    SealWords(verifier.chain.seals, reaching: head, key: key).write(to: &document)
    return document
  }

  var text: String {
    let what = verifier.first?.session.map { "session \($0)" } ?? "a whole journal, as far as this file goes"
    return "intact: \(Wording.count(Int64(verifier.count))) entries of \(what)\n"
      + SealWords(verifier.chain.seals, reaching: head, key: key, isBundle: true).text
  }
}

/// What the seals say of a record whose chain is whole.
struct SealWords {
  private let sealedUpTo: UInt64
  private let tail: UInt64
  private let uncovered: [String]
  private let key: StationKey?
  private let isBundle: Bool

  init(_ seals: SealBook, reaching head: ChainHead?, key: StationKey?, isBundle: Bool = false) {
    sealedUpTo = seals.covered?.number ?? 0
    tail = (head?.number ?? 0) - min(head?.number ?? 0, sealedUpTo)
    uncovered = seals.uncovered.map(\.session)
    self.key = key
    self.isBundle = isBundle
  }

  func write(to document: inout JSONObject) {
    document.append("sealedUpTo", .integer(Int64(sealedUpTo)))
    document.append("unsealedEntries", .integer(Int64(tail)))
    document.append("unsealedSessions", .array(uncovered.map { .string($0) }))
    document.append("key", key.map { .string($0.fingerprint.hex) } ?? .null)
  }

  var text: String {
    var lines: [String] = []
    if sealedUpTo == 0 {
      lines.append("sealed: nothing")
    } else if tail == 0 {
      lines.append("sealed: every entry")
    } else {
      lines.append(
        "sealed: up to entry \(sealedUpTo); unsealed tail: \(Wording.count(Int64(tail))) after it")
    }
    if !uncovered.isEmpty { lines.append("closed and not sealed: " + uncovered.joined(separator: ", ")) }
    if let key {
      lines.append("key: \(key.fingerprint.hex)")
    } else {
      lines.append(
        isBundle
          ? "no key was given: the seals are held against the key that the bundle itself names, and whoever writes a whole "
            + "bundle anew names his own; give --key"
          : "the daemon has no key: the seals are held against the key that the journal itself names")
    }
    return lines.joined(separator: "\n")
  }
}

extension Complaint {
  static func verificationFailed(_ damage: ChainBreak) -> Complaint {
    let what =
      damage.damage == .sealInvalid
      ? "the seal at entry \(damage.number) does not hold"
      : "entry \(damage.number) is \(damage.damage.word.description)"
    return verificationFailed(
      "\(what): \(damage.detail)", damage.number, damage.damage.word.description, damage.detail)
  }

  static func verificationFailed(
    _ message: String, _ number: UInt64, _ damage: String, _ detail: String
  ) -> Complaint {
    Complaint(
      status: .verificationFailed, name: "smpctl.VerificationFailed", message: message,
      remedy: "keep the record as it is, make a copy, and find out who changed it; do not go on working on it",
      facts: ["entry": .integer(Int64(number)), "damage": .string(damage), "detail": .string(detail)])
  }

  /// Nil where the entries say nothing that cannot be.
  static func contradiction(_ findings: [RecordFinding]) -> Complaint? {
    guard let first = findings.first else { return nil }
    return verificationFailed(
      "the chain is intact, but its entries contradict each other"
        + findings.map { "\n  \($0.description)" }.joined(), first.number, "contradiction", first.description)
  }

  /// Nil where every closed session is covered by a seal, and the devices have counted nothing that the unsealed tail
  /// lacks. Without a key of its own a reader cannot ask for seals: the station may never have had one.
  static func unsealed(_ chain: ChainVerifier, isHeld: Bool) -> Complaint? {
    if isHeld, let session = chain.seals.uncovered.first {
      let detail = "it closes session \(session.session), which has no seal"
      let number = session.closed?.number ?? 0
      return verificationFailed("entry \(number) is not sealed: \(detail)", number, "unsealed", detail)
    }
    guard let gap = chain.contactGaps.first(where: { $0.number > (chain.seals.covered?.number ?? 0) }) else {
      return nil
    }
    let detail =
      "device \(gap.serial) has counted \(gap.contacts) contacts that the record does not have: entries at its end were "
      + "removed, or the device was used at another station"
    return verificationFailed("entry \(gap.number) shows it: \(detail)", gap.number, "contacts_missing", detail)
  }
}
