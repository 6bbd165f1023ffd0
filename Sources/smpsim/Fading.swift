import SMPDaemon
import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import SMPSimulator
import SMPTreatment

/// Clients of one plan who fade differently, one after the other, each on a journal of its own.
struct FadingClients {
  let plan: [UInt8]
  /// As it was named, for the replay.
  let file: String
  let first: UInt64
  let count: Int

  func treat() throws {
    var failed: [UInt64] = []
    var (reached, blocked, sessions, dots) = (0, 0, 0, 0)
    for seed in first..<first + UInt64(count) {
      let directory = try TemporaryDirectory.make()
      defer { TemporaryDirectory.remove(directory) }
      try StateDirectory.prepare(directory, limitsPath: directory + "/limits.yaml")
      let course = try TreatedCourse(plan: plan, seed: seed, directory: directory)
      var treatment = FadingTreatment(course: course, client: FadingClient(seed: seed))
      let outcome: FadingTreatment.Outcome
      do { outcome = try treatment.run() } catch let failure as Failed {
        Terminal.say(failure.description)
        Terminal.say(again(seed))
        failed.append(seed)
        continue
      }
      Terminal.progress("")
      Terminal.say("client \(seed): \(outcome.sentence)")
      if outcome.isReached { reached += 1 } else { blocked += 1 }
      sessions += outcome.sessions
      dots += outcome.dots
      guard !outcome.complaints.isEmpty else { continue }
      failed.append(seed)
      for complaint in outcome.complaints { Terminal.say("  wrong: \(complaint)") }
      Terminal.say(again(seed))
    }
    Terminal.say(
      "\(count) clients, \(sessions) sessions, \(dots) dots: \(reached) hold their target, \(blocked) cannot, "
        + "\(failed.count) went wrong")
    if !failed.isEmpty { throw Failed("clients \(failed) went wrong", status: 1) }
  }

  private func again(_ seed: UInt64) -> String { "  again: smpsim treat \(file) --clients 1 --seed \(seed)" }
}

/// How one client's skin holds pigment: a function of the seed alone.
struct FadingClient {
  let seed: UInt64

  /// SplitMix64's finish: the same everywhere.
  private func draw(_ salt: UInt64) -> UInt64 {
    var z = (seed &+ 1) &* 0x9E37_79B9_7F4A_7C15 &+ salt
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Dots of a thousand that stay: 600 to 1000, and in one zone of eight as few as none.
  func retention(ofZone zone: Int) -> UInt64 {
    let salt = UInt64(zone) &* 0xA24B_AED4_963E_E407
    return draw(salt) % 8 == 0 ? draw(salt &+ 1) % 600 : 600 + draw(salt &+ 1) % 401
  }

  /// Whether the skin holds this dot: settled once it has healed.
  func holds(_ position: ChartPosition, inZone zone: Int) -> Bool {
    let place = UInt64(UInt32(bitPattern: position.x)) << 32 | UInt64(UInt32(bitPattern: position.y))
    return draw(place &+ UInt64(zone) &* 0x9FB2_1C65_1E98_DF25) % 1_000 < retention(ofZone: zone)
  }
}

/// One client's course from the first session to the target, and a second one over the same skin.
struct FadingTreatment {
  let course: TreatedCourse
  let client: FadingClient
  private var judge = NeedleJudge()
  private var complaints: [String] = []

  /// Off by this much the target still counts as held, in hundredths: which dots of a visit stay is chance, and an
  /// assessment is in whole hundredths. A zone of a hundred dots scatters by about four.
  private static let tolerancePercent: Int64 = 10
  /// And as many dots besides: steps of the ramp are whole dots.
  private static let toleranceDots: Int64 = 5

  struct Outcome {
    let sessions: Int
    let dots: Int
    let isReached: Bool
    let sentence: String
    let complaints: [String]
  }

  init(course: TreatedCourse, client: FadingClient) {
    self.course = course
    self.client = client
  }

  mutating func run() throws -> Outcome {
    do {
      return try judged()
    } catch let failure as Failure {
      throw Failed("client \(client.seed): \(failure.sentence)", status: 7)
    }
  }

  private mutating func judged() throws -> Outcome {
    let targets = try course.library.projectCourse(course.course).zones.map(\.dotsTarget)
    var done = 0
    while done < PlanBounds.sessions, try isPlanned(done + 1) {
      try carryOut(done + 1)
      done += 1
      // What has not healed yet says nothing.
      course.wait()
      try assess()
      if try isOver() { break }
      try takeUpProposal()
    }
    let zones = try zonesNow()
    for (zone, target) in zip(zones, targets) { judge(zone, target: target) }
    let words = zones.enumerated().map { index, zone in
      "\(zone.name) \(client.retention(ofZone: index) / 10) %: \(zone.held) of \(targets[index]) held"
        + (zone.obstacle.map { ", \($0)" } ?? "")
    }
    try repeatCourse()
    complaints += judge.complaints
    try course.end(exports: false)
    return Outcome(
      sessions: done, dots: judge.contacts, isReached: zones.allSatisfy { $0.obstacle == nil },
      sentence: "\(done) sessions; " + words.joined(separator: "; "), complaints: complaints)
  }

  private func isPlanned(_ number: Int) throws -> Bool {
    try course.library.course(course.course).plan.sessions.count >= number
  }

  private mutating func carryOut(_ number: Int) throws {
    let plan = try course.library.course(course.course).plan
    _ = try course.session(number)
    judge.take(course.device.contactLog, of: plan.sessions[number - 1], zones: plan.zones)
    let recorded = try dots(of: course.course).count + earlier
    if recorded != judge.contacts {
      complaints.append("session \(number): \(recorded) dots in the journal, \(judge.contacts) in the needle's log")
    }
  }

  /// Dots of the client's first course while the second is under way.
  private var earlier = 0

  private func dots(of name: String) throws -> [ChartPosition] {
    try course.library.read { (store) throws(JournalError) in try store.livingDots(course: name) }.map(\.position)
  }

  private struct Zone {
    let name: String
    let placed: Int64
    /// In truth.
    let held: Int64
    let isSettled: Bool
    let obstacle: String?
  }

  private func zonesNow() throws -> [Zone] {
    let plan = try course.library.course(course.course).plan
    let dots = try dots(of: course.course)
    let projection = try course.library.projectCourse(course.course)
    return zip(plan.zones, projection.zones).enumerated().map { index, pair in
      let held = dots.filter { client.holds($0, inZone: index) }
      return Zone(
        name: pair.0.name, placed: pair.0.count(of: dots), held: pair.0.count(of: held),
        isSettled: !pair.1.reachable || pair.1.dotsHeld >= pair.1.dotsTarget, obstacle: pair.1.obstacle)
    }
  }

  /// As a person would: what is seen of each zone with dots, in whole hundredths, rounded down.
  private func assess() throws {
    let seen = try zonesNow().filter { $0.placed > 0 }
    let (_, draft) = try course.library.assessCourse(
      .init(
        course: course.course, zones: seen.map { .init(zone: $0.name, retentionPercent: $0.held * 100 / $0.placed) },
        skin: .clear, by: "simulated practitioner"))
    try course.ask(.record([draft], basedOn: nil))
  }

  private func isOver() throws -> Bool { try zonesNow().allSatisfy(\.isSettled) }

  private func takeUpProposal() throws {
    let proposal = try course.library.proposeCourse(course.course)
    guard !proposal.changes.isEmpty else { return }
    let (_, version) = try course.library.amendPlan(
      .init(course: course.course, text: proposal.text, by: "simulated practitioner", reason: "assessed"))
    try course.ask(.record([version], basedOn: nil))
    try course.sign()
  }

  private mutating func judge(_ zone: Zone, target: Int64) {
    guard zone.obstacle == nil else { return }
    let off = target * Self.tolerancePercent / 100 + Self.toleranceDots
    guard abs(zone.held - target) > off else { return }
    complaints.append("\(zone.name) holds \(zone.held) of \(target) dots, and nothing was said to be in its way")
  }

  /// The same client, the same zones, a little denser, as if nothing had been done yet: the guard has to know better (S4).
  private mutating func repeatCourse() throws {
    let plan = try course.library.course(course.course).plan
    earlier = judge.contacts
    let text = SecondCourse.text(after: plan)
    try course.takeIn(Array(text.utf8))
    try carryOut(1)
  }
}

/// One session over every zone of a plan, ten dots per cm² denser than that plan ended, and never denser than 95.
enum SecondCourse {
  static func text(after plan: Plan) -> String {
    let lines = PlanDocument.text(of: plan).split(separator: "\n", omittingEmptySubsequences: false)
    let head = lines.prefix { $0 != "sessions:" }
    let listings = plan.zones.indices.compactMap { index in
      plan.sessions.flatMap(\.zones).last { $0.zone == index }
    }
    let zones = listings.map { zone in
      let density = min(zone.density.perSquareMetre / 10_000 + 10, 95)
      return """
              - zone: \(zone.name)
                depth: \(zone.depth.micrometres / 1_000).\(padded(zone.depth.micrometres % 1_000)) mm
                speed: \(zone.speed.millihertz / 1_000) Hz
                dwell: \(zone.dwell.milliseconds) ms
                spacing: 0.\(padded(min(max(zone.spacing.micrometres, 600), 700))) mm
                density: \(density) /cm2
                local-density: 100 /cm2
                needle: "\(zone.needle)"
        """
    }
    return (head + ["sessions:", "  - session: 1", "    zones:"]).joined(separator: "\n") + "\n"
      + zones.joined(separator: "\n") + "\n"
  }

  private static func padded(_ thousandths: Int64) -> String {
    let digits = String(thousandths)
    return String(repeating: "0", count: max(0, 3 - digits.count)) + digits
  }
}
