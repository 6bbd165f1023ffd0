internal import Glibc
package import SMPInterface
package import SMPJournal
package import SMPModel
internal import SMPPlanFile
package import SMPRecord
package import SMPSession
package import SMPTreatment
internal import Synchronization

/// What the daemon knows from files: plans, courses, limits. Everything here reads the disk, so it runs on the
/// librarian's thread and never on the owner's.
package final class Library: Sendable {
  package let store: JournalStore
  /// The clinic's limits file (S3).
  package let limitsPath: String

  let salts: Salts
  /// Courses whose import is on its way to the journal: a second import of the same document must not be written.
  private let importing = Mutex<[String: Fingerprint]>([:])

  package init(store: JournalStore, limitsPath: String, salts: Salts) {
    self.store = store
    self.limitsPath = limitsPath
    self.salts = salts
  }

  // MARK: Limits

  /// The clinic's limits, or nil with the reason when the file is absent, unreadable or wrong.
  package func siteLimits() -> (limits: LimitSet?, interval: VisitInterval?, problem: String?) {
    guard let bytes = FileBytes.read(limitsPath, atMost: LimitsFile.maximumBytes) else {
      return (nil, nil, "\(limitsPath) is absent, too large or cannot be read")
    }
    let reading = LimitsFile.parse(bytes)
    if let first = reading.problems.first(where: { $0.severity == .error }) {
      return (nil, nil, "\(limitsPath):\(first.line):\(first.column): \(first.message)")
    }
    return (reading.limits, reading.interval, nil)
  }

  // MARK: Plans

  /// A course's plan as it stands: document, meaning, signature.
  package struct Course: Sendable {
    package let course: String
    package let stored: StoredPlan
    package let plan: Plan
    package let signature: (entry: PlanSignedEntry, at: WallTime, by: String)?
  }

  package func course(_ name: String) throws(Failure) -> Course {
    guard let stored = try read({ (store) throws(JournalError) in try store.plan(course: name) }) else {
      throw .notFound(what: "course", name: name, remedy: "see smpctl plan list")
    }
    guard let plan = PlanDocument.parse(stored.text).plan else {
      throw .journalFailed(
        reason: "the stored plan of \(name) no longer reads as a plan",
        remedy: "smpctl log verify tells what was altered")
    }
    return Course(course: name, stored: stored, plan: plan, signature: try signature(of: name))
  }

  private func signature(of course: String) throws(Failure) -> (entry: PlanSignedEntry, at: WallTime, by: String)? {
    let entries = try read { (store) throws(JournalError) in try store.entries(course: course, kind: .planSigned) }
    guard let last = entries.last, case .planSigned(let signed) = last.body else { return nil }
    return (signed, last.header.wall, try text(behind: signed.by) ?? "(erased)")
  }

  /// The text behind a commitment; nil when it was erased.
  package func text(behind commitment: Commitment) throws(Failure) -> String? {
    try read { (store) throws(JournalError) in try store.confidential(behind: [commitment]) }.first?.text
  }

  package func courses() throws(Failure) -> [String] {
    var names: [String] = []
    for plan in try read({ (store) throws(JournalError) in try store.plans() }) where names.last != plan.course {
      names.append(plan.course)
    }
    return names
  }

  /// How a document stands to the journal.
  package enum Standing: Sendable {
    case new
    /// Given to the owner, and not yet durable: it may still be lost.
    case onItsWay
    case stored
  }

  /// The reference a document gets: its own fingerprint, shortened, so that the same document is the same course.
  package func reference(for fingerprint: Fingerprint) throws(Failure) -> (course: String, standing: Standing) {
    let hex = fingerprint.hex.uppercased()
    for length in [6, 10, 16, 64] {
      let course = "C-" + hex.prefix(length)
      // Looked at first: what leaves it between the two looks is stored by then.
      let coming = importing.withLock { $0[course] }
      let stored = try read { (store) throws(JournalError) in try store.plan(course: course, version: 1) }
      guard let known = stored?.sha256 ?? coming else { return (course, .new) }
      if known == fingerprint { return (course, stored == nil ? .onItsWay : .stored) }
    }
    return ("C-" + hex, .stored)
  }

  /// The document is about to be written as this course; `endsImport` follows, however that ends.
  func beginsImport(_ course: String, _ fingerprint: Fingerprint) { importing.withLock { $0[course] = fingerprint } }

  /// The document is durable, or it will not be: either way the journal itself knows best from here on.
  func endsImport(_ course: String) { importing.withLock { $0[course] = nil } }

  /// Every living dot of the course's client, whatever course it was made in (S4).
  func history(of course: Course) throws(Failure) -> [LivingDot] {
    var dots: [LivingDot] = []
    for name in try courses(ofClientOf: course) {
      dots += try read { (store) throws(JournalError) in try store.livingDots(course: name) }
    }
    return dots
  }

  // MARK: Sessions

  /// Everything the machine needs to judge a start (S12); which of it is in order, the machine says.
  package func startOrder(
    _ wish: SessionInterface.Start.Parameters, device: String?, wall: WallTime
  ) throws(Failure) -> StartOrder {
    let course = try course(wish.course)
    do throws(JournalError) { try store.checkReserve() } catch { throw error.failure }
    let sessions = try read { (store) throws(JournalError) in try store.sessions(course: wish.course) }
    let done = sessions.count { $0.closed != nil && $0.dotsMade > 0 }
    let number = min(done + 1, course.plan.sessions.count)
    guard
      let profile = course.plan.profile(
        course: course.course, planDigest: Fingerprint(of: course.stored.text).bytes, session: number)
    else { throw .notFound(what: "session", name: String(number), remedy: "see smpctl course status \(wish.course)") }
    let site = siteLimits()
    return StartOrder(
      session: Self.sessionName(course.course, number, among: sessions.map(\.session)), profile: profile,
      signature: course.signature.map { PlanSignature(planDigest: $0.entry.plan.bytes, by: $0.by) },
      site: site.limits,
      history: try history(of: course),
      sessionsDone: done, deviceSerial: wish.device ?? device, operatorName: wish.operator, pigmentLot: wish.pigmentLot,
      cartridge: wish.cartridge, skin: SkinCheck(wish.skin),
      earlier: EarlierUse(
        visits: try visits(of: course, site.interval), cartridgeUsedIn: try otherUse(of: wish.cartridge, course)),
      wall: wall, override: try wish.override.map(Self.override))
  }

  private static func sessionName(_ course: String, _ number: Int, among taken: [String]) -> String {
    let name = "\(course)-\(number)"
    guard taken.contains(name) else { return name }
    // An earlier attempt made no dot: the number is the same, the record is another.
    var attempt = 2
    while taken.contains("\(name).\(attempt)") { attempt += 1 }
    return "\(name).\(attempt)"
  }

  /// Reads the journal; its error becomes the interface's.
  package func read<Value>(_ body: (JournalStore) throws(JournalError) -> Value) throws(Failure) -> Value {
    do throws(JournalError) { return try body(store) } catch { throw error.failure }
  }
}

extension JournalError {
  package var failure: Failure { .journalFailed(reason: what, remedy: remedy) }

  /// What a daemon says whose journal has failed under it.
  var standstill: String {
    "the journal takes no entries, so the needle stays still: " + (path.map { "\($0): " } ?? "") + what
  }

  /// What to do then: a journal that has failed is opened anew, by another daemon.
  var wayOn: String {
    switch self {
    // Not yet, or what is not saved is lost.
    case .displaced(_, _, _, .failed): remedy
    case .displaced, .poisoned, .nothingLost: remedy + "; as a service: systemctl restart smpd"
    case .directoryMissing, .notADirectory, .directoryUnsafe, .readOnly, .full, .reserve, .newerSchema, .corrupt,
      .notADatabase, .notAJournal, .locked, .busy, .otherWorld, .tail, .wrongEntry, .failed:
      remedy + "; then start the daemon anew; as a service: systemctl restart smpd"
    }
  }
}

extension SkinCheck {
  init(_ skin: SessionInterface.Skin) {
    switch skin {
    case .clear: self = .clear
    case .redness: self = .redness
    // A word of a newer client cannot mean that the skin is clear.
    case .scabs, .unknown: self = .scabs
    }
  }
}

/// Whole small files.
package enum FileBytes {
  /// Nil when the file is absent, unreadable or larger than `bound`.
  package static func read(_ path: String, atMost bound: Int) -> [UInt8]? {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { return nil }
      if count == 0 { return bytes }
      bytes.append(contentsOf: buffer[..<count])
      if bytes.count > bound { return nil }
    }
  }

  /// Writes a new file; false when it exists or cannot be written.
  package static func create(_ path: String, _ bytes: [UInt8], mode: UInt32) -> Bool {
    let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    var offset = 0
    while offset < bytes.count {
      let count = unsafe bytes[offset...].withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return false }
      offset += count
    }
    return fsync(descriptor) == 0
  }
}
