import SMPDaemon
import SMPGuard
import SMPModel
import SMPSession
import SMPSimulator
import Synchronization

/// Gives the simulated hand its job when a session is armed, as a person would read it off the plan.
enum AutoHand {
  static func follow(_ daemon: Daemon, _ device: SimulatedDevice) {
    let taken = Mutex<String?>(nil)
    let queue = daemon.queue
    _ = daemon.board.watch { published in
      let snapshot = published.snapshot
      guard let session = snapshot.session else {
        // The session is over: the hand puts the handpiece down.
        let was = taken.withLock { taken -> String? in
          defer { taken = nil }
          return taken
        }
        if was != nil { device.layDown() }
        return
      }
      guard snapshot.state == .armed, let capabilities = snapshot.device?.capabilities else { return }
      let isNew = taken.withLock { taken -> Bool in
        defer { taken = session.order.session }
        return taken != session.order.session
      }
      guard isNew else { return }
      // Planning thousands of places takes longer than a lease lasts; it is the hand's time, not the owner's.
      do throws(DaemonError) {
        try PosixThread.start(name: "sim-hand") {
          device.takeUp(HandWork(session.order, capabilities))
          queue.post(.wake)
        }
      } catch {
        Terminal.complain("smpsim: " + error.sentence)
      }
    }
  }
}

extension HandWork {
  /// What the plan asks for in this session, with what is in the skin already.
  init(_ order: StartOrder, _ device: DeviceCapabilities) {
    let error: Distance =
      switch device.positioning {
      case .none: .zero
      // The guard adds the error of both dots (S4); whoever keeps less distance is denied.
      case .absolute(let accuracy): accuracy + accuracy
      }
    self.init(
      profile: order.profile, made: [], living: order.history.map(\.position), positionError: error,
      site: order.site ?? LimitSet())
  }
}
