import SMPInterface
import SMPModel
import Testing

@testable import smpctl

/// Snapshots to watch.
enum Example {
  static func zone(_ name: String, made: Int64 = 412, planned: Int64 = 1_200, density: Int64 = 182_000)
    -> SessionInterface.Zone
  {
    .init(
      name: name, dotsMade: made, dotsPlanned: planned, densityPerSquareMetre: density,
      densityLimitPerSquareMetre: 250_000, depthMicrometres: 500, speedMillihertz: 110_000, dwellMilliseconds: 60,
      complete: made == planned)
  }

  static func snapshot(
    _ state: SessionInterface.State = .running, session: String? = "C-7F3A2B-1", made: Int64 = 1_234,
    planned: Int64 = 14_000, denial: SessionInterface.Denial? = nil, fault: String? = nil,
    zones: [SessionInterface.Zone] = [zone("hairline"), zone("crown", made: 1_200, density: 250_000)],
    remedy: String? = nil
  ) -> SessionInterface.Snapshot {
    .init(
      state: state, session: session, course: "C-7F3A2B", number: 1, zone: "hairline", device: "SIM-0001",
      operator: "A. Practitioner", dotsMade: made, dotsPlanned: planned, denials: denial == nil ? 0 : 12,
      lastDenial: denial, fault: fault, elapsedSeconds: 751, stopLatencyMicroseconds: 1_250, zones: zones,
      simulated: true, journalNumber: 5_000, remedy: remedy)
  }
}

@Suite struct WatchFrameTests {
  static let denial = SessionInterface.Denial(
    .beyondHard(key: .spacingMinimum, requested: 620, limit: 700, source: .plan), zone: "hairline")

  @Test("a frame shows state, zone, dots, densities against their limits, the last denial and why, and the time")
  func frame() {
    let lines = WatchFrame.lines(Example.snapshot(denial: Self.denial), columns: 100, rows: 24, blocks: false)
    #expect(
      lines == [
        "running  C-7F3A2B-1  session 1  SIM-0001  (simulated)  0:12:31",
        "zone hairline  dots 1,234 of 14,000 (8 %)",
        "> hairline  #################.......  18.2 of 25.0 /cm2  412 of 1,200 dots  0.5 mm 110 Hz",
        "+ crown     ########################  25.0 of 25.0 /cm2  1,200 of 1,200 dots  0.5 mm 110 Hz",
        "denied 12, last: spacing-minimum: 0.62 mm, at least 0.7 mm (plan) in hairline: move away",
      ])
  }

  @Test(
    "no line is longer than the terminal is wide, and no frame taller than it is high", arguments: [1, 20, 40, 79, 200])
  func fits(columns: Int) {
    let zones = (1...30).map { Example.zone("zone-\($0)") }
    for rows in [1, 5, 8, 23, 50] {
      let snapshot = Example.snapshot(
        .faulted, denial: Self.denial, fault: "motor_stuck", zones: zones, remedy: "look at the device")
      let lines = WatchFrame.lines(snapshot, columns: columns, rows: rows, blocks: true)
      for line in lines { #expect(line.count <= columns) }
      #expect(lines.count <= max(rows, 5))
    }
  }

  @Test("where the zones do not all fit, the one being worked is among those shown")
  func currentZoneIsShown() {
    for current in 1...30 {
      let zones = (1...30).map { Example.zone($0 == current ? "hairline" : "zone-\($0)") }
      let lines = WatchFrame.lines(Example.snapshot(zones: zones), columns: 100, rows: 10, blocks: false)
      #expect(lines.count == 10)
      #expect(lines.contains { $0.hasPrefix("> hairline") })
    }
  }

  @Test("a bar is full only when the zone is")
  func bar() {
    #expect(WatchFrame.bar(0, of: 100, length: 4, blocks: false) == "....")
    #expect(WatchFrame.bar(99, of: 100, length: 4, blocks: false) == "###.")
    #expect(WatchFrame.bar(100, of: 100, length: 4, blocks: false) == "####")
    #expect(WatchFrame.bar(130, of: 100, length: 4, blocks: true) == "\u{2588}\u{2588}\u{2588}\u{2588}")
    #expect(WatchFrame.bar(-1, of: 100, length: 4, blocks: true) == "\u{2591}\u{2591}\u{2591}\u{2591}")
    #expect(WatchFrame.bar(5, of: 0, length: 4, blocks: false) == "....")
  }

  @Test("a frame is drawn over the one before, and nothing is blank in between")
  func redraw() {
    #expect(Screen.frame(["a", "b"], over: 0) == "\u{1B}[?25la\u{1B}[K\nb\u{1B}[K\n")
    #expect(Screen.frame(["a"], over: 2) == "\u{1B}[?25l\u{1B}[2A\ra\u{1B}[K\n\u{1B}[J")
    #expect(!Screen.frame(["a", "b"], over: 2).contains("\u{1B}[2J"))
  }

  @Test("block characters only where the locale can show them")
  func locale() {
    #expect(Screen.showsBlocks(locale: "de_DE.UTF-8"))
    #expect(Screen.showsBlocks(locale: "C.utf8"))
    #expect(!Screen.showsBlocks(locale: "C"))
    #expect(!Screen.showsBlocks(locale: nil))
  }

  @Test("a plain line says the same in one line")
  func plainLine() {
    let line = WatchLine.text(Example.snapshot(denial: Self.denial))
    #expect(
      line == "0:12:31  running  dots 1234/14000  denied 12  zone hairline 412/1200 at 18.2/25.0 /cm2  "
        + "last denial: spacing-minimum: 0.62 mm, at least 0.7 mm (plan) in hairline: move away")
  }
}

@Suite struct WatchEndTests {
  @Test(
    "with no session open there is nothing to watch", arguments: [SessionInterface.State.ready, .stopped, .noDevice])
  func nothingOpen(state: SessionInterface.State) {
    var end = WatchEnd()
    #expect(end.verdict(Example.snapshot(state, session: nil)) == .nothingOpen)
    #expect(WatchEnd.Verdict.nothingOpen.status.rawValue == 2)
  }

  @Test("a fault ends with 7, a lock-out too, an uncertain session with 9")
  func badEnds() {
    var end = WatchEnd()
    #expect(end.verdict(Example.snapshot(.running)) == .goOn)
    let fault = end.verdict(Example.snapshot(.faulted, fault: "motor_stuck"))
    #expect(fault == .fault("motor_stuck"))
    #expect(fault.status.rawValue == 7)
    #expect(end.verdict(Example.snapshot(.stopped, fault: "speed_deviated")).status.rawValue == 7)
    #expect(end.verdict(Example.snapshot(.lockedOut)).status.rawValue == 7)
    #expect(end.verdict(Example.snapshot(.uncertain)).status.rawValue == 9)
    #expect(end.verdict(Example.snapshot(.noDevice, session: nil)).status.rawValue == 7)
  }

  @Test("watching goes on through pauses and protective stops, and through an open session without its device")
  func goesOn() {
    var end = WatchEnd()
    for state: SessionInterface.State in [
      .preparing, .armed, .running, .paused, .held, .noDevice, .stopped, .stopping, .unknown,
    ] {
      #expect(end.verdict(Example.snapshot(state)) == .goOn)
    }
  }

  @Test("all planned dots made ends with 0, a closed session too")
  func goodEnds() {
    var end = WatchEnd()
    #expect(end.verdict(Example.snapshot(.running, made: 13_999)) == .goOn)
    #expect(end.verdict(Example.snapshot(.running, made: 14_000)) == .complete)
    #expect(end.verdict(Example.snapshot(.ready, session: nil)) == .closed)
    #expect(WatchEnd.Verdict.complete.status.rawValue == 0)
    #expect(WatchEnd.Verdict.closed.status.rawValue == 0)
    var nothingPlanned = WatchEnd()
    #expect(nothingPlanned.verdict(Example.snapshot(.preparing, made: 0, planned: 0)) == .goOn)
  }

  @Test("a session just started may be over before the first snapshot comes")
  func startedAndOver() {
    var end = WatchEnd(awaiting: "C-7F3A2B-1")
    #expect(end.verdict(Example.snapshot(.ready, session: nil)) == .closed)
    var next = WatchEnd(awaiting: "C-7F3A2B-1")
    #expect(next.verdict(Example.snapshot(.armed, session: "C-7F3A2B-2")) == .closed)
  }
}
