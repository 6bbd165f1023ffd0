package import SMPModel

/// Everything a simulated device is made of. A run is a function of this, the calls made, and nothing else.
package struct SimulatedDeviceConfiguration: Hashable, Sendable {
  package var seed: UInt64
  /// What the device says of itself; `isSimulated` is always true in what it answers (S11).
  package var capabilities: DeviceCapabilities
  package var motor = MotorModel()
  package var actuator = ActuatorModel()
  package var position = PositionModel()
  package var transport = TransportModel()
  /// How the auto hand behaves once it takes up work; without work nobody moves.
  package var hand = HandModel()

  /// - Parameter ownFrame: the device measures in a frame of its own, turned and moved by an amount drawn from the seed.
  package init(seed: UInt64, serial: String = "SIM-0001", ownFrame: Bool = false) {
    self.seed = seed
    capabilities = .simulated(serial: serial, ownFrame: ownFrame)
    // What such a device believes of the chart only a registration tells, and it has none of its own.
    if ownFrame { position.registrationWorst = 0 }
  }
}

extension DeviceCapabilities {
  /// The simulated handpiece. Depth 0–1.9 mm within ±0.15 mm and 50–150 Hz: the FDA-reviewed cousin (field.md, rows
  /// "depth error of real handpieces" and "speed"). The rest is assumed: an optical tracker good to 0.05 mm.
  package static func simulated(serial: String, ownFrame: Bool = false) -> DeviceCapabilities {
    let accuracy = Distance.micrometres(50)
    return DeviceCapabilities(
      oldestVersion: 1, newestVersion: 1, depthMinimum: .zero, depthMaximum: .micrometres(1_900),
      depthStep: .micrometres(10), depthAccuracy: .micrometres(150), speedMinimum: .millihertz(50_000),
      speedMaximum: .millihertz(150_000),
      positioning: ownFrame ? .absolute(accuracy: accuracy) : .chart(accuracy: accuracy),
      recordWindow: Bounds.recordWindow, leaseMaximum: Bounds.leaseLifetime, hasPedal: true, hasStopInput: false,
      indicators: [.lamp, .buzzer], serial: serial, firmware: "smpd-simulated 1", isSimulated: true)
  }

  /// The same device, owning up to what it is (S11): no configuration can make the simulator pass for a needle.
  var owningUp: DeviceCapabilities {
    DeviceCapabilities(
      oldestVersion: oldestVersion, newestVersion: newestVersion, depthMinimum: depthMinimum,
      depthMaximum: depthMaximum, depthStep: depthStep, depthAccuracy: depthAccuracy, speedMinimum: speedMinimum,
      speedMaximum: speedMaximum, positioning: positioning, recordWindow: recordWindow, leaseMaximum: leaseMaximum,
      hasPedal: hasPedal, hasStopInput: hasStopInput, indicators: indicators, serial: serial, firmware: firmware,
      isSimulated: true)
  }
}

/// The drive. No source gives ramps of a handpiece; assumed from small coreless motors, brake well inside the 50 ms
/// of the stop path (`Bounds.stopLatency`).
package struct MotorModel: Hashable, Sendable {
  /// Slopes in millihertz per microsecond: 150 Hz in 150 ms up, in 30 ms under the brake.
  package var spinningUp: Int64 = 1
  package var braking: Int64 = 5
  /// Slowing down without brake: load, a lower set-point, no power.
  package var coasting: Int64 = 1
  /// A seized rotor stands within 3 ms.
  package var seizing: Int64 = 50
  /// The skin slows the drive by this much, drawn for each contact, in thousandths.
  package var load: ClosedRange<Int64> = 10...30
  /// Standard deviation and worst case of one speed reading, in thousandths.
  package var readingSigma: Int64 = 2
  package var readingWorst: Int64 = 8
  /// The drive's sensor reports this often while a ramp lasts, and while the speed is steady.
  package var readingRamping = Interval.milliseconds(5)
  package var readingSteady = Interval.milliseconds(100)
  package init() {}
}

/// How deep the needle goes when told. Errors are of the protrusion, in micrometres.
package struct ActuatorModel: Hashable, Sendable {
  /// This device's own constant error, drawn once.
  package var biasWorst: Int64 = 40
  /// Scatter from dot to dot.
  package var sigma: Int64 = 35
  /// No error passes this without a fault: ±0.15 mm (field.md, row "depth error of real handpieces"), less what the
  /// sensor rounds up.
  package var worst: Int64 = 140
  /// The skin gives way under the needle by up to this much, so that it sits less deep than it protrudes. Assumed.
  package var skinGive: ClosedRange<Int64> = 0...60
  /// From the order to lower until the tip is at the skin, and from the order to retract until it has left the skin,
  /// and on until it is parked, in microseconds. Assumed: a voice coil with a spring. Leaving is below half a
  /// millisecond, the resolution of a reported dwell.
  package var falling: ClosedRange<Int64> = 2_000...3_500
  package var leaving: ClosedRange<Int64> = 150...450
  package var parking: ClosedRange<Int64> = 1_500...2_500
  package init() {}
}

/// How well the device knows where it is; by default a reading is within 0.05 mm of the truth in all.
package struct PositionModel: Hashable, Sendable {
  /// What is left of the registration after fitting the landmarks: constant until the next one, each axis, µm.
  package var registrationWorst: Int64 = 28
  /// One reading's noise, each axis, µm.
  package var sigma: Int64 = 2
  package var worst: Int64 = 5
  /// The handpiece wanders this far between approach and contact, each axis, µm.
  package var wanderSigma: Int64 = 3
  package var wanderWorst: Int64 = 8
  /// Readings come this often while the handpiece is at the skin.
  package var reading = Interval.milliseconds(20)
  package init() {}
}

/// How long a packet is under way, in microseconds: scheduling of a high-speed host and polling of the endpoint.
package struct TransportModel: Hashable, Sendable {
  package var control: ClosedRange<Int64> = 60...250
  package var bulk: ClosedRange<Int64> = 40...200
  package var interrupt: ClosedRange<Int64> = 80...600
  /// A transfer the device does not take ends after this long, as a host's transfer timeout would end it; nil where a
  /// host is there to take it back.
  package var timeout: Interval? = .seconds(1)
  /// How late a late reply is: well past `Bounds.replyTimeout`.
  package var lateness = Interval.milliseconds(300)
  /// How long a device is dark after a reset.
  package var boot = Interval.milliseconds(120)
  package init() {}
}

/// A practitioner's hand: pace, tremor, mistakes.
package struct HandModel: Hashable, Sendable {
  /// From dot to dot, in milliseconds: 14,000 dots in a 2–4 h session are 1–2 dots/s (field.md, row "a dot is not a
  /// stroke").
  package var pace: Int64 = 770
  /// Tremor at the moment of approach, each axis, µm. Assumed from loupe work with a supported hand.
  package var tremorSigma: Int64 = 60
  package var tremorWorst: Int64 = 200
  /// How often a place too near another dot is not noticed before the handpiece is down, in thousandths. Assumed.
  package var overlooked: Int64 = 150
  /// How often each kind of mistake is made, in thousandths of all tries.
  package var tooClose: Int64 = 7
  package var outside: Int64 = 7
  package var dwellTooLong: Int64 = 7
  package var pedalReleased: Int64 = 5
  package var wrongZone: Int64 = 5
  /// Denied this often in a row, a person leaves the zone.
  package var patience = 25
  /// Dots between two rests, and how long a rest lasts: below the three minutes after which the session disarms.
  package var dotsBetweenRests: ClosedRange<Int64> = 800...1_400
  package var restSeconds: ClosedRange<Int64> = 20...75
  package init() {}
}
