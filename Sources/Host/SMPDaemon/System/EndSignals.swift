internal import Glibc

/// SIGTERM and SIGINT, waited for by the main thread; blocked in every other one.
///
/// Made before there are threads: a thread inherits what is blocked from the one that starts it.
package struct EndSignals {
  private var set = sigset_t()

  package init() throws(DaemonError) {
    // The set is ours for the length of each call.
    unsafe sigemptyset(&set)
    unsafe sigaddset(&set, SIGTERM)
    unsafe sigaddset(&set, SIGINT)
    let code = unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
    guard code == 0 else { throw .signals(code: code) }
  }

  /// Returns when one of them has come. Main thread.
  package func wait() {
    var set = set
    var signal: Int32 = 0
    // Both are ours for the length of the call.
    unsafe sigwait(&set, &signal)
  }
}
