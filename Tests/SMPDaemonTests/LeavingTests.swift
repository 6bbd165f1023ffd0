import Foundation
import SMPInterface
import SMPPlanFile
import StrictJSON
import Synchronization
import Testing
import Varlink

@testable import SMPDaemon

/// What becomes of work whose caller has left before its turn came.
@Suite struct LeavingTests {
  /// Keeps a worker where it is until it is opened.
  private final class Gate: Sendable {
    private let begun = DispatchSemaphore(value: 0)
    private let opens = DispatchSemaphore(value: 0)

    init(_ worker: Worker) {
      let (begun, opens) = (begun, opens)
      #expect(
        worker.post {
          begun.signal()
          opens.wait()
        })
      begun.wait()
    }
    func open() { opens.signal() }
  }

  private func settle(_ worker: Worker) {
    let done = DispatchSemaphore(value: 0)
    #expect(worker.post { done.signal() })
    done.wait()
  }

  @Test("a call is not carried out when its caller has left before its turn; one that wants no answer is")
  func left() throws {
    for isOneway in [false, true] {
      let desk = try ControlDesk()
      let gate = Gate(desk.librarian)
      let client = try VarlinkClient(path: desk.path, timeoutMilliseconds: 100)
      let text: JSONObject = ["text": .string(PlanDocument.exampleText)]
      if isOneway {
        try client.callOneway(PlanInterface.Import.name, text)
      } else {
        // Its patience ends, and the connection with it: the librarian has not come to it.
        #expect(throws: VarlinkClientError.timedOut(method: PlanInterface.Import.name)) {
          try client.call(PlanInterface.Import.name, text)
        }
      }
      let other = try VarlinkClient(path: desk.path)
      func turnLoop() throws { for _ in 0..<10 { _ = try other.call(SessionInterface.Describe.name) } }
      try turnLoop()
      client.close()
      try turnLoop()
      gate.open()
      settle(desk.librarian)
      #expect(desk.queue.isEmpty != isOneway)
    }
  }

  @Test("a worker at its end lets go of what waits") func end() throws {
    let worker = try Worker(name: "test")
    let gate = Gate(worker)
    let done = Mutex(0)
    let released = DispatchSemaphore(value: 0)
    do {
      let held = Held(released)
      for _ in 0..<10 {
        #expect(
          worker.post {
            done.withLock { $0 += 1 }
            _ = held
          })
      }
    }
    let ended = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      worker.end()
      ended.signal()
    }
    // The limit only keeps a broken worker from hanging the test.
    #expect(released.wait(timeout: .now() + 20) == .success)
    gate.open()
    ended.wait()
    #expect(done.withLock { $0 } == 0)
  }

  /// Says when nobody holds it any more.
  private final class Held: Sendable {
    private let released: DispatchSemaphore
    init(_ released: DispatchSemaphore) { self.released = released }
    deinit { released.signal() }
  }
}
