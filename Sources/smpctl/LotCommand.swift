import ArgumentParser
import SMPInterface
import SMPModel

struct LotCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "lot", abstract: "Lots of pigment and cartridges: what their labels say, and which may be used.",
    subcommands: [Add.self, List.self, Withdraw.self])

  struct Add: Action {
    static let configuration = CommandConfiguration(
      abstract: "Puts a lot on record, as its label says.",
      discussion: """
        A session names the lots it uses. On a client it is refused when one of them is not on record, has expired, was \
        withdrawn, or is not the pigment of the plan. The same lot again takes the place of what was there.
        """)
    @OptionGroup var options: GlobalOptions
    @OptionGroup var trial: TrialOption
    @Argument(help: "What it is a lot of.")
    var supply: SupplyArgument
    @Argument(help: "Its number, as printed on the label.")
    var lot: String
    @Option(help: "Its brand.")
    var brand: String
    @Option(help: "The shade of a pigment.")
    var shade: String?
    @Option(help: ArgumentHelp("The last day on which it may be used, such as 2027-03-31.", valueName: "date"))
    var expires: String
    @Option(help: ArgumentHelp("Who read the label.", valueName: "name"))
    var by: String

    func validate() throws {
      if CalendarDate(expires) == nil {
        throw ValidationError("--expires \(expires) is no day; write it as year-month-day, such as 2027-03-31")
      }
      if supply == .pigment, shade == nil { throw ValidationError("a pigment has a shade: give --shade") }
      if supply == .cartridge, shade != nil { throw ValidationError("a cartridge has no shade: leave --shade out") }
    }

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(
        LotInterface.Register.self,
        .init(
          supply: supply.word, lot: lot, brand: brand, shade: shade, expires: expires, by: by, dryRun: trial.flag))
      console.document(answer.json)
      if answer.reply.lot.expired { console.note("it has expired already: no session begins with it") }
      console.answer(trial.mark("\(answer.reply.lot.name) is on record"))
      return .done
    }
  }

  struct List: Action {
    static let configuration = CommandConfiguration(abstract: "Lists the lots.")
    @OptionGroup var options: GlobalOptions

    func perform(_ console: Console) throws -> ExitStatus {
      let list = try options.daemon().list(LotInterface.List.self)
      console.document(list.json)
      console.answer(Wording.lots(list.rows))
      return .done
    }
  }

  struct Withdraw: Action {
    static let configuration = CommandConfiguration(
      abstract: "Takes a lot out of use for good, as after a recall.",
      discussion: "No session begins with it from then on. Who got it already: smpctl log recall --lot LOT")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var trial: TrialOption
    @OptionGroup var answerable: NamedAct
    @Argument(help: "What it is a lot of.")
    var supply: SupplyArgument
    @Argument(help: "Its number.")
    var lot: String

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(
        LotInterface.Withdraw.self,
        .init(
          supply: supply.word, lot: lot, by: answerable.by, reason: answerable.reason, dryRun: trial.flag))
      console.document(answer.json)
      if !answer.reply.known { console.note("it was not on record; it will not come into use") }
      console.answer(trial.mark("\(supply.rawValue) \(lot) is out of use"))
      if !trial.dryRun { console.note("who got it: smpctl log recall --lot \"\(lot)\"") }
      return .done
    }
  }
}

enum SupplyArgument: String, ExpressibleByArgument, CaseIterable {
  case pigment, cartridge

  var word: LotInterface.Supply {
    switch self {
    case .pigment: .pigment
    case .cartridge: .cartridge
    }
  }
}

extension Wording {
  static func lots(_ lots: [LotInterface.Lot]) -> String {
    guard !lots.isEmpty else { return "no lot; read a label into the record with smpctl lot add" }
    var table = TextTable(["SUPPLY", "LOT", "BRAND", "SHADE", "EXPIRES", "USE"])
    for lot in lots {
      let use =
        if let by = lot.withdrawnBy { "withdrawn by \(by): \(lot.withdrawnReason ?? "")" } else if lot.expired {
          "expired"
        } else { "" }
      table.append([lot.supply.rawValue, lot.lot, lot.brand, lot.shade ?? "-", lot.expires, use])
    }
    return table.text
  }
}
