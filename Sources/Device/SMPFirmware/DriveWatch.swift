internal import SMPModel
internal import SMPWire

// The drive: told, and watched whether it does what it was told.

extension Firmware {
  mutating func turn(at speed: Speed, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    drive = .ramping(speed, since: now)
    outputs.append(.drive(speed))
  }

  /// Says brake every time, so that a stop is never an assumption; the time to stand runs from the first.
  mutating func brake(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    outputs.append(.drive(.zero))
    switch drive {
    case .ramping, .holding: drive = .braking(since: now)
    case .standing, .braking, .runaway: break
    }
  }

  mutating func driveRead(_ speed: Speed, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    sensors.speed = speed
    switch drive {
    case .ramping:
      if !sensors.isStill { selfTestTurned() }
    case .holding(let commanded):
      judge(commanded, now, &outputs)
    case .standing:
      // Turning untold: given as long to stand as after a brake.
      if !sensors.isStill { drive = .braking(since: now) }
    case .braking, .runaway:
      if sensors.isStill {
        drive = .standing
        selfTestStood(now)
      }
    }
  }

  /// The ramp is over.
  mutating func rampEnded(_ commanded: Speed, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    drive = .holding(commanded)
    judge(commanded, now, &outputs)
  }

  /// The drive should stand by now.
  mutating func brakeEnded(_ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    if sensors.isStill {
      drive = .standing
      return
    }
    drive = .runaway
    latch(.motorStuck, now, &outputs)
  }

  private mutating func judge(_ commanded: Speed, _ now: DeviceTicks, _ outputs: inout [FirmwareOutput]) {
    if sensors.isStill || sensors.speed == nil {
      latch(.motorStuck, now, &outputs)
    } else if let speed = sensors.speed, isOff(speed, commanded) {
      latch(.speedDeviated, now, &outputs)
    }
  }

  private func isOff(_ speed: Speed, _ commanded: Speed) -> Bool {
    (speed - commanded).millihertz.magnitude > UInt64(commanded.millihertz / Timing.speedTolerance)
  }
}
