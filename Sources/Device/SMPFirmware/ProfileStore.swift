internal import SMPModel
internal import SMPWire

/// The profile set in force and the one being loaded (S5). Both are bounded by `Bounds.zones`.
struct ProfileStore: Hashable, Sendable {
  private(set) var loaded: [ZoneProfile] = []
  private(set) var digest: ProfileDigest = .none
  /// What the drive turns at before the next grant names a speed: the last granted one, at first the first zone's.
  var workingSpeed: Speed = .zero
  private var loading: Loading?

  private struct Loading: Hashable, Sendable {
    let generation: UInt32
    let count: Int
    var profiles: [ZoneProfile]
  }

  /// A whole set is in force and no other is on its way.
  var isReady: Bool { !loaded.isEmpty && loading == nil }

  subscript(zone: ZoneIndex) -> ZoneProfile? { loaded.first { $0.zone == zone } }

  mutating func begin(generation: UInt32, count: Int) {
    loading = Loading(generation: generation, count: count, profiles: [])
  }

  mutating func abandon() { loading = nil }

  mutating func add(_ profile: ZoneProfile) -> CommandRefusal? {
    guard var set = loading else { return .noProfiles }
    guard set.profiles.count < set.count else { return .profileOutOfRange }
    if let last = set.profiles.last, profile.zone.number <= last.zone.number { return .profileOutOfRange }
    set.profiles.append(profile)
    loading = set
    return nil
  }

  /// Takes the loaded set over when it is whole and is what the host thinks it is; a wrong one is dropped.
  mutating func commit(_ expected: ProfileDigest) -> CommandRefusal? {
    guard let set = loading, let first = set.profiles.first, set.profiles.count == set.count else {
      return .noProfiles
    }
    loading = nil
    let found = ProfileDigest.of(generation: set.generation, profiles: set.profiles)
    guard found == expected else { return .digestMismatch }
    loaded = set.profiles
    digest = found
    workingSpeed = first.speed
    return nil
  }
}

extension Firmware {
  /// Only at rest or with motion suspended: what holds must not change under a moving needle.
  private var mayLoadProfiles: Bool {
    switch mode {
    case .idle, .suspended: true
    case .selfTest, .armed, .running, .stopped, .faulted: false
    }
  }

  mutating func beginProfiles(generation: UInt32, count: UInt8) -> CommandRefusal? {
    guard mayLoadProfiles else { return mode.refusal }
    profiles.begin(generation: generation, count: Int(count))
    return nil
  }

  mutating func addProfile(_ profile: ZoneProfile) -> CommandRefusal? {
    guard mayLoadProfiles else { return mode.refusal }
    guard isPossible(profile) else { return .profileOutOfRange }
    return profiles.add(profile)
  }

  mutating func commitProfiles(_ digest: ProfileDigest) -> CommandRefusal? {
    guard mayLoadProfiles else { return mode.refusal }
    if let refusal = profiles.commit(digest) { return refusal }
    // The stop was proven under another set: before the next arming it is proven again.
    proof = .missing
    return nil
  }

  private func isPossible(_ profile: ZoneProfile) -> Bool {
    profile.depth >= capabilities.depthMinimum && profile.depth <= profile.depthMaximum
      && profile.depthMaximum <= capabilities.depthMaximum && profile.speed >= capabilities.speedMinimum
      && profile.speed <= profile.speedMaximum && profile.speedMaximum <= capabilities.speedMaximum
      && profile.dwellMaximum > .zero
  }
}
