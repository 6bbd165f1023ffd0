import Glibc

/// A block of lines redrawn in place. Each frame goes out in one write, and every line erases only its own end: nothing
/// is ever blank in between, so nothing flickers.
struct Screen {
  private var height = 0

  /// What a frame has to get by with.
  struct Room {
    let columns: Int
    let rows: Int
    /// Block characters can be shown.
    let blocks: Bool
  }

  static var room: Room {
    let (columns, rows) = Screen.size
    // One row stays free for the cursor, or the terminal would scroll with every frame.
    return Room(columns: columns, rows: rows - 1, blocks: Screen.showsBlocks)
  }

  mutating func draw(_ lines: [String]) {
    Console.write(Screen.frame(lines, over: height), to: STDOUT_FILENO)
    height = lines.count
  }

  mutating func leave() {
    Console.write(Screen.showCursor, to: STDOUT_FILENO)
    height = 0
  }

  static let hideCursor = "\u{1B}[?25l"
  static let showCursor = "\u{1B}[?25h"

  /// The bytes of one frame, drawn over the `height` lines of the one before.
  static func frame(_ lines: [String], over height: Int) -> String {
    var text = hideCursor
    if height > 0 { text += "\u{1B}[\(height)A\r" }
    for line in lines { text += line + "\u{1B}[K\n" }
    if lines.count < height { text += "\u{1B}[J" }
    return text
  }

  private static var size: (columns: Int, rows: Int) {
    var window = winsize()
    // The address is that of a local variable and is not kept.
    let answer = unsafe ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &window)
    guard answer == 0, window.ws_col > 0, window.ws_row > 0 else { return (80, 24) }
    return (Int(window.ws_col), Int(window.ws_row))
  }

  private static var showsBlocks: Bool {
    showsBlocks(locale: ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(Process.environment).first { !$0.isEmpty })
  }

  static func showsBlocks(locale: String?) -> Bool {
    guard let name = locale?.lowercased() else { return false }
    return name.contains("utf-8") || name.contains("utf8")
  }
}

/// Signals that wait until they are asked for.
struct HeldSignals {
  private var set = sigset_t()
  private var before = sigset_t()

  init(_ signals: [Int32]) {
    // Both sets are this struct's own and are only filled in.
    unsafe sigemptyset(&set)
    for signal in signals { unsafe sigaddset(&set, signal) }
    unsafe pthread_sigmask(SIG_BLOCK, &set, &before)
  }

  /// The signal that came since the last time, if any.
  func take() -> Int32? {
    var set = set
    var now = timespec()
    let signal = unsafe sigtimedwait(&set, nil, &now)
    return signal > 0 ? signal : nil
  }

  func release() {
    var before = before
    unsafe pthread_sigmask(SIG_SETMASK, &before, nil)
  }
}
