import ArgumentParser
import SMPInterface
import SMPRecord
import StrictJSON

struct LogEvents: Action {
  static let configuration = CommandConfiguration(
    commandName: "events", abstract: "Prints journal entries: acts, set-points, faults, stops.",
    discussion: "With --all also every grant, dot and denial. Under --json one line for each entry.")
  @OptionGroup var options: GlobalOptions
  @Option(help: "Only this session.")
  var session: String?
  @Option(help: ArgumentHelp("Only entries with a larger number.", valueName: "number"))
  var after: Int64?
  @Flag(help: "Grants, dots and denials too.")
  var all = false
  @Flag(help: "Go on with new entries as they become durable, until Ctrl-C.")
  var follow = false

  func perform(_ console: Console) throws -> ExitStatus {
    try JournalReading.all(try options.daemon(), after: after, session: session, follow: follow) { reply, _ in
      for entry in reply.entries {
        guard let line = EventLine(entry) else {
          throw Complaint(
            status: .verificationFailed, name: "smpctl.Unreadable",
            message: "journal entry \(entry.number) cannot be read",
            remedy: "smpctl log verify tells what happened to it")
        }
        guard all || !line.isAboutOneDot else { continue }
        console.document(line.json)
        console.answer(line.text)
      }
    }
    return .done
  }
}

/// One entry as a line.
struct EventLine {
  private let entry: JournalInterface.Entry
  private let content: JSONObject

  /// nil when the text is no JSON object.
  init?(_ entry: JournalInterface.Entry) {
    guard let content = (try? JSON.parse(Array(entry.text.utf8)))?.object else { return nil }
    self.entry = entry
    self.content = content
  }

  var isAboutOneDot: Bool {
    guard let kind = content["kind"]?.string.flatMap({ EntryKind(rawValue: $0) }) else { return false }
    return [EntryKind.grant, .grantEnded, .dot, .denial].contains(kind)
  }

  var json: JSONObject {
    var line = JSONObject()
    line.append("number", .integer(entry.number))
    line.append("entry", .object(content))
    line.append("hash", .string(entry.hash))
    if let disclosures = entry.disclosures { line.append("disclosures", .array(disclosures.map { .object($0.json) })) }
    return line
  }

  /// `31  2026-11-22T22:05:01.000Z  C-7F3A2B-1  limit_confirmed  key=depth-maximum by="A. Practitioner"  uid 1000`.
  var text: String {
    var parts = [String(entry.number)]
    if let wall = content["wall_milliseconds"]?.integer { parts.append(Wording.time(milliseconds: wall)) }
    if let place = content["session"]?.string ?? content["course"]?.string { parts.append(place) }
    parts.append(content["kind"]?.string ?? "-")
    let facts = content["body"]?.object?.members.map { "\($0.name)=\(value($0.value))" } ?? []
    if !facts.isEmpty { parts.append(facts.joined(separator: " ")) }
    if let actor = content["actor_uid"]?.integer { parts.append("uid \(actor)") }
    if content["simulated"]?.bool == true { parts.append("simulated") }
    return parts.joined(separator: "  ")
  }

  /// A commitment is shown as the text behind it, where that may be seen and is not erased.
  private func value(_ value: JSON) -> String {
    guard let text = value.string else { return String(decoding: value.encoded, as: UTF8.self) }
    if let open = entry.disclosures?.first(where: { $0.commitment == text }) {
      return String(decoding: JSON.string(open.text).encoded, as: UTF8.self)
    }
    return text.utf8.count == 64 && Fingerprint(hex: text) != nil ? text.prefix(12) + "..." : text
  }
}
