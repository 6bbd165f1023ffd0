import SMPGuard
import SMPModel
import Testing

/// The guard against the oracle: the same sessions, step by step, and never a different word.
@Suite struct OracleTests {
  /// Found seeds stay here for ever; the rest is a range.
  static let seeds: [UInt64] = Array(1...60)
  static let steps = 150

  /// One run of every seed, for all tests that only look.
  static let tallies = seeds.map { run(seed: $0) }

  struct Tally {
    var accepted = 0
    var denied = 0
    var usable = 0
    var keys: Set<LimitKey> = []
    var softKeys: Set<LimitKey> = []
    var mismatch: String?
  }

  /// Runs one seed. `twist` stands between the guard and the comparison, to test the test.
  static func run(seed: UInt64, twist: (Decision) -> Decision = { $0 }) -> Tally {
    var plan = RandomPlan(seed: seed)
    var oracle = plan.oracle
    var tally = Tally()
    do throws(GuardRefusal) {
      var dotGuard = try plan.situation.makeGuard()
      tally.usable = 1
      var generation: UInt32 = 1
      var elapsed: Int64 = 0
      for step in 1...steps {
        elapsed += Int64.random(in: 0...20_000_000_000, using: &plan.numbers)
        if Int.random(in: 0..<20, using: &plan.numbers) == 0 {
          generation += 1
          change(&plan, &dotGuard, &oracle, generation: generation)
        }
        let zone = Int.random(in: 0..<oracle.zones.count, using: &plan.numbers)
        let spacing = Int(oracle.limits(.spacingMinimum, zone).hard) + 2 * oracle.error
        let place = plan.place(near: oracle.dots, spacing: spacing)
        let expected = oracle.answer(x: Int(place.x), y: Int(place.y), elapsedNanoseconds: elapsed)
        let decision = twist(dotGuard.decide(request(UInt32(step), place.x, place.y), elapsed: .nanoseconds(elapsed)))
        let said = answer(of: decision)
        guard said == expected else {
          tally.mismatch = "seed \(seed) step \(step) at \(place): guard \(said), oracle \(expected)"
          return tally
        }
        tally.count(expected)
        if case .accepted(let zone) = expected { oracle.granted(x: Int(place.x), y: Int(place.y), zone: zone) }
        end(&plan, &dotGuard, &oracle, step: UInt32(step), granted: place)
        let counted = (Int(dotGuard.sessionDots), dotGuard.livingDots)
        guard counted == (oracle.sessionDots, oracle.living.count) else {
          tally.mismatch = "seed \(seed) step \(step): guard counts \(counted), oracle \(oracle.sessionDots)"
          return tally
        }
      }
    } catch {
      // A set-point beyond a hard limit: the oracle must see it too.
      let beyond = oracle.zones.indices.contains { zone in
        let point = oracle.zones[zone]
        let wished = plan.situation.zones[zone].depth.micrometres
        return wished > oracle.limits(.depthMaximum, zone).hard || point.depth < oracle.limits(.depthMinimum, zone).hard
          || point.speed > oracle.limits(.speedMaximum, zone).hard
          || point.speed < oracle.limits(.speedMinimum, zone).hard
          || point.dwell > oracle.limits(.dwellMaximum, zone).hard
      }
      if !beyond { tally.mismatch = "seed \(seed): refused at set-up with \(error)" }
    }
    return tally
  }

  /// How a granted dot ends, or what the needle does besides.
  static func end(
    _ plan: inout RandomPlan, _ dotGuard: inout DotGuard, _ oracle: inout Oracle, step: UInt32, granted: ChartPosition
  ) {
    guard let open = dotGuard.open else {
      if Int.random(in: 0..<30, using: &plan.numbers) == 0 {
        let place = plan.anywhere()
        dotGuard.count(unbidden: place)
        oracle.unbidden(x: Int(place.x), y: Int(place.y))
      }
      return
    }
    let from = open.position
    switch Int.random(in: 0..<10, using: &plan.numbers) {
    case 0:
      dotGuard.settle(open.request, made: nil)
      oracle.ended(at: nil)
    case 1:
      dotGuard.presume(open.request)
      oracle.presumed()
    case 2: break
    case 3, 4:
      let x = from.x + Int32.random(in: -600...600, using: &plan.numbers)
      let y = from.y + Int32.random(in: -600...600, using: &plan.numbers)
      dotGuard.settle(open.request, made: at(x, y))
      oracle.ended(at: Oracle.Dot(x: Int(x), y: Int(y)))
    default:
      dotGuard.settle(open.request, made: from)
      oracle.ended(at: Oracle.Dot(x: Int(from.x), y: Int(from.y)))
    }
  }

  /// What a person may do between dots.
  static func change(
    _ plan: inout RandomPlan, _ dotGuard: inout DotGuard, _ oracle: inout Oracle, generation: UInt32
  ) {
    let zone = Int.random(in: 0..<oracle.zones.count, using: &plan.numbers)
    if !oracle.running {
      dotGuard.loaded(ProfileDigest(generation: dotGuard.generation, checksum: 1))
      oracle.running = true
      return
    }
    switch Int.random(in: 0..<3, using: &plan.numbers) {
    case 0:
      if dotGuard.refusalOfOpening(UInt8(zone)) == nil { oracle.opened.append(zone) }
    case 1:
      guard let key = LimitKey.allCases.randomElement(using: &plan.numbers) else { return }
      let hasSoft = oracle.zones.indices.contains { oracle.limits(key, $0).soft != nil }
      let refused = dotGuard.refusalOfConfirming(key) != nil
      #expect(refused == !hasSoft, "\(key.word)")
      if hasSoft { oracle.confirmed.append(key) }
    default:
      let depth = Int64.random(in: 300...1_300, using: &plan.numbers)
      let speed = Int64(oracle.zones[zone].speed)
      let dwell = Int64(oracle.zones[zone].dwell)
      guard
        dotGuard.refusalOfSetting(zone: UInt8(zone), depth: depth, speed: speed, dwell: dwell, generation: generation)
          == nil
      else { return }
      oracle.zones[zone].depth = Int(depth / plan.situation.depthStep * plan.situation.depthStep)
      // Sometimes the device takes its time: nothing is granted until the next change brings the answer.
      oracle.running = Int.random(in: 0..<4, using: &plan.numbers) > 0
      if oracle.running { dotGuard.loaded(ProfileDigest(generation: generation, checksum: 1)) }
    }
  }

  static func answer(of decision: Decision) -> Oracle.Answer {
    switch decision {
    case .admitted: .accepted(zone: decision.grant.map { Int($0.zone.number) } ?? -1)
    case .denied(let denial, let zone):
      switch denial {
      case .notRunning: .notRunning
      case .grantOpen: .grantOpen
      case .outsideOutline: .outside
      case .zoneOutOfOrder(let zone, let next): .outOfOrder(zone: Int(zone.number), next: Int(next.number))
      case .zoneComplete(let zone): .complete(zone: Int(zone.number))
      case .beyondHard(let key, _, let limit, _): .hard(key, limit: limit, zone: zone.map { Int($0.number) } ?? -1)
      case .beyondSoft(let key, _, let limit, _): .soft(key, limit: limit, zone: zone.map { Int($0.number) } ?? -1)
      case .journalStalled, .tooManyDots: .notRunning
      }
    }
  }

  @Test("S3 S4 the guard grants what the oracle grants and denies what it denies")
  func agrees() {
    #expect(Self.tallies.compactMap(\.mismatch) == [])
  }

  @Test("S4 the random sessions are worth having: many dots accepted, every reason met")
  func coversEnough() {
    var all = Tally()
    for tally in Self.tallies {
      all.accepted += tally.accepted
      all.denied += tally.denied
      all.usable += tally.usable
      all.keys.formUnion(tally.keys)
      all.softKeys.formUnion(tally.softKeys)
    }
    #expect(all.usable * 2 > Self.seeds.count, "\(all.usable) usable plans")
    #expect(all.accepted * 6 > all.denied, "\(all.accepted) accepted, \(all.denied) denied")
    let met: [LimitKey] = [
      .spacingMinimum, .discDensityMaximum, .zoneDensityMaximum, .zoneDotsMaximum, .sessionDotsMaximum,
      .sessionDurationMaximum,
    ]
    for key in met { #expect(all.keys.contains(key), "\(key.word) never denied") }
    for key in met.prefix(3) { #expect(all.softKeys.contains(key), "\(key.word) never asked for confirmation") }
  }

  @Test("S4 a guard that denies everything fails the oracle, and so does one that grants everything")
  func oracleCatchesBoth() throws {
    let plans = zip(Self.seeds, Self.tallies).filter { $1.accepted > 0 }.map(\.0)
    #expect(plans.count > 20)
    let admitted = try #require(try Situation().makeGrant())
    for seed in plans.prefix(10) {
      let denying = Self.run(seed: seed) { _ in .denied(.notRunning, zone: nil) }
      #expect(denying.mismatch != nil, "seed \(seed)")
      let granting = Self.run(seed: seed) { decision in decision.grant == nil ? admitted : decision }
      #expect(granting.mismatch != nil, "seed \(seed)")
    }
  }
}

extension OracleTests.Tally {
  mutating func count(_ answer: Oracle.Answer) {
    switch answer {
    case .accepted: accepted += 1
    case .hard(let key, _, _):
      denied += 1
      keys.insert(key)
    case .soft(let key, _, _):
      denied += 1
      softKeys.insert(key)
    case .notRunning, .grantOpen, .outside, .outOfOrder, .complete: denied += 1
    }
  }
}

extension Situation {
  /// A granted dot, as a decision.
  func makeGrant() throws(GuardRefusal) -> Decision? {
    var dotGuard = try makeGuard()
    let decision = dotGuard.decide(request(1, 100_000, 100_000), elapsed: .zero)
    return decision.grant == nil ? nil : decision
  }
}
