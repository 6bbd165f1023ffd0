import SMPFirmware
import SMPModel
import SMPWire
import Testing

/// A host that says anything at any time, and a hand that does anything; after every step the bench's witness and an
/// oracle of the rules, written from the article and sharing no code with the firmware, are asked.
@Suite struct HostileHostTests {
  @Test(
    "S1 S2 S5 S6 S9 whatever a host says, the needle goes down only under a valid grant, and then it does",
    arguments: 1...24)
  func anything(seed: Int) {
    var random = SplitMix64(seed: UInt64(seed))
    let run = HostileRun(seed: seed)
    for _ in 0..<1_500 { run.step(&random) }
    run.finish()
  }

  @Test("the hostile host is not so hostile that nothing happens")
  func something() {
    var dots = 0
    var refusals: [CommandRefusal: Int] = [:]
    var faults: [DeviceFault: Int] = [:]
    for seed in 41...56 {
      var random = SplitMix64(seed: UInt64(seed))
      let run = HostileRun(seed: seed)
      for _ in 0..<1_500 { run.step(&random) }
      dots += run.dots
      refusals.merge(run.refusals, uniquingKeysWith: +)
      for notice in run.bench.notices {
        if let fault = notice.fault { faults[fault, default: 0] += 1 }
      }
    }
    #expect(dots > 500)
    for refusal in CommandRefusal.allCases { #expect(refusals[refusal] != nil, "\(refusal)") }
    for fault in DeviceFault.allCases where fault != .pedalStuck && fault != .internalFailure {
      #expect(faults[fault] != nil, "\(fault)")
    }
  }

  @Test("S13 a run is a function of its seed")
  func deterministic() {
    func trace() -> [DotRecord] {
      var random = SplitMix64(seed: 4)
      let run = HostileRun(seed: 4)
      for _ in 0..<500 { run.step(&random) }
      return run.bench.records
    }
    #expect(trace() == trace())
  }
}

/// What the rules allow, kept from outside: what was asked, answered, loaded, proven and pressed.
struct Oracle {
  var pending: DotRequest?
  var digest: ProfileDigest?
  var profiles: [ZoneProfile] = []
  /// Set while a lease runs; nothing is under a lease after a stop, a fault or a disarm.
  var renewedAt: DeviceTicks?
  var highest: UInt64 = 0
  var taken: [UInt64] = []
  var openGrant: GrantNumber?

  func mayLower(
    _ number: GrantNumber, _ grant: Grant, now: DeviceTicks, held: Int, window: Int, phase: DevicePhase
  ) -> Bool {
    guard phase == .running, let pending, let renewedAt, let digest, openGrant == nil else { return false }
    guard now.since(renewedAt) <= .milliseconds(150), now.since(pending.requestedAt) <= .milliseconds(20) else {
      return false
    }
    guard number.number > highest, held < window, grant.request == pending.id, grant.position == pending.position,
      grant.digest == digest, let profile = profiles.first(where: { $0.zone == grant.zone })
    else { return false }
    return grant.depth >= .micrometres(100) && grant.depth <= profile.depthMaximum
      && grant.speed >= .millihertz(20_000) && grant.speed <= profile.speedMaximum
      && grant.dwell >= .milliseconds(1) && grant.dwell <= profile.dwellMaximum
  }
}

final class HostileRun {
  let seed: Int
  let bench: Bench
  var oracle = Oracle()
  var dots = 0
  var refusals: [CommandRefusal: Int] = [:]
  private var isArmable = true

  init(seed: Int) {
    self.seed = seed
    bench = Bench(Bench.capabilities(window: UInt8(1 + seed % 4)))
  }

  /// One step: mostly what a good host and hand would do next, often something else.
  func step(_ random: inout SplitMix64) {
    let phase = bench.firmware.phase
    let requests = bench.requests.count
    let wasLowered = bench.lowered != nil
    if Int.random(in: 0..<10, using: &random) < 7 {
      sensible(phase, &random)
    } else {
      wild(&random)
    }
    if bench.requests.count > requests { oracle.pending = bench.requests.last }
    observe(wasLowered: wasLowered)
  }

  private func sensible(_ phase: DevicePhase, _ random: inout SplitMix64) {
    switch phase {
    case .idle:
      if bench.currentDigest == .none || !isArmable {
        load(&random)
        isArmable = true
      } else if case .refused(.selfTestMissing, _)? = say(.arm(bench.currentDigest)) {
        bench.put(.pedal(pressed: false))
        say(.startSelfTest)
      } else {
        bench.put(.pedal(pressed: false))
      }
    case .selfTest:
      bench.pass(.milliseconds(10))
      bench.stop()
    case .stopped, .faulted:
      endContact(&random)
      bench.put(.pedal(pressed: false))
      bench.put(.driveMeasured(.zero))
      bench.put(.parked(true))
      say(.release(upTo: bench.firmware.memory.nextRecord))
      _ = bench.clear()
    case .armed:
      say(.renewLease(bench.currentDigest))
      bench.put(.pedal(pressed: Bool.random(using: &random)))
    case .suspended:
      say(.renewLease(bench.currentDigest))
      say(.resume)
    case .running:
      run(&random)
    }
  }

  private func run(_ random: inout SplitMix64) {
    say(.renewLease(bench.currentDigest))
    if bench.lowered != nil || oracle.openGrant != nil {
      if Bool.random(using: &random) { bench.put(.contactBegan(Bench.here)) }
      let isStuck = Int.random(in: 0..<20, using: &random) == 0
      let span = isStuck ? 300 : Int64.random(in: 0...12, using: &random)
      bench.pass(.milliseconds(span), renewing: true)
      endContact(&random)
    } else if let pending = oracle.pending {
      give(Bench.grant(pending, zone: 0, digest: bench.currentDigest))
    } else {
      say(.release(upTo: bench.firmware.memory.nextRecord))
      bench.put(.approached(Bench.here))
    }
  }

  private func endContact(_ random: inout SplitMix64) {
    switch bench.firmware.memory.episode {
    case .none, .granted: break
    case .contact, .unbidden: bench.lift(depth: Int64.random(in: 300...522, using: &random))
    }
  }

  private func load(_ random: inout SplitMix64) {
    let generation = UInt32.random(in: 1...3, using: &random)
    say(.beginProfiles(generation: generation, count: 2))
    for profile in Bench.profiles { say(.profile(profile)) }
    say(.commitProfiles(ProfileDigest.of(generation: generation, profiles: Bench.profiles)))
  }

  private func wild(_ random: inout SplitMix64) {
    switch Int.random(in: 0..<23, using: &random) {
    case 0: bench.put(.pedal(pressed: Bool.random(using: &random)))
    case 1: bench.put(.approached(Self.place(&random)))
    case 2:
      bench.put(.withdrew)
      oracle.pending = nil
    case 3: if Int.random(in: 0..<4, using: &random) == 0 { bench.put(.contactBegan(Self.place(&random))) }
    case 4: if Int.random(in: 0..<8, using: &random) == 0 { bench.lift() }
    case 5: bench.put(.positionMeasured(Self.place(&random)))
    case 6: bench.put(.driveMeasured(.millihertz(Int64.random(in: 0...130_000, using: &random))))
    case 7: bench.put(.parked(Bool.random(using: &random)))
    case 8: if Int.random(in: 0..<4, using: &random) == 0 { bench.put(.stopInput) }
    case 9: bench.skip(.microseconds(Int64.random(in: 0...30_000, using: &random)))
    case 10: bench.pass(.milliseconds(Int64.random(in: 0...210, using: &random)))
    case 11: bench.pass(.milliseconds(Int64.random(in: 0...400, using: &random)), renewing: true)
    case 12: bench.stop()
    case 13: _ = bench.clear()
    case 14: noise(&random)
    case 15...19: give(Self.grant(oracle.pending, bench, &random))
    default: say(Self.command(bench, oracle.pending, &random))
    }
  }

  private func noise(_ random: inout SplitMix64) {
    var bytes = HostCommand.renewLease(bench.currentDigest).encoded(sequence: 3)
    bytes[Int.random(in: 0..<bytes.count, using: &random)] ^= UInt8.random(in: 1...255, using: &random)
    let reply = bench.put(bytes: bytes)
    if let refusal = reply?.message.refusal { refusals[refusal, default: 0] += 1 }
  }

  // MARK: what is said, and what the oracle makes of it

  @discardableResult
  private func say(_ command: HostCommand) -> DeviceMessage? {
    let reply = bench.say(command)
    if let refusal = reply?.refusal { refusals[refusal, default: 0] += 1 }
    let isAccepted = reply?.isAccepted == true
    switch command {
    case .arm, .renewLease: if isAccepted { oracle.renewedAt = bench.now }
    case .commitProfiles:
      if case .profiles(let digest)? = reply {
        oracle.digest = digest
        oracle.profiles = Bench.profiles
        isArmable = true
      }
    case .hello: if case .version? = reply, oracle.renewedAt == nil { oracle.highest = 0 }
    case .deny: if isAccepted { oracle.pending = nil }
    case .beginProfiles: if isAccepted { isArmable = false }
    case .disarm: isArmable = true
    case .profile, .startSelfTest, .suspend, .resume, .grant, .release, .readRecords, .readTip: break
    }
    return reply
  }

  private func give(_ grant: Grant) {
    // Now and then an old number: a replay, unless a greeting made all numbers new.
    let isReplay = oracle.highest > 0 && bench.nextGrant % 7 == 0
    let fresh = bench.takeNumber()
    let number = isReplay ? GrantNumber(number: oracle.highest) : fresh
    settleTime()
    let expected = oracle.mayLower(
      number, grant, now: bench.now, held: bench.firmware.memory.records.count, window: bench.window,
      phase: bench.firmware.phase)
    // What is not even taken: replays, and what finds twice the window full.
    let held = bench.firmware.memory.records.count + (oracle.openGrant == nil ? 0 : 1)
    let isTaken = number.number > oracle.highest && held < 2 * bench.window
    let wasLowered = bench.lowered
    let reply = say(.grant(number, grant))
    #expect((reply?.isAccepted == true) == expected, "S1 seed \(seed): \(grant) got \(String(describing: reply))")
    if expected {
      // The bench's actuator has steps of 10 µm.
      #expect(bench.lowered == .micrometres(grant.depth.micrometres / 10 * 10), "S1 seed \(seed)")
      oracle.openGrant = number
      oracle.pending = nil
      dots += 1
    } else {
      #expect(wasLowered != nil || bench.lowered == nil, "S1 seed \(seed): lowered by a refused grant")
      if grant.request == oracle.pending?.id, isTaken { oracle.pending = nil }
    }
    if isTaken {
      oracle.highest = number.number
      oracle.taken.append(number.number)
    }
  }

  /// Time that passed unheard is heard of first: what it ends is ended before the question.
  private func settleTime() {
    bench.put(.tick)
    observe(wasLowered: bench.lowered != nil)
  }

  /// What an onlooker learns from phase, notices and records.
  private func observe(wasLowered: Bool) {
    let phase = bench.firmware.phase
    switch phase {
    case .armed, .running, .suspended: break
    case .idle, .selfTest, .stopped, .faulted: oracle.renewedAt = nil
    }
    if phase != .running { oracle.pending = nil }
    if let pending = oracle.pending, bench.now.since(pending.requestedAt) > .milliseconds(20) { oracle.pending = nil }
    if let open = oracle.openGrant, !bench.outcomes(of: open).isEmpty { oracle.openGrant = nil }
    #expect(oracle.openGrant != nil || bench.lowered == nil, "S1 seed \(seed): down without an open grant")
    #expect(wasLowered || bench.lowered == nil || oracle.openGrant != nil, "S1 seed \(seed)")
    if phase == .running || phase == .armed || phase == .suspended {
      #expect(oracle.renewedAt != nil, "S5 seed \(seed): leased without a renewal")
    }
    // A stop or a fault is followed by nothing that moves.
    if phase == .stopped || phase == .faulted { #expect(bench.drive == .zero && bench.lowered == nil, "S6") }
  }

  /// Faults off, and everything taken is answered.
  func finish() {
    bench.pass(.seconds(1))
    bench.lift()
    for number in oracle.taken {
      let count = bench.outcomes(of: GrantNumber(number: number)).count
      #expect(count == 1, "S1 seed \(seed): grant \(number) has \(count) records")
    }
    let unexplained = bench.records.filter { $0.grant != .none && !oracle.taken.contains($0.grant.number) }
    #expect(unexplained.isEmpty, "S1 seed \(seed): records of grants never taken")
    let contacts = bench.records.filter { $0.outcome == .used || $0.outcome == .unbidden }.count
    #expect(bench.status.contactCount >= contacts, "S1 seed \(seed)")
  }

  // MARK: nonsense

  private static func place(_ random: inout SplitMix64) -> ChartPosition {
    if Int.random(in: 0..<20, using: &random) == 0 {
      return ChartPosition(x: Int32.random(in: .min ... .max, using: &random), y: .min)
    }
    let here = Bench.here
    return ChartPosition(x: here.x + Int32.random(in: -300...300, using: &random), y: here.y)
  }

  private static func grant(_ pending: DotRequest?, _ bench: Bench, _ random: inout SplitMix64) -> Grant {
    let base =
      pending ?? bench.requests.last
      ?? DotRequest(id: RequestID(number: 1), position: Bench.here, requestedAt: bench.now)
    let digest = bench.currentDigest
    switch Int.random(in: 0..<12, using: &random) {
    case 0: return Bench.grant(base, zone: 1, digest: digest)
    case 1: return Bench.grant(base, depth: Int64.random(in: 590...610, using: &random), digest: digest)
    case 2: return Bench.grant(base, speed: Int64.random(in: 119_990...120_010, using: &random), digest: digest)
    case 3: return Bench.grant(base, dwell: Int64.random(in: 195...205, using: &random), digest: digest)
    case 4: return Bench.grant(base, position: place(&random), digest: digest)
    case 5: return Bench.grant(base, digest: digest, id: base.id.number &+ 1)
    case 6:
      let isWrong = Int.random(in: 0..<6, using: &random) == 0
      return Bench.grant(base, digest: isWrong ? .none : digest)
    case 7: return Bench.grant(base, zone: 3, depth: 550, dwell: 150, digest: digest)
    default: return Bench.grant(base, digest: digest)
    }
  }

  private static func command(
    _ bench: Bench, _ pending: DotRequest?, _ random: inout SplitMix64
  ) -> HostCommand {
    switch Int.random(in: 0..<16, using: &random) {
    case 0: return .hello(oldest: 1, newest: UInt8.random(in: 1...3, using: &random))
    case 1: return .hello(oldest: 2, newest: 3)
    case 2: return .beginProfiles(generation: 5, count: UInt8.random(in: 1...32, using: &random))
    case 3:
      let base = Bench.profiles[Int.random(in: 0...1, using: &random)]
      return .profile(
        ZoneProfile(
          zone: base.zone, depth: base.depth, depthMaximum: .micrometres(Bool.random(using: &random) ? 600 : 1_501),
          speed: base.speed, speedMaximum: base.speedMaximum, dwellMaximum: base.dwellMaximum))
    case 4: return .commitProfiles(bench.currentDigest)
    case 5: return .startSelfTest
    case 6: return .arm(bench.currentDigest)
    case 7: return .arm(ProfileDigest(generation: 9, checksum: 9))
    case 8: return .renewLease(bench.currentDigest)
    case 9:
      let isWrong = Int.random(in: 0..<8, using: &random) == 0
      return .renewLease(isWrong ? .none : bench.currentDigest)
    case 10: return .suspend
    case 11: return .resume
    case 12: return .disarm
    case 13: return .deny(pending?.id ?? RequestID(number: 3), .moveAway)
    case 14:
      let next = bench.firmware.memory.nextRecord.number
      return .release(upTo: RecordSequence(number: next &+ UInt32.random(in: 0...1, using: &random)))
    default: return random.next() & 1 == 0 ? .readRecords : .readTip
    }
  }
}

/// Numbers from a seed: the same on every machine.
struct SplitMix64: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
