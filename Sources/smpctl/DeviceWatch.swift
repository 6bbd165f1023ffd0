import ArgumentParser
import SMPInterface

struct DeviceWatch: Action {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Shows the device live: state, pedal, needle, drive, counters and link.",
    discussion: "Ends with 0 on Ctrl-C, and with 7 when the device goes away. Under --json one line for each change.")
  @OptionGroup var options: GlobalOptions
  @Argument(help: "Its serial; may be left out when it is the only one.")
  var serial: String?

  func perform(_ console: Console) throws -> ExitStatus {
    let view = WatchView(console: console, line: DeviceFrame.line) { snapshot, room in
      DeviceFrame.lines(snapshot, columns: room.columns, rows: room.rows)
    }
    // Nothing is waited for: who has seen enough has seen it.
    return try Following(console: console, leave: { .done }).run(
      DeviceInterface.Watch.self, .init(serial: serial), try options.daemon(), view
    ) { reply in
      (reply.snapshot, reply.ended.map { word in { report(word, console) } })
    }
  }

  private func report(_ word: String, _ console: Console) -> ExitStatus {
    let what =
      word == "other_device" ? "the daemon drives another device now" : "the device went away (\(Wording.words(word)))"
    console.note(
      "smpctl: \(what)\n  what to do: look at cable and plugs, then at smpctl device list, and watch again")
    return .fault
  }
}

/// What `device watch` shows.
enum DeviceFrame {
  /// Lines no longer than `columns` and no more than `rows`.
  static func lines(_ snapshot: DeviceInterface.Snapshot, columns: Int, rows: Int) -> [String] {
    var lines = [title(snapshot).joined(separator: "  ")]
    lines.append(senses(snapshot).joined(separator: "  "))
    if let fault = snapshot.fault { lines.append("fault: " + Wording.words(fault)) }
    if snapshot.link.alarming {
      lines.append("link alarm: look at cable, plugs and what runs beside the cable")
    }
    lines.append("ever       " + lifetime(snapshot).joined(separator: "  "))
    lines.append("attached   " + traffic(snapshot).joined(separator: "  "))
    lines.append("link       " + link(snapshot.link).joined(separator: "  "))
    lines.append("self-test  " + selfTest(snapshot))
    return lines.prefix(max(rows, 1)).map { WatchFrame.clip(Wording.harmless($0), to: columns) }
  }

  /// One line for a pipe, a log or a screen reader.
  static func line(_ snapshot: DeviceInterface.Snapshot) -> String {
    var parts = title(snapshot) + senses(snapshot) + lifetime(snapshot) + traffic(snapshot) + link(snapshot.link)
    parts.append("self-test " + selfTest(snapshot))
    if let fault = snapshot.fault { parts.append("fault: " + Wording.words(fault)) }
    if snapshot.link.alarming { parts.append("link alarm") }
    return Wording.harmless(parts.joined(separator: "  "))
  }

  private static func title(_ snapshot: DeviceInterface.Snapshot) -> [String] {
    [snapshot.serial] + (snapshot.simulated ? ["(simulated)"] : [])
      + [Wording.words(snapshot.state), "device " + Wording.words(snapshot.phase.rawValue)]
  }

  private static func senses(_ snapshot: DeviceInterface.Snapshot) -> [String] {
    [
      "pedal " + (snapshot.pedalPressed ? "pressed" : "released"),
      "needle " + (snapshot.parked ? "parked" : "not parked"), "drive " + (snapshot.still ? "still" : "turning"),
    ]
  }

  private static func lifetime(_ snapshot: DeviceInterface.Snapshot) -> [String] {
    ["contacts " + Wording.count(snapshot.counters.contacts), "starts " + Wording.count(snapshot.counters.boots)]
  }

  private static func traffic(_ snapshot: DeviceInterface.Snapshot) -> [String] {
    [
      "requests " + Wording.count(snapshot.requests), "records " + Wording.count(snapshot.records),
      "not released " + Wording.count(snapshot.counters.nextRecord - snapshot.counters.oldestRecord),
    ]
  }

  private static func link(_ link: DeviceInterface.Link) -> [String] {
    [
      "failed \(link.transferFailures)", "garbled \(link.garbledFrames)", "stray \(link.strayReplies)",
      "late \(link.lateReplies)", "silent \(link.silentCommands)", "missed \(link.missedRenewals)",
    ]
  }

  private static func selfTest(_ snapshot: DeviceInterface.Snapshot) -> String {
    let latency = snapshot.stopLatencyMicroseconds.map { ", " + Wording.latency(microseconds: $0) } ?? ""
    return switch snapshot.selfTestPassed {
    case nil: "not seen"
    case true?: "passed" + latency
    case false?: "not passed" + latency
    }
  }
}
