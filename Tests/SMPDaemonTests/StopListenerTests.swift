import Foundation
import SMPDaemon
import SMPInterface
import SMPLink
import SMPModel
import SMPSession
import Synchronization
import Testing
import Varlink
import VarlinkServer

/// The stop listener by itself, in front of a board that says what the test wants.
@Suite struct StopListenerTests {
  private struct Heard: PreparedControl {
    func submit() throws(LinkError) {}
  }

  /// What a protective stop is answered when the owner publishes `published` after it, of a device that stands.
  private func answer(
    stopsTaken: UInt64, isHeardSinceStop: Bool
  ) throws -> StopInterface.Outcome {
    let folder = try Folder()
    let station = Station()
    #expect(station.turn { station.state == .ready })
    let standing = try #require(station.board.newest?.snapshot)
    #expect(standing.device?.status.still == true)
    let (queue, board, handle) = (OwnerQueue(), Board(), StopHandle())
    handle.set(Heard())
    func publish(_ sequence: UInt64, stopsTaken: UInt64, isHeardSinceStop: Bool) {
      board.publish(
        Published(
          snapshot: standing, stopsTaken: stopsTaken, isHeardSinceStop: isHeardSinceStop, sequence: sequence,
          monotonic: .zero, durable: 1))
    }
    publish(1, stopsTaken: 0, isHeardSinceStop: true)
    let path = folder.path + "/stop"
    let listener = try StopListener(
      socket: ListeningSocket.listening(at: path, permissions: 0o600), handle: handle, queue: queue, board: board,
      rights: Rights(daemonUID: getuid(), operatorGID: nil, observerGID: nil), realtimePriority: nil)
    defer { listener.end() }
    let said = Mutex<StopInterface.Outcome?>(nil)
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      defer { done.signal() }
      let reply = try? VarlinkClient(path: path).call(
        StopInterface.Stop.name, StopInterface.Stop.Parameters(protective: true).json)
      said.withLock { $0 = reply.flatMap { try? StopInterface.Stop.Reply($0).outcome } }
    }
    queue.wait(until: nil)
    publish(2, stopsTaken: stopsTaken, isHeardSinceStop: isHeardSinceStop)
    done.wait()
    return try #require(said.withLock { $0 })
  }

  @Test("S6 a status from before the stop, or before this one of two stops, is no *still*: the answer is *submitted*")
  func stale() throws {
    #expect(try answer(stopsTaken: 1, isHeardSinceStop: false) == .submitted)
    #expect(try answer(stopsTaken: 0, isHeardSinceStop: true) == .submitted)
  }

  @Test("S6 a status after the stop, of a device that stands, is *still*") func fresh() throws {
    #expect(try answer(stopsTaken: 1, isHeardSinceStop: true) == .still)
  }
}
