package import SMPModel

/// The firmware's own numbers, each with its reason. What host and device share is in `Bounds`.
package enum Timing {
  /// The self-test's drive turns at most this long. Four times `Bounds.stopLatency`: a host that has not stopped it by
  /// then cannot stop anything (S9).
  package static let selfTest = Interval.milliseconds(200)
  /// The drive may take this long to a new speed before it is judged. A DC needle drive runs up in 50–150 ms; twice
  /// the slowest.
  package static let ramp = Interval.milliseconds(300)
  /// The drive must stand this long after the brake: four times `Bounds.stopLatency`, so that a tired brake shows as a
  /// failed self-test before it is a fault.
  package static let brake = Interval.milliseconds(200)
  /// The needle must have left the skin this long after its retraction: ten strokes at 100 Hz.
  package static let leaving = Interval.milliseconds(100)
  /// After `resume` the pedal must be seen released within this time, or it is taken to be stuck: a person asked to
  /// lift the foot does it within seconds.
  package static let pedalRelease = Interval.seconds(10)
  /// The drive's speed may be off by one part in this many.
  package static let speedTolerance: Int64 = 10
  /// A drive at or below one stroke a second stands: below any speed a drive is commanded to, above sensor noise.
  package static let stillSpeed = Speed.millihertz(1_000)
  /// Faster than a hand moves between two dots: reaching 0.3 m in half a second peaks near 1.1 m/s. In µm per µs.
  package static let handSpeed: Int64 = 2
  /// Readings further apart in time than this say nothing of a jump: at `handSpeed` the hand crossed the whole chart.
  package static let sightingLifetime = Interval.seconds(1)
  /// A tip that is read for a registration was seen at most this long ago, five readings at 50 Hz, and has not left its own
  /// error for so long: a person who has arrived holds still that long, one on the way does not. Ours.
  package static let tipAge = Interval.milliseconds(100)
  package static let tipHeld = Interval.milliseconds(200)
  /// A contact further than this from its granted place, both readings' accuracy added, is a dot no grant allowed: a
  /// placing hand moves below 50 mm/s, in 20 ms at most this.
  package static let contactDrift = Distance.micrometres(1_000)
}
