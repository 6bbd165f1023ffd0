import SMPDaemon
import SMPDriver
import SMPInterface
import SMPLink
import SMPModel
import SMPRecord
import SMPSession
import SMPSimulator
import Synchronization
import Testing

@testable import SMPDaemon

/// Two devices at one daemon: a session is started on the one that was named, and keeps it.
@Suite struct DeviceChoiceTests {
  /// What a session start with `--device` comes to when the owner answers so.
  private func failure(_ reply: OwnerReply?, asked: String) -> Failure? {
    do throws(Failure) {
      _ = try reply?.published(asked: asked)
      return nil
    } catch {
      return error
    }
  }

  private func summaries(_ pair: Pair) -> [DeviceInterface.DeviceSummary] {
    guard let newest = pair.board.newest else { return [] }
    return newest.devices.map { $0.summary(in: newest) }
  }

  @Test("S13 a serial that is not there is refused by its name, and the driven device stays")
  func notThere() throws {
    let pair = Pair()
    #expect(pair.turn { pair.driven == "SIM-A" })
    let refused = try #require(failure(pair.ask(.select("SIM-C")), asked: "SIM-C"))
    guard case .notFound(let what, let name, let remedy) = refused else {
      Issue.record("\(refused)")
      return
    }
    #expect(what == "device" && name == "SIM-C")
    #expect(remedy.contains("SIM-A, SIM-B") && remedy.contains("smpctl device list"))
    #expect(pair.driven == "SIM-A")
    pair.unplug(pair.first, at: "a")
    pair.queue.post(.detach(place: "b"))
    #expect(pair.turn { pair.board.newest?.devices.isEmpty == true })
    guard case .notFound(_, "SIM-A", let plug)? = failure(pair.ask(.select("SIM-A")), asked: "SIM-A") else {
      Issue.record("a device that is not there was chosen")
      return
    }
    #expect(plug.contains("plug it in"))
  }

  @Test("a device that is there and cannot be driven is refused with its own reason and remedy")
  func notUsable() throws {
    let pair = Pair()
    pair.queue.post(
      .attach(
        Stranger(
          place: "c", serial: "SIM-C", obstacle: .notPermitted(node: "/dev/bus/usb/001/002", ruleRan: false))))
    #expect(pair.turn { pair.driven == "SIM-A" && pair.board.newest?.devices.count == 3 })
    guard case .refused(let refusal)? = failure(pair.ask(.select("SIM-C")), asked: "SIM-C") else {
      Issue.record("a device that may not be opened was chosen")
      return
    }
    #expect(refusal.rule == "device_usable")
    #expect(refusal.reason.contains("60-smpd.rules") && refusal.reason.contains("/dev/bus/usb/001/002"))
    #expect(refusal.remedy.contains("udevadm trigger --attr-match=idVendor=1209"))
    #expect(pair.driven == "SIM-A")
  }

  @Test("the session starts on the device that was named; the list tells who is driven and how to have the other")
  func chosen() throws {
    let pair = Pair()
    #expect(pair.turn { pair.state == .ready })
    let before = summaries(pair)
    #expect(before.map(\.serial) == ["SIM-A", "SIM-B"] && before.map(\.driven) == [true, false])
    #expect(before[0].firmware != nil && before[0].phase == .idle && before[0].reason == nil)
    #expect(before[1].firmware == nil && before[1].problem == nil)
    #expect(before[1].reason == "it waits: SIM-A is driven")
    #expect(before[1].remedy?.contains("smpctl session start COURSE --device SIM-B") == true)

    #expect(try pair.ask(.select("SIM-B"))?.published(asked: "SIM-B").snapshot.state == .ready)
    #expect(pair.driven == "SIM-B")
    let order = Orders.small().on("SIM-B")
    #expect(try pair.ask(.start(order, basedOn: .max, dryRun: false))?.published(asked: "SIM-B") != nil)
    #expect(pair.state == .armed)
    #expect(summaries(pair).map(\.driven) == [false, true])
    #expect(summaries(pair)[0].reason?.contains("the open session is bound to SIM-B") == true)
  }

  @Test("a dry run changes nothing: a waiting device is not taken, and the refusal says so")
  func dryRun() throws {
    let pair = Pair()
    #expect(pair.turn { pair.state == .ready })
    let reply = pair.ask(.start(Orders.small().on("SIM-B"), basedOn: .max, dryRun: true))
    guard case .refused(let refusal)? = failure(reply, asked: "SIM-B") else {
      Issue.record("\(String(describing: reply))")
      return
    }
    #expect(refusal.rule == "device_driven" && refusal.remedy.contains("--dry-run"))
    #expect(pair.driven == "SIM-A")
  }

  @Test("A link that ends is not a device that has left: it is tried again by itself, and found when it answers")
  func slept() throws {
    let pair = Pair()
    #expect(pair.turn { pair.driven == "SIM-A" })
    pair.queue.post(.detach(place: "b"))
    pair.first.inject(.unplug)
    #expect(pair.turn { pair.driven == nil })
    #expect(summaries(pair).first?.problem == "detached")
    pair.first.replug()
    #expect(pair.turn { pair.driven == "SIM-A" })
    #expect(!pair.journal.entries.withLock { $0 }.contains { $0.body.kind == .deviceRefused })
  }

  @Test("The preferred device is driven as soon as it is there, and never instead of a session's own")
  func preferred() throws {
    let pair = Pair(preferred: "SIM-B", second: false)
    #expect(pair.turn { pair.driven == "SIM-A" })
    pair.plugIn(pair.second, at: "b")
    #expect(pair.turn { pair.driven == "SIM-B" })
    pair.unplug(pair.second, at: "b")
    #expect(pair.turn { pair.driven == "SIM-A" })
    _ = pair.ask(.start(Orders.small().on("SIM-A"), basedOn: .max, dryRun: false))
    #expect(pair.state == .armed)
    pair.second.replug()
    pair.plugIn(pair.second, at: "b")
    let later = pair.pacing.monotonic() + .seconds(3)
    pair.queue.post(.wake)
    pair.turn { pair.pacing.monotonic() >= later }
    #expect(pair.driven == "SIM-A" && pair.state == .armed)
  }

  @Test("S4 S7 the other device never takes a session over, neither by name nor by an unplug; its own comes back to it")
  func neverTakesOver() throws {
    let pair = Pair()
    #expect(pair.turn { pair.state == .ready })
    _ = pair.ask(.select("SIM-A"))
    _ = pair.ask(.start(Orders.small().on("SIM-A"), basedOn: .max, dryRun: false))
    #expect(pair.state == .armed)

    guard case .wrongState? = failure(pair.ask(.select("SIM-B")), asked: "SIM-B") else {
      Issue.record("another device was chosen while a session is open")
      return
    }
    #expect(pair.driven == "SIM-A" && pair.state == .armed)

    pair.unplug(pair.first, at: "a")
    #expect(pair.turn { pair.state == .uncertain })
    let later = pair.pacing.monotonic() + .seconds(30)
    pair.queue.post(.wake)
    pair.turn { pair.pacing.monotonic() >= later }
    #expect(pair.driven == nil && pair.second.driveSpeed == .zero)
    let waiting = try #require(summaries(pair).first)
    #expect(waiting.serial == "SIM-B" && !waiting.driven)
    #expect(waiting.reason?.contains("the open session is bound to SIM-A") == true)
    #expect(waiting.remedy == "plug in SIM-A again")

    pair.first.replug()
    pair.plugIn(pair.first, at: "c")
    #expect(pair.turn { pair.driven == "SIM-A" })
    #expect(pair.state == .uncertain, "nothing resumes by itself")
    guard case .done? = pair.ask(.resolve(by: "N", reason: "looked")) else {
      Issue.record("not resolved")
      return
    }
    // Its lease ran out while the cable was out, and that is latched.
    if pair.state == .faulted { _ = pair.ask(.clearFault) }
    let resumed = pair.ask(.resume)
    guard case .done? = resumed else {
      Issue.record("not resumed: \(String(describing: resumed))")
      return
    }
    #expect(pair.turn { pair.state == .armed })
    #expect(pair.driven == "SIM-A")
  }
}

extension StartOrder {
  /// The same on a named device.
  fileprivate func on(_ serial: String) -> StartOrder {
    StartOrder(
      session: session, profile: profile, signature: signature, site: site, history: history,
      sessionsDone: sessionsDone, deviceSerial: serial, operatorName: operatorName, pigmentLot: pigmentLot,
      cartridge: cartridge, skin: skin, earlier: earlier, wall: wall, override: override)
  }
}
