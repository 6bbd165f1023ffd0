import CLinux
import Glibc
import SMPDaemon
import Synchronization

/// Wakes the device's thread from any other, and keeps what it has to tell its watchers until it looks.
final class Bell: Sendable {
  private struct News: Sendable {
    /// The cable went in (true) or out, in order.
    var cable: [Bool] = []
    var isEnding = false
    var hasEnded = false
  }

  let descriptor: Int32
  private let news = Monitor(News())

  init() throws(DaemonError) {
    descriptor = clinux_eventfd()
    guard descriptor >= 0 else { throw .thread(name: "sim-device", code: -descriptor) }
  }

  deinit { close(descriptor) }

  func ring() { _ = clinux_eventfd_signal(descriptor) }

  func tell(isPlugged: Bool) {
    news.update { $0.cable.append(isPlugged) }
    ring()
  }

  /// What was told since the last time; the bell is quiet afterwards.
  func answer() -> (cable: [Bool], isEnding: Bool) {
    _ = clinux_eventfd_clear(descriptor)
    return news.withLock { news in
      defer { news.cable.removeAll() }
      return (news.cable, news.isEnding)
    }
  }

  /// Returns when the device's thread has ended.
  func end() {
    news.update { $0.isEnding = true }
    ring()
    news.wait { $0.hasEnded }
  }

  func noteEnd() { news.update { $0.hasEnded = true } }
}
