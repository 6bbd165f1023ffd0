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
  /// The directory of its presets; nil where there are none.
  let presetsPath: String?

  let salts: Salts
  package let sealing: Sealing
  /// Courses whose import is on its way to the journal: a second import of the same document must not be written.
  private let importing = Mutex<[String: Fingerprint]>([:])

  package init(
    store: JournalStore, limitsPath: String, presetsPath: String? = nil, salts: Salts, sealing: Sealing
  ) {
    self.store = store
    self.presetsPath = presetsPath
    self.sealing = sealing
    self.limitsPath = limitsPath
    self.salts = salts
  }

  convenience init(_ configuration: DaemonConfiguration, store: JournalStore, salts: Salts, sealing: Sealing) {
    self.init(
      store: store, limitsPath: configuration.limitsPath, presetsPath: configuration.presetsPath, salts: salts,
      sealing: sealing)
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

  /// A course's plan as it stands: document, meaning, and what people did with it.
  package struct Course: Sendable {
    package let course: String
    package let stored: StoredPlan
    package let plan: Plan
    let papers: CoursePapers
    package var signature: CoursePapers.Signature? { papers.signature }
  }

  package func course(_ name: String) throws(Failure) -> Course {
    guard let stored = try read({ (store) throws(JournalError) in try store.plan(course: name) }) else {
      throw .notFound(what: "course", name: name, remedy: "see smpctl plan list")
    }
    return try course(name, stored)
  }

  /// The same with the version of the plan that has this SHA-256.
  func course(_ name: String, sha256: String) throws(Failure) -> Course {
    let plans = try read { (store) throws(JournalError) in try store.plans() }
    guard let version = plans.last(where: { $0.course == name && $0.sha256.hex == sha256 })?.version,
      let stored = try read({ (store) throws(JournalError) in try store.plan(course: name, version: version) })
    else { throw .notFound(what: "plan", name: sha256, remedy: "see smpctl plan show \(name)") }
    return try course(name, stored)
  }

  private func course(_ name: String, _ stored: StoredPlan) throws(Failure) -> Course {
    guard let plan = PlanDocument.parse(stored.text).plan else {
      throw .journalFailed(
        reason: "the stored plan of \(name) no longer reads as a plan",
        remedy: "smpctl log verify tells what was altered")
    }
    return Course(course: name, stored: stored, plan: plan, papers: try papers(of: name, version: stored.version))
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
      guard let known = stored?.sha256 ?? coming else {
        // A forgotten client's course keeps its name: whoever comes with the same document is another course.
        if try read({ (store) throws(JournalError) in try store.papers(course: course) }).isEmpty {
          return (course, .new)
        }
        continue
      }
      if known == fingerprint { return (course, stored == nil ? .onItsWay : .stored) }
    }
    return ("C-" + hex, .stored)
  }

  /// The document is about to be written as this course; `endsImport` follows, however that ends.
  func beginsImport(_ course: String, _ fingerprint: Fingerprint) { importing.withLock { $0[course] = fingerprint } }

  /// The document is durable, or it will not be: either way the journal itself knows best from here on.
  func endsImport(_ course: String) { importing.withLock { $0[course] = nil } }

  /// Every living dot in these courses: all of one client's (S4).
  private func history(in own: [String]) throws(Failure) -> [LivingDot] {
    var dots: [LivingDot] = []
    for name in own {
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
    try checkPractice(course.plan, of: course.course)
    let own = try courses(ofClientOf: course)
    return StartOrder(
      session: Self.sessionName(course.course, number, among: sessions.map(\.session)), profile: profile,
      signature: course.signature.map { PlanSignature(planDigest: $0.entry.plan.bytes, by: $0.by) },
      site: site.limits,
      history: try history(in: own),
      sessionsDone: done, deviceSerial: wish.device ?? device, operatorName: wish.operator, pigmentLot: wish.pigmentLot,
      cartridge: wish.cartridge, skin: SkinCheck(wish.skin),
      earlier: EarlierUse(
        visits: try visits(of: course, among: own, site.interval),
        cartridgeUsedIn: try otherUse(of: wish.cartridge, than: own),
        lots: try lots(of: wish, for: course.plan, on: try day(wall))),
      wall: wall, override: try wish.override.map(Self.override), isAbandoned: course.papers.abandonment != nil)
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
