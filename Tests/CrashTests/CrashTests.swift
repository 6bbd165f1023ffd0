import Foundation
import SMPDaemon
import SMPModel
import SMPSession
import SMPSimulator
import SimulatedStation
import Testing

/// A station ends at an instant, by a kill or a power cut; the next one must find everything in order (S2, S4, S7).
@Suite struct CrashTests {
  /// `SMPD_CRASH_POINTS=all` looks at every point of a long session (`make crash`), a number at that point alone.
  private static let asked = ProcessInfo.processInfo.environment["SMPD_CRASH_POINTS"]

  @Test("S2 S4 S7 wherever a daemon dies, the next one settles every dot", arguments: [1, 2] as [UInt64])
  func everyPoint(seed: UInt64) throws {
    let choice: CrashPoints.Choice = Self.asked.flatMap { Int($0) }.map { .one($0) } ?? .all
    let dots: Int64 = Self.asked == nil ? 5 : 120
    let points = CrashPoints(seed: seed, choice)
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
    #expect(station.start(StationOrders.order(dots: dots, session: 1, history: [])))
    #expect(station.work(checkpointEvery: 20))
    _ = station.ask(.stop)
    station.onMoment(nil)
    #expect(station.state == .ready)
    for complaint in points.complaints { Issue.record("\(complaint)") }
    #expect(station.device.contactCount == Int(dots))
    #expect(StationOrders.crowding(station.device.contactLog).isEmpty)
    #expect(points.counts.points > 100)
    print("crash points: seed \(seed), \(points.counts)")
  }
}
