import SMPDaemon
import SMPModel
import SMPRecord
import SMPSession
import SMPSimulator
import Synchronization
import Testing

@Suite struct WholeSessionTests {
  static func order(dots: Int64 = 40) -> StartOrder {
    var limits = LimitSet()
    limits[.depthMaximum] = LimitPair(hard: 500)
    limits[.spacingMinimum] = LimitPair(hard: 1_200)
    limits[.dwellMaximum] = LimitPair(hard: 120)
    limits[.zoneDotsMaximum] = LimitPair(hard: dots)
    let outline = Outline(corners: [
      ChartPosition(x: 0, y: 0), ChartPosition(x: 30_000, y: 0), ChartPosition(x: 30_000, y: 30_000),
      ChartPosition(x: 0, y: 30_000),
    ])
    let zone = SessionZone(
      index: ZoneIndex(number: 0), name: "vertex", outline: outline, depth: .micrometres(500),
      speed: .millihertz(110_000), dwell: .milliseconds(80), needle: "1RL 0.25", dots: dots, limits: limits)
    let digest = [UInt8](repeating: 7, count: 32)
    var site = LimitSet()
    site[.depthMaximum] = LimitPair(soft: 1_000, hard: 1_500)
    return StartOrder(
      session: "C-TEST-1",
      profile: SessionProfile(course: "C-TEST", planDigest: digest, session: 1, zoneOrder: .free, zones: [zone]),
      signature: PlanSignature(planDigest: digest, by: "N"), site: site, history: [], sessionsDone: 0,
      deviceSerial: nil, operatorName: "N", pigmentLot: "L1", cartridge: "K1", skin: .clear)
  }

  @Test func wholeSession() throws {
    let station = Station()
    #expect(station.turn { station.state == .ready })
    let order = Self.order()
    let answered = Mutex<[String]>([])
    _ = station.queue.post(
      call: OwnerCall(.start(order, dryRun: false), actor: 1_000) { reply in
        answered.withLock { $0.append("\(reply)") }
      })
    #expect(station.turn(limit: 2_000) { station.state == .armed }, "\(station.owner)")
    print(answered.withLock { $0.count }, station.state)
    station.device.takeUp(
      HandWork(
        profile: order.profile, made: [], living: [], positionError: .micrometres(100), site: order.site ?? LimitSet()))
    let done = station.turn(limit: 100_000) { station.board.newest?.snapshot.session?.isComplete == true }
    print("done", done, station.state, station.board.newest?.snapshot.session?.progress ?? [])
    for entry in station.journal.entries.withLock({ $0 }).suffix(12) { print(entry.number, entry.body.kind) }
    #expect(done)
  }
}
