// swift-tools-version: 6.2
import PackageDescription

/// Every target: language mode 6, warnings are errors, and each unsafe use is marked and explained (house style 14).
let strict: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .strictMemorySafety(),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// In the debug build alone a rule can be taken out and a machine copied: for the explorer's tests (KeptRules.swift).
let explored: [SwiftSetting] = [.define("SMP_REMOVABLE_RULES", .when(configuration: .debug))]

/// One room of a wing: `Sources/<wing>/<name>`, with the arrows it may follow.
func room(_ wing: String, _ name: String, _ arrows: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .target(
    name: name, dependencies: arrows, path: "Sources/\(wing)/\(name)", resources: resources,
    swiftSettings: strict + explored)
}

func program(_ name: String, _ arrows: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: arrows, path: "Sources/\(name)", swiftSettings: strict)
}

func bench(_ name: String, _ folder: String, _ arrows: [Target.Dependency]) -> Target {
  .executableTarget(name: name, dependencies: arrows, path: "Benchmarks/\(folder)", swiftSettings: strict)
}

func tests(_ name: String, _ arrows: [Target.Dependency] = [], resources: [Resource] = []) -> Target {
  .testTarget(
    name: name, dependencies: arrows, path: "Tests/\(name)", resources: resources, swiftSettings: strict)
}

let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")

/// Served as they stand: the text is the file.
let interfaceFiles: [Resource] = ["course", "device", "journal", "lot", "plan", "session", "simulator", "stop"].map {
  .embedInCode("io.smpd.\($0).varlink")
}

let package = Package(
  name: "smpd",
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
  ],
  targets: [
    // Core: pure. No clock, file, link or Foundation.
    room("Core", "StrictJSON"),
    room("Core", "SMPModel"),
    room("Core", "SMPTreatment", ["SMPModel"]),
    room("Core", "SMPGuard", ["SMPModel"]),
    room("Core", "SMPSession", ["SMPGuard", "SMPModel"]),
    room("Core", "SMPRecord", ["SMPGuard", "SMPModel", "StrictJSON", crypto]),

    // Device: everything about the needle device.
    room("Device", "SMPWire", ["SMPModel"]),
    room("Device", "SMPFirmware", ["SMPWire", "SMPModel"]),
    room("Device", "SMPLink"),
    room("Device", "SMPDriver", ["SMPRecord", "SMPLink", "SMPWire", "SMPGuard", "SMPModel"]),
    room("Device", "SMPSimulator", ["SMPLink", "SMPFirmware", "SMPWire", "SMPModel"]),

    room("Device", "SMPUSB", ["SMPLink", "CLibUSB", "CLibUdev"]),

    // Control: how others speak to the daemon.
    room("Control", "Varlink", ["StrictJSON"]),
    room("Control", "VarlinkServer", ["Varlink", "StrictJSON", "CLinux", nioCore, nioPosix]),
    room("Control", "SMPInterface", ["Varlink", "StrictJSON", "SMPModel"], resources: interfaceFiles),

    // Host: files, disk, threads.
    room("Host", "SMPPlanFile", ["SMPTreatment", "SMPModel", yams]),
    room("Host", "SMPJournal", ["SMPRecord", "SMPModel", grdb, sqlite]),
    room("Host", "SMPReport", ["SMPRecord", "SMPModel", "StrictJSON"]),
    room(
      "Host", "SMPDaemon",
      [
        "CLinux", "SMPSession", "SMPDriver", "SMPLink", "SMPRecord", "SMPGuard", "SMPModel", "SMPJournal",
        "SMPPlanFile", "SMPTreatment", "SMPInterface", "Varlink", "VarlinkServer", "StrictJSON",
      ]),

    .target(name: "CLinux", path: "Sources/Shims/CLinux"),
    .systemLibrary(name: "CLibUSB", path: "Sources/Shims/CLibUSB", pkgConfig: "libusb-1.0"),
    .systemLibrary(name: "CLibUdev", path: "Sources/Shims/CLibUdev", pkgConfig: "libudev"),

    // Programs: arguments and wiring.
    program(
      "smpsim",
      [
        "SMPDaemon", "SMPSimulator", "SMPSession", "SMPRecord", "SMPLink", "SMPModel", "SMPInterface", "SMPJournal",
        "SMPPlanFile", "SMPTreatment", "SMPGuard", "SMPReport", "VarlinkServer", "Varlink", "StrictJSON", "CLinux",
        arguments,
      ]),
    program("smpd", ["SMPDaemon", "SMPUSB", "SMPPlanFile", "SMPLink", "SMPModel", arguments]),
    program("smpctl", ["SMPReport", "SMPInterface", "SMPRecord", "SMPModel", "Varlink", "StrictJSON", arguments]),

    // For tests only: the simulated device on a mock USB bus, in front of an unmodified smpd.
    .systemLibrary(name: "CUmockdev", path: "Tests/Shims/CUmockdev", pkgConfig: "umockdev-1.0"),
    .executableTarget(
      name: "smpmock",
      dependencies: [
        "SMPSimulator", "SMPLink", "SMPModel", "SMPPlanFile", "SMPTreatment", "StrictJSON", "CLinux", "CUmockdev",
      ], path: "Tests/MockBus", swiftSettings: strict),
    .executableTarget(
      name: "usbprobe", path: "Tests/USBProbe", linkerSettings: [.linkedLibrary("usb-1.0"), .linkedLibrary("udev")]),

    // What is fuzzed: the same functions for `swift test` and for libFuzzer.
    .target(
      name: "FuzzBodies",
      dependencies: [
        "SMPWire", "SMPFirmware", "SMPDriver", "SMPLink", "SMPModel", "SMPSimulator", "SMPUSB", "CLibUSB", "Varlink",
        "VarlinkServer", "SMPInterface", "StrictJSON", "SMPPlanFile", "SMPTreatment", "SMPRecord", "SMPReport",
        nioCore, nioEmbedded,
      ], path: "Tests/Fuzz/Bodies", swiftSettings: strict),

    // For tests only: a whole station on virtual time, and the disk under its journal.
    .target(name: "CRecordingDisk", path: "Tests/Shims/CRecordingDisk", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
      name: "SimulatedStation",
      dependencies: [
        "SMPDaemon", "SMPSimulator", "SMPSession", "SMPRecord", "SMPJournal", "SMPGuard", "SMPLink", "SMPWire",
        "SMPModel", "CRecordingDisk",
      ], path: "Tests/Support/SimulatedStation", swiftSettings: strict),

    // Whole lives drawn from seeds, in that station: `make simulate` runs many, the tests a few.
    .target(
      name: "SeededLife",
      dependencies: [
        "SimulatedStation", "SMPDaemon", "SMPSimulator", "SMPSession", "SMPRecord", "SMPJournal", "SMPGuard",
        "SMPModel",
      ], path: "Tests/Support/SeededLife", swiftSettings: strict),
    .executableTarget(name: "simulate", dependencies: ["SeededLife"], path: "Tests/Simulate", swiftSettings: strict),

    bench("bench-guard", "Guard", ["SMPGuard", "SMPModel"]),
    bench("bench-stop", "Stop", ["SMPDaemon", "SMPSession", "SMPLink", "SMPModel", "VarlinkServer"]),
    bench("bench-journal", "Journal", ["SMPJournal", "SMPRecord", "SMPModel", sqlite]),

    tests("StrictJSONTests", ["StrictJSON"]),
    tests("SMPModelTests", ["SMPModel"]),
    tests("SMPTreatmentTests", ["SMPTreatment", "SMPModel"]),
    tests("SMPGuardTests", ["SMPGuard", "SMPModel"]),
    tests("SMPSessionTests", ["SMPSession", "SMPGuard", "SMPModel"]),
    tests("SMPRecordTests", ["SMPRecord", "SMPGuard", "SMPModel", "StrictJSON"]),
    tests("SMPJournalTests", ["SMPJournal", "SMPReport", "SMPRecord", "SMPGuard", "SMPModel"]),
    tests("SMPReportTests", ["SMPReport", "SMPRecord", "SMPModel", "StrictJSON"]),
    tests("SMPWireTests", ["SMPWire", "SMPModel"]),
    tests("SMPFirmwareTests", ["SMPFirmware", "SMPWire", "SMPModel"]),
    tests("SMPSimulatorTests", ["SMPSimulator", "SMPLink", "SMPFirmware", "SMPWire", "SMPModel"]),
    tests("SMPDriverTests", ["SMPDriver", "SMPRecord", "SMPLink", "SMPWire", "SMPGuard", "SMPModel"]),
    tests(
      "ExplorerTests",
      [
        "SMPSession", "SMPGuard", "SMPRecord", "SMPDriver", "SMPLink", "SMPWire", "SMPFirmware", "SMPModel",
      ]),
    tests("VarlinkTests", ["Varlink", "StrictJSON"]),
    tests(
      "VarlinkServerTests", ["VarlinkServer", "Varlink", "StrictJSON", "CLinux", nioCore, nioPosix, nioEmbedded]),
    tests("SMPInterfaceTests", ["SMPInterface", "Varlink", "StrictJSON", "SMPModel"]),
    tests("SMPPlanFileTests", ["SMPPlanFile", "SMPTreatment", "SMPModel"]),
    tests(
      "SMPDaemonTests",
      [
        "smpsim", "SMPDaemon", "SMPDriver", "SMPInterface", "SMPJournal", "SMPPlanFile", "SMPSimulator", "SMPSession",
        "SMPGuard", "SMPRecord", "SMPLink", "SMPWire", "SMPModel", "Varlink", "VarlinkServer", "StrictJSON",
      ]),
    tests(
      "CrashTests", ["SimulatedStation", "SMPDaemon", "SMPSimulator", "SMPSession", "SMPJournal", "SMPModel"]),
    tests("SimulateTests", ["SeededLife"]),
    tests("smpctlTests", ["smpctl", "SMPInterface", "SMPRecord", "SMPModel", "Varlink", "StrictJSON"]),
    tests("EndToEndTests", ["smpd", "smpsim", "smpctl", "smpmock", "Varlink", "StrictJSON"]),
    tests("SystemTests", ["smpd", "smpctl", "smpsim", "SMPPlanFile"]),
    tests("MockBusTests", ["smpmock", "usbprobe", "SMPWire", "SMPModel"]),
    tests("FuzzTests", ["FuzzBodies"]),
    tests("TidyTests"),
  ],
  swiftLanguageModes: [.v6]
)

// Links libFuzzer, which only a build with `-sanitize=fuzzer` has: Tests/Fuzz/run asks for it.
if Context.environment["SMPD_FUZZ"] != nil {
  package.targets.append(
    .executableTarget(
      name: "smpfuzz", dependencies: ["FuzzBodies"], path: "Tests/Fuzz/Program", swiftSettings: strict))
}
