internal import SMPFirmware
internal import SMPModel

/// Drive, needle, skin and sensors.
extension World {
  // MARK: Drive

  mutating func drive(_ speed: Speed) {
    motor.command(speed, at: now)
    witness.noteDrive(isTurning: !motor.isAtRest(at: now), at: now)
    driveChanged()
  }

  /// Reads again soon after any change; the end of a ramp is seen at once.
  mutating func driveChanged() {
    motorTurn += 1
    let settles = motor.settlesAt
    let model = configuration.motor
    let next = settles > now ? min(after(model.readingRamping), settles) : after(microseconds: 1_000)
    schedule.add(.driveRead(turn: motorTurn), at: next)
  }

  mutating func readDrive() {
    let model = configuration.motor
    let speed = motor.speed(at: now)
    witness.noteDrive(isTurning: !motor.isAtRest(at: now), at: now)
    let noise = motorRandom.noise(sigma: model.readingSigma, worst: model.readingWorst)
    let settles = motor.settlesAt
    if settles > now {
      schedule.add(.driveRead(turn: motorTurn), at: min(after(model.readingRamping), settles))
    } else if !motor.isAtRest(at: now) {
      schedule.add(.driveRead(turn: motorTurn), at: after(model.readingSteady))
    }
    feed(.driveMeasured(.millihertz(speed * (1_000 + noise) / 1_000)))
  }

  // MARK: Needle

  mutating func lower(to depth: Depth) {
    guard needle.place == .parked || needle.place == .rising else { return }
    needleTurn += 1
    let excess: Int64 = faults.take(.depthOvershoot) ? 400 : 0
    let falling = needle.fall(to: depth, excess: excess)
    schedule.add(.parkSensorOpens(turn: needleTurn), at: after(microseconds: 500))
    schedule.add(.tipReachesSkin(turn: needleTurn), at: now + falling)
  }

  mutating func retract() {
    switch needle.place {
    case .parked, .leaving, .rising: return
    case .falling, .inAir, .inSkin: break
    }
    needleTurn += 1
    let leaving = needle.rise()
    schedule.add(.tipLeavesSkin(turn: needleTurn), at: now + leaving)
  }

  mutating func tipReachesSkin() {
    guard let handpiece else { return needle.reachAir() }
    touchSkin(at: sensor.wandered(from: handpiece))
  }

  private mutating func touchSkin(at place: ChartPosition) {
    needle.reachSkin(at: place, now: now, strokes: motor.strokes(at: now))
    motor.load(perMille: motorRandom.within(configuration.motor.load), at: now)
    driveChanged()
    schedule.add(.handSees(.fall(sensor.marked(place))), at: now)
    feed(.contactBegan(sensor.reading(of: place)))
  }

  mutating func tipLeavesSkin() {
    endContact()
    schedule.add(.needleParks(turn: needleTurn), at: now + needle.parkingTime())
  }

  private mutating func endContact() {
    guard let contact = needle.leaveSkin(now: now, strokes: motor.strokes(at: now)) else { return }
    motor.load(perMille: 0, at: now)
    driveChanged()
    if faults.take(.doubleDot) {
      schedule.add(.fallsAgain(at: contact.position), at: after(microseconds: 15_000))
    }
    let step = max(1, capabilities.depthStep.micrometres)
    // The depth sensor counts whole steps and rounds up: a dot is never reported shallower than it was.
    let depth = (contact.depth.micrometres + step - 1) / step * step
    let noise = motorRandom.noise(sigma: 1, worst: 3)
    feed(
      .contactEnded(
        position: sensor.reading(of: contact.position), depth: .micrometres(depth),
        speed: .millihertz(contact.speed.millihertz * (1_000 + noise) / 1_000),
        dwell: .milliseconds((contact.duration.microseconds + 500) / 1_000),
        strokes: UInt16(clamping: contact.strokes)))
  }

  mutating func needleParks() {
    needle.park()
    feed(.parked(true))
  }

  // MARK: Handpiece

  mutating func approach(_ place: ChartPosition) {
    handpiece = place
    positionTurn += 1
    let reading = sensor.reading(of: place)
    if faults.take(.positionJump) { sensor.jump = 25_000 }
    schedule.add(.positionRead(turn: positionTurn), at: after(configuration.position.reading))
    feed(.approached(reading))
    if needle.place == .inAir { touchSkin(at: place) }
    if faults.contains(.dotWithoutGrant) { fallUnbidden() }
  }

  mutating func readPosition() {
    guard let handpiece else { return }
    schedule.add(.positionRead(turn: positionTurn), at: after(configuration.position.reading))
    feed(.positionMeasured(sensor.reading(of: handpiece)))
  }

  mutating func withdraw() {
    guard handpiece != nil else { return }
    handpiece = nil
    positionTurn += 1
    endContact()
    sensor.jump = 0
    feed(.withdrew)
  }

  mutating func setFoot(down: Bool) {
    footIsDown = down
    readPedal()
  }

  mutating func readPedal() {
    let reading = footIsDown || pedalIsStuck
    guard reading != pedalRead else { return }
    pedalRead = reading
    feed(.pedal(pressed: reading))
  }

  // MARK: The needle's own doing

  /// Dot without grant: at the skin, the tip is through before anybody can answer.
  mutating func fallUnbidden() {
    guard let handpiece, needle.touch == nil, faults.take(.dotWithoutGrant) else { return }
    fallByItself(at: handpiece, milliseconds: 60)
  }

  /// Falls without an order and rises again by its spring, unless the firmware pulls it back before.
  mutating func fallByItself(at place: ChartPosition, milliseconds: Int64) {
    guard needle.touch == nil else { return }
    needleTurn += 1
    _ = needle.fall(to: .micrometres(500), excess: 0)
    schedule.add(.risesByItself(turn: needleTurn), at: after(.milliseconds(milliseconds)))
    feed(.parked(false))
    if needle.place == .falling { touchSkin(at: place) }
  }
}
