internal import SMPDriver
internal import SMPInterface
internal import SMPJournal
internal import SMPModel
internal import SMPRecord
internal import SMPSession

/// What the daemon finds of itself: the checks of `smpctl doctor` that need the daemon, in the order of the list.
struct Diagnosis {
  let published: Published
  let rights: RealtimeRights?
  let library: Library
  /// What the daemon finds of the machine around it: sandbox, state directory, clock.
  let surroundings: @Sendable () -> [Finding]

  /// Reads the disk: on the librarian's thread.
  func findings() -> [Finding] {
    [session, link, selfTest, limits, plans, journal, seal, realtime] + surroundings()
  }

  private var snapshot: SessionSnapshot { published.snapshot }

  private var session: Finding {
    let fault = snapshot.fault ?? snapshot.lockedOut
    let severity: Finding.Severity
    let what: String
    switch snapshot.state {
    case .uncertain: (severity, what) = (.problem, "it is uncertain what the needle did")
    case .lockedOut: (severity, what) = (.problem, "locked out after repeated faults: \(fault?.people ?? "unknown")")
    case .faulted: (severity, what) = (.problem, "a fault is latched: \(fault?.people ?? "unknown")")
    case .stopped: (severity, what) = (.warning, "the device was stopped, and the stop is latched")
    case .held: (severity, what) = (.warning, "a session is open and disarmed")
    case .noDevice, .ready, .testing, .preparing, .armed, .running, .paused, .stopping:
      // A lock-out outlives the device it came from.
      if let locked = snapshot.lockedOut {
        return Finding(
          "session", .problem, "locked out after repeated faults: \(locked.people)",
          remedy: StateWord.lockedOut.wayOn)
      }
      return Finding("session", .good, snapshot.session.map { "\($0.order.session) is open" } ?? "none is open")
    }
    return Finding("session", severity, what, remedy: published.remedy ?? snapshot.state.wayOn)
  }

  private var link: Finding {
    guard let quality = published.quality else { return Finding("link", .good, "no device is driven") }
    if let warning = quality.warning { return Finding("link", .warning, warning, remedy: LinkQuality.remedy) }
    return Finding("link", .good, quality.sentence.map { "it works; since it was made: \($0)" } ?? "no trouble")
  }

  /// The newest self-test decides; one that was begun and never ended has not passed either (S9).
  private var selfTest: Finding {
    let newest: Entry?
    do throws(JournalError) {
      newest = try library.store.newest(of: [.selfTest, .selfTestIntended])
    } catch { return Finding("self_test", .unknown, error.what, remedy: error.remedy) }
    let latched = snapshot.fault == .stopPathSlow || snapshot.lockedOut == .stopPathSlow
    switch newest?.body {
    case .selfTest(let test) where test.passed && !latched:
      return Finding("self_test", .good, "the last one passed" + (test.latency.map { " in \($0.people)" } ?? ""))
    case .selfTest(let test):
      let limit = Bounds.stopLatency.people
      return Finding(
        "self_test", .problem,
        test.latency.map { "the last one did not pass: the stop took \($0.people), and at most \(limit) pass" }
          ?? "the last one did not pass: the stop was not answered", remedy: afterFailedTest)
    case .selfTestIntended where snapshot.state != .preparing && snapshot.state != .testing:
      return Finding("self_test", .problem, "the last one did not come to its end", remedy: afterFailedTest)
    case .selfTestIntended: return Finding("self_test", .good, "one runs now")
    default: return Finding("self_test", .good, "none has run yet; every session begins with one")
    }
  }

  /// What is latched must be lifted before the stop path can be proven again.
  private var afterFailedTest: String {
    switch snapshot.state {
    case .lockedOut, .faulted, .stopped, .uncertain: "do not treat with this device; " + (snapshot.remedy ?? "")
    case .noDevice, .ready, .testing, .preparing, .armed, .running, .paused, .stopping, .held:
      "find the cause, then prove the stop path anew: smpctl device selftest"
    }
  }

  private var limits: Finding {
    guard let problem = library.siteLimits().problem else {
      return Finding("limits", .good, "\(library.limitsPath) is in force")
    }
    return Finding("limits", .problem, problem, remedy: "smpctl limits example > \(library.limitsPath)")
  }

  private var plans: Finding {
    let unsigned: [String]
    do throws(JournalError) { unsigned = try library.store.coursesWithoutSignature() } catch {
      return Finding("plan", .unknown, error.what, remedy: error.remedy)
    }
    guard let first = unsigned.first else { return Finding("plan", .good, "every plan is signed") }
    let shown =
      unsigned.prefix(5).joined(separator: ", ") + (unsigned.count > 5 ? " and \(unsigned.count - 5) more" : "")
    // One that cannot be read is told by whoever signs it.
    let step = (try? library.course(first))?.nextStep ?? "smpctl plan sign \(first) --by NAME"
    return Finding("plan", .warning, "not signed: \(shown)", remedy: step)
  }

  private var journal: Finding {
    if let failure = published.journalFailure {
      return Finding("journal", .problem, failure.standstill, remedy: failure.wayOn)
    }
    do throws(JournalError) {
      try library.store.checkWritable()
      try library.store.checkReserve()
      let free = try library.store.freeBytes()
      guard free < Self.amplyFree else { return Finding("journal", .good, "\(free / 1_000_000) MB are free") }
      return Finding(
        "journal", .warning, "nearly full: \(free / 1_000_000) MB are free", remedy: Self.room(library.store.directory))
    } catch {
      switch error {
      case .reserve(let path, let free, let needed):
        return Finding(
          "journal", .problem,
          "full: \(free / 1_000_000) MB are free, and \(needed / 1_000_000) MB are needed before arming",
          remedy: Self.room(path))
      case .readOnly(let path):
        return Finding(
          "journal", .problem, "\(path) cannot be written",
          remedy: "mount -o remount,rw \(path), or chown smpd: \(path)")
      default: return Finding("journal", .problem, error.what, remedy: error.remedy)
      }
    }
  }

  /// Whether sessions are sealed, and which are not (S10).
  private var seal: Finding {
    let unsealed: [String]
    do throws(JournalError) { unsealed = try library.store.unsealedSessions() } catch {
      return Finding("seal", .unknown, error.what, remedy: error.remedy)
    }
    let shown =
      unsealed.prefix(5).joined(separator: ", ")
      + (unsealed.count > 5 ? " and \(unsealed.count - 5) more" : "")
    switch library.sealing {
    case .impossible(let what, let remedy):
      return Finding("seal", .problem, what + (unsealed.isEmpty ? "" : "; not sealed: \(shown)"), remedy: remedy)
    case .ready(let key):
      guard unsealed.isEmpty else {
        return Finding("seal", .warning, "closed and not sealed yet: \(shown)", remedy: "systemctl restart smpd")
      }
      return Finding(
        "seal", .good, "every closed session is sealed, with key \(key.station.fingerprint.hex.prefix(16))")
    }
  }

  /// Below this somebody should make room: some four sessions' worth.
  static let amplyFree = 4 * JournalBounds.reserveBytes

  private static func room(_ path: String) -> String { "make room on the file system of the journal: df -h \(path)" }

  private var realtime: Finding {
    // A daemon that did not ask (the simulator) lacks nothing.
    guard let rights else { return Finding("realtime", .good, "not asked for") }
    guard let remedy = rights.remedy else { return Finding("realtime", .good, "scheduled, memory locked") }
    let missing = (rights.scheduled ? [] : ["real-time scheduling"]) + (rights.memoryLocked ? [] : ["locked memory"])
    return Finding(
      "realtime", .warning, "not granted: " + missing.joined(separator: ", ") + "; a stop may take longer",
      remedy: remedy)
  }
}

extension RealtimeRights {
  /// How to grant what is missing; nil when nothing is.
  var remedy: String? {
    scheduled && memoryLocked
      ? nil : "the unit as it was installed grants both: systemctl revert smpd && systemctl restart smpd"
  }
}

extension SessionFault {
  /// The word for people.
  fileprivate var people: String { word.description.split(separator: "_").joined(separator: " ") }
}

extension Interval {
  /// Milliseconds and a tenth, cut.
  fileprivate var people: String { "\(microseconds / 1_000).\(microseconds / 100 % 10) ms" }
}

extension DeviceInterface.Finding {
  init(_ finding: Finding) {
    let severity: DeviceInterface.Severity =
      switch finding.severity {
      case .good: .good
      case .warning: .warning
      case .problem: .problem
      case .unknown: .notKnown
      }
    self.init(check: finding.check, severity: severity, what: finding.what, remedy: finding.remedy)
  }
}

extension ControlCall {
  /// io.smpd.device.Diagnose
  func diagnose() throws(Failure) {
    let (newest, rights, surroundings) = (try newest(), context.realtime(), context.surroundings)
    onLibrarian { (library) throws(Failure) in
      let diagnosis = Diagnosis(published: newest, rights: rights, library: library, surroundings: surroundings)
      return DeviceInterface.Diagnose.Reply(findings: diagnosis.findings().map { .init($0) })
    }
  }
}
