import ArgumentParser
import Glibc
import SMPModel
import StrictJSON

/// What every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The daemon's socket.", valueName: "path"), completion: .file())
  var socket: String?

  @Flag(help: "One JSON document, or JSON Lines for streams, is all of standard output.")
  var json = false

  var controlPath: String {
    SocketPath.control(
      option: socket, environment: Process.environment, isRoot: geteuid() == 0,
      // The path is a whole string with its end, and access only reads it.
      exists: { unsafe access($0, F_OK) == 0 })
  }

  func daemon() throws -> Daemon { try Daemon(path: controlPath) }
}

/// A command that does something, as opposed to one that only has subcommands.
protocol Action: ParsableCommand {
  var options: GlobalOptions { get }
  func perform(_ console: Console) throws -> ExitStatus
}

extension Action {
  /// Only reached if somebody runs the command without `Program`.
  mutating func run() throws {
    throw ExitCode(Program.run(self, Console(json: options.json)).rawValue)
  }
}

struct Smpctl: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "smpctl",
    abstract: "Prepares, watches and stops micropigmentation sessions, and reads their records.",
    discussion: """
      The needle moves only while the pedal is held down, and every dot needs a grant of the daemon. Exit statuses: \
      0 done, 1 other failure, 2 nothing to do, 3 not found, 4 refused by a limit or order rule, 5 not permitted, \
      6 daemon not reachable, 7 device or session fault, 8 verification failed, 9 uncertain, 64 usage, \
      65 invalid input, 70 internal.
      """,
    version: "smpctl \(Release.version)",
    subcommands: [
      StatusCommand.self, DoctorCommand.self, StopCommand.self, DeviceCommand.self, LimitsCommand.self,
      PlanCommand.self, CourseCommand.self, LotCommand.self, SessionCommand.self, LogCommand.self,
    ])
}

@main
enum Program {
  static func main() {
    let arguments = Array(CommandLine.arguments.dropFirst())
    exit(run(arguments).rawValue)
  }

  static func run(_ arguments: [String]) -> ExitStatus {
    // Known before the arguments are understood: their misuse must be told in JSON too.
    let console = Console(json: arguments.prefix { $0 != "--" }.contains("--json"))
    do {
      var command = try Smpctl.parseAsRoot(arrange(arguments))
      if let action = command as? any Action { return run(action, console) }
      // Groups and the help command answer by throwing their help.
      try command.run()
      return .done
    } catch {
      let text = Smpctl.fullMessage(for: error)
      guard Smpctl.exitCode(for: error).isSuccess else {
        console.complain(usage(Smpctl.message(for: error), text))
        return .usage
      }
      return help(text, console)
    }
  }

  /// `smpctl --socket PATH status` means the same as `smpctl status --socket PATH`: every command takes these options,
  /// and nobody should have to know where.
  static func arrange(_ arguments: [String]) -> [String] {
    var rest = arguments[...]
    var leading: [String] = []
    while let first = rest.first {
      if first == "--json" || first.hasPrefix("--socket=") {
        leading.append(rest.removeFirst())
      } else if first == "--socket", rest.count > 1 {
        leading += [rest.removeFirst(), rest.removeFirst()]
      } else {
        break
      }
    }
    guard !rest.isEmpty else { return arguments }
    let end = rest.firstIndex(of: "--") ?? rest.endIndex
    return rest[..<end] + leading + rest[end...]
  }

  static func run(_ action: any Action, _ console: Console) -> ExitStatus {
    do {
      return try action.perform(console)
    } catch let complaint as Complaint {
      console.complain(complaint)
      return complaint.status
    } catch {
      console.complain(
        Complaint(
          status: .internalError, name: "smpctl.Internal", message: "\(error)",
          remedy: "this is a mistake in smpctl: report it with the command you gave"))
      return .internalError
    }
  }

  private static func help(_ text: String, _ console: Console) -> ExitStatus {
    console.verbatim(text + "\n")
    console.document(["help": .string(text)])
    return .done
  }

  /// The parser's message, with its usage line as the remedy.
  static func usage(_ message: String, _ fullMessage: String) -> Complaint {
    let lead = "Usage: "
    let usage = fullMessage.split(separator: "\n").first { $0.hasPrefix(lead) }
    return .usage(message, remedy: usage.map { "write " + $0.dropFirst(lead.count) } ?? "see smpctl --help")
  }
}

/// What the process was given.
enum Process {
  static func environment(_ name: String) -> String? {
    // The environment is not changed while smpctl runs, and the text is copied at once.
    guard let value = unsafe getenv(name) else { return nil }
    return unsafe String(cString: value)
  }
}
