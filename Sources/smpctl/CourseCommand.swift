import ArgumentParser
import SMPInterface
import SMPModel

struct CourseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "course", abstract: "Courses of treatment.",
    subcommands: [
      List.self, Status.self, Assess.self, Project.self, Propose.self, Abandon.self, Forget.self,
    ])

  struct List: Action {
    static let configuration = CommandConfiguration(abstract: "Lists the courses.")
    @OptionGroup var options: GlobalOptions

    func perform(_ console: Console) throws -> ExitStatus {
      let list = try options.daemon().list(CourseInterface.List.self)
      console.document(list.json)
      console.answer(Wording.courses(list.rows))
      return .done
    }
  }

  struct Status: Action {
    static let configuration = CommandConfiguration(abstract: "Shows how far a course is.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "The course, such as C-7F3A2B.")
    var course: String

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(CourseInterface.Describe.self, .init(course: course))
      console.document(answer.json)
      console.answer(Wording.course(answer.reply.course))
      return .done
    }
  }
}

extension CourseCommand {
  struct Abandon: Action {
    static let configuration = CommandConfiguration(
      abstract: "Gives a course up before its end. Final.",
      discussion: """
        No session of it starts afterwards. What was done stays, and its dots count in the client's other courses.
        """)
    @OptionGroup var options: GlobalOptions
    @OptionGroup var trial: TrialOption
    @OptionGroup var answerable: NamedAct
    @Argument(help: "The course, such as C-7F3A2B.")
    var course: String

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(
        CourseInterface.Abandon.self,
        .init(course: course, by: answerable.by, reason: answerable.reason, dryRun: trial.flag))
      console.document(answer.json)
      console.answer(trial.mark("abandoned \(course); sessions that were done: \(answer.reply.sessionsDone)"))
      return .done
    }
  }
}

extension CourseCommand {
  struct Forget: Action {
    static let configuration = CommandConfiguration(
      abstract: "Erases who the client of a course is, where the law asks for it. For good.",
      discussion: """
        In all courses of the client: the reference, the plans, and what was written in words. Sessions and dots stay, with \
        nobody's name, and the log verifies as before. A later course of the same person does not know of these dots, and \
        copies that were exported are not reached. The name and the reason given here stay on record: write none of the \
        client's into them. With --dry-run first, it says what would go.
        """)
    @OptionGroup var options: GlobalOptions
    @OptionGroup var trial: TrialOption
    @OptionGroup var answerable: NamedAct
    @Argument(help: "One of the client's courses, such as C-7F3A2B.")
    var course: String

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(
        CourseInterface.Forget.self,
        .init(course: course, by: answerable.by, reason: answerable.reason, dryRun: trial.flag))
      console.document(answer.json)
      let courses = answer.reply.courses.joined(separator: ", ")
      console.answer(trial.mark("forgotten: the client of \(courses); \(answer.reply.texts) texts, and the plans"))
      if answer.reply.pending == true {
        console.note(
          "another program is reading the journal as it was: what was erased leaves the file once it lets go, and the "
            + "daemon looks for that by itself")
      }
      return .done
    }
  }
}

extension Wording {
  static func courses(_ courses: [CourseInterface.CourseRow]) -> String {
    guard !courses.isEmpty else { return "no course; take a plan in with smpctl plan import FILE" }
    var table = TextTable(["COURSE", "STATE", "SESSIONS", "DOTS", "TITLE"], numeric: [2, 3])
    for course in courses {
      table.append([
        course.course, words(course.state.rawValue), "\(course.sessionsDone) of \(course.sessionsPlanned)",
        "\(count(course.dotsMade)) of \(count(course.dotsPlanned))", course.title,
      ])
    }
    return table.text
  }

  private static func visits(_ visits: CourseInterface.Visits) -> [String] {
    func date(_ milliseconds: Int64) -> String { UniversalTime.sentence(WallTime(milliseconds: milliseconds)) }
    return [
      "aftercare until \(date(visits.aftercareUntilWallMilliseconds))",
      "earliest  \(date(visits.earliestWallMilliseconds))",
      "best      \(date(visits.recommendedFromWallMilliseconds)) to \(date(visits.recommendedUntilWallMilliseconds))",
    ]
  }

  private static func hours(_ hours: CourseInterface.Hours) -> [String] {
    func time(_ milliseconds: Int64) -> String { duration(seconds: milliseconds / 1_000) }
    let soFar = time(hours.plannedSoFarMilliseconds)
    return [
      "working   \(time(hours.workingMilliseconds)) of \(time(hours.plannedMilliseconds)); planned so far \(soFar)",
      "time      \(time(hours.durationMilliseconds)) in sessions, needle on \(time(hours.needleOnMilliseconds))",
    ]
  }

  static func course(_ course: CourseInterface.Course) -> String {
    let papers = Self.papers(agreedBy: course.agreedBy, signedBy: course.signedBy, consent: course.consent)
    var lines = [
      "course    \(course.course)  \(course.title)",
      "state     \(words(course.state.rawValue))",
      "plan      \(papers)",
      "sessions  \(course.sessionsDone) of \(course.sessionsPlanned) done",
      "dots      \(count(course.dotsMade)) of \(count(course.dotsPlanned))",
    ]
    lines += Self.hours(course.hours)
    if let assessment = course.assessment { lines.append(Self.assessment(assessment)) }
    if let abandoned = course.abandoned { lines.append("given up  by \(abandoned.by): \(abandoned.reason)") }
    if let open = course.openSession { lines.append("open      \(open)") }
    lines.append("next      " + (course.nextSession.map { "session \($0)" } ?? "none left"))
    if course.nextSession != nil, let visits = course.visits { lines += Self.visits(visits) }
    var table = TextTable(["ZONE", "DOTS", "DENSITY"], numeric: [1, 2])
    for zone in course.zones {
      table.append([
        zone.name, "\(count(zone.dotsMade)) of \(count(zone.dotsPlanned))",
        decimal(zone.densityPerSquareMetre, digits: 4, shown: 1) + " of "
          + density(perSquareMetre: zone.densityPlannedPerSquareMetre),
      ])
    }
    return lines.joined(separator: "\n") + "\n" + table.text
  }
}
