import Glibc

/// Where snapshots go, at the pace of the place.
struct WatchView<Snapshot> {
  private enum Style {
    case none
    case lines
    case screen
  }
  private let style: Style
  /// One line for a pipe.
  private let line: (Snapshot) -> String
  /// The block for a terminal.
  private let frame: (Snapshot, Screen.Room) -> [String]
  private var screen = Screen()
  private var latest: Snapshot?
  private var lastText = ""
  private var drawn: Int64?

  init(
    console: Console, line: @escaping (Snapshot) -> String, frame: @escaping (Snapshot, Screen.Room) -> [String]
  ) {
    style = console.json ? .none : isatty(STDOUT_FILENO) == 1 ? .screen : .lines
    self.line = line
    self.frame = frame
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

  mutating func show(_ snapshot: Snapshot) {
    latest = snapshot
    if drawn.map({ Ticker.milliseconds - $0 >= period }) ?? true { draw() }
  }

  /// Draws what came since the last time, if anything did.
  mutating func draw() {
    guard let snapshot = latest else { return }
    latest = nil
    drawn = Ticker.milliseconds
    switch style {
    case .none: break
    case .lines:
      let text = line(snapshot)
      if text != lastText { Console.write(text + "\n", to: STDOUT_FILENO) }
      lastText = text
    case .screen: screen.draw(frame(snapshot, Screen.room))
    }
  }

  /// The last state stays on the screen, the cursor below it.
  mutating func finish() {
    draw()
    if style == .screen { screen.leave() }
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
