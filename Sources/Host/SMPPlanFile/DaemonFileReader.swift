import SMPTreatment

/// Reads the daemon's configuration from a tree.
struct DaemonFileReader {
  let problems: ProblemList

  /// As a label of the journal.
  private static let stationBytes = 64
  /// As the device protocol has room for.
  private static let serialBytes = 32
  /// As `useradd` and the service manager allow.
  private static let groupBytes = 31
  /// More makers than this is a mistake, and each is compared at every plug-in.
  private static let devices = 16
  /// What a socket address holds without its NUL, less the `.stop` of the second socket.
  private static let socketBytes = 107 - 5
  /// Longer ones exist; nobody means them.
  private static let pathBytes = 1_024
  /// Half of SCHED_FIFO's range: above lie the kernel's own threads, the interrupts' at 50 first.
  private static let priorities: ClosedRange<Int64> = 1...49

  func read(_ tree: YAMLTree) -> DaemonFile {
    var file = DaemonFile()
    guard var top = MappingReader(tree, what: "the daemon's configuration", problems: problems) else { return file }
    if top.take("schema") != nil, !Schema.check(&top, current: DaemonFile.schema) { return file }
    station(&top, into: &file)
    if let name = group("operators-group", &top) { file.operatorsGroup = name }
    file.observersGroup = group("observers-group", &top)
    serial(&top, into: &file)
    devices(&top, into: &file)
    path("limits", maximum: Self.pathBytes, &top, into: &file.limitsPath)
    path("presets", maximum: Self.pathBytes, &top, into: &file.presetsPath)
    path("state", maximum: Self.pathBytes, &top, into: &file.statePath)
    path("socket", maximum: Self.socketBytes, &top, into: &file.socketPath)
    priority(&top, into: &file)
    training(&top, into: &file)
    top.finish(what: "the daemon's configuration")
    return file
  }

  private func station(_ top: inout MappingReader, into file: inout DaemonFile) {
    guard let entry = top.take("station"), let text = top.text("station", maximum: Self.stationBytes).value else {
      return
    }
    guard text.utf8.count <= Self.stationBytes else {
      problems.error(
        entry.value.place, "`station` has \(text.utf8.count) bytes", allowed: "1 to \(Self.stationBytes) bytes",
        remedy: "shorten it; letters beyond a to z have more than one byte")
      return
    }
    file.station = text
  }

  private func group(_ key: String, _ top: inout MappingReader) -> String? {
    guard let entry = top.take(key), let text = top.text(key, maximum: Self.groupBytes).value else { return nil }
    let isName = text.utf8.enumerated().allSatisfy { index, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"): true
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): index > 0
      default: false
      }
    }
    guard isName else {
      problems.error(
        entry.value.place, "`\(key)` is no name of a group: \(quoted(text))",
        allowed: "a letter or `_`, then letters, digits, `_`, `-`; at most \(Self.groupBytes)",
        remedy: "write the group as `getent group` has it")
      return nil
    }
    return text
  }

  private func serial(_ top: inout MappingReader, into file: inout DaemonFile) {
    guard let entry = top.take("device"), let text = top.text("device", maximum: Self.serialBytes).value else { return }
    guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
      problems.error(
        entry.value.place, "`device` is no serial: \(quoted(text))", allowed: "printable ASCII",
        remedy: "write the serial as `smpctl device list` has it")
      return
    }
    file.preferredSerial = text
  }

  private func devices(_ top: inout MappingReader, into file: inout DaemonFile) {
    guard let entry = top.take("devices") else { return }
    guard case .list(let items) = entry.value.content else {
      problems.error(
        entry.value.place, "`devices` must be a list", allowed: "lines that begin with `- `",
        remedy: "begin each vendor and product with `- `")
      return
    }
    guard items.count <= Self.devices else {
      problems.error(
        entry.value.place, "`devices` has \(items.count) items", allowed: "at most \(Self.devices)",
        remedy: "keep those of devices that are here")
      return
    }
    for item in items {
      guard case .text(let text) = item.content, let product = USBProduct(text) else {
        let said = if case .text(let text) = item.content { ": " + quoted(text) } else { "" }
        problems.error(
          item.place, "this is no vendor and product\(said)", allowed: "four hexadecimal digits, `:`, four more",
          remedy: "write them as `lsusb` has them, such as \(USBProduct.standard)")
        continue
      }
      guard product != .standard, !file.devices.contains(product) else {
        problems.error(
          item.place, "\(product) is known already",
          remedy: product == .standard ? "delete it; it is always looked for" : "keep one of them")
        continue
      }
      file.devices.append(product)
    }
  }

  /// Absolute, so that it means the same wherever the daemon was started.
  private func path(_ key: String, maximum: Int, _ top: inout MappingReader, into value: inout String) {
    guard let entry = top.take(key), let text = top.text(key, maximum: maximum).value else { return }
    guard text.hasPrefix("/"), text.utf8.count > 1, text.utf8.last != UInt8(ascii: "/") else {
      problems.error(
        entry.value.place, "`\(key)` is no absolute path: \(quoted(text))", allowed: "begins with `/`, ends without",
        remedy: "write the whole path")
      return
    }
    guard text.utf8.count <= maximum else {
      problems.error(
        entry.value.place, "`\(key)` has \(text.utf8.count) bytes", allowed: "at most \(maximum) bytes",
        remedy: "choose a shorter path")
      return
    }
    value = text
  }

  private func training(_ top: inout MappingReader, into file: inout DaemonFile) {
    guard let entry = top.take("training"), let text = top.text("training", maximum: 8).value else { return }
    switch text {
    case "yes": file.training = true
    case "no": file.training = false
    default:
      problems.error(
        entry.value.place, "`training` is \(quoted(text))", allowed: "yes or no",
        remedy: "`no` for a device with a needle, `yes` for a simulated one")
    }
  }

  private func priority(_ top: inout MappingReader, into file: inout DaemonFile) {
    let key = "realtime-priority"
    guard let entry = top.take(key), let number = top.count(key).value else { return }
    guard Self.priorities.contains(number) else {
      problems.error(
        entry.value.place, "`\(key)` is \(number)",
        allowed: "\(Self.priorities.lowerBound) to \(Self.priorities.upperBound)",
        remedy: "20 serves unless another real-time program runs here")
      return
    }
    file.realtimePriority = Int32(number)
  }
}
