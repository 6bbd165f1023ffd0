package import StrictJSON
package import Varlink

/// The answer to one call. Any thread may speak; nothing here waits for the client.
package final class VarlinkResponder: Sendable {
  private let exchange: VarlinkExchange

  init(_ exchange: VarlinkExchange) { self.exchange = exchange }

  deinit { exchange.abandon() }

  /// The last reply. A second one is a bug and traps; after the client has left it goes nowhere.
  package func finish(_ parameters: JSONObject = [:]) {
    exchange.finish(VarlinkReply(parameters: parameters))
  }

  /// The last reply, as an error.
  package func fail(_ name: String, _ parameters: JSONObject = [:]) {
    exchange.finish(VarlinkReply(parameters: parameters, error: name))
  }

  package func fail(_ error: VarlinkError) { fail(error.name, error.parameters) }

  /// One more reply of a stream, in order, none left out, as long as the client keeps up. When 256 KiB wait to leave,
  /// events are lost from here on until half of that is free again; then the client is told (`onOverrun`), and events
  /// flow again.
  ///
  /// - Returns: false when this event was lost.
  @discardableResult
  package func emit(_ parameters: JSONObject) -> Bool { exchange.emit(parameters) }

  /// A snapshot that makes every earlier one worthless: it leaves when nothing else waits, and a newer one takes its
  /// place until then. Events emitted later may leave earlier; sequence numbers inside tell.
  ///
  /// - Parameter snapshot: called once at most, on the event loop, when there is room; gives the replies to send, one
  ///   after the other. Who hands over pays for no encoding.
  package func emitLatest(_ snapshot: @escaping @Sendable () -> [JSONObject]) { exchange.emitLatest(snapshot) }

  /// What to send once there is room after `lost` events were lost; without it `{"overrun": true}` is sent. Called on
  /// the event loop.
  package func onOverrun(_ recovery: @escaping @Sendable (_ lost: Int) -> [JSONObject]) {
    exchange.onOverrun(recovery)
  }

  /// Calls back once, on the event loop, when at least half of the queue is free, perhaps at once: for services that
  /// deliver everything and wait for the client instead of losing events.
  package func onDrained(_ action: @escaping @Sendable () -> Void) { exchange.onDrained(action) }

  /// Calls back once when the client leaves before the last reply or the server closes; at once when that has happened.
  package func onCancel(_ action: @escaping @Sendable () -> Void) { exchange.onCancel(action) }

  package var isCancelled: Bool { exchange.isCancelled }
}
