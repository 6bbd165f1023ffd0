import SMPInterface

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
    var end = WatchEnd(awaiting: awaiting)
    let view = WatchView(console: console, line: WatchLine.text) { snapshot, room in
      WatchFrame.lines(snapshot, columns: room.columns, rows: room.rows, blocks: room.blocks)
    }
    return try Following(console: console, leave: leave).run(SessionInterface.Monitor.self, NoMembers(), daemon, view) {
      reply in
      guard let snapshot = reply.snapshot else { return (nil, nil) }
      let verdict = end.verdict(snapshot)
      return (snapshot, verdict == .goOn ? nil : { report(verdict, snapshot) })
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
