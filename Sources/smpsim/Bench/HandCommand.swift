import ArgumentParser
import SMPDaemon
import SMPInterface
import SMPModel
import SMPPlanFile
import SMPSimulator
import SMPTreatment

/// `smpsim hand`: somebody takes up the handpiece of a simulated device that a daemon drives over a cable.
struct HandCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hand",
    abstract: "The simulated hand works a session of a plan, or puts the handpiece down.",
    discussion: """
      For a device with a bench of its own: smpsim device, usbredir and usbip. It works as a person would, mistakes \
      included, as soon as the session is armed, and keeps clear of the dots the device has made before. With smpsim \
      serve --hand auto nothing of this is needed.
      """)

  @Argument(help: "The plan that is carried out; left out with --down.")
  var plan: String?
  @Option(help: "Which of the plan's sessions.")
  var session = 1
  @Option(help: ArgumentHelp("Only hold the tip to this landmark of the plan, for a registration.", valueName: "name"))
  var landmark: String?
  @Flag(help: "Put the handpiece down and forget the job.")
  var down = false
  @Option(help: ArgumentHelp("The clinic's limits file; the defaults without it.", valueName: "file"))
  var limits: String?
  @OptionGroup var bench: BenchSocket

  func validate() throws {
    guard (plan == nil) == down else { throw ValidationError("name a plan, or give --down.") }
  }

  func run() throws {
    try reporting {
      if down {
        _ = try bench.ask(SimulatorInterface.LayDown.self, .init(dryRun: nil))
        _ = try bench.ask(SimulatorInterface.Approach.self, .init())
        return Terminal.say("the handpiece is down")
      }
      if let landmark { return try hold(landmark) }
      // The sheet first: a plan with mistakes in it asks nobody anything.
      let sheet = try sheet()
      let work = try sheet(dotsMade())
      _ = try bench.ask(SimulatorInterface.TakeUp.self, work.parameters)
      let dots = work.zones.reduce(0) { $0 + $1.dots }
      Terminal.say("the hand has session \(session) to work: \(dots) dots in \(work.zones.count) zones")
    }
  }

  /// Where the landmark is in truth; the device sees it in its own frame.
  private func hold(_ name: String) throws {
    let path = plan ?? ""
    guard let bytes = FileBytes.read(path, atMost: PlanDocument.maximumBytes),
      let plan = PlanDocument.parse(bytes).plan
    else { throw Failed("\(path) is no plan. Remedy: see what smpctl plan check says of it", status: 65) }
    guard let landmark = plan.landmarks.first(where: { $0.name == name }) else {
      let known = plan.landmarks.map(\.name)
      let likely = Nearest.word(to: name, among: known).map { "did you mean \($0)? " } ?? ""
      throw Failed(
        "\(path) has no landmark \(name). Remedy: \(likely)it has: " + known.joined(separator: ", "), status: 3)
    }
    _ = try bench.ask(
      SimulatorInterface.Approach.self,
      .init(place: .init(xMicrometres: Int64(landmark.place.x), yMicrometres: Int64(landmark.place.y))))
    Terminal.say("the tip is held to \(name)")
  }

  /// What the device has put into the skin.
  private func dotsMade() throws -> [ChartPosition] {
    var places: [ChartPosition] = []
    while true {
      let reply = try bench.ask(SimulatorInterface.Contacts.self, .init(after: Int64(places.count)))
      if reply.contacts.isEmpty { return places }
      places += reply.contacts.map {
        ChartPosition(x: Int32(clamping: $0.xMicrometres), y: Int32(clamping: $0.yMicrometres))
      }
    }
  }

  private func sheet() throws -> ([ChartPosition]) -> HandWork {
    let path = plan ?? ""
    guard let bytes = FileBytes.read(path, atMost: PlanDocument.maximumBytes) else {
      throw Failed("\(path) cannot be read, or is too large. Remedy: name a plan file", status: 65)
    }
    let site = try siteLimits()
    let reading = PlanDocument.parse(bytes, site: site)
    guard let plan = reading.plan else {
      let problems = reading.problems.map { "\(path):\($0.line):\($0.column): \($0.message)" }
      throw Failed(problems.joined(separator: "\n"), status: 65)
    }
    // Neither course nor digest reaches the hand: it reads the sheet, not the journal.
    let digest = [UInt8](repeating: 0, count: 32)
    guard let profile = plan.profile(course: "HAND", planDigest: digest, session: session) else {
      throw Failed("\(path) has no session \(session). Remedy: smpctl plan check \(path) shows how many", status: 65)
    }
    return { HandWork(profile: profile, living: $0, .simulated(serial: ""), site: site) }
  }

  private func siteLimits() throws -> LimitSet {
    var text = Array(LimitsFile.defaultText.utf8)
    if let limits {
      guard let bytes = FileBytes.read(limits, atMost: LimitsFile.maximumBytes) else {
        throw Failed("\(limits) cannot be read, or is too large. Remedy: name the clinic's limits file", status: 65)
      }
      text = bytes
    }
    let reading = LimitsFile.parse(text)
    guard let found = reading.limits else {
      let problems = reading.problems.map { "\(limits ?? "default"):\($0.line):\($0.column): \($0.message)" }
      throw Failed(problems.joined(separator: "\n"), status: 65)
    }
    return found
  }
}
