import ArgumentParser
import SMPInterface

struct LimitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "limits", abstract: "The limits in force.", subcommands: [Show.self, Example.self])

  struct Example: Action {
    static let configuration = CommandConfiguration(abstract: "Prints a limits file to start from: the defaults.")
    @OptionGroup var options: GlobalOptions

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(DeviceInterface.ExampleLimits.self, .init())
      console.document(answer.json)
      console.verbatim(answer.reply.text)
      return .done
    }
  }

  struct Show: Action {
    static let configuration = CommandConfiguration(
      abstract: "Shows each limit in force and where it comes from.",
      discussion: "The strictest word of built-in ceiling, device, site file and plan wins.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "Include what the plan of this course limits.")
    var course: String?

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(DeviceInterface.DescribeLimits.self, .init(course: course))
      console.document(answer.json)
      console.answer(Wording.limits(answer.reply.limits))
      return .done
    }
  }
}

extension Wording {
  static func limits(_ limits: [DeviceInterface.Limit]) -> String {
    var table = TextTable(["LIMIT", "ZONE", "CONFIRM PAST", "FROM", "NEVER PAST", "FROM"], numeric: [2, 4])
    for limit in limits {
      table.append([
        limit.key, limit.zone ?? "", limit.soft.map { amount($0, unit: limit.unit) } ?? "",
        limit.softSource?.rawValue ?? "", amount(limit.hard, unit: limit.unit), limit.hardSource.rawValue,
      ])
    }
    return table.text
  }
}
