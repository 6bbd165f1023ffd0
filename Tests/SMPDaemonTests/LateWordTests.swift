import SMPModel
import SMPRecord
import SMPSession
import SMPSimulator
import Testing

@testable import SMPDaemon

/// What a device has to say when nobody listens any more, or not yet (S4, S7).
@Suite struct LateWordTests {
  private func contacts(_ station: Station) -> [Entry] {
    station.entries.filter { entry in if case .unbiddenContact = entry.body { true } else { false } }
  }

  @Test("S4 a contact while no session is open is the last session's client's, and counts in the next one's history")
  func afterTheClose() {
    let station = Station(seed: 41)
    let order = Orders.small(dots: 4)
    station.begin(order)
    station.turn { station.session?.isComplete == true }
    _ = station.ask(.stop)
    #expect(station.state == .ready)
    station.device.approach(at: ChartPosition(x: 2_000, y: 2_000))
    station.device.inject(.dotWithoutGrant)
    #expect(station.turn(limit: 50_000) { !contacts(station).isEmpty })
    #expect(contacts(station).map(\.header.session) == [order.session])
    #expect(contacts(station).map(\.header.course) == [order.profile.course])
  }

  @Test("S4 before any session on that device a contact is nobody's") func beforeTheFirst() {
    let station = Station(seed: 42)
    #expect(station.turn { station.state == .ready })
    station.device.approach(at: ChartPosition(x: 2_000, y: 2_000))
    station.device.inject(.dotWithoutGrant)
    #expect(station.turn(limit: 50_000) { !contacts(station).isEmpty })
    #expect(contacts(station).map(\.header.course) == [nil])
  }

  @Test("S7 nobody resolves while the session's device is there and has not been heard yet: nothing is presumed")
  func notYetHeard() {
    let station = Station(seed: 43)
    station.begin(Orders.small(dots: 25))
    station.make(3)
    #expect(station.turn { station.device.isNeedleInSkin })
    station.device.inject(.unplug)
    station.queue.post(.detach(place: station.device.place))
    #expect(station.turn(limit: 5_000) { station.state == .uncertain })
    station.device.replug()
    station.device.inject(.hang)
    station.queue.post(.attach(station.device))
    station.owner.turn()
    guard case .refused(.deviceNotRead, _)? = station.ask(.resolve(by: "N", reason: "R")) else {
      Issue.record("it was resolved while the device was there")
      return
    }
    station.device.clear(.hang)
    #expect(station.turn(limit: 100_000) { station.board.newest?.snapshot.device != nil })
    station.comeToRest()
    station.turn(limit: 2_000) { false }
    let reply = station.ask(.resolve(by: "N", reason: "R"))
    guard case .done? = reply else {
      Issue.record("it was not resolved: \(String(describing: reply))")
      return
    }
    station.expectAgreement()
    station.expectEveryGrantEndedOnce()
  }
}
