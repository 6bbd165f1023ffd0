import SMPInterface
import SMPModel
import StrictJSON
import Testing

@Suite struct ModelWordsTests {
  @Test("the device's faults and phases have their own words in the interface")
  func deviceWords() {
    for fault in SMPModel.DeviceFault.allCases {
      #expect(DeviceInterface.Fault(fault).rawValue == fault.word.description)
    }
    #expect(DeviceFault.allCases.count + 1 == DeviceInterface.Fault.allCases.count)
    #expect(Set(DevicePhase.allCases.map { DeviceInterface.Phase($0) }).count == DevicePhase.allCases.count)
    #expect(DevicePhase.allCases.count + 1 == DeviceInterface.Phase.allCases.count)
    #expect(Set(LimitSource.allCases.map { DeviceInterface.Source($0) }).count == LimitSource.allCases.count)
  }

  @Test("a limit key is found by its word and by nothing else")
  func limitKeys() {
    for key in LimitKey.allCases { #expect(LimitKey(word: key.word.description) == key) }
    for word in ["", "depth_maximum", "Depth-Maximum", "depth-maximum "] { #expect(LimitKey(word: word) == nil) }
  }

  @Test("a denial carries its word, and the facts of a limit when it is one")
  func denials() {
    let hard = SMPModel.Denial.beyondHard(key: .spacingMinimum, requested: 620, limit: 700, source: .plan)
    let soft = SMPModel.Denial.beyondSoft(key: .depthMaximum, requested: 1_050, limit: 1_000, source: .site)
    let bare: [SMPModel.Denial] = [
      .outsideOutline, .zoneOutOfOrder(zone: ZoneIndex(number: 1), next: ZoneIndex(number: 0)),
      .zoneComplete(zone: ZoneIndex(number: 0)), .grantOpen, .notRunning, .journalStalled, .tooManyDots,
    ]
    for denial in bare + [hard, soft] {
      #expect(SessionInterface.DenialReason(denial).rawValue == denial.word.description)
    }
    #expect(bare.count + 2 + 1 == SessionInterface.DenialReason.allCases.count)
    #expect(
      SessionInterface.Denial(hard, zone: "crown").json == [
        "reason": "beyond_hard_limit", "key": "spacing-minimum", "requested": 620, "limit": 700, "source": "plan",
        "zone": "crown",
      ])
    #expect(SessionInterface.Denial(.grantOpen, zone: nil).json == ["reason": "grant_open"])
  }
}
