import CLinux
import SMPDaemon
import SMPModel
import SMPSimulator
import VarlinkServer

/// How a host reaches a device that lives in a process of its own. Belongs to the device's thread.
protocol FrontEnd: AnyObject {
  /// What is waited for besides the bell, at most 63.
  var waits: [DeviceThread.Wait] { get }
  /// When it wants to be served although nothing came; nil is never.
  var looksAgain: MonotonicTime? { get }
  /// The device's time is that of the host's clock.
  /// - Parameters:
  ///   - ready: for each of `waits`, whether something can be done there.
  ///   - cable: how the bench moved the cable meanwhile.
  func serve(_ ready: [Bool], cable: [Bool])
  /// Says what the device has done as its time passed. Called after `serve`, and before each wait.
  func settle()
  /// Every connection is closed and every file removed when it returns.
  func end()
}

extension FrontEnd {
  var looksAgain: MonotonicTime? { nil }
  func settle() {}
}

/// The thread on which a simulated device's time passes, in step with the host's clock, and which serves its front end.
/// Others ring the bell.
struct DeviceThread: Sendable {
  struct Wait {
    let descriptor: Int32
    /// Something is to be sent that the kernel did not take yet.
    var isWriting = false
  }

  let device: SimulatedDevice
  let bell: Bell

  /// - Parameter makeFrontEnd: called on the thread.
  func begin(_ makeFrontEnd: @escaping @Sendable () -> any FrontEnd) throws(DaemonError) {
    try PosixThread.start(name: "sim-device") {
      LinkRank.ask()
      run(makeFrontEnd())
    }
  }

  /// Until the bell says that it is over.
  private func run(_ frontEnd: any FrontEnd) {
    while true {
      catchUp()
      frontEnd.settle()
      let ready = wait(for: frontEnd)
      let (cable, isEnding) = bell.answer()
      if isEnding { break }
      catchUp()
      frontEnd.serve(ready, cable: cable)
    }
    frontEnd.end()
    bell.noteEnd()
  }

  private func catchUp() { device.advance(to: HostClock.monotonic()) }

  /// Until something can be done, the bell rings, or the device has something to do.
  private func wait(for frontEnd: any FrontEnd) -> [Bool] {
    let waits = frontEnd.waits
    let descriptors = [bell.descriptor] + waits.map(\.descriptor)
    let writing = [0] + waits.map { $0.isWriting ? UInt8(1) : 0 }
    let next = [device.nextEvent, frontEnd.looksAgain].compactMap(\.self).min()
    let left = next.map { max(0, ($0 - HostClock.monotonic()).nanoseconds) }
    var ready = [UInt8](repeating: 0, count: descriptors.count)
    // The arrays have `count` elements each and are lent for the length of the call.
    let code = unsafe clinux_wait_ready(descriptors, writing, &ready, UInt32(descriptors.count), left ?? -1)
    precondition(code == 0, "waiting for our own descriptors fails with \(code)")
    return ready.dropFirst().map { $0 != 0 }
  }
}

/// A simulated device in real time with its bench and one front end, until `end`.
struct RunningDevice {
  private let thread: DeviceThread
  private let bench: VarlinkServer
  private let makeFrontEnd: @Sendable () -> any FrontEnd

  /// The bench serves when it returns; the front end does from `begin` on.
  /// - Parameters:
  ///   - benchPath: socket of `io.smpd.simulator`.
  ///   - makeFrontEnd: called on the device's thread.
  init(
    _ device: SimulatedDevice, seed: UInt64, benchPath: String,
    _ makeFrontEnd: @escaping @Sendable () -> any FrontEnd
  ) throws(DaemonError) {
    let bell = try Bell()
    thread = DeviceThread(device: device, bell: bell)
    self.makeFrontEnd = makeFrontEnd
    let desk = try BenchDesk(
      LocalBench(
        device: device, facts: LocalBench.Facts(seed: seed, automaticHand: false, fast: false),
        catchUp: { device.advance(to: HostClock.monotonic()) },
        wake: {
          device.advance(to: HostClock.monotonic())
          bell.ring()
        }, cableMoved: { bell.tell(isPlugged: $0) }))
    // For the same user alone: the bench moves the hand.
    do throws(ListeningSocketError) {
      bench = try VarlinkServer.start(path: benchPath, permissions: 0o600, service: BenchService(desk))
    } catch {
      throw .socket(error)
    }
  }

  func begin() throws(DaemonError) {
    do throws(DaemonError) { try thread.begin(makeFrontEnd) } catch {
      bench.close()
      throw error
    }
  }

  /// Every cable is out when it returns, and every socket is gone.
  func end() {
    bench.close()
    thread.bell.end()
  }
}
