import Glibc
import SMPInterface
import StrictJSON
import Varlink

/// Follows a session on the terminal, in a pipe or as JSON Lines, until it ends or the person has seen enough.
struct Watcher {
  /// 4 Hz: quick enough to work by, slow enough to read.
  static let drawMilliseconds = 250
  /// In a pipe at most one line a second.
  static let lineMilliseconds = 1_000

  let console: Console
  /// The session that was just started; nil: whichever is open.
  let awaiting: String?

  func run(_ daemon: Daemon) throws -> ExitStatus {
    // Held back instead of handled: looked for between two frames, so that the cursor always comes back.
    let signals = HeldSignals([SIGINT, SIGTERM, SIGHUP])
    defer { signals.release() }
    var view = View(console: console)
    var end = WatchEnd(awaiting: awaiting)
    let client = daemon.client
    do {
      try client.beginStream(SessionInterface.Monitor.name)
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
        let reply = try Daemon.read(SessionInterface.Monitor.self, message.parameters)
        guard let snapshot = reply.snapshot else { continue }
        view.show(snapshot)
        let verdict = end.verdict(snapshot)
        guard verdict == .goOn else {
          view.finish()
          return report(verdict, snapshot)
        }
        if !message.continues {
          view.finish()
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

  /// Not done: whoever waits for the end of the session has not seen it.
  private func leave() -> ExitStatus {
    console.note(
      "the session goes on without being watched; stop it with smpctl session stop, at once with smpctl stop")
    return .failure
  }

  private func report(_ verdict: WatchEnd.Verdict, _ snapshot: SessionInterface.Snapshot) -> ExitStatus {
    switch verdict {
    case .goOn:
      break
    case .complete:
      console.note("all \(Wording.count(snapshot.dotsPlanned)) planned dots are made; next: smpctl session stop")
    case .closed:
      console.note("the session is closed")
    case .nothingOpen:
      console.note("no session is open; open one with smpctl session start")
    case .fault(let fault):
      console.note("smpctl: ended by a fault: \(Wording.words(fault))" + remedy(snapshot))
    case .uncertain:
      console.note("smpctl: it is uncertain what the needle did" + remedy(snapshot))
    }
    return verdict.status
  }

  private func remedy(_ snapshot: SessionInterface.Snapshot) -> String {
    snapshot.remedy.map { "\n  what to do: " + $0 } ?? ""
  }
}

extension Watcher {
  /// Where the snapshots go, at the pace of the place.
  struct View {
    private enum Style {
      case none
      case lines
      case screen
    }
    private let style: Style
    private var screen = Screen()
    private var latest: SessionInterface.Snapshot?
    private var lastText = ""
    private var drawn: Int64?

    init(console: Console) {
      style = console.json ? .none : isatty(STDOUT_FILENO) == 1 ? .screen : .lines
    }

    private var period: Int64 {
      switch style {
      case .none, .screen: Int64(Watcher.drawMilliseconds)
      case .lines: Int64(Watcher.lineMilliseconds)
      }
    }

    /// How long to wait for the next reply before looking again, in milliseconds.
    var patience: Int {
      guard latest != nil, let drawn else { return Watcher.drawMilliseconds }
      return Int(max(0, min(Int64(Watcher.drawMilliseconds), drawn + period - Ticker.milliseconds)))
    }

    mutating func show(_ snapshot: SessionInterface.Snapshot) {
      latest = snapshot
      if drawn.map({ Ticker.milliseconds - $0 >= period }) ?? true { draw() }
    }

    /// Draws what came since the last time, if it is time and anything did.
    mutating func draw() {
      guard let snapshot = latest else { return }
      latest = nil
      drawn = Ticker.milliseconds
      switch style {
      case .none: break
      case .lines:
        let text = WatchLine.text(snapshot)
        if text != lastText { Console.write(text + "\n", to: STDOUT_FILENO) }
        lastText = text
      case .screen: screen.draw(snapshot)
      }
    }

    /// The last state stays on the screen, the cursor below it.
    mutating func finish() {
      draw()
      if style == .screen { screen.leave() }
    }
  }
}

/// Milliseconds of a clock that never goes back.
enum Ticker {
  static var milliseconds: Int64 {
    var time = timespec()
    // The address is that of a local variable and is not kept.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
  }
}
