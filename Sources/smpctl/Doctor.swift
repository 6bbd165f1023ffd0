import Glibc
import SMPInterface
import Varlink

/// One row of `smpctl doctor`.
struct DoctorRow: Hashable, Sendable {
  enum Severity: String, CaseIterable, Sendable {
    case good, warning, problem, unknown
  }

  /// The check, in one word: programs know it by this.
  let check: String
  let severity: Severity
  let what: String
  /// The one command that mends it; nil when it is good.
  let remedy: String?

  init(_ check: String, _ severity: Severity, _ what: String, remedy: String? = nil) {
    self.check = check
    self.severity = severity
    self.what = what
    self.remedy = remedy
  }
}

/// Looks at the machine, then asks the daemon. It changes nothing.
struct Doctor {
  let machine: Machine
  /// Path of the control socket.
  let socket: String

  /// Longer than a healthy daemon takes to read its disk; whoever is silent so long is told so instead of waited for.
  static let timeoutMilliseconds = 10_000

  func examine() -> [DoctorRow] {
    var connection: Daemon?
    var rows: [DoctorRow]
    do throws(VarlinkClientError) {
      connection = Daemon(
        client: try VarlinkClient(path: machine.root + socket, timeoutMilliseconds: Self.timeoutMilliseconds))
      rows = [
        DoctorRow("daemon", .good, "it runs" + (machine.unitState().map { " (systemd: \($0))" } ?? "")),
        DoctorRow("socket", .good, "\(socket) answers"),
      ]
    } catch {
      rows = unreachable(error)
    }
    if let row = group(isOpen: connection != nil) { rows.append(row) }
    var listed: [DeviceInterface.DeviceSummary]?
    do {
      listed = try connection?.call(DeviceInterface.List.self).reply.devices
    } catch {
      let row = Self.row("device", error)
      // Silent once is silent for all of it.
      if row.check == "daemon" {
        connection = nil
        rows.removeAll { $0.check == "daemon" }
      }
      rows.append(row)
    }
    rows += USBSight(machine).rows(listed: listed, isConnected: connection != nil)
    guard let connection else {
      rows.append(
        DoctorRow(
          "station", .unknown, "session, limits, plans, journal and self-test are not known without the daemon",
          remedy: "mend what is above, then again: smpctl doctor"))
      return rows
    }
    do {
      rows += try connection.call(DeviceInterface.Diagnose.self).reply.findings.map(DoctorRow.init)
    } catch { rows.append(Self.row("station", error)) }
    return rows
  }

  /// A call that brought no answer.
  private static func row(_ check: String, _ error: any Error) -> DoctorRow {
    guard let complaint = error as? Complaint else { return DoctorRow(check, .problem, "\(error)") }
    guard complaint.status == .unreachable else {
      return DoctorRow(check, .problem, complaint.message, remedy: complaint.remedy)
    }
    return DoctorRow("daemon", .problem, complaint.message, remedy: "systemctl restart smpd")
  }

  // MARK: The way to the daemon

  func unreachable(_ error: VarlinkClientError) -> [DoctorRow] {
    guard case .unreachable(_, let code) = error else {
      return [
        DoctorRow(
          "socket", .problem, error.description, remedy: "name the daemon's socket: smpctl doctor --socket PATH")
      ]
    }
    let state = machine.unitState()
    let told = state.map { " (systemd: \($0))" } ?? ""
    switch code {
    case ENOENT, ENOTDIR:
      if state == "active" {
        return [
          DoctorRow("daemon", .good, "it runs" + told),
          DoctorRow(
            "socket", .problem, "\(socket) is not there", remedy: "name the daemon's: smpctl doctor --socket PATH"),
        ]
      }
      return [
        DoctorRow("daemon", .problem, "it does not run" + told, remedy: start(state)),
        DoctorRow("socket", .problem, "\(socket) is not there", remedy: start(state)),
      ]
    case ECONNREFUSED:
      return [
        DoctorRow("daemon", .problem, "it does not run any more" + told, remedy: start(state)),
        DoctorRow("socket", .problem, "nobody listens at \(socket)", remedy: start(state)),
      ]
    case EACCES, EPERM:
      return [
        Self.unseen(state, remedy: joining ?? Self.asRoot),
        DoctorRow(
          "socket", .problem, "\(machine.userName(machine.caller.uid)) may not open \(socket)",
          remedy: joining ?? Self.asRoot),
      ]
    default:
      return [
        Self.unseen(state, remedy: "systemctl restart smpd"),
        DoctorRow("socket", .problem, error.description, remedy: "systemctl restart smpd"),
      ]
    }
  }

  private static let asRoot = "ask as root: sudo smpctl doctor"

  /// A daemon that cannot be asked: only the service manager may know of it.
  private static func unseen(_ state: String?, remedy: String) -> DoctorRow {
    state == "active"
      ? DoctorRow("daemon", .good, "it runs (systemd: active)")
      : DoctorRow("daemon", .unknown, "whether it runs is not known", remedy: remedy)
  }

  /// The command that starts whoever listens at this path.
  private func start(_ state: String?) -> String {
    if state == "failed" { return "systemctl restart smpd" }
    if state != nil || socket == SocketPath.system { return "systemctl start smpd" }
    return "smpsim serve --state DIR --socket \(socket)"
  }

  // MARK: The group

  /// The socket file, or the first directory above it that may be looked at: what stands in the way.
  private var gate: (path: String, facts: FileFacts)? {
    var path = socket
    while !path.isEmpty {
      switch machine.look(at: path) {
      case .there(let facts): return (path, facts)
      case .absent: return nil
      case .hidden: path = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
      }
    }
    return nil
  }

  /// How the caller comes into the group that may open the socket; nil when a group is not what is missing.
  private var joining: String? {
    guard let (_, facts) = gate, !mayPass(facts) else { return nil }
    guard facts.gid != 0 else { return Self.asRoot }
    let (user, group) = (machine.userName(machine.caller.uid), machine.groupName(facts.gid))
    return machine.isListed(user, in: group)
      ? "log in again, or in this terminal: newgrp \(group)"
      : "as root, then log in again: usermod -aG \(group) \(user)"
  }

  private func mayPass(_ facts: FileFacts) -> Bool {
    machine.caller.uid == 0 || machine.caller.uid == facts.uid || machine.caller.groups.contains(facts.gid)
  }

  /// Nil when there is no socket to look at.
  func group(isOpen: Bool) -> DoctorRow? {
    guard let (path, facts) = gate else { return nil }
    let (user, group) = (machine.userName(machine.caller.uid), machine.groupName(facts.gid))
    if machine.caller.uid == 0 { return DoctorRow("group", .good, "root may do everything") }
    if machine.caller.uid == facts.uid { return DoctorRow("group", .good, "\(path) is \(user)'s own") }
    if mayPass(facts) { return DoctorRow("group", .good, "\(user) is in the group \(group)") }
    if isOpen {
      return DoctorRow(
        "group", .warning, "everybody may open \(path), not only the group \(group)", remedy: "chmod 0660 \(path)")
    }
    return DoctorRow(
      "group", .problem, "\(user) is not in the group \(group), which \(path) belongs to", remedy: joining)
  }
}

extension DoctorRow {
  init(_ finding: DeviceInterface.Finding) {
    let severity: Severity =
      switch finding.severity {
      case .good: .good
      case .warning: .warning
      case .problem: .problem
      case .notKnown, .unknown: .unknown
      }
    self.init(finding.check, severity, finding.what, remedy: finding.remedy)
  }
}
