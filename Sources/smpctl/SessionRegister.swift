import ArgumentParser
import SMPInterface

struct SessionRegister: Action {
  static let configuration = CommandConfiguration(
    commandName: "register", abstract: "Reads a landmark of the plan under the tip of the handpiece.",
    discussion: """
      For a device with a frame of its own, while the session is held: hold the tip still at the landmark, the needle \
      parked. When all landmarks are read and fit, smpctl session resume arms. A landmark can be read again.
      """)
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @Argument(help: "The course whose session is open.")
  var course: String
  @Argument(help: "The landmark, as the plan names it.")
  var landmark: String

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(
      SessionInterface.Register.self, .init(course: course, landmark: landmark, dryRun: trial.flag))
    console.document(answer.json)
    let reply = answer.reply
    console.answer(trial.mark(reply.registered ? "the handpiece is registered" : "\(landmark) is read"))
    if let residuals = reply.residuals {
      var table = TextTable(["LANDMARK", "LEFT OVER"], numeric: [1])
      for residual in residuals {
        table.append([residual.landmark, Wording.length(micrometres: residual.residualMicrometres)])
      }
      console.answer(table.text)
    }
    console.note(
      reply.registered
        ? "next: smpctl session resume" : "still to be read: " + reply.missing.joined(separator: ", "))
    return .done
  }
}
