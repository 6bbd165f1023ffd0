import SMPDaemon
import SMPGuard
import SMPInterface
import SMPModel
import SMPSession
import SMPSimulator
import Synchronization
import Varlink

/// Gives the simulated hand its job when a session is armed, as a person would read it off the plan.
enum AutoHand {
  static func follow(_ daemon: Daemon, _ desk: BenchDesk) {
    let taken = Mutex<String?>(nil)
    _ = daemon.board.watch { published in
      let snapshot = published.snapshot
      guard let session = snapshot.session else {
        // The session is over: the hand puts the handpiece down.
        let was = taken.withLock { taken -> String? in
          defer { taken = nil }
          return taken
        }
        guard was != nil else { return }
        tell(desk) { bench throws(VarlinkError) in _ = try bench.ask(SimulatorInterface.LayDown.self, .init()) }
        return
      }
      guard snapshot.state == .armed, let capabilities = snapshot.device?.capabilities else { return }
      let isNew = taken.withLock { taken -> Bool in
        defer { taken = session.order.session }
        return taken != session.order.session
      }
      guard isNew else { return }
      // Planning thousands of places takes longer than a lease lasts; it is the hand's time, not the owner's.
      tell(desk) { bench throws(VarlinkError) in
        _ = try bench.ask(SimulatorInterface.TakeUp.self, HandWork(session.order, capabilities).parameters)
      }
    }
  }

  private static func tell(
    _ desk: BenchDesk, _ act: @escaping @Sendable (any SimulatorBench) throws(VarlinkError) -> Void
  ) {
    desk.post { bench in
      do throws(VarlinkError) { try act(bench) } catch {
        Terminal.complain("smpsim: the hand does nothing: \(error)")
      }
    }
  }
}

extension HandWork {
  /// What the plan asks for in this session, with what is in the skin already.
  init(_ order: StartOrder, _ device: DeviceCapabilities) {
    self.init(
      profile: order.profile, living: order.history.map(\.position), device, site: order.site ?? LimitSet())
  }

  init(profile: SessionProfile, living: [ChartPosition], _ device: DeviceCapabilities, site: LimitSet) {
    let error = HandWork.positionError(on: device.positioning)
    self.init(profile: profile, made: [], living: living, positionError: error, site: site)
  }
}
