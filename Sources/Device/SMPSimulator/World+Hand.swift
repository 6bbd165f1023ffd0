internal import SMPModel

/// The person: what the hand decides is carried out here, what happens here reaches its senses.
extension World {
  mutating func takeUp(_ job: HandJob, pace: Int64?) {
    if let pace { hand.pace = pace }
    hand.takeUp(job, phase: phaseSeen, into: &acts)
    act()
  }

  mutating func layDown() {
    hand.layDown(into: &acts)
    act()
    handTurn += 1
  }

  mutating func wakeHand() {
    hand.wake(phase: phaseSeen, pedalDown: footIsDown, into: &acts)
    act()
  }

  mutating func show(_ sight: Sight) {
    switch sight {
    case .phase(let phase): hand.look(phase: phase, into: &acts)
    case .lamp(let indication): hand.feel(indication, into: &acts)
    case .fall(let place): hand.needleFell(at: place, into: &acts)
    }
    act()
  }

  private mutating func act() {
    let due = acts
    acts.removeAll(keepingCapacity: true)
    for act in due {
      switch act {
      case .pressPedal: setFoot(down: true)
      case .releasePedal: setFoot(down: false)
      case .approach(let marked): approach(sensor.truth(of: marked))
      case .withdraw: withdraw()
      case .remind(let milliseconds):
        handTurn += 1
        schedule.add(.handWakes(turn: handTurn), at: after(.milliseconds(milliseconds)))
      }
    }
  }
}
