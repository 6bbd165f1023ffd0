/// A limit on everything, in one file, each with its reason (house style 9). Relations between them are tested.
package enum Bounds {
  /// A grant expires this long after its request, on the device's clock (S1; design.md).
  package static let grantLifetime = Interval.milliseconds(20)
  /// The dead-man: energised for at most this long without a renewal (S5; design.md).
  package static let leaseLifetime = Interval.milliseconds(150)
  /// A control cycle renews the lease this often: it may be late by two periods before the cut (S5; design.md).
  package static let leasePeriod = Interval.milliseconds(50)
  /// Stop path slower than this: no arming (S9; design.md).
  package static let stopLatency = Interval.milliseconds(50)
  /// A command without its reply after this long makes the device silent: three control cycles.
  package static let replyTimeout = Interval.milliseconds(150)
  /// A grant whose commit takes longer than this is denied and counts as a journal stall: it would expire anyway.
  package static let journalStall = Interval.milliseconds(500)
  /// Disarm after this long without a dot or a command (S8; field.md, infusion-pump practice).
  package static let idleDisarm = Interval.seconds(180)
  /// The same fault this often within `lockOutWindow` locks out (S8; field.md).
  package static let lockOutCount = 3
  package static let lockOutWindow = Interval.seconds(600)
  /// Records a device keeps before it refuses the next dot, unless its capabilities say otherwise (S2; design.md).
  package static let recordWindow: UInt8 = 4
  /// Ended grants whose records are still known when they come again; a device keeps fewer records than this.
  package static let settledGrants = 64
  /// Devices whose memory is known when they come back: more than a clinic has.
  package static let knownDevices = 16
  /// Starts of a device between two times it was read; a count that is further off is another memory's (S7). A memory
  /// that starts empty counts from a drawn number, so one in 65,536 losses would pass for a restart by its count alone.
  package static let startsBetweenAttaches: UInt32 = 65_535
  /// Zones in one session; the profile set must fit a device's small memory.
  package static let zones = 32
  /// Corners of one outline; the crossing check is quadratic.
  package static let outlineCorners = 256
  /// Chart coordinates stay within ±1 m, so that squared distances and polygon areas cannot overflow 64 bits.
  package static let chartExtent = Distance.micrometres(1_000_000)
  /// Dots of one client the guard will hold: 25 courses of 40,000; more is refused rather than counted wrongly.
  package static let livingDots = 1_000_000
}
