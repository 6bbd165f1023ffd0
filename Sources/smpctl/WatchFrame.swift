import SMPInterface

/// The block `session watch` draws: state, zone, dots, density of each zone against its limit, last denial, elapsed.
enum WatchFrame {
  /// Lines no longer than `columns` and no more than `rows`. `blocks` draws bars with block characters, which a terminal
  /// that is not UTF-8 cannot show.
  static func lines(_ snapshot: SessionInterface.Snapshot, columns: Int, rows: Int, blocks: Bool) -> [String] {
    var head = [title(snapshot), progress(snapshot)]
    var foot: [String] = []
    if let denial = snapshot.lastDenial {
      foot.append("denied \(Wording.count(snapshot.denials)), last: " + Wording.denial(denial))
    } else if snapshot.denials > 0 {
      foot.append("denied \(Wording.count(snapshot.denials))")
    }
    if let fault = snapshot.fault { foot.append("fault: " + Wording.words(fault)) }
    if let warning = snapshot.warning { foot.append("warning: " + warning) }
    if let remedy = snapshot.remedy { foot.append("what to do: " + remedy) }
    let room = max(0, rows - head.count - foot.count)
    head += zones(snapshot, room: room, columns: columns, blocks: blocks)
    return (head + foot).map { clip(Wording.harmless($0), to: columns) }
  }

  private static func title(_ snapshot: SessionInterface.Snapshot) -> String {
    var parts = [Wording.words(snapshot.state.rawValue)]
    if let session = snapshot.session { parts.append(session) }
    if let number = snapshot.number { parts.append("session \(number)") }
    if let device = snapshot.device { parts.append(device) }
    if snapshot.simulated { parts.append("(simulated)") }
    parts.append(Wording.duration(seconds: snapshot.elapsedSeconds))
    return parts.joined(separator: "  ")
  }

  private static func progress(_ snapshot: SessionInterface.Snapshot) -> String {
    let dots = "dots \(Wording.count(snapshot.dotsMade)) of \(Wording.count(snapshot.dotsPlanned))"
    let share = snapshot.dotsPlanned > 0 ? " (\(snapshot.dotsMade * 100 / snapshot.dotsPlanned) %)" : ""
    return "zone \(snapshot.zone ?? "-")  " + dots + share
  }

  /// The zones; where they do not all fit, those around the one being worked.
  private static func zones(
    _ snapshot: SessionInterface.Snapshot, room: Int, columns: Int, blocks: Bool
  ) -> [String] {
    let all = snapshot.zones
    let current = all.firstIndex { $0.name == snapshot.zone } ?? 0
    let first = max(0, min(current - room / 2, all.count - room))
    let shown = all.dropFirst(first).prefix(room)
    let width = shown.map(\.name.count).max() ?? 0
    return shown.map { zone in
      let name = zone.name + String(repeating: " ", count: width - zone.name.count)
      let mark = zone.name == snapshot.zone ? ">" : zone.complete ? "+" : " "
      let density =
        Wording.decimal(zone.densityPerSquareMetre, digits: 4, shown: 1) + " of "
        + Wording.density(perSquareMetre: zone.densityLimitPerSquareMetre)
      let points =
        Wording.length(micrometres: zone.depthMicrometres) + " " + Wording.speed(millihertz: zone.speedMillihertz)
      let text = "  \(density)  \(Wording.count(zone.dotsMade)) of \(Wording.count(zone.dotsPlanned)) dots  \(points)"
      let length = min(24, columns - width - text.count - 4)
      let bar =
        length < 4
        ? ""
        : self.bar(
          zone.densityPerSquareMetre, of: zone.densityLimitPerSquareMetre, length: length, blocks: blocks)
      return "\(mark) \(name)  \(bar)\(text)"
    }
  }

  /// Filled up to the share, rounded down: a full bar is a full zone.
  static func bar(_ value: Int64, of limit: Int64, length: Int, blocks: Bool) -> String {
    let share = limit > 0 ? min(max(0, value), limit) : 0
    let filled = limit > 0 ? Int(share.multipliedReportingOverflow(by: Int64(length)).partialValue / limit) : 0
    return String(repeating: blocks ? "\u{2588}" : "#", count: filled)
      + String(repeating: blocks ? "\u{2591}" : ".", count: length - filled)
  }

  static func clip(_ line: String, to columns: Int) -> String {
    line.count <= columns ? line : String(line.prefix(max(0, columns - 1))) + ">"
  }
}

/// One line for a pipe, a log or a screen reader.
enum WatchLine {
  static func text(_ snapshot: SessionInterface.Snapshot) -> String {
    var parts = [
      Wording.duration(seconds: snapshot.elapsedSeconds), Wording.words(snapshot.state.rawValue),
      "dots \(snapshot.dotsMade)/\(snapshot.dotsPlanned)", "denied \(snapshot.denials)",
    ]
    if let zone = snapshot.zones.first(where: { $0.name == snapshot.zone }) {
      parts.append(
        "zone \(zone.name) \(zone.dotsMade)/\(zone.dotsPlanned) at "
          + Wording.decimal(zone.densityPerSquareMetre, digits: 4, shown: 1) + "/"
          + Wording.density(perSquareMetre: zone.densityLimitPerSquareMetre))
    } else if let zone = snapshot.zone {
      parts.append("zone \(zone)")
    }
    if let denial = snapshot.lastDenial { parts.append("last denial: " + Wording.denial(denial)) }
    if let fault = snapshot.fault { parts.append("fault: " + Wording.words(fault)) }
    return Wording.harmless(parts.joined(separator: "  "))
  }
}
