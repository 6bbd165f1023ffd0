import Glibc

/// How far long work is, on a terminal and only there.
struct Progress {
  private let what: String
  private let isShown: Bool
  private var last: Int64?

  init(console: Console, what: String) {
    self.what = what
    isShown = !console.json && isatty(STDERR_FILENO) == 1
  }

  mutating func show(_ done: Int64, of all: Int64) {
    guard isShown, last.map({ Ticker.milliseconds - $0 >= Int64(Watcher.drawMilliseconds) }) ?? true else { return }
    last = Ticker.milliseconds
    Console.write("\r\(what) \(Wording.count(done)) of \(Wording.count(all))\u{1B}[K", to: STDERR_FILENO)
  }

  mutating func finish() {
    if last != nil { Console.write("\r\u{1B}[K", to: STDERR_FILENO) }
    last = nil
  }
}
