import ArgumentParser
import Glibc
import SMPInterface
import SMPRecord
import SMPReport
import StrictJSON

extension ExportTable: ExpressibleByArgument {}

struct LogExport: Action {
  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Exports dots, denials, events or sessions as a table.",
    discussion: """
      Columns are those of the journal's views, with their units in the names. Persons stand in it as commitments. A \
      bundle is the record itself in one file, for log verify --bundle on any machine.
      """)
  @OptionGroup var options: GlobalOptions
  @Argument(help: "Only this session; without it everything in the journal.")
  var session: String?
  @Option(help: "csv, jsonl or bundle.")
  var format: Format
  @Option(help: "dots, denials, events or sessions; not with a bundle. (default: dots)")
  var what: ExportTable?
  @Flag(help: "Names and reasons go into the bundle too, with their salts; otherwise it holds their commitments only.")
  var texts = false
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Where to; without it standard output.", valueName: "file"),
    completion: .file())
  var output: String?

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case csv, jsonl, bundle

    /// Nil for what is no table.
    var table: ExportFormat? {
      switch self {
      case .csv: .csv
      case .jsonl: .jsonl
      case .bundle: nil
      }
    }
  }

  func validate() throws {
    if format == .bundle, what != nil { throw ValidationError("a bundle has every entry: leave --what out") }
    if format != .bundle, texts { throw ValidationError("--texts goes with --format bundle") }
    if options.json && output == nil && format == .csv {
      throw ValidationError("with --json, standard output is JSON: give --output, or another --format")
    }
  }

  func perform(_ console: Console) throws -> ExitStatus {
    let daemon = try options.daemon()
    guard let table = format.table else {
      return try BundleExport(session: session, output: output, withTexts: texts).perform(daemon, console)
    }
    let what = what ?? .dots
    var sink = try ExportSink(output)
    var exporter = Exporter(what, as: table)
    var count: Int64 = 0
    var progress = Progress(console: console, what: "read")
    try sink.write(exporter.header, isRow: false)
    try JournalReading.all(daemon, session: session) { reply, _ in
      for entry in reply.entries {
        count += 1
        let rows = try LogExport.rows(entry, &exporter)
        if !rows.isEmpty { try sink.write(rows) }
      }
      if let last = reply.entries.last, output != nil { progress.show(last.number, of: reply.head.number) }
    }
    progress.finish()
    if let session, count == 0 {
      throw Complaint(
        status: .notFound, name: "smpctl.NotFound", message: "the journal has no entry of session \(session)",
        remedy: "smpctl log list names the sessions")
    }
    try sink.write(exporter.finish())
    let rows = try sink.finish()
    if let output {
      console.document([
        "file": .string(output), "what": .string(what.rawValue), "format": .string(format.rawValue),
        "rows": .integer(rows),
      ])
      console.answer("\(Wording.count(rows)) \(what.rawValue) in \(output)")
    }
    return .done
  }

  private static func rows(_ entry: JournalInterface.Entry, _ exporter: inout Exporter) throws -> [UInt8] {
    do throws(RecordError) {
      return try exporter.take(try JournalReading.stored(entry))
    } catch {
      throw unreadable(entry.number, error)
    }
  }

  private static func unreadable(_ number: Int64, _ error: RecordError) -> Complaint {
    Complaint(
      status: .verificationFailed, name: "smpctl.Unreadable",
      message: "journal entry \(number) cannot be read: \(error.description)",
      remedy: "smpctl log verify tells what happened to it; an export with a hole in it would pass for a whole one")
  }
}
