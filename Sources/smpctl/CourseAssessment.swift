import ArgumentParser
import SMPInterface
import SMPModel

/// `--zone vertex=80`: a zone and how many of 100 dots it still holds.
struct RetentionArgument: ExpressibleByArgument {
  let zone: String
  let percent: Int64

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, let percent = Int64(parts[1]), (0...100).contains(percent) else {
      return nil
    }
    (zone, self.percent) = (String(parts[0]), percent)
  }
}

extension CourseCommand {
  struct Assess: Action {
    static let configuration = CommandConfiguration(
      abstract: "Records how much of what was placed is still held, zone by zone.",
      discussion: """
        To be done at each visit, before the next session. Every zone that has dots is named once. A correction is an \
        entry of its own: what it corrects stays, and course status names the entry.
        """)
    @OptionGroup var options: GlobalOptions
    @OptionGroup var trial: TrialOption
    @Argument(help: "The course, such as C-7F3A2B.")
    var course: String
    @Option(
      name: .customLong("zone"),
      help: ArgumentHelp("A zone and how many of 100 dots it still holds, 0 to 100.", valueName: "name=percent"))
    var zones: [RetentionArgument] = []
    @Option(help: "The skin of the client: clear, redness or scabs.")
    var skin: SkinArgument
    @Option(help: ArgumentHelp("What else was seen.", valueName: "text"))
    var remarks: String?
    @Option(help: ArgumentHelp("Who assessed.", valueName: "name"))
    var by: String
    @Option(
      name: .customLong("correct"),
      help: ArgumentHelp("The entry of the assessment that this one stands in place of.", valueName: "entry"))
    var corrects: Int64?

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(
        CourseInterface.Assess.self,
        .init(
          course: course, zones: zones.map { .init(zone: $0.zone, retentionPercent: $0.percent) }, skin: skin.word,
          remarks: remarks, by: by, corrects: corrects, dryRun: trial.flag))
      console.document(answer.json)
      let zones = answer.reply.zones.map { "\($0.zone) \($0.retentionPercent) %" }.joined(separator: ", ")
      console.answer(trial.mark("\(course) assessed after session \(answer.reply.visit): \(zones)"))
      if !trial.dryRun { console.note("next: smpctl course project \(course); smpctl course propose \(course)") }
      return .done
    }
  }

  struct Project: Action {
    static let configuration = CommandConfiguration(
      abstract: "Shows what is still to come of a course, with a range, and what drives it.",
      discussion: """
        Before the first session as the plan has it, after an assessment as the skin holds. Counted are dots, hours \
        and cartridges; there are no prices.
        """)
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The course, such as C-7F3A2B.")
    var course: String

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(CourseInterface.Project.self, .init(course: course))
      console.document(answer.json)
      console.answer(Wording.projection(answer.reply))
      return .done
    }
  }

  struct Propose: Action {
    static let configuration = CommandConfiguration(
      abstract: "Writes the plan with its sessions to come as the retention asks for them.",
      discussion: """
        Within every limit, and never signed: whoever accepts it takes it in with smpctl plan amend, as it is or \
        altered. The plan is the answer; what it changes is told beside it.
        """)
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The course, such as C-7F3A2B.")
    var course: String

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(CourseInterface.Propose.self, .init(course: course))
      console.document(answer.json)
      console.verbatim(answer.reply.text)
      for remark in answer.reply.remarks { console.note("cannot be reached: \(remark)") }
      for change in answer.reply.changes { console.note(Wording.change(change)) }
      if answer.reply.changes.isEmpty { console.note("nothing is to change") }
      return .done
    }
  }
}

extension Wording {
  static func projection(_ projection: CourseInterface.Project.Reply) -> String {
    func range(_ range: CourseInterface.Range, _ text: (Int64) -> String) -> String {
      range.low == range.high
        ? text(range.expected) : "\(text(range.expected)) (\(text(range.low)) to \(text(range.high)))"
    }
    func hours(_ minutes: Int64) -> String { "\(minutes / 60) h \(minutes % 60) min" }
    var lines = [
      "sessions    " + range(projection.sessions, count), "dots        " + range(projection.dots, count),
      "work        " + range(projection.minutes, hours), "cartridges  " + range(projection.cartridges, count),
    ]
    if let visits = projection.visits {
      func date(_ milliseconds: Int64) -> String { UniversalTime.sentence(WallTime(milliseconds: milliseconds)) }
      lines.append("earliest    \(date(visits.earliestWallMilliseconds))")
      let (from, until) = (visits.recommendedFromWallMilliseconds, visits.recommendedUntilWallMilliseconds)
      lines.append("best        \(date(from)) to \(date(until))")
    }
    lines += projection.drivers.map { "because     \($0)" }
    var zones = TextTable(
      ["ZONE", "TARGET", "PLACED", "HELD", "RETENTION", "TO COME", "REACHED"], numeric: [1, 2, 3, 4, 5])
    for zone in projection.zones {
      zones.append([
        zone.name, count(zone.dotsTarget), count(zone.dotsPlaced), count(zone.dotsHeld),
        "\(zone.retentionPercent) %" + (zone.assessed ? "" : " assumed"), count(zone.dotsToCome),
        zone.reachable ? (zone.dotsHeld >= zone.dotsTarget ? "yes" : "can be") : "cannot be",
      ])
    }
    var visits = TextTable(["SESSION", "DOTS", "WORK"], numeric: [0, 1, 2])
    for visit in projection.sessionsToCome {
      visits.append([count(visit.session), count(visit.dots), hours(visit.minutes)])
    }
    return lines.joined(separator: "\n") + "\n" + zones.text
      + (projection.sessionsToCome.isEmpty ? "" : "\n" + visits.text)
  }

  static func assessment(_ assessment: CourseInterface.Assessment) -> String {
    let zones = assessment.zones.map { "\($0.zone) \($0.retentionPercent) %" }.joined(separator: ", ")
    return "assessed  after session \(assessment.visit) by \(assessment.by), entry \(assessment.entry): \(zones); "
      + "skin \(assessment.skin.rawValue)" + (assessment.remarks.map { "; \($0)" } ?? "")
  }
}
