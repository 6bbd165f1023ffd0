internal import Glibc
internal import SMPJournal

/// One thing the daemon found about its surroundings at its start.
package struct SurroundingsFinding: Hashable, Sendable {
  package enum Severity: String, CaseIterable, Hashable, Sendable {
    case good
    /// It works, and less well than it should.
    case warning
    /// No session can be worked like this.
    case problem
  }

  package enum Key: String, CaseIterable, Hashable, Sendable {
    case user
    case realTime = "real-time"
    case lockedMemory = "locked-memory"
    case hotPlug = "hot-plug"
    case udev
    case usbBus = "usb-bus"
    case stateDirectory = "state-directory"
    case stateFileSystem = "state-file-system"
    case stateSpace = "state-space"
    case clock
    case controlSocket = "control-socket"
    case stopSocket = "stop-socket"
  }

  package let key: Key
  package let severity: Severity
  /// What was found, without a full stop.
  package let sentence: String
  /// The one command that mends it; nil exactly when all is well.
  package let remedy: String?

  static func good(_ key: Key, _ sentence: String) -> SurroundingsFinding {
    SurroundingsFinding(key: key, severity: .good, sentence: sentence, remedy: nil)
  }

  static func bad(_ key: Key, _ severity: Severity, _ sentence: String, mend remedy: String) -> SurroundingsFinding {
    SurroundingsFinding(key: key, severity: severity, sentence: sentence, remedy: remedy)
  }
}

/// What the daemon's process may do and what stands around it, as facts. `probed(_:)` gathers them; what they mean is
/// said by `findings`, which looks at nothing else.
package struct Surroundings: Hashable, Sendable {
  package enum Clock: Hashable, Sendable {
    /// A time service keeps it.
    case synchronised
    case unsynchronised
    /// The sandbox forbids to ask, and systemd-timesyncd has left no mark.
    case unseen
  }

  package var userID: UInt32
  /// The service manager started this process.
  package var isService: Bool
  /// SCHED_FIFO priority that owner and stop thread will ask for; nil when they ask for none.
  package var realtimePriority: Int32?
  /// RLIMIT_RTPRIO.
  package var realtimeLimit: UInt64
  package var hasSystemNice: Bool
  /// RLIMIT_MEMLOCK in bytes; `UInt64.max` for no limit.
  package var lockLimit: UInt64
  package var hasMemoryLock: Bool
  /// False for a daemon whose device is in its own process: nothing of USB is looked at.
  package var needsUSB: Bool
  /// Errnos, 0 for none: a netlink socket, udev's files, the kernel's list of USB devices.
  package var hotPlug: Int32
  package var udev: Int32
  package var usbBus: Int32
  package var statePath: String
  /// The errno of writing there, 0 for none.
  package var stateDirectory: Int32
  package var stateIsReadOnly: Bool
  /// For this user; nil when the file system cannot be asked.
  package var stateFreeBytes: Int64?
  package var clock: Clock
  package var controlIsPassed: Bool
  package var stopIsPassed: Bool

  /// In the order of `SurroundingsFinding.Key`; a row that cannot be told because of an earlier one is left out.
  package var findings: [SurroundingsFinding] {
    [user, realTime, lockedMemory] + usb + state + [timeService] + sockets
  }

  /// The unit as it was installed has every right the daemon needs.
  private var mendUnit: String {
    isService
      ? "systemctl revert smpd.service && systemctl restart smpd.service" : "systemctl start smpd.service"
  }

  private var user: SurroundingsFinding {
    guard userID == 0 else { return .good(.user, "the daemon is user \(userID) and not root") }
    return .bad(
      .user, .warning, "the daemon is root: a mistake in it could do anything on this machine", mend: mendUnit)
  }

  private var realTime: SurroundingsFinding {
    guard let realtimePriority else { return .good(.realTime, "no real-time priority is asked for") }
    if hasSystemNice || realtimeLimit >= UInt64(realtimePriority) {
      return .good(.realTime, "real-time priority \(realtimePriority) is allowed")
    }
    return .bad(
      .realTime, .warning,
      "real-time priority \(realtimePriority) is not allowed (RLIMIT_RTPRIO is \(realtimeLimit)): on a busy machine a "
        + "stop takes longer", mend: mendUnit)
  }

  private var lockedMemory: SurroundingsFinding {
    if realtimePriority == nil { return .good(.lockedMemory, "no locked memory is asked for") }
    // A limit that the memory reaches later makes later memory fail: with one, none is locked safely.
    if hasMemoryLock || lockLimit == .max { return .good(.lockedMemory, "memory may be locked") }
    return .bad(
      .lockedMemory, .warning,
      "memory may be locked up to \(lockLimit) bytes only (RLIMIT_MEMLOCK): a stop may wait for the disk",
      mend: mendUnit)
  }

  // MARK: USB

  private var usb: [SurroundingsFinding] {
    guard needsUSB else { return [] }
    return [
      hotPlug == 0
        ? .good(.hotPlug, "devices that come and go are heard")
        : .bad(
          .hotPlug, .problem, "devices that come and go are not heard: no netlink socket (\(Self.reason(hotPlug)))",
          mend: mendUnit),
      directory(
        .udev, udev, "udev's notes", absent: "udev does not run", mend: "systemctl start systemd-udevd.service"),
      directory(.usbBus, usbBus, "the list of USB devices", absent: "the kernel has no USB", mend: "modprobe usbcore"),
    ]
  }

  private func directory(
    _ key: SurroundingsFinding.Key, _ code: Int32, _ what: String, absent: String, mend: String
  ) -> SurroundingsFinding {
    switch code {
    case 0: .good(key, "\(what) can be read")
    case ENOENT: .bad(key, .problem, "\(what) cannot be read: \(absent)", mend: mend)
    default: .bad(key, .problem, "\(what) cannot be read: \(Self.reason(code))", mend: mendUnit)
    }
  }

  // MARK: the state directory

  private var state: [SurroundingsFinding] {
    var findings = [stateRights]
    guard let stateFreeBytes else { return findings }
    findings.append(
      stateIsReadOnly
        ? .bad(
          .stateFileSystem, .problem, "the file system of \(statePath) is read-only: nothing can be recorded",
          mend: mendFileSystem) : .good(.stateFileSystem, "the file system of \(statePath) can be written"))
    findings.append(space(stateFreeBytes))
    return findings
  }

  private var stateRights: SurroundingsFinding {
    let key = SurroundingsFinding.Key.stateDirectory
    // A read-only file system has its own row.
    if stateDirectory == 0 || stateDirectory == EROFS { return .good(key, "the state directory is \(statePath)") }
    return .bad(
      key, .problem, "the state directory \(statePath) cannot be written: \(Self.reason(stateDirectory))",
      mend: stateDirectory == ENOTDIR
        ? "mv \(Self.quoted(statePath)) \(Self.quoted(statePath + ".old"))"
        : "install -d -o \(userID) -m 750 \(Self.quoted(statePath))")
  }

  private var mendFileSystem: String {
    // The unit opens one directory for writing; another needs a line of its own.
    if isService, statePath != Self.usualStatePath { return "systemctl edit smpd.service" }
    return "mount -o remount,rw \"$(findmnt -n -o TARGET --target \(Self.quoted(statePath)))\""
  }

  private static let usualStatePath = "/var/lib/smpd"
  /// Less than this many reserves is soon too little.
  private static let comfortableReserves: Int64 = 4

  private func space(_ free: Int64) -> SurroundingsFinding {
    let reserve = JournalBounds.reserveBytes
    let said = "\(free / 1_000_000) MB are free for the journal"
    if free >= reserve * Self.comfortableReserves { return .good(.stateSpace, said) }
    return .bad(
      .stateSpace, free < reserve ? .problem : .warning,
      said + (free < reserve ? ", and nothing arms below \(reserve / 1_000_000) MB" : ", and that is soon too little"),
      mend: "du -xh --max-depth=3 \"$(findmnt -n -o TARGET --target \(Self.quoted(statePath)))\" | sort -h | tail")
  }

  // MARK: clock and sockets

  private var timeService: SurroundingsFinding {
    switch clock {
    case .synchronised: .good(.clock, "a time service keeps the clock")
    case .unsynchronised:
      .bad(.clock, .warning, "no time service keeps the clock: entries say so", mend: "timedatectl set-ntp true")
    case .unseen:
      .bad(
        .clock, .warning, "whether a time service keeps the clock cannot be seen: entries say that none does",
        mend: "systemctl enable --now systemd-timesyncd.service")
    }
  }

  private var sockets: [SurroundingsFinding] {
    [
      socket(.controlSocket, "control", controlIsPassed, "smpd.socket"),
      socket(.stopSocket, "stop", stopIsPassed, "smpd-stop.socket"),
    ]
  }

  private func socket(
    _ key: SurroundingsFinding.Key, _ name: String, _ isPassed: Bool, _ unit: String
  ) -> SurroundingsFinding {
    if isPassed { return .good(key, "the service manager holds the \(name) socket") }
    return .bad(
      key, .warning, "the \(name) socket is the daemon's own: it is gone whenever the daemon is",
      mend: isService ? "systemctl enable --now \(unit)" : mendUnit)
  }

  // MARK: words

  private static func reason(_ code: Int32) -> String {
    switch code {
    case ENOENT: "it is not there"
    case EACCES, EPERM: "no right to it"
    case ENOTDIR: "it is no directory"
    case EAFNOSUPPORT: "the sandbox forbids it"
    default: "errno \(code)"
    }
  }

  /// As one word for a shell.
  private static func quoted(_ path: String) -> String {
    let isPlain = path.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    return isPlain
      ? path : "'" + path.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''") + "'"
  }
}
