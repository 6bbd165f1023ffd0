import ArgumentParser
import SMPInterface

struct DeviceSelfTest: Action {
  static let configuration = CommandConfiguration(
    commandName: "selftest", abstract: "Proves the stop path: starts the drive with the needle parked, and stops it.",
    discussion: """
      Take the needle away from skin and hands, and the foot off the pedal; no session may be open. It is measured how \
      long the drive turns on after the stop, and recorded. Ends with 0 when it stands in time, 7 when it does not.
      """)
  @OptionGroup var options: GlobalOptions
  @OptionGroup var trial: TrialOption
  @Argument(help: "Its serial; may be left out when it is the only one.")
  var serial: String?

  func perform(_ console: Console) throws -> ExitStatus {
    let answer = try options.daemon().call(
      DeviceInterface.SelfTest.self, .init(serial: serial, dryRun: trial.flag))
    console.document(answer.json)
    let text = Wording.selfTest(answer.reply)
    guard answer.reply.passed == false else {
      console.answer(trial.mark(text))
      return .done
    }
    console.note("smpctl: " + text + (answer.reply.remedy.map { "\n  what to do: " + $0 } ?? ""))
    return .fault
  }
}

extension Wording {
  static func selfTest(_ reply: DeviceInterface.SelfTest.Reply) -> String {
    let limit = "the limit is " + latency(microseconds: reply.limitMicroseconds)
    switch reply.passed {
    case nil: return "the stop path of \(reply.serial) is tested; " + limit
    case true?:
      let measured = reply.latencyMicroseconds.map { "still \(latency(microseconds: $0)) after the stop; " } ?? ""
      return "the stop path of \(reply.serial) is proven: " + measured + limit
    case false?:
      let measured = reply.latencyMicroseconds.map { "still only \(latency(microseconds: $0)) after the stop" }
      return "the stop path of \(reply.serial) is not proven: " + (measured ?? "no answer") + "; " + limit
        + (reply.fault.map { "; fault: " + words($0) } ?? "")
    }
  }
}
