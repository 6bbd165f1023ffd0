import Glibc
import SMPInterface
import StrictJSON
import Varlink

/// Follows a stream of snapshots until it is over, or the person has seen enough.
struct Following {
  let console: Console
  /// What is said and answered when the person leaves.
  let leave: () -> ExitStatus

  /// - Parameter take: what of a reply is shown, and, where watching is over with it, what is said then.
  func run<Method: InterfaceMethod, Snapshot>(
    _ method: Method.Type, _ parameters: Method.Parameters, _ daemon: Daemon, _ view: consuming WatchView<Snapshot>,
    take: (Method.Reply) -> (shown: Snapshot?, end: (() -> ExitStatus)?)
  ) throws -> ExitStatus {
    // Held back instead of handled: looked for between two frames, so that the cursor always comes back.
    let signals = HeldSignals([SIGINT, SIGTERM, SIGHUP])
    defer { signals.release() }
    var view = view
    let client = daemon.client
    do {
      try client.beginStream(Method.name, parameters.json)
      while true {
        if signals.take() != nil {
          view.finish()
          return leave()
        }
        guard let message = try client.nextReply(timeoutMilliseconds: view.patience) else {
          view.draw()
          continue
        }
        console.document(message.parameters)
        let (shown, end) = take(try Daemon.read(Method.self, message.parameters))
        if let shown { view.show(shown) }
        if let end {
          view.finish()
          return end()
        }
        if !message.continues {
          throw Complaint(
            status: .unreachable, name: "smpctl.NoAnswer", message: "the daemon ended the stream",
            remedy: "look with smpctl status")
        }
      }
    } catch let error as VarlinkClientError {
      view.finish()
      throw Complaint(error)
    } catch {
      view.finish()
      throw error
    }
  }
}
