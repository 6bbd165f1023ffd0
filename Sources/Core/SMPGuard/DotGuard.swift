package import SMPModel

/// Decides what may be granted in one session, and is the only maker of `Admitted` (S1, S3, S4).
///
/// Pure: it sees no clock, file or link. Its state is the dots of the client, the limits in force and the one open
/// grant; it is rebuilt from the journal after a restart, so that limits accumulate across it (S4).
///
/// Position error. A position is known to within the device's accuracy; of a device with a frame of its own, to within
/// that, what its registration left over at the worst landmark, and a micrometre of rounding. So a worse registration
/// makes dots rarer, never nearer. Two dots are two such positions, so twice the
/// error is added to every distance between dots; an outline is exact, so there it is added once.
package struct DotGuard: ~Copyable {
  let rules: [ZoneRule]
  let zoneOrder: ZoneOrder
  /// The device's own; nil on one that does not know where its needle is.
  let accuracy: Distance?
  /// What is assumed of every place (see above); nil where `accuracy` is.
  var positionError: Distance?
  /// Of a device with a frame of its own (S12): its registration, once there is one.
  var frame: DeviceFrame
  let depthStep: Int64
  let depthAccuracy: Depth
  var setPoints: [SetPoint]
  package internal(set) var generation: UInt32
  /// The profile set the device has answered for; `.none` while a new one is under way.
  package internal(set) var digest = ProfileDigest.none
  /// The set-points last in force, while others are under way to the device.
  var fallback: [SetPoint]?
  /// Soft limits a person has confirmed by name.
  package internal(set) var confirmed: LimitKeySet = []
  var field: DotField
  var counts: [ZoneCount]
  /// Contacts of this session that belong to no zone.
  var strayDots: Int64 = 0
  var openGrant: OpenGrant?
  /// Bit n: the operator has opened zone n by name.
  var openedZones: UInt32 = 0
  /// The zone worked on a device without positioning.
  var selectedZone = ZoneIndex(number: 0)
  /// Dots of the client that the field cannot hold, because the device has no positions.
  var unplacedDots = 0
  let keeps: KeptRules

  /// The one grant whose end is not known yet.
  struct OpenGrant {
    let grant: Grant
    /// Nil without positioning.
    let slot: DotSlot?
  }

  /// The disc of 1 cm²: radius √(10⁸ / π) = 5,641.9 µm, rounded up so that no dot on its rim is left out.
  package static let discRadius = Distance.micrometres(5_642)
  /// A device less accurate than this knows no place at all: a zone is a few centimetres wide.
  package static let worstAccuracy = Distance.micrometres(10_000)

  /// `history` is every living dot of earlier sessions and courses, `madeThisSession` what this session made or must be
  /// presumed to have made before a restart.
  ///
  /// Refuses when a limit source is missing, when a set-point passes a hard limit, when the plan limits spacing or density
  /// and the device has no positions, when an outline is unusable, and when there are more dots than the guard can hold.
  package init(
    profile: SessionProfile, site: LimitSet?, device: DeviceCapabilities, generation: UInt32,
    history: [LivingDot], madeThisSession: [SessionDot] = [], keeps: KeptRules = KeptRules()
  ) throws(GuardRefusal) {
    // Everything that may refuse comes first: a guard is made whole or not at all.
    let accuracy = try Self.accuracy(of: device, for: profile)
    let rules = try Self.rules(for: profile, site: site, device: device)
    let setPoints = try Self.setPoints(of: rules, step: device.depthStep.micrometres)
    guard history.count + madeThisSession.count <= Bounds.livingDots else {
      throw .tooManyDots(history.count + madeThisSession.count)
    }
    self.keeps = keeps
    self.accuracy = accuracy
    positionError = accuracy
    frame = device.positioning.isOwnFrame ? .unregistered : .chart
    self.rules = rules
    self.setPoints = setPoints
    zoneOrder = profile.zoneOrder
    depthStep = device.depthStep.micrometres
    depthAccuracy = device.depthAccuracy
    self.generation = generation
    counts = Array(repeating: ZoneCount(), count: rules.count)
    field = Self.field(over: rules, accuracy: accuracy, history: history, madeThisSession: madeThisSession)
    for dot in history { place(dot.position, in: nil) }
    for dot in madeThisSession { restore(dot) }
  }

  // MARK: What was made

  /// Ends the open grant of `request`: made at the position the device reports, or not made (nil), which frees its place.
  ///
  /// A dot lives where it was reported. A report from off the chart cannot be a place, so the dot stays where it was
  /// granted. For a request that is not open the answer is false, and a position given with it counts all the same: what is
  /// in the skin counts, granted or not. The caller passes each device record once.
  @discardableResult
  package mutating func settle(_ request: RequestID, made position: ChartPosition?) -> Bool {
    guard let open = openGrant, open.grant.request == request else {
      if let position { count(unbidden: position) }
      return false
    }
    openGrant = nil
    let zone = Int(open.grant.zone.number)
    counts[zone].open -= 1
    guard let position else {
      unplace(open.slot, in: open.grant.zone)
      return true
    }
    counts[zone].made += 1
    if let slot = open.slot, position.isOnChart {
      countLiving(field.membership(of: slot), by: -1)
      let membership = self.membership(of: position)
      field.move(slot, to: position, membership: membership)
      countLiving(membership, by: 1)
    }
    return true
  }

  /// The end of the open grant of `request` cannot be known: the dot counts fully and for good, where it was granted (S4, S7).
  ///
  /// False, and nothing changes, when that grant is not open.
  @discardableResult
  package mutating func presume(_ request: RequestID) -> Bool {
    guard let open = openGrant, open.grant.request == request else { return false }
    openGrant = nil
    let zone = Int(open.grant.zone.number)
    counts[zone].open -= 1
    counts[zone].presumed += 1
    return true
  }

  /// A contact no grant allowed. It is a fault, and it is a dot in the skin all the same: it counts (S4).
  package mutating func count(unbidden position: ChartPosition) {
    let zone = accuracy == nil ? selectedZone : zones(in: membership(of: position)).first
    restore(SessionDot(position: position, zone: zone))
  }

  /// The grant whose end is not known yet.
  package var open: Grant? { openGrant?.grant }

  // MARK: What people decide

  /// A person has confirmed the soft limits on `key`; the hard ones hold. The caller records who and why (S3).
  package mutating func confirm(_ key: LimitKey) throws(GuardRefusal) {
    guard rules.contains(where: { $0.envelope[key].soft != nil }) else { throw .notConfirmable(key) }
    confirmed.insert(LimitKeySet(key))
  }

  /// The operator selects a zone by name: it opens before its turn, and a device without positioning works there.
  package mutating func open(_ zone: ZoneIndex) throws(GuardRefusal) {
    guard Int(zone.number) < rules.count else { throw .unknownZone(zone) }
    openedZones |= 1 << UInt32(zone.number)
    selectedZone = zone
  }

  // MARK: Counting

  private mutating func restore(_ dot: SessionDot) {
    place(dot.position, in: dot.zone)
    guard let zone = dot.zone, Int(zone.number) < rules.count else {
      strayDots += 1
      return
    }
    if dot.isPresumed {
      counts[Int(zone.number)].presumed += 1
    } else {
      counts[Int(zone.number)].made += 1
    }
  }

  /// Puts a dot into the field; on a device without positions it is only counted, in the zone it is said to be in.
  @discardableResult
  mutating func place(_ position: ChartPosition, in zone: ZoneIndex?) -> DotSlot? {
    guard accuracy != nil else {
      unplacedDots += 1
      if let zone, Int(zone.number) < rules.count { counts[Int(zone.number)].living += 1 }
      return nil
    }
    guard field.count < Bounds.livingDots else {
      // Only a contact no grant allowed can come here. It cannot be held, so nothing more is granted (`tooManyDots`).
      unplacedDots += 1
      return nil
    }
    let membership = self.membership(of: position)
    countLiving(membership, by: 1)
    return field.insert(position, membership: membership)
  }

  private mutating func unplace(_ slot: DotSlot?, in zone: ZoneIndex) {
    guard let slot else {
      unplacedDots -= 1
      counts[Int(zone.number)].living -= 1
      return
    }
    countLiving(field.membership(of: slot), by: -1)
    field.remove(slot)
  }

  private mutating func countLiving(_ membership: UInt32, by change: Int64) {
    var rest = membership
    while rest != 0 {
      counts[rest.trailingZeroBitCount].living += change
      rest &= rest &- 1
    }
  }

  /// Bit n: the position lies in zone n or on its outline. Overlapping zones are all counted.
  func membership(of position: ChartPosition) -> UInt32 {
    guard position.isOnChart else { return 0 }
    var membership: UInt32 = 0
    for index in rules.indices where rules[index].outline.contains(position) { membership |= 1 << UInt32(index) }
    return membership
  }

  func zones(in membership: UInt32) -> [ZoneIndex] {
    rules.indices.filter { membership & (1 << UInt32($0)) != 0 }.map { rules[$0].zone.index }
  }
}

#if SMP_REMOVABLE_RULES
  extension DotGuard {
    /// The same guard once more, for the explorer: it goes on from one state in many ways.
    package init(copying other: borrowing DotGuard) {
      rules = other.rules
      zoneOrder = other.zoneOrder
      accuracy = other.accuracy
      positionError = other.positionError
      frame = other.frame
      depthStep = other.depthStep
      depthAccuracy = other.depthAccuracy
      setPoints = other.setPoints
      generation = other.generation
      digest = other.digest
      fallback = other.fallback
      confirmed = other.confirmed
      field = DotField(copying: other.field)
      counts = other.counts
      strayDots = other.strayDots
      openGrant = other.openGrant
      openedZones = other.openedZones
      selectedZone = other.selectedZone
      unplacedDots = other.unplacedDots
      keeps = other.keeps
    }
  }
#endif
