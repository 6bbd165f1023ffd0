import Testing

/// Style is a test: what no compiler keeps is kept here (house style 25).
@Suite struct RuleTests {
  static let rules = CodeRules.all + TextRules.all

  static let exemptions: [Exemption] = [
    Exemption(
      rule: "nothing unsafe in pure targets", path: "Sources/Core/SMPRecord/FieldWriter.swift", count: 1,
      reason: "a StaticString gives its bytes without a copy through a buffer only; they live as long as the program")
  ]

  @Test("every file keeps", arguments: rules) func holds(_ rule: Rule) {
    let found = Exemption.apply(RuleTests.exemptions, rule: rule.name, to: rule.findings(in: .here))
    for finding in found { Issue.record("\(finding)") }
  }

  @Test("a rule that cannot fail is found", arguments: rules) func fails(_ rule: Rule) {
    #expect(!rule.bad.isEmpty && !rule.good.isEmpty, "a rule needs samples that break it and that keep it")
    for sample in rule.bad { #expect(!rule.findings(sample).isEmpty, "not found in:\n\(sample.text)") }
    for sample in rule.good {
      #expect(rule.findings(sample).isEmpty, "found in:\n\(sample.text)")
    }
  }

  @Test("a rule applies to something in the repository", arguments: rules) func isAlive(_ rule: Rule) {
    #expect(Repository.here.files.contains { rule.applies($0) }, "no file is held against it: delete it or correct it")
  }

  @Test("exemptions name a rule and are exact") func exemptionsAreExact() {
    let names = Set(RuleTests.rules.map(\.name))
    for exemption in RuleTests.exemptions {
      #expect(names.contains(exemption.rule), "no rule is called \(exemption.rule)")
      #expect(!exemption.reason.isEmpty)
    }
    let finding = Finding(path: "A.swift", line: 1, message: "m")
    let one = Exemption(rule: "r", path: "A.swift", count: 1, reason: "why")
    #expect(Exemption.apply([one], rule: "r", to: [finding]).isEmpty)
    #expect(Exemption.apply([one], rule: "other", to: [finding]) == [finding])
    #expect(Exemption.apply([one], rule: "r", to: []).count == 1)
    #expect(Exemption.apply([one], rule: "r", to: [finding, finding]).count == 3)
  }
}
