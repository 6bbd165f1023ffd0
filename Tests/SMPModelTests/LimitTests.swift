import SMPModel
import Testing

@Suite struct LimitTests {
  @Test("S3 the ceiling has a hard limit on every key and a soft one on none", arguments: LimitKey.allCases)
  func ceilingIsComplete(_ key: LimitKey) {
    #expect(LimitSet.ceiling[key].hard != nil, "\(key.word)")
    #expect(LimitSet.ceiling[key].soft == nil, "\(key.word)")
  }

  @Test("S3 no ceiling stands below the floor of its pair")
  func ceilingIsConsistent() throws {
    let ceiling = LimitSet.ceiling
    #expect(try #require(ceiling[.depthMinimum].hard) < #require(ceiling[.depthMaximum].hard))
    #expect(try #require(ceiling[.speedMinimum].hard) < #require(ceiling[.speedMaximum].hard))
    #expect(try #require(ceiling[.zoneDotsMaximum].hard) <= #require(ceiling[.sessionDotsMaximum].hard))
    #expect(try #require(ceiling[.sessionDotsMaximum].hard) < Int64(Bounds.livingDots))
    #expect(ceiling[.depthMaximum].hard == 2_000, "design.md and field.md: 2.0 mm")
  }

  @Test("S3 words of keys, denials and faults are one each, and say what they bound")
  func words() {
    let keys = LimitKey.allCases.map { $0.word.description }
    #expect(Set(keys).count == keys.count)
    for key in LimitKey.allCases {
      #expect(key.word.description.hasSuffix(key.isMaximum ? "maximum" : "minimum"), "\(key.word)")
    }
    let faults = DeviceFault.allCases.map { $0.word.description }
    #expect(Set(faults).count == faults.count)
  }

  @Test("S3 a set holds what was put under a key, and nothing under the others", arguments: LimitKey.allCases)
  func setKeepsKeysApart(_ key: LimitKey) {
    var set = LimitSet()
    set[key] = LimitPair(soft: 1, hard: 2)
    for other in LimitKey.allCases {
      #expect(set[other] == (other == key ? LimitPair(soft: 1, hard: 2) : LimitPair()))
    }
  }

  @Test("S3 a confirmation is of one key", arguments: LimitKey.allCases)
  func confirmationsKeepKeysApart(_ key: LimitKey) {
    let confirmed = LimitKeySet(key)
    for other in LimitKey.allCases { #expect(confirmed.contains(other) == (other == key)) }
  }

  @Test("S1 every denial has its word and tells the practitioner something")
  func denials() {
    let zone = ZoneIndex(number: 1)
    let denials: [Denial] =
      [
        .outsideOutline, .zoneOutOfOrder(zone: zone, next: zone), .zoneComplete(zone: zone), .grantOpen, .notRunning,
        .journalStalled, .tooManyDots,
        .beyondSoft(key: .depthMaximum, requested: 2, limit: 1, source: .site),
      ] + LimitKey.allCases.map { .beyondHard(key: $0, requested: 2, limit: 1, source: .plan) }
    for denial in denials { #expect(denial.indication != .none) }
    #expect(Set(denials.map { $0.word.description }).count == 9)
  }

  @Test("S3 a soft limit asks the operator; a crowded place says move on")
  func indications() {
    #expect(Denial.beyondSoft(key: .spacingMinimum, requested: 1, limit: 2, source: .plan).indication == .askOperator)
    #expect(Denial.beyondHard(key: .spacingMinimum, requested: 1, limit: 2, source: .plan).indication == .moveAway)
    #expect(Denial.outsideOutline.indication == .wrongPlace)
    #expect(Denial.grantOpen.indication == .wait)
  }
}
