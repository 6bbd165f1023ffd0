import SMPDriver
import SMPModel
import SMPSession
import SMPSimulator
import Synchronization
import Testing

@testable import SMPDaemon
@testable import smpsim

/// The watchdog is fed by work done, not by a clock.
@Suite struct PulseTests {
  final class CountingHeart: Heart {
    let beats = Mutex(0)
    let period = Interval.seconds(1)
    let clock = Mutex<SimulatedPacing?>(nil)
    let times = Mutex<[MonotonicTime]>([])
    func beat(isDriving: Bool) {
      beats.withLock { $0 += 1 }
      guard let now = clock.withLock({ $0 })?.monotonic() else { return }
      times.withLock { $0.append(now) }
    }
    var count: Int { beats.withLock { $0 } }
  }

  static let start = MonotonicTime(nanoseconds: 5_000_000_000)

  @Test("Without a device every period brings a beat, and none comes between") func withoutDevice() {
    let heart = CountingHeart()
    var pulse = Pulse(heart)
    pulse.feel(cycles: nil, at: Self.start)
    pulse.feel(cycles: nil, at: Self.start + (heart.period - .nanoseconds(1)))
    #expect(heart.count == 1)
    #expect(pulse.nextBeat(cycles: nil) == Self.start + heart.period)
    pulse.feel(cycles: nil, at: Self.start + heart.period)
    #expect(heart.count == 2)
  }

  @Test("With a device only a newly completed control cycle brings a beat") func withDevice() {
    let heart = CountingHeart()
    var pulse = Pulse(heart)
    pulse.feel(cycles: 7, at: Self.start)
    for second in 1..<10 { pulse.feel(cycles: 7, at: Self.start + .seconds(Int64(second))) }
    #expect(heart.count == 1, "a device that answers nothing feeds no watchdog")
    pulse.feel(cycles: 8, at: Self.start + .seconds(10))
    #expect(heart.count == 2)
    pulse.feel(cycles: nil, at: Self.start + .seconds(11))
    #expect(heart.count == 3, "given up, it no longer counts")
  }

  @Test("A cycle completed within a period is told when the period ends, and not with the next cycle") func owed() {
    let heart = CountingHeart()
    var pulse = Pulse(heart)
    pulse.feel(cycles: 1, at: Self.start)
    pulse.feel(cycles: 2, at: Self.start + .milliseconds(700))
    #expect(heart.count == 1)
    #expect(pulse.nextBeat(cycles: 2) == Self.start + heart.period)
    pulse.feel(cycles: 2, at: Self.start + heart.period)
    #expect(heart.count == 2)
    #expect(pulse.nextBeat(cycles: 2) == nil)
  }

  @Test(
    "S5 a device that falls silent in operation, or just idles, never leaves the watchdog two seconds without a beat")
  func noGap() {
    let heart = CountingHeart()
    let station = Station(seed: 9, heart: heart)
    heart.clock.withLock { $0 = station.pacing }
    func pass(_ seconds: Int64) {
      let end = station.pacing.monotonic() + .seconds(seconds)
      station.turn(limit: 200_000) { station.pacing.monotonic() >= end }
    }
    #expect(station.turn { station.state == .ready })
    pass(12)
    station.begin(Orders.small(dots: 30))
    pass(4)
    _ = station.ask(.stop)
    pass(12)
    station.device.inject(.hang)
    pass(12)
    let times = heart.times.withLock { $0 }
    #expect(times.count > 30)
    for (one, next) in zip(times, times.dropFirst()) {
      #expect(next - one < .seconds(2), "from \(one) to \(next)")
    }
  }

  @Test("An armed session beats; a device that hangs is given up before two seconds have passed") func station() {
    let heart = CountingHeart()
    let station = Station(seed: 3, heart: heart)
    station.begin(Orders.small(dots: 200))
    station.make(5)
    let before = heart.count
    let later = station.pacing.monotonic() + .seconds(5)
    station.turn(limit: 50_000) { station.pacing.monotonic() >= later }
    #expect(heart.count - before >= 4)
    let hungAt = station.pacing.monotonic()
    station.device.inject(.hang)
    #expect(station.turn(limit: 50_000) { station.board.newest?.snapshot.device == nil })
    #expect(station.pacing.monotonic() - hungAt < .seconds(2))
    #expect(station.state == .uncertain)
    #expect(station.board.newest?.devices.first?.problem == .unusable(.noAnswer))
    let given = heart.count
    let end = station.pacing.monotonic() + .seconds(3)
    station.turn(limit: 50_000) { station.pacing.monotonic() >= end }
    #expect(heart.count > given, "a daemon without a device lives")
    station.device.clear(.hang)
    #expect(station.turn(limit: 50_000) { station.board.newest?.snapshot.device != nil }, "tried again by itself")
    #expect(station.state == .uncertain, "and nothing resumes by itself")
  }
}
