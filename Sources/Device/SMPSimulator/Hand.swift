internal import SMPModel

/// What the hand does next. The world carries it out.
enum HandAct: Hashable, Sendable {
  case pressPedal
  case releasePedal
  /// Puts the handpiece to the skin, at a place on the registered chart.
  case approach(ChartPosition)
  case withdraw
  /// Wakes the hand after so many milliseconds; a later reminder replaces an earlier one.
  case remind(after: Int64)
}

/// The practitioner's hand and foot, working a plan zone by zone: at a person's pace, with tremor and mistakes.
///
/// It sees what a person sees (the lamp, the pedal under the foot, that the needle fell) and nothing of the protocol.
/// Time is its own: it asks to be reminded. One reminder is under way at most.
struct Hand: Sendable {
  enum Mistake: Hashable, Sendable {
    case tooClose
    case outside
    case dwellTooLong
    case pedalReleased
    case wrongZone
  }

  struct Aim: Hashable, Sendable {
    let place: ChartPosition
    let mistake: Mistake?
  }

  enum State: Hashable, Sendable {
    /// Nothing to do, or waiting for people at the workstation: no reminder is under way.
    case resting
    /// Pedal up; will press it when reminded.
    case pausing
    /// Pedal down; the drive spins up.
    case starting
    case reaching(Aim)
    /// At the skin: waits for the needle or the lamp.
    case asking(Aim)
    /// The needle works.
    case working(Aim)
    /// The foot slipped in mid-dot; will lift the handpiece when reminded.
    case slipped
    /// Saw the lamp; will lift the handpiece when reminded.
    case refused(Indication)
    /// Saw the device stop by itself; will let go when reminded.
    case startled
    /// A person must decide: tries again when reminded, but nobody may jump the clock there.
    case deferring
    /// All zones done or given up.
    case finished
  }

  /// Corrections of one approach before a person lets it be.
  private static let corrections = 4

  private(set) var state = State.resting
  let model: HandModel
  var random: SeededRandom
  var job: HandJob?
  /// Milliseconds from dot to dot.
  var pace: Int64
  private var deniedInARow = 0
  private var silentInARow = 0
  private var untilRest: Int64

  init(model: HandModel, seed: UInt64) {
    self.model = model
    pace = model.pace
    random = SeededRandom(seed: seed, stream: .hand)
    untilRest = random.within(model.dotsBetweenRests)
  }

  /// Whether something is going to happen by itself. False while it waits for people.
  var isWorking: Bool {
    switch state {
    case .resting, .deferring, .finished: false
    case .pausing, .starting, .reaching, .asking, .working, .slipped, .refused, .startled: true
    }
  }

  // MARK: People

  mutating func takeUp(_ job: HandJob, phase: DevicePhase, into acts: inout [HandAct]) {
    self.job = job
    (deniedInARow, silentInARow) = (0, 0)
    state = .resting
    look(phase: phase, into: &acts)
  }

  mutating func layDown(into acts: inout [HandAct]) {
    job = nil
    letGo(into: &acts)
    state = .resting
  }

  // MARK: What it sees

  /// The phase lamp changed.
  mutating func look(phase: DevicePhase, into acts: inout [HandAct]) {
    guard job != nil else { return }
    switch state {
    case .resting:
      if phase == .armed { pause(random.within(400...900), into: &acts) }
    case .pausing, .starting, .reaching, .asking, .working, .slipped, .refused:
      switch phase {
      case .armed, .running: break
      case .idle, .selfTest, .suspended, .stopped, .faulted:
        state = .startled
        acts.append(.remind(after: random.within(200...450)))
      }
    case .startled, .deferring, .finished: break
    }
  }

  /// The lamp, the buzzer or the haptics said something.
  mutating func feel(_ indication: Indication, into acts: inout [HandAct]) {
    guard case .asking = state, indication != .none else { return }
    state = .refused(indication)
    acts.append(.remind(after: random.within(200...350)))
  }

  /// The needle fell and touched the skin at a place on the registered chart.
  mutating func needleFell(at place: ChartPosition, into acts: inout [HandAct]) {
    job?.made(at: place)
    untilRest -= 1
    guard case .asking(let aim) = state else { return }
    (deniedInARow, silentInARow) = (0, 0)
    state = .working(aim)
    let dwell = job?.dwell ?? 100
    switch aim.mistake {
    case .dwellTooLong: acts.append(.remind(after: dwell * 2 + random.within(50...400)))
    case .pedalReleased: acts.append(.remind(after: max(1, dwell * random.within(25...60) / 100)))
    case .tooClose, .outside, .wrongZone, nil:
      acts.append(.remind(after: max(1, dwell * random.within(70...92) / 100)))
    }
  }

  /// The reminder came.
  mutating func wake(phase: DevicePhase, pedalDown: Bool, into acts: inout [HandAct]) {
    switch state {
    case .resting, .finished: break
    case .pausing: startWork(phase: phase, into: &acts)
    case .starting:
      if phase == .running { reachOut(into: &acts) } else { calmDown(phase: phase, into: &acts) }
    case .reaching(let aim):
      acts.append(.approach(place(for: aim)))
      state = .asking(aim)
      acts.append(.remind(after: 350))
    case .asking: hearNothing(into: &acts)
    case .working(let aim):
      if aim.mistake == .pedalReleased {
        acts.append(.releasePedal)
        state = .slipped
        acts.append(.remind(after: random.within(120...300)))
      } else {
        acts.append(.withdraw)
        goOn(into: &acts)
      }
    case .slipped:
      acts.append(.withdraw)
      pause(random.within(700...1_500), into: &acts)
    case .refused(let indication): accept(indication, into: &acts)
    case .startled:
      letGo(into: &acts)
      calmDown(phase: phase, into: &acts)
    case .deferring: startWork(phase: phase, into: &acts)
    }
  }

  // MARK: What it does then

  /// Where the handpiece really comes down. A person sees the tip over a dot that is too near and corrects, mostly.
  private mutating func place(for aim: Aim) -> ChartPosition {
    var place = aim.place.moved(x: tremor(), y: tremor())
    for _ in 0..<Self.corrections {
      if aim.mistake != nil || job?.looksFree(place) ?? true || random.chance(perMille: model.overlooked) { break }
      place = aim.place.moved(x: tremor(), y: tremor())
    }
    return place
  }

  private mutating func tremor() -> Int64 { random.noise(sigma: model.tremorSigma, worst: model.tremorWorst) }

  private func letGo(into acts: inout [HandAct]) {
    acts.append(.withdraw)
    acts.append(.releasePedal)
  }

  private mutating func pause(_ milliseconds: Int64, into acts: inout [HandAct]) {
    state = .pausing
    acts.append(.remind(after: milliseconds))
  }

  /// The pedal is up: down with it where the lamp allows, otherwise wait for the lamp.
  private mutating func startWork(phase: DevicePhase, into acts: inout [HandAct]) {
    guard phase == .armed else { return calmDown(phase: phase, into: &acts) }
    acts.append(.pressPedal)
    state = .starting
    acts.append(.remind(after: random.within(350...600)))
  }

  /// Lets go of the pedal and tries again where the lamp still invites to.
  private mutating func calmDown(phase: DevicePhase, into acts: inout [HandAct]) {
    acts.append(.releasePedal)
    switch phase {
    case .armed, .running: pause(random.within(800...1_600), into: &acts)
    case .idle, .selfTest, .suspended, .stopped, .faulted: state = .resting
    }
  }

  /// No needle and no lamp: the window may be full, the host busy, the frame lost. A person tries again, then asks.
  private mutating func hearNothing(into acts: inout [HandAct]) {
    acts.append(.withdraw)
    silentInARow += 1
    if silentInARow > model.patience {
      silentInARow = 0
      acts.append(.releasePedal)
      state = .deferring
      acts.append(.remind(after: 10_000))
    } else {
      goOn(into: &acts)
    }
  }

  private mutating func accept(_ indication: Indication, into acts: inout [HandAct]) {
    acts.append(.withdraw)
    switch indication {
    case .none, .wait: goOn(after: random.within(500...900), into: &acts)
    case .moveAway, .wrongPlace:
      deniedInARow += 1
      if deniedInARow > model.patience {
        deniedInARow = 0
        job?.giveUpZone()
      }
      goOn(into: &acts)
    case .askOperator:
      acts.append(.releasePedal)
      state = .deferring
      acts.append(.remind(after: 5_000))
    }
  }

  /// After a dot or a try: rest when it is time, otherwise the next place.
  private mutating func goOn(after minimum: Int64 = 0, into acts: inout [HandAct]) {
    if untilRest <= 0 {
      untilRest = random.within(model.dotsBetweenRests)
      acts.append(.releasePedal)
      return pause(random.within(model.restSeconds) * 1_000, into: &acts)
    }
    reachOut(atLeast: minimum, into: &acts)
  }

  private mutating func reachOut(atLeast minimum: Int64 = 0, into acts: inout [HandAct]) {
    guard job != nil else { return state = .resting }
    switch job?.nextAim(model: model, random: &random) {
    case .aim(let aim):
      // The pace counts from dot to dot; the contact takes most of a dwell, asking some milliseconds.
      let travel = pace - (job?.dwell ?? 100) * 8 / 10 - 6
      let moving = max(150, travel + random.noise(sigma: max(1, travel / 5), worst: travel / 2 + 1))
      state = .reaching(aim)
      acts.append(.remind(after: max(minimum, moving)))
    case .nextZone:
      acts.append(.releasePedal)
      pause(random.within(2_500...6_000), into: &acts)
    case .finished, nil:
      letGo(into: &acts)
      state = .finished
    }
  }
}
