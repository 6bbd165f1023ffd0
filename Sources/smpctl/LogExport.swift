import ArgumentParser

struct LogExport: Action {
  static let configuration = CommandConfiguration(commandName: "export", abstract: "Exports records as tables.")
  @OptionGroup var options: GlobalOptions

  func perform(_ console: Console) throws -> ExitStatus { .done }
}
