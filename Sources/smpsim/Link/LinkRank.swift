import SMPDaemon
import SMPPlanFile

/// Where time is real, every thread between the needle and the daemon's owner asks for the rank that `smpd` asks for:
/// one that waits behind any busy program lets a lease run out.
enum LinkRank {
  static let priority = DaemonFile().realtimePriority

  /// For the calling thread. Refused, it goes on as it is: a simulated needle hurts nobody.
  static func ask() { _ = PosixThread.becomeRealtime(priority: priority) }
}
