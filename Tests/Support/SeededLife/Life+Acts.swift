internal import SMPDaemon
internal import SMPModel
internal import SMPSession
internal import SMPSimulator
internal import SimulatedStation

/// What people and the world do, drawn.
extension Life {
  private enum Kind: CaseIterable {
    case tend, hand, mistype, command, stop, linger, frame, own, lasting, mend, cable, power, disk, clock, death
  }

  /// How often each comes, of all.
  private static func weight(_ kind: Kind) -> Int {
    switch kind {
    case .tend: 40
    case .hand: 5
    case .mistype: 4
    case .command: 10
    case .stop: 5
    case .linger: 2
    case .frame: 10
    case .own: 4
    case .lasting: 4
    case .mend: 8
    case .cable: 4
    case .power: 2
    case .disk: 5
    case .clock: 2
    case .death: 3
    }
  }

  func act() throws {
    letTimePass()
    var drawn = chance.below(Kind.allCases.reduce(0) { $0 + Self.weight($1) })
    for kind in Kind.allCases {
      drawn -= Self.weight(kind)
      if drawn < 0 { return try act(kind) }
    }
  }

  /// Some time first: within a dot, or any.
  private func letTimePass() {
    switch chance.below(5) {
    case 0 where station.device.isHandWorking: turn(atMost: 200) { station.device.isNeedleInSkin }
    case 1: pass(.milliseconds(chance.within(0...60)))
    case 2: pass(.milliseconds(chance.within(0...600)))
    default: pass(.milliseconds(chance.within(500...4_000)))
    }
  }

  private func act(_ kind: Kind) throws {
    switch kind {
    case .tend: try tend()
    case .hand: try moveHand()
    case .mistype: try mistype()
    case .command: try command()
    case .stop: stop()
    case .linger:
      let interval = chance.below(3) == 0 ? chance.within(170...400) : chance.within(5...60)
      told("everybody walks away for \(interval) s")
      pass(.seconds(interval))
    case .frame: spoilFrame()
    case .own: misbehave()
    case .lasting: ail()
    case .mend: mend()
    case .cable: moveCable()
    case .power: cutPower()
    case .disk: troubleDisk()
    case .clock:
      let minutes = chance.below(2) == 0 ? chance.within(-30...30) : chance.within(-4_000...4_000)
      told("the wall clock jumps by \(minutes) minutes")
      let zero = station.pacing.wallAtZero
      station.pacing.wallAtZero = WallTime(milliseconds: zero.milliseconds + minutes * 60_000)
    case .death: try die()
    }
  }

  // MARK: People

  var isWithoutDevice: Bool { station.board.newest?.snapshot.device == nil }

  /// Does what the state asks for, as somebody who knows the trade.
  func tend() throws {
    if station.journal.failure != nil { return try restart("the service manager ends a daemon without a journal") }
    // A session may be held, and its device gone.
    if isWithoutDevice, station.state != .uncertain {
      told("the device is looked for")
      return plugIn()
    }
    switch station.state {
    case .noDevice: pass(.milliseconds(100))
    case .ready:
      guard ledger.sessions.count < 4 else { return told("nothing is left to do") }
      told("the next session is started")
      _ = ask(try order())
    case .preparing, .testing, .stopping:
      told("the foot is taken off the pedal")
      station.device.layDown()
      station.queue.post(.wake)
    case .armed, .running:
      if station.session?.isComplete == true {
        told("the complete session is ended")
        _ = ask(.stop)
      } else if !station.device.isHandWorking {
        told("the hand takes up what is left")
        try takeUp()
      } else {
        told("the work goes on")
      }
    case .paused, .held:
      told("resume")
      station.device.layDown()
      _ = ask(.resume)
    case .stopped, .faulted:
      told("clear")
      _ = ask(.clearFault)
    case .uncertain:
      told("resolve")
      _ = ask(.resolve(by: "N", reason: "looked"))
    case .lockedOut:
      told("unlock")
      _ = ask(.unlock(by: "N", reason: "looked"))
    }
  }

  private func moveHand() throws {
    switch chance.below(5) {
    case 0:
      told("the hand is laid down")
      station.device.layDown()
    case 1:
      told("the foot goes down on the pedal")
      station.device.pressPedal()
    case 2:
      told("the foot leaves the pedal")
      station.device.releasePedal()
    case 3:
      told("the handpiece is lifted")
      station.device.withdraw()
    default:
      told("the hand takes up what is left")
      try takeUp()
    }
    station.queue.post(.wake)
  }

  private func mistype() throws {
    let slip = LifePlan.Slip.allCases[chance.below(LifePlan.Slip.allCases.count)]
    told("an order with a slip: \(slip)")
    let reply = ask(try order(dots: slip))
    if case .done? = reply { complaints.append("an order with a slip was taken: \(slip)") }
  }

  private func command() throws {
    let zone = chance.below(4) == 0 ? "elsewhere" : "zone-\(chance.below(plan.zones))"
    let command: OwnerCommand
    var mustFail = false
    switch chance.below(14) {
    case 0, 1: command = .pause(chance.below(2) == 0 ? nil : .rest, remarks: nil)
    case 2: command = .resume
    case 3, 4:
      command = .set(
        zone: chance.below(2) == 0 ? nil : zone, depth: .micrometres(chance.within(300...600)),
        speed: .millihertz(chance.within(60_000...120_000)), dwell: .milliseconds(chance.within(40...120)),
        dryRun: chance.below(4) == 0)
    case 5:
      command = .set(zone: nil, depth: .micrometres(chance.within(601...3_000)), speed: nil, dwell: nil, dryRun: false)
      mustFail = true
    case 6:
      command = .set(zone: nil, depth: nil, speed: nil, dwell: .milliseconds(chance.within(121...900)), dryRun: false)
      mustFail = true
    case 7: command = .selectZone(zone)
    case 8:
      let keys: [LimitKey] = [.depthMaximum, .spacingMinimum, .zoneDotsMaximum]
      command = .confirm(keys[chance.below(keys.count)], by: "N", reason: "looked")
    case 9: command = .clearFault
    case 10: command = .resolve(by: "N", reason: "guessed")
    case 11: command = .unlock(by: "N", reason: "guessed")
    case 12: command = .select(chance.below(2) == 0 ? "SIM-0001" : "SIM-0002")
    default:
      command = .selfTest(serial: nil, site: .ceiling, dryRun: chance.below(4) == 0)
    }
    told(Self.text(of: command))
    let reply = ask(command, patience: chance.below(3) == 0 ? 1 : 3_000)
    if mustFail, case .done? = reply { complaints.append("taken: \(command)") }
  }

  private static func text(of command: OwnerCommand) -> String {
    switch command {
    case .set(let zone, let depth, let speed, let dwell, let dryRun):
      let wishes = [
        depth.map { "\($0.micrometres) µm" }, speed.map { "\($0.millihertz) mHz" },
        dwell.map { "\($0.milliseconds) ms" },
      ].compactMap(\.self).joined(separator: ", ")
      return "set \(zone ?? "all") to \(wishes)\(dryRun ? ", to see" : "")"
    case .selfTest(_, _, let dryRun): return dryRun ? "self-test, to see" : "self-test"
    default: return "\(command)"
    }
  }

  private func stop() {
    switch chance.below(4) {
    case 0:
      told("a normal stop by the stop socket")
      station.queue.post(.halt(by: 2_000))
    case 1 where chance.below(3) == 0:
      told("the session is stopped")
      _ = ask(.stop)
    default:
      let outcome = station.stop.submit()
      told("a protective stop: \(outcome)")
      station.queue.post(.stopSubmitted(by: 2_000, outcome))
    }
  }
}
