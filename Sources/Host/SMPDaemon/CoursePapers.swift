internal import SMPInterface
internal import SMPJournal
package import SMPModel
package import SMPRecord

/// What people did with a course's plan: agreed to it, signed it, gave it up (S12). Of one version, but for the last.
package struct CoursePapers: Sendable {
  /// A text that is no longer there.
  private static let erased = "(erased)"

  struct Agreement: Sendable {
    /// The witness.
    let by: String
  }

  package struct Signature: Sendable {
    package let entry: PlanSignedEntry
    package let at: WallTime
    package let by: String
    /// The reference of the consent document; nil on practice skin.
    package let consent: String?
  }

  struct Abandonment: Sendable {
    let by: String
    let reason: String
  }

  private(set) var agreement: Agreement?
  private(set) var signature: Signature?
  private(set) var abandonment: Abandonment?
  /// A session of the course waits for a person's word (S7).
  private(set) var isUncertain = false

  /// - Parameters:
  ///   - entries: the course's own, in order.
  ///   - version: whose agreement and signature are meant.
  fileprivate init(
    _ entries: [Entry], version: Int64, text: (Commitment) throws(Failure) -> String?
  ) throws(Failure) {
    func shown(_ commitment: Commitment) throws(Failure) -> String { try text(commitment) ?? Self.erased }
    var current: (version: Int64, plan: Fingerprint)?
    for entry in entries {
      switch entry.body {
      case .planImported(let imported): current = (imported.version, imported.plan)
      case .planAmended(let amended): current = (amended.version, amended.plan)
      // Given for another document than the one that had come meanwhile, it stands for nothing.
      case .planAgreed(let agreed) where current?.version == version && current?.plan == agreed.plan:
        agreement = Agreement(by: try shown(agreed.by))
      case .planSigned(let signed) where current?.version == version && current?.plan == signed.plan:
        signature = Signature(
          entry: signed, at: entry.header.wall, by: try shown(signed.by), consent: try signed.consent.map(shown))
      case .courseAbandoned(let given):
        abandonment = Abandonment(by: try shown(given.by), reason: try shown(given.reason))
      case .uncertain: isUncertain = true
      case .resolved: isUncertain = false
      default: break
      }
    }
  }
}

extension Library {
  func papers(of course: String, version: Int64) throws(Failure) -> CoursePapers {
    let entries = try read { (store) throws(JournalError) in try store.papers(course: course) }
    return try CoursePapers(entries, version: version) { (commitment) throws(Failure) in try text(behind: commitment) }
  }
}
