import ArgumentParser
import SMPInterface

struct DeviceCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "device", abstract: "The needle device.",
    subcommands: [List.self, Show.self, DeviceSelfTest.self, DeviceWatch.self, Clear.self, Unlock.self])

  struct List: Action {
    static let configuration = CommandConfiguration(
      abstract: "Lists the devices that are there, and why one is not driven.")
    @OptionGroup var options: GlobalOptions

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(DeviceInterface.List.self)
      console.document(answer.json)
      console.answer(Wording.devices(answer.reply.devices))
      return .done
    }
  }

  struct Show: Action {
    static let configuration = CommandConfiguration(abstract: "Shows a device: what it is, can do and is doing.")
    @OptionGroup var options: GlobalOptions
    @Argument(help: "Its serial, or its place; left out, the one that is driven.")
    var serial: String?

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(DeviceInterface.Describe.self, .init(serial: serial))
      console.document(answer.json)
      console.answer(answer.reply.device.map(Wording.device) ?? Wording.device(answer.reply.summary))
      return .done
    }
  }

  struct Clear: Action {
    static let configuration = CommandConfiguration(
      abstract: "Clears a latched fault. It never restarts motion.")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var trial: TrialOption

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(DeviceInterface.ClearFault.self, .init(dryRun: trial.flag))
      console.document(answer.json)
      console.answer(trial.mark("cleared; the device is " + Wording.words(answer.reply.phase.rawValue)))
      return .done
    }
  }

  struct Unlock: Action {
    static let configuration = CommandConfiguration(
      abstract: "Lifts a lock-out after its cause has been dealt with. Recorded by name.")
    @OptionGroup var options: GlobalOptions
    @OptionGroup var trial: TrialOption
    @OptionGroup var answerable: NamedAct

    func perform(_ console: Console) throws -> ExitStatus {
      let answer = try options.daemon().call(
        DeviceInterface.Unlock.self, .init(by: answerable.by, reason: answerable.reason, dryRun: trial.flag))
      console.document(answer.json)
      let state = answer.reply.phase.map { "; the device is " + Wording.words($0.rawValue) } ?? ""
      console.answer(trial.mark("unlocked" + state))
      return .done
    }
  }
}

/// Every command can be tried with all its checks and no effect.
struct TrialOption: ParsableArguments {
  @Flag(help: "Check everything, change nothing.")
  var dryRun = false

  /// As it goes into the call: left out when it is not wanted.
  var flag: Bool? { dryRun ? true : nil }

  func mark(_ answer: String) -> String { dryRun ? "would be done, nothing was changed: " + answer : answer }
}

/// Who answers for an act, and why it is right.
struct NamedAct: ParsableArguments {
  @Option(help: ArgumentHelp("Who answers for it.", valueName: "name"))
  var by: String
  @Option(help: ArgumentHelp("Why it is right.", valueName: "text"))
  var reason: String
}

extension Wording {
  /// A table, and under it what to do about those that are not driven.
  static func devices(_ devices: [DeviceInterface.DeviceSummary]) -> String {
    guard !devices.isEmpty else { return "no device is attached" }
    var table = TextTable(["SERIAL", "PLACE", "FIRMWARE", "STATE"])
    for device in devices {
      let mark = device.simulated == true ? " (simulated)" : ""
      table.append([device.serial ?? "none", device.place, device.firmware ?? "", standing(device) + mark])
    }
    let standings = devices.compactMap { device in
      device.reason.map { reason in
        (device.serial ?? device.place) + ": " + reason + (device.remedy.map { "\n  what to do: " + $0 } ?? "")
      }
    }
    return ([table.text] + standings).joined(separator: "\n")
  }

  /// What a device is doing, or why it does nothing, in a few words.
  private static func standing(_ device: DeviceInterface.DeviceSummary) -> String {
    if let problem = device.problem { return words(problem) }
    guard device.driven else { return "waits" }
    return device.phase.map { words($0.rawValue) } ?? "not read yet"
  }

  /// What is known of a device that is not driven, or has not answered yet.
  static func device(_ device: DeviceInterface.DeviceSummary) -> String {
    var lines = [
      "serial       " + (device.serial ?? "none"),
      "place        " + device.place,
      "state        " + standing(device),
    ]
    if let reason = device.reason { lines.append("reason       " + reason) }
    if let remedy = device.remedy { lines.append("what to do: " + remedy) }
    return lines.joined(separator: "\n")
  }

  static func device(_ device: DeviceInterface.Device) -> String {
    var lines = [
      "serial       " + device.serial + (device.simulated ? " (simulated)" : ""),
      "firmware     " + device.firmware,
      "state        " + words(device.phase.rawValue),
    ]
    if let fault = device.fault { lines.append("fault        " + words(fault.rawValue)) }
    lines += [
      "pedal        " + (device.pedalPressed ? "pressed" : "released"),
      "needle       " + (device.parked ? "parked" : "not parked") + ", drive " + (device.still ? "still" : "turning"),
      "depth        " + range(device.depthMinimumMicrometres, device.depthMaximumMicrometres, unit: .micrometres)
        + ", step " + length(micrometres: device.depthStepMicrometres)
        + ", within " + length(micrometres: device.depthAccuracyMicrometres),
      "speed        " + range(device.speedMinimumMillihertz, device.speedMaximumMillihertz, unit: .millihertz),
      "positioning  " + positioning(device),
      "records      window of \(device.recordWindow), "
        + "\(count(device.counters.nextRecord - device.counters.oldestRecord)) not released",
      "contacts     " + count(device.counters.contacts) + " since it was made",
      "starts       " + count(device.counters.boots),
      "link         " + link(device.link),
      "real time    " + (device.realtime.scheduled ? "scheduled" : "not scheduled") + ", memory "
        + (device.realtime.memoryLocked ? "locked" : "not locked"),
    ]
    if let remedy = device.realtime.remedy { lines.append("what to do: " + remedy) }
    return lines.joined(separator: "\n")
  }

  private static func link(_ link: DeviceInterface.Link) -> String {
    let counted = [
      (link.transferFailures, "failed transfers"), (link.garbledFrames, "garbled frames"),
      (link.strayReplies, "stray replies"), (link.lateReplies, "late replies"),
      (link.silentCommands, "silent commands"), (link.missedRenewals, "missed renewals"),
    ]
    return (link.alarming ? "getting worse: " : "")
      + counted.map { count($0.0) + " " + $0.1 }.joined(separator: ", ")
  }

  private static func range(_ low: Int64, _ high: Int64, unit: DeviceInterface.Unit) -> String {
    amount(low, unit: unit) + " to " + amount(high, unit: unit)
  }

  private static func positioning(_ device: DeviceInterface.Device) -> String {
    let accuracy = device.accuracyMicrometres.map { ", within " + length(micrometres: $0) } ?? ""
    return switch device.positioning {
    case .absolute: "in its own frame" + accuracy + "; a session registers it to the plan's landmarks"
    case .chart: "on the chart" + accuracy
    case .absent: "none"
    case .unknown: "unknown"
    }
  }
}
