package import SMPGuard
package import SMPModel

/// How the client's skin looks before a session.
package enum SkinCheck: UInt8, CaseIterable, Sendable {
  case clear
  case redness
  case scabs

  package var word: StaticString {
    switch self {
    case .clear: "clear"
    case .redness: "redness"
    case .scabs: "scabs"
    }
  }
}

/// The named act that binds a plan: who signed which document (SHA-256, 32 bytes).
package struct PlanSignature: Hashable, Sendable {
  package let planDigest: [UInt8]
  package let by: String
  package init(planDigest: [UInt8], by: String) {
    self.planDigest = planDigest
    self.by = by
  }
}

/// Everything a session needs before the needle is even tested: gathered by the daemon, judged here (S12).
package struct StartOrder: Sendable {
  package let session: String
  package let profile: SessionProfile
  package let signature: PlanSignature?
  /// The clinic's limits; nil when the file is absent or unreadable, which refuses to arm (S3).
  package let site: LimitSet?
  /// Every living dot of the client (S4).
  package let history: [LivingDot]
  /// Sessions of this course that are over.
  package let sessionsDone: Int
  package let deviceSerial: String?
  package let operatorName: String
  package let pigmentLot: String
  package let cartridge: String
  package let skin: SkinCheck
  package let earlier: EarlierUse
  /// When the session is to begin.
  package let wall: WallTime
  /// What a person answers for; nil when nothing was said.
  package let override: StepOverride?
  /// The course was given up: nothing of it starts any more.
  package let isAbandoned: Bool
  package init(
    session: String, profile: SessionProfile, signature: PlanSignature?, site: LimitSet?, history: [LivingDot],
    sessionsDone: Int, deviceSerial: String?, operatorName: String, pigmentLot: String, cartridge: String,
    skin: SkinCheck, earlier: EarlierUse, wall: WallTime, override: StepOverride? = nil, isAbandoned: Bool = false
  ) {
    self.session = session
    self.profile = profile
    self.signature = signature
    self.site = site
    self.history = history
    self.sessionsDone = sessionsDone
    self.deviceSerial = deviceSerial
    self.operatorName = operatorName
    self.pigmentLot = pigmentLot
    self.cartridge = cartridge
    self.skin = skin
    self.earlier = earlier
    self.wall = wall
    self.override = override
    self.isAbandoned = isAbandoned
  }

  /// The first step that is out of order, or nil. The clinic's limits are asked for by `SessionMachine.start` (S3).
  package var outOfOrder: SessionRefusal? {
    guard !isAbandoned else { return .courseAbandoned }
    guard let signature else { return .planUnsigned }
    guard signature.planDigest == profile.planDigest else { return .planAltered }
    guard profile.session == sessionsDone + 1 else {
      return .sessionOutOfOrder(asked: profile.session, next: sessionsDone + 1)
    }
    let overriding = override?.steps ?? []
    if let refusal = waiting(overriding: overriding) { return refusal }
    guard skin == .clear || overriding.contains(.skin) else { return .skinNotClear(skin) }
    guard isNamed(operatorName) else { return .missing(.operatorName) }
    guard isNamed(pigmentLot) else { return .missing(.pigmentLot) }
    guard isNamed(cartridge) else { return .missing(.cartridge) }
    return earlier.refusal(of: Supply.allCases)
  }

  private func isNamed(_ text: String) -> Bool { text.utf8.contains { $0 != 0x20 } }
}

/// What must be named at the start of a session.
package enum RequiredName: UInt8, CaseIterable, Sendable {
  case operatorName
  case pigmentLot
  case cartridge
}

/// Why a command to the session machine was refused. Nothing has changed (S13).
package enum SessionRefusal: Error, Hashable, Sendable {
  /// The command does not fit the state; `expected` names the states in which it does.
  case wrongState(StateWord, expected: [StateWord])
  case noDevice
  case otherDevice(attached: String, asked: String)
  case courseAbandoned
  case planUnsigned
  case planAltered
  case sessionOutOfOrder(asked: Int, next: Int)
  /// The client's last session is not long enough ago.
  case tooEarly(WaitingRule, until: WallTime)
  /// The clock stands before the end of the client's last session: nobody can say how long ago that was.
  case clockBehind(lastSession: WallTime)
  case skinNotClear(SkinCheck)
  /// Not on record, expired, withdrawn, or not the pigment of the plan.
  case lotUnfit(Supply, LotStanding)
  /// A cartridge is for one client.
  case cartridgeUsed(session: String)
  case missing(RequiredName)
  case siteLimitsAbsent
  case lockedOut(SessionFault)
  case unknownZone(String)
  /// The pedal must be seen released first (S5).
  case pedalPressed
  /// The device must say that its needle is parked first (S9).
  case needleNotParked
  /// The device must say that its drive stands and that it is idle first (S9).
  case deviceNotAtRest
  /// The device is there and has not yet said what became of a grant: it knows, so nobody need guess (S7).
  case deviceNotRead
  /// The device measures in a frame of its own, and the plan has no landmarks to register it to (S12).
  case landmarksMissing(serial: String)
  /// The handpiece is not registered since the device was attached; these landmarks are still to be read (S12).
  case registrationMissing(landmarks: [String])
  /// The device speaks the chart, or has no places at all: there is nothing to register.
  case registrationNotNeeded(serial: String)
  /// The tip is being read already.
  case tipBeingRead
  case unknownLandmark(String, known: [String])
  /// The device sees its tip move, or does not see it.
  case tipUnsteady
  /// The device did not tell where its tip is.
  case tipNotRead
  /// Every landmark is read, and they make no registration.
  case registrationImpossible(RegistrationError)
  /// The registration leaves too much over; most at this landmark.
  case residualTooLarge(landmark: String, left: Distance, limit: Distance, source: LimitSource)
  case guardRefused(GuardRefusal)
}
