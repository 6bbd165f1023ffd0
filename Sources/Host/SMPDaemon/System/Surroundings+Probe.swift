internal import CLinux
internal import Glibc

extension Surroundings {
  /// What the daemon is about to want, and where the system shows itself.
  package struct Wish: Sendable {
    package var statePath: String
    /// SCHED_FIFO priority; nil for none.
    package var realtimePriority: Int32?
    /// The device is behind USB.
    package var needsUSB: Bool
    package var passed: PassedSockets
    /// The service manager started this process (`ServiceNotifier.isHeard`).
    package var isService: Bool
    /// Where udev keeps what it knows.
    package var udevPath = "/run/udev/data"
    /// Where the kernel lists USB devices.
    package var usbPath = "/sys/bus/usb/devices"
    /// systemd-timesyncd makes this file when it has set the clock, and /run begins empty with each boot.
    package var timeMark = "/run/systemd/timesync/synchronized"
    /// 1, 0 or a negative errno, as `clinux_clock_is_kept` has it.
    package var askClock: @Sendable () -> Int32 = { clinux_clock_is_kept() }
    /// Where the kernel shows the thread that asks: the process's own first thread may have ended.
    package var statusPath = "/proc/thread-self/status"

    package init(
      statePath: String, realtimePriority: Int32?, needsUSB: Bool, passed: PassedSockets, isService: Bool
    ) {
      self.statePath = statePath
      self.realtimePriority = realtimePriority
      self.needsUSB = needsUSB
      self.passed = passed
      self.isService = isService
    }
  }

  /// Looks around once. It changes nothing and waits for nobody but the file system of the state directory.
  package static func probed(_ wish: Wish) -> Surroundings {
    let capabilities = capabilities(wish.statusPath)
    let space = space(wish.statePath)
    return Surroundings(
      userID: geteuid(), isService: wish.isService, realtimePriority: wish.realtimePriority,
      realtimeLimit: clinux_realtime_limit(), hasSystemNice: capabilities & 1 << 23 != 0,
      lockLimit: clinux_lock_limit(), hasMemoryLock: capabilities & 1 << 14 != 0, needsUSB: wish.needsUSB,
      hotPlug: wish.needsUSB ? clinux_hear_devices() : 0, udev: wish.needsUSB ? reading(wish.udevPath) : 0,
      usbBus: wish.needsUSB ? reading(wish.usbPath) : 0, statePath: wish.statePath,
      stateDirectory: errorOf(wish.statePath, W_OK | X_OK), stateIsReadOnly: space?.isReadOnly ?? false,
      stateFreeBytes: space?.freeBytes, clock: clock(wish), controlIsPassed: wish.passed.control != nil,
      stopIsPassed: wish.passed.stop != nil)
  }

  /// Whether a time service keeps the clock now.
  package static func isClockKept(_ wish: Wish) -> Bool { clock(wish) == .synchronised }

  /// CapEff: bit 14 is CAP_IPC_LOCK, bit 23 CAP_SYS_NICE.
  private static func capabilities(_ path: String) -> UInt64 {
    let text = String(decoding: FileBytes.read(path, atMost: 65_536) ?? [], as: UTF8.self)
    let line = text.split(separator: "\n").first { $0.hasPrefix("CapEff:") }
    let digits = line?.split(whereSeparator: { $0 == "\t" || $0 == " " }).last
    return digits.flatMap { UInt64($0, radix: 16) } ?? 0
  }

  private static func reading(_ path: String) -> Int32 { errorOf(path, R_OK | X_OK) }

  /// Why this directory cannot be used so: an errno, 0 for no reason.
  private static func errorOf(_ path: String, _ rights: Int32) -> Int32 {
    var status = stat()
    // The path is lent and `status` ours for the length of each call.
    guard unsafe stat(path, &status) == 0 else { return errno }
    guard status.st_mode & S_IFMT == S_IFDIR else { return ENOTDIR }
    return unsafe faccessat(AT_FDCWD, path, rights, AT_EACCESS) == 0 ? 0 : errno
  }

  private static func space(_ path: String) -> (freeBytes: Int64, isReadOnly: Bool)? {
    var facts = statvfs()
    // The path is lent and `facts` ours for the length of the call.
    guard unsafe statvfs(path, &facts) == 0 else { return nil }
    let free = UInt64(facts.f_bavail).multipliedReportingOverflow(by: UInt64(facts.f_frsize))
    return (Int64(clamping: free.overflow ? .max : free.partialValue), facts.f_flag & readOnly != 0)
  }

  /// ST_RDONLY, which statvfs(3) sets for the mount as well as for the file system.
  private static let readOnly: UInt = 1

  private static func clock(_ wish: Wish) -> Clock {
    switch wish.askClock() {
    case 1...: .synchronised
    case 0: .unsynchronised
    // The path is lent for the length of the call.
    default: unsafe access(wish.timeMark, F_OK) == 0 ? .synchronised : .unseen
    }
  }
}
