import Foundation
import SMPDaemon
import SMPModel
import SMPSession
import SMPSimulator
import SimulatedStation
import Testing

/// A station ends at an instant, by a kill or a power cut; the next one must find everything in order (S2, S4, S7).
@Suite struct CrashTests {
  private static let environment = ProcessInfo.processInfo.environment
  /// Dots of the session: a few as a rule, more with `SMPD_CRASH_DOTS` (`make crash`).
  private static let dots = environment["SMPD_CRASH_DOTS"].flatMap { Int($0) } ?? 5
  /// Every point, or by `SMPD_CRASH_POINTS` each seventh (`/7`), or the seventh alone (`7`).
  private static var choice: CrashPoints.Choice {
    guard let asked = environment["SMPD_CRASH_POINTS"] else { return .all }
    if asked.hasPrefix("/"), let every = Int(asked.dropFirst()), every > 0 { return .some(every: every, first: 0) }
    guard let point = Int(asked) else { preconditionFailure("\(asked) is neither /EVERY nor a point") }
    return .one(point)
  }

  @Test("S2 S4 S7 wherever a daemon dies, the next one settles every dot", arguments: [1, 2] as [UInt64])
  func everyPoint(seed: UInt64) throws {
    let dots = Self.dots
    let points = CrashPoints(seed: seed, Self.choice)
    let station = try SimulatedStation(seed: seed)
    defer { station.end() }
    // A commit takes its time, so that device, link and disk go on side by side; the first seed's takes none.
    if seed > 1 {
      let latencies = Latencies(seed: seed, milliseconds: 1...9)
      station.journal.latency = { latencies.next() }
    }
    points.attach(to: station)
    station.attach()
    #expect(station.turn { station.state == .ready })
    #expect(station.start(StationOrders.order(dots: Int64(dots), session: 1, history: [])))
    #expect(station.work(checkpointEvery: dots > 20 ? 20 : 3))
    _ = station.ask(.stop)
    station.onMoment(nil)
    #expect(station.state == .ready)
    for complaint in points.complaints {
      Issue.record("\(complaint) (again: SMPD_CRASH_DOTS=\(dots) SMPD_CRASH_POINTS=POINT, --filter CrashTests)")
    }
    #expect(station.device.contactCount == dots)
    #expect(StationOrders.crowding(station.device.contactLog).isEmpty)
    #expect(points.counts.points > 100)
    print("crash points: seed \(seed), \(points.counts)")
  }
}
