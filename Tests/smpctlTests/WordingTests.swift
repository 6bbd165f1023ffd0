import SMPInterface
import SMPModel
import Testing

@testable import smpctl

@Suite struct WordingTests {
  @Test("numbers read well")
  func numbers() {
    #expect(Wording.decimal(450, digits: 3) == "0.45")
    #expect(Wording.decimal(-1_050, digits: 3) == "-1.05")
    #expect(Wording.decimal(110_000, digits: 3) == "110")
    #expect(Wording.count(0) == "0")
    #expect(Wording.count(999) == "999")
    #expect(Wording.count(14_000) == "14,000")
    #expect(Wording.count(-1_234_567) == "-1,234,567")
    #expect(Wording.duration(seconds: 3_723) == "1:02:03")
    #expect(Wording.minutes(59) == "59 min")
    #expect(Wording.minutes(200) == "3 h 20 min")
    #expect(Wording.latency(microseconds: 1_250) == "1.25 ms")
  }

  @Test("a density is cut, never rounded up to its limit")
  func densityIsCut() {
    #expect(Wording.density(perSquareMetre: 249_999) == "24.9 /cm2")
    #expect(Wording.density(perSquareMetre: 250_000) == "25.0 /cm2")
    #expect(Wording.decimal(249_999, digits: 4, shown: 0) == "24")
  }

  @Test("every limit key has its unit")
  func units() {
    let expected: [LimitKey: String] = [
      .depthMinimum: "1.5 mm", .depthMaximum: "1.5 mm", .speedMinimum: "1.5 Hz", .speedMaximum: "1.5 Hz",
      .spacingMinimum: "1.5 mm", .discDensityMaximum: "0.15 /cm2", .zoneDensityMaximum: "0.15 /cm2",
      .zoneDotsMaximum: "1,500 dots", .dwellMaximum: "1500 ms", .sessionDotsMaximum: "1,500 dots",
      .sessionDurationMaximum: "0:25:00", .registrationResidualMaximum: "1.5 mm",
    ]
    for key in LimitKey.allCases { #expect(Wording.amount(1_500, key: key.word.description) == expected[key]) }
    #expect(Wording.amount(1_500, key: "limit-of-tomorrow") == "1500")
  }

  @Test("a name cannot drive the terminal")
  func harmless() {
    #expect(Wording.harmless("crown\u{1B}[2J\u{7}\u{9B}x\r") == "crown?[2J??x?")
    #expect(Wording.harmless("a\u{202E}b\u{2028}c") == "a?b?c")
    #expect(Wording.harmless("Sch\u{E4}del\tlinks\n") == "Sch\u{E4}del\tlinks\n")
  }

  @Test("every denial says what was wrong and what to do")
  func denials() {
    let spacing = SessionInterface.Denial(
      .beyondHard(key: .spacingMinimum, requested: 620, limit: 700, source: .plan), zone: "crown")
    #expect(Wording.denial(spacing) == "spacing-minimum: 0.62 mm, at least 0.7 mm (plan) in crown: move away")
    let depth = SessionInterface.Denial(
      .beyondSoft(key: .depthMaximum, requested: 1_050, limit: 1_000, source: .site), zone: nil)
    #expect(
      Wording.denial(depth)
        == "depth-maximum: 1.05 mm, at most 1 mm (site): smpctl session confirm depth-maximum --by NAME --reason TEXT")
    for reason in SessionInterface.DenialReason.allCases {
      #expect(!Wording.denial(SessionInterface.Denial(reason: reason)).isEmpty)
    }
    for key in LimitKey.allCases {
      let denial = SessionInterface.Denial(.beyondHard(key: key, requested: 2, limit: 1, source: .ceiling), zone: nil)
      #expect(Wording.denial(denial).contains(": "))
    }
  }

  @Test("columns line up, numbers at the right")
  func table() {
    var table = TextTable(["ZONE", "DOTS", "TITLE"], numeric: [1])
    table.append(["crown", "7", "a"])
    table.append(["top", "1,234", "\u{1B}b"])
    #expect(table.text == "ZONE    DOTS  TITLE\ncrown      7  a\ntop    1,234  ?b")
  }

  @Test("the socket is the option's, the environment's, the system's or the user's own, in this order")
  func socketPath() {
    func path(_ option: String?, _ environment: [String: String], isRoot: Bool, system: Bool) -> String {
      SocketPath.control(
        option: option, environment: { environment[$0] }, isRoot: isRoot,
        exists: { $0 == SocketPath.system && system })
    }
    let both = ["SMPD_SOCKET": "/e", "XDG_RUNTIME_DIR": "/run/user/7"]
    #expect(path("/o", both, isRoot: false, system: true) == "/o")
    #expect(path(nil, both, isRoot: false, system: true) == "/e")
    let user = ["XDG_RUNTIME_DIR": "/run/user/7", "SMPD_SOCKET": ""]
    #expect(path(nil, user, isRoot: false, system: true) == "/run/smpd/io.smpd")
    #expect(path(nil, user, isRoot: true, system: false) == "/run/smpd/io.smpd")
    #expect(path(nil, user, isRoot: false, system: false) == "/run/user/7/smpd/io.smpd")
    #expect(path(nil, [:], isRoot: false, system: false) == "/run/smpd/io.smpd")
    #expect(SocketPath.stop(beside: "/e") == "/e.stop")
  }

  @Test("the options every command takes may stand in front")
  func leadingOptions() {
    #expect(Program.arrange(["--socket", "/s", "--json", "status"]) == ["status", "--socket", "/s", "--json"])
    #expect(
      Program.arrange(["--socket=/s", "plan", "check", "--", "-"]) == ["plan", "check", "--socket=/s", "--", "-"])
    for arguments in [["status", "--json"], ["--json"], ["--socket"], ["--help"], []] {
      #expect(Program.arrange(arguments) == arguments)
    }
  }
}
