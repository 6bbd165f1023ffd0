import Glibc
import SMPDaemon
import SMPJournal
import Testing

/// What each fact means, row by row.
@Suite struct SurroundingsTests {
  typealias Key = SurroundingsFinding.Key

  /// A daemon started by the service manager on a machine where all is well.
  private static func well() -> Surroundings {
    var well = Surroundings.probed(
      Surroundings.Wish(statePath: "/", realtimePriority: 20, needsUSB: true, passed: PassedSockets(), isService: true))
    (well.userID, well.statePath, well.stateDirectory, well.stateIsReadOnly) = (990, "/var/lib/smpd", 0, false)
    (well.realtimeLimit, well.hasSystemNice, well.lockLimit, well.hasMemoryLock) = (49, false, .max, false)
    (well.hotPlug, well.udev, well.usbBus, well.clock) = (0, 0, 0, .synchronised)
    well.stateFreeBytes = JournalBounds.reserveBytes * 4
    (well.controlIsPassed, well.stopIsPassed) = (true, true)
    return well
  }

  /// The one finding that is not good after a change.
  private func bad(
    sourceLocation: SourceLocation = #_sourceLocation, _ change: (inout Surroundings) -> Void
  ) -> SurroundingsFinding? {
    var surroundings = Self.well()
    change(&surroundings)
    let bad = surroundings.findings.filter { $0.severity != .good }
    #expect(bad.count == 1, "\(bad)", sourceLocation: sourceLocation)
    return bad.first
  }

  private func expect(
    _ finding: SurroundingsFinding?, _ key: Key, _ severity: SurroundingsFinding.Severity, mend: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(finding?.key == key, sourceLocation: sourceLocation)
    #expect(finding?.severity == severity, sourceLocation: sourceLocation)
    #expect(finding?.remedy?.contains(mend) == true, "\(String(describing: finding))", sourceLocation: sourceLocation)
  }

  @Test("where all is well every row is there, good, and without a command") func allWell() {
    let findings = Self.well().findings
    #expect(findings.map(\.key) == Key.allCases)
    #expect(findings.allSatisfy { $0.severity == .good && $0.remedy == nil && !$0.sentence.isEmpty })
  }

  @Test("rights that are missing: root, real time, locked memory") func rights() {
    let revert = "systemctl revert smpd.service"
    expect(bad { $0.userID = 0 }, .user, .warning, mend: revert)
    expect(bad { $0.realtimeLimit = 19 }, .realTime, .warning, mend: revert)
    expect(bad { $0.lockLimit = .max - 1 }, .lockedMemory, .warning, mend: revert)
    expect(bad { ($0.userID, $0.isService) = (0, false) }, .user, .warning, mend: "systemctl start smpd.service")
    // At the limit, by a capability, or not asked for: nothing is missing.
    let allowed: [(inout Surroundings) -> Void] = [
      { $0.realtimeLimit = 20 }, { ($0.realtimeLimit, $0.hasSystemNice) = (0, true) },
      { ($0.lockLimit, $0.hasMemoryLock) = (0, true) },
      { ($0.realtimeLimit, $0.lockLimit, $0.realtimePriority) = (0, 0, nil) },
    ]
    for change in allowed {
      var surroundings = Self.well()
      change(&surroundings)
      #expect(surroundings.findings.allSatisfy { $0.severity == .good })
    }
  }

  @Test("no way to the device: netlink, udev, USB") func device() {
    expect(bad { $0.hotPlug = EAFNOSUPPORT }, .hotPlug, .problem, mend: "systemctl revert smpd.service")
    expect(bad { $0.udev = ENOENT }, .udev, .problem, mend: "systemctl start systemd-udevd.service")
    expect(bad { $0.udev = EACCES }, .udev, .problem, mend: "systemctl revert smpd.service")
    expect(bad { $0.usbBus = ENOENT }, .usbBus, .problem, mend: "modprobe usbcore")
    expect(bad { $0.usbBus = EACCES }, .usbBus, .problem, mend: "systemctl revert smpd.service")
    var simulated = Self.well()
    (simulated.needsUSB, simulated.udev) = (false, ENOENT)
    #expect(simulated.findings.map(\.key).filter { [.hotPlug, .udev, .usbBus].contains($0) } == [])
  }

  @Test("S2 nowhere to write the journal: rights, file system, space") func state() {
    let install = "install -d -o 990 -m 750 /var/lib/smpd"
    expect(bad { $0.stateDirectory = EACCES }, .stateDirectory, .problem, mend: install)
    expect(
      bad { ($0.stateDirectory, $0.stateFreeBytes) = (ENOENT, nil) }, .stateDirectory, .problem, mend: install)
    expect(bad { $0.stateDirectory = ENOTDIR }, .stateDirectory, .problem, mend: "mv /var/lib/smpd /var/lib/smpd.old")
    expect(
      bad { ($0.stateDirectory, $0.stateIsReadOnly) = (EROFS, true) }, .stateFileSystem, .problem,
      mend: "mount -o remount,rw")
    // The sandbox, and not the file system, closes any other directory.
    expect(
      bad { ($0.stateDirectory, $0.stateIsReadOnly, $0.statePath) = (EROFS, true, "/srv/smpd") }, .stateFileSystem,
      .problem, mend: "systemctl edit smpd.service")
    let reserve = JournalBounds.reserveBytes
    expect(bad { $0.stateFreeBytes = reserve * 4 - 1 }, .stateSpace, .warning, mend: "du -xh")
    expect(bad { $0.stateFreeBytes = reserve }, .stateSpace, .warning, mend: "du -xh")
    expect(bad { $0.stateFreeBytes = reserve - 1 }, .stateSpace, .problem, mend: "du -xh")
  }

  @Test("a path that is no plain word is one word of the command") func quoting() {
    let finding = bad { ($0.statePath, $0.stateDirectory) = ("/srv/it's; here", EACCES) }
    #expect(finding?.remedy == "install -d -o 990 -m 750 '/srv/it'\\''s; here'")
  }

  @Test("clock and sockets") func others() {
    expect(bad { $0.clock = .unsynchronised }, .clock, .warning, mend: "timedatectl set-ntp true")
    expect(bad { $0.clock = .unseen }, .clock, .warning, mend: "systemd-timesyncd")
    expect(
      bad { $0.controlIsPassed = false }, .controlSocket, .warning, mend: "systemctl enable --now smpd.socket")
    expect(bad { $0.stopIsPassed = false }, .stopSocket, .warning, mend: "systemctl enable --now smpd-stop.socket")
  }
}
