import StrictJSON

/// Judges by the device's own witness whether a dead host's needle was still in time (S5).
enum Leases {
  /// Numbers of Safety.md and Simulation.md, in nanoseconds.
  static let lease: Int64 = 150_000_000 + tick
  /// The device's clock counts microseconds.
  private static let tick: Int64 = 1_000
  /// The needle has left the skin so long after it was told to.
  static let leaving: Int64 = 1_000_000
  /// The drive stands so long after it was told to; without power it runs down.
  static let resting: Int64 = 200_000_000

  static let energised: Set<String> = ["armed", "running", "suspended"]

  private static func mayTurn(_ phase: String) -> Bool { phase == "self_test" || energised.contains(phase) }

  /// - Parameters:
  ///   - sightings: in order; those up to `after` were judged before.
  ///   - contacts: the needle's log.
  static func problems(_ sightings: [JSONObject], after: Int64, contacts: [JSONObject]) -> [String] {
    var problems: [String] = []
    var phase = "idle"
    /// When the drive was last told to stand; nil while it may turn.
    var cutAt: Int64? = 0
    for sighting in sightings {
      guard let word = sighting["sight"]?.string, let at = sighting["atNanoseconds"]?.integer,
        let heard = sighting["heardNanoseconds"]?.integer, let number = sighting["number"]?.integer
      else { return ["a sighting without its facts: \(sighting)"] }
      let isNew = number > after
      switch word {
      case "idle", "self_test", "armed", "running", "suspended", "stopped", "faulted":
        if energised.contains(phase), !energised.contains(word) {
          if isNew, at - heard > lease { problems.append("cut \(at - heard) ns after the host's last word") }
        }
        if mayTurn(word) { cutAt = nil } else if mayTurn(phase) { cutAt = at }
        phase = word
      case "drive_rested":
        if isNew, let cut = cutAt, at - cut > resting {
          problems.append("the drive stood \(at - cut) ns after the cut")
        }
      default: break
      }
    }
    guard let cutAt, let last = contacts.last?["endedNanoseconds"]?.integer else { return problems }
    if last > cutAt + leaving { problems.append("a contact ended \(last - cutAt) ns after the cut") }
    return problems
  }
}
