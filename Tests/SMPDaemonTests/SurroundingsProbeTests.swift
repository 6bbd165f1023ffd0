import Foundation
import Glibc
import SMPDaemon
import SMPJournal
import Testing
import VarlinkServer

/// A mount namespace with one mount in it, reached from outside through /proc; gone with the test.
private final class Mounted {
  private let process = Process()
  private let input = Pipe()
  /// The mounted directory.
  let path: String

  init(_ folder: Folder, options: String) throws {
    let output = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [
      "unshare", "--mount", "sh", "-c",
      #"mount --make-rprivate / && mount -t tmpfs -o "$1" none "$0" && echo mounted && read -r end"#, folder.path,
      options,
    ]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let said = output.fileHandleForReading.availableData
    try #require(String(decoding: said, as: UTF8.self) == "mounted\n")
    path = "/proc/\(process.processIdentifier)/root\(folder.path)"
  }

  deinit {
    // The end of its input ends it, and the mount with it.
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }
}

/// Each fact, brought about.
@Suite struct SurroundingsProbeTests {
  private static func wish(_ path: String) -> Surroundings.Wish {
    Surroundings.Wish(
      statePath: path, realtimePriority: 20, needsUSB: true, passed: PassedSockets(), isService: false)
  }

  private func severity(_ key: SurroundingsFinding.Key, of surroundings: Surroundings) -> SurroundingsFinding.Severity?
  { surroundings.findings.first { $0.key == key }?.severity }

  private static let canMount: ConditionTrait = .enabled(
    if: geteuid() == 0 || ProcessInfo.processInfo.environment["CI"] != nil, "needs root, to mount")

  @Test("S2 a state directory that is not there, or is a file") func stateDirectory() throws {
    let folder = try Folder()
    #expect(Surroundings.probed(Self.wish(folder.path)).stateDirectory == 0)
    let absent = Surroundings.probed(Self.wish(folder.path + "/none"))
    #expect(absent.stateDirectory == ENOENT && absent.stateFreeBytes == nil)
    #expect(FileManager.default.createFile(atPath: folder.path + "/file", contents: nil))
    #expect(Surroundings.probed(Self.wish(folder.path + "/file")).stateDirectory == ENOTDIR)
  }

  @Test("S2 a state directory on a read-only file system", canMount) func readOnly() throws {
    let folder = try Folder()
    let mounted = try Mounted(folder, options: "ro")
    let surroundings = Surroundings.probed(Self.wish(mounted.path))
    #expect(surroundings.stateIsReadOnly && surroundings.stateDirectory == EROFS)
    #expect(severity(.stateFileSystem, of: surroundings) == .problem)
    #expect(severity(.stateDirectory, of: surroundings) == .good)
    withExtendedLifetime(mounted) {}
  }

  @Test("S2 a state directory with too little room, or soon too little", canMount) func space() throws {
    let folder = try Folder()
    let reserve = JournalBounds.reserveBytes
    for (size, expected) in [
      (reserve / 2, SurroundingsFinding.Severity.problem), (reserve * 2, .warning), (reserve * 5, .good),
    ] {
      let mounted = try Mounted(folder, options: "size=\(size)")
      let surroundings = Surroundings.probed(Self.wish(mounted.path))
      #expect(severity(.stateSpace, of: surroundings) == expected, "\(size)")
      #expect(severity(.stateFileSystem, of: surroundings) == .good)
      withExtendedLifetime(mounted) {}
    }
  }

  @Test("no USB, no udev, or no right to see them") func device() throws {
    let folder = try Folder()
    var wish = Self.wish(folder.path)
    (wish.udevPath, wish.usbPath) = (folder.path, folder.path)
    let there = Surroundings.probed(wish)
    #expect(there.udev == 0 && there.usbBus == 0)
    (wish.udevPath, wish.usbPath) = (folder.path + "/none", folder.path + "/none")
    let absent = Surroundings.probed(wish)
    #expect(severity(.udev, of: absent) == .problem && severity(.usbBus, of: absent) == .problem)
    wish.needsUSB = false
    #expect(severity(.udev, of: Surroundings.probed(wish)) == nil)
  }

  @Test("the clock is kept, is not, or cannot be asked and is known by the time service's mark") func clock() throws {
    let folder = try Folder()
    var wish = Self.wish(folder.path)
    wish.timeMark = folder.path + "/synchronized"
    for (answer, expected) in [(1 as Int32, Surroundings.Clock.synchronised), (0, .unsynchronised), (-EPERM, .unseen)] {
      wish.askClock = { answer }
      #expect(Surroundings.probed(wish).clock == expected)
    }
    #expect(FileManager.default.createFile(atPath: wish.timeMark, contents: nil))
    #expect(Surroundings.probed(wish).clock == .synchronised)
    // Once the kernel says no, a mark from this morning does not count.
    wish.askClock = { 0 }
    #expect(Surroundings.probed(wish).clock == .unsynchronised)
  }

  @Test("capabilities are read from the kernel's own list, and none from anything else") func capabilities() throws {
    let folder = try Folder()
    var wish = Self.wish(folder.path)
    wish.statusPath = folder.path + "/status"
    for (text, nice, lock) in [
      ("Name:\tx\nCapEff:\t0000000000800000\n", true, false), ("CapEff:\t0000000000004000\n", false, true),
      ("CapInh:\t0000000000804000\nCapEff:\t0000000000000000\n", false, false), ("CapEff:\tnone\n", false, false),
      ("", false, false),
    ] {
      try Data(text.utf8).write(to: URL(fileURLWithPath: wish.statusPath))
      let surroundings = Surroundings.probed(wish)
      #expect(surroundings.hasSystemNice == nice && surroundings.hasMemoryLock == lock, "\(text)")
    }
  }

  @Test("sockets of the service manager are told from our own") func sockets() throws {
    let folder = try Folder()
    let socket = try ListeningSocket.listening(at: folder.path + "/s", permissions: 0o600)
    defer { close(socket.descriptor) }
    let inherited = try ListeningSocket.inherited(
      processID: String(getpid()), count: "1", names: "stop", ownProcessID: getpid(),
      firstDescriptor: dup(socket.descriptor))
    var wish = Self.wish(folder.path)
    wish.passed = try PassedSockets(inherited)
    let surroundings = Surroundings.probed(wish)
    #expect(severity(.controlSocket, of: surroundings) == .warning)
    #expect(severity(.stopSocket, of: surroundings) == .good)
    for passed in inherited { close(passed.socket.descriptor) }
  }

  @Test("a user without rights: what root may he may not, and his limits are his own", canMount)
  func withoutRights() async {
    await #expect(processExitsWith: .success) {
      // The first check that fails ends the process with its number.
      var number: Int32 = 0
      func check(_ isSo: Bool) {
        number += 1
        if !isSo { exit(number) }
      }
      let folder = try Folder()
      let inside = folder.path + "/closed"
      try FileManager.default.createDirectory(
        atPath: inside, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
      func probe() -> Surroundings {
        var wish = SurroundingsProbeTests.wish(inside)
        wish.udevPath = inside
        return Surroundings.probed(wish)
      }
      let asRoot = probe()
      check(asRoot.userID == 0 && asRoot.stateDirectory == 0 && asRoot.udev == 0)
      // RLIMIT_RTPRIO is 14 and RLIMIT_MEMLOCK 8 on Linux. Not every root may raise the first.
      var (priority, memory) = (rlimit(), rlimit(rlim_cur: 65_536, rlim_max: 65_536))
      // Both are ours for the length of the calls.
      check(unsafe getrlimit(14, &priority) == 0)
      priority.rlim_cur = min(priority.rlim_max, 20)
      check(unsafe setrlimit(14, &priority) == 0)
      check(unsafe setrlimit(8, &memory) == 0)
      // The effective user alone: root comes back to clean up.
      check(setegid(65_534) == 0 && seteuid(65_534) == 0)
      let asNobody = probe()
      check(asNobody.userID == 65_534 && !asNobody.hasSystemNice && !asNobody.hasMemoryLock)
      check(asNobody.stateDirectory == EACCES && asNobody.udev == EACCES)
      check(asNobody.realtimeLimit == priority.rlim_cur && asNobody.lockLimit == 65_536)
      check(asNobody.hotPlug == 0)
      let findings = asNobody.findings
      func severity(_ key: SurroundingsFinding.Key) -> SurroundingsFinding.Severity? {
        findings.first { $0.key == key }?.severity
      }
      check(severity(.user) == .good && severity(.lockedMemory) == .warning)
      check(severity(.realTime) == (priority.rlim_cur == 20 ? .good : .warning))
      check(seteuid(0) == 0)
    }
  }
}
