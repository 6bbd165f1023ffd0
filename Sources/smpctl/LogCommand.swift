import ArgumentParser
import SMPInterface

struct LogCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "log", abstract: "The journal: reading, verifying, exporting.",
    subcommands: [
      LogList.self, LogEvents.self, LogVerify.self, LogExport.self, LogKey.self, LogReport.self, LogPassport.self,
      LogRecall.self,
    ])
}

struct LogList: Action {
  static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the recorded sessions.")
  @OptionGroup var options: GlobalOptions

  func perform(_ console: Console) throws -> ExitStatus {
    let list = try options.daemon().list(SessionInterface.List.self)
    console.document(list.json)
    console.answer(Wording.sessions(list.rows))
    return .done
  }
}
