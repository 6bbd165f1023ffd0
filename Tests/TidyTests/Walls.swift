/// Who may know whom: the house of Package.swift's comment, as a table. Widening it is a decision, so it is made here
/// and not only by an import.
enum Walls {
  struct Room {
    let folder: String
    /// Our own targets it may import.
    let arrows: Set<String>
    /// Modules from elsewhere it may import.
    let outside: Set<String>
    let isPure: Bool

    var name: String { String(folder.split(separator: "/").last ?? "") }
  }

  /// No clock, file, link, chance or Foundation. Crypto is admitted to the record alone: a hash has no effect.
  private static func pure(_ folder: String, _ arrows: Set<String> = [], outside: Set<String> = []) -> Room {
    Room(folder: "Sources/" + folder, arrows: arrows, outside: outside, isPure: true)
  }

  private static func room(_ folder: String, _ arrows: Set<String>, outside: Set<String> = []) -> Room {
    Room(folder: "Sources/" + folder, arrows: arrows, outside: outside, isPure: false)
  }

  static let pureRooms: [Room] = [
    pure("Core/StrictJSON"),
    pure("Core/SMPModel"),
    pure("Core/SMPTreatment", ["SMPModel"]),
    pure("Core/SMPGuard", ["SMPModel"]),
    pure("Core/SMPSession", ["SMPGuard", "SMPModel"]),
    pure("Core/SMPRecord", ["SMPGuard", "SMPModel", "StrictJSON"], outside: ["Crypto"]),
    pure("Device/SMPWire", ["SMPModel"]),
    pure("Device/SMPFirmware", ["SMPWire", "SMPModel"]),
  ]

  static let rooms: [Room] =
    pureRooms + [
      room("Device/SMPLink", ["SMPModel"]),
      room("Device/SMPDriver", ["SMPRecord", "SMPLink", "SMPWire", "SMPGuard", "SMPModel"]),
      room(
        "Device/SMPSimulator", ["SMPLink", "SMPFirmware", "SMPWire", "SMPModel"], outside: ["Synchronization"]),
      room("Device/SMPUSB", ["SMPLink", "CLibUSB", "CLibUdev"], outside: ["Glibc", "Synchronization"]),
      room("Shims/CLibUSB", []),
      room("Shims/CLibUdev", []),
      room("Control/Varlink", ["StrictJSON"], outside: ["Glibc"]),
      room(
        "Control/VarlinkServer", ["Varlink", "StrictJSON", "CLinux"],
        outside: ["NIOCore", "NIOPosix", "Glibc", "Synchronization"]),
      room("Control/SMPInterface", ["Varlink", "StrictJSON", "SMPModel"]),
      room("Host/SMPPlanFile", ["SMPTreatment", "SMPModel"], outside: ["Yams"]),
      room(
        "Host/SMPJournal", ["SMPRecord", "SMPModel"],
        outside: ["GRDB", "GRDBSQLite", "Foundation", "Glibc", "Synchronization"]),
      room(
        "Host/SMPDaemon",
        [
          "SMPSession", "SMPDriver", "SMPJournal", "SMPPlanFile", "SMPTreatment", "SMPRecord", "SMPGuard", "SMPLink",
          "SMPModel", "SMPInterface", "VarlinkServer", "Varlink", "StrictJSON", "CLinux",
        ], outside: ["Glibc", "Synchronization"]),
      room("Host/SMPReport", ["SMPRecord", "SMPModel", "StrictJSON"]),
      room("Shims/CLinux", []),
      room(
        "smpctl", ["SMPInterface", "SMPReport", "SMPRecord", "SMPModel", "Varlink", "StrictJSON"],
        outside: ["ArgumentParser", "Glibc"]),
      room(
        "smpd", ["SMPDaemon", "SMPUSB", "SMPPlanFile", "SMPLink", "SMPModel"],
        outside: ["ArgumentParser", "Glibc", "Synchronization"]),
      room(
        "smpsim",
        [
          "SMPDaemon", "SMPSimulator", "SMPSession", "SMPRecord", "SMPGuard", "SMPLink", "SMPModel", "SMPTreatment",
          "SMPPlanFile", "SMPJournal", "SMPReport", "SMPInterface", "VarlinkServer", "Varlink", "StrictJSON", "CLinux",
        ], outside: ["ArgumentParser", "Glibc", "Synchronization"]),
    ]

  /// What one target must never reach, over any number of arrows.
  struct Fence {
    let from: String
    let never: String
    let reason: String
  }

  static let fences: [Fence] = [
    Fence(from: "smpd", never: "SMPSimulator", reason: "S11: a daemon that holds a real needle contains no simulator"),
    Fence(from: "smpsim", never: "SMPUSB", reason: "S11: the simulator contains no USB host code"),
    Fence(from: "smpsim", never: "CLibUSB", reason: "S11: the simulator contains no USB host code"),
    Fence(from: "smpsim", never: "CLibUdev", reason: "S11: the simulator contains no USB host code"),
    Fence(from: "SMPSimulator", never: "SMPGuard", reason: "it could not catch the guard breaking"),
    Fence(from: "SMPSimulator", never: "SMPSession", reason: "it could not catch the session breaking"),
    Fence(from: "SMPFirmware", never: "SMPGuard", reason: "the device checks for itself, without the host's opinion"),
    Fence(from: "SMPSession", never: "SMPLink", reason: "the machine sees no link"),
    Fence(from: "smpctl", never: "SMPLink", reason: "the command line links nothing that can reach a device"),
    Fence(from: "smpctl", never: "SMPDriver", reason: "the command line links nothing that can reach a device"),
    Fence(from: "smpctl", never: "GRDB", reason: "smpctl verifies without a database"),
  ]

  /// Imports that no arrow allows.
  static func crossings(_ file: SourceFile, in room: Room) -> [Finding] {
    guard let swift = file.swift else { return [] }
    return imports(swift).filter { !room.arrows.contains($0.module) && !room.outside.contains($0.module) }.map {
      Finding(
        path: file.path, line: $0.line,
        message: "\(room.name) may not import \($0.module): "
          + (room.isPure ? "it is pure; take it as an argument or an event" : "no arrow leads there (Walls.swift)"))
    }
  }

  /// `import struct M.X` imports M; `@testable import M` does so as well.
  static func imports(_ text: SwiftText) -> [(module: String, line: Int)] {
    let kinds: Set<String> = ["struct", "class", "enum", "protocol", "func", "var", "let", "typealias"]
    return text.tokens.indices.dropLast().compactMap { place in
      let token = text.tokens[place]
      guard token.kind == .word, token.text == "import" else { return nil }
      let next = text.tokens[place + 1]
      let module = kinds.contains(next.text) && place + 2 < text.tokens.count ? text.tokens[place + 2] : next
      return module.kind == .word ? (module.text, token.line) : nil
    }
  }

  /// Everything a target reaches over the arrows of the manifest, itself left out.
  static func reach(of target: String, in manifest: Manifest) -> Set<String> {
    var found: Set<String> = []
    var next = [target]
    while let name = next.popLast() {
      for arrow in manifest[name]?.arrows ?? [] where found.insert(arrow).inserted { next.append(arrow) }
    }
    return found
  }
}
