import ArgumentParser
import StrictJSON

struct DoctorCommand: Action {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Looks for what is wrong, and says what mends it.",
    discussion: """
      Changes nothing. Ends with 0 when nothing is a problem (warnings are allowed), 6 when the daemon cannot be \
      reached, 7 when device or session is at fault, 1 for any other problem.
      """)
  @OptionGroup var options: GlobalOptions

  func perform(_ console: Console) throws -> ExitStatus {
    let rows = Doctor(machine: .here, socket: options.controlPath).examine()
    let status = DoctorCommand.status(rows)
    console.document(DoctorCommand.document(rows, status))
    console.answer(Wording.doctor(rows))
    return status
  }

  /// Which problem tells the status: the way to the daemon first, since nothing else is seen without it.
  static func status(_ rows: [DoctorRow]) -> ExitStatus {
    let checks = Set(rows.filter { $0.severity == .problem }.map(\.check))
    if checks.isEmpty { return .done }
    if !checks.isDisjoint(with: ["daemon", "socket", "group"]) { return .unreachable }
    if !checks.isDisjoint(with: ["device", "device_permission", "link", "self_test", "session"]) { return .fault }
    return .failure
  }

  static func document(_ rows: [DoctorRow], _ status: ExitStatus) -> JSONObject {
    var document = JSONObject()
    document.append(
      "findings",
      .array(
        rows.map { row in
          var object = JSONObject()
          object.append("check", .string(row.check))
          object.append("severity", .string(row.severity.rawValue))
          object.append("what", .string(row.what))
          if let remedy = row.remedy { object.append("remedy", .string(remedy)) }
          return .object(object)
        }))
    document.append("exit", .integer(Int64(status.rawValue)))
    return document
  }
}

extension Wording {
  /// One line a check, and under each that is not good what to do.
  static func doctor(_ rows: [DoctorRow]) -> String {
    let severities = DoctorRow.Severity.allCases.map(\.rawValue.count).max() ?? 0
    let checks = rows.map(\.check.count).max() ?? 0
    var lines: [String] = []
    for row in rows {
      lines.append(
        padded(row.severity.rawValue, severities) + "  " + padded(words(row.check), checks) + "  " + row.what)
      if let remedy = row.remedy { lines.append("  what to do: " + remedy) }
    }
    func counted(_ severity: DoctorRow.Severity, _ one: String, _ many: String) -> String? {
      let count = rows.count { $0.severity == severity }
      return count == 0 ? nil : "\(count) " + (count == 1 ? one : many)
    }
    let found = [
      counted(.problem, "problem", "problems"), counted(.warning, "warning", "warnings"),
      counted(.unknown, "not known", "not known"),
    ].compactMap(\.self)
    lines.append(found.isEmpty ? "all is well" : found.joined(separator: ", "))
    return lines.joined(separator: "\n")
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(0, width - text.count))
  }
}
