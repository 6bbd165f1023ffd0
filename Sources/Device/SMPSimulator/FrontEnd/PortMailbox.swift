internal import Synchronization

/// What a port reports, kept until the front end's own thread takes it.
///
/// Each report belongs to a URB that the front end submitted, so its bound on those is the mailbox's own.
final class PortMailbox: PortSink, Sendable {
  enum Report: Sendable {
    case completed(URBCompletion)
    /// The device left the bus; nothing follows.
    case detached
  }
  private let reports = Mutex<[Report]>([])

  func complete(_ completion: URBCompletion) { reports.withLock { $0.append(.completed(completion)) } }
  func detached() { reports.withLock { $0.append(.detached) } }

  /// Oldest first.
  func take() -> [Report] {
    reports.withLock { reports in
      defer { reports.removeAll() }
      return reports
    }
  }
}
