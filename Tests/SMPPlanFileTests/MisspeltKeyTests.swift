import SMPModel
import SMPTreatment
import Testing

@testable import SMPPlanFile

/// S13: for a misspelt key the likely one is named, in every mapping of every document.
@Suite struct MisspeltKeyTests {
  /// One line of a document; with a key that may be slipped in it.
  struct Line {
    let key: String
    let indent: String
    let rest: String
    func text(_ key: String) -> String { indent + key + ":" + rest }
    /// `- ` belongs to the indent of a list's first key.
    init(_ text: String) {
      let colon = text.firstIndex(of: ":") ?? text.endIndex
      let start = text.firstIndex { $0 != " " && $0 != "-" } ?? text.startIndex
      indent = String(text[..<start])
      key = String(text[start..<colon])
      rest = String(text[colon...].dropFirst())
    }
  }

  /// A plan with every key of every mapping.
  static let plan = """
    schema: 1
    title: Pad
    client: P-1
    norwood: IV
    fitzpatrick: none
    style: scattered
    natural-density: 80 /cm2
    pigment:
      brand: B
      shade: S
      dilution: D
    chart-unit: mm
    zones:
      - name: pad
        needle: 3RL 0.25
        preset: usual
        outline: [[-35, -15], [-5, -15], [-5, 15], [-35, 15]]
    sessions:
      - session: 1
        zone-order: strict
        zones:
          - zone: pad
            depth: 0.5 mm
            depth-range: 0.4 mm to 0.6 mm
            speed: 100 Hz
            speed-range: 90 Hz to 110 Hz
            dwell: 80 ms
            spacing: 1.5 mm
            density: 2.5 /cm2
            local-density: 10 /cm2
            dots: 20
            needle: 3RL 0.25
    """

  static let preset = """
    schema: 1
    about: usual
    sessions:
      - session: 1
        depth: 0.5 mm
        depth-range: 0.4 mm to 0.6 mm
        speed: 100 Hz
        speed-range: 90 Hz to 110 Hz
        dwell: 80 ms
        spacing: 1.5 mm
        density: 2.5 /cm2
        local-density: 10 /cm2
        needle: 3RL 0.25
    """

  static let daemon = """
    schema: 1
    station: chair-1
    operators-group: smp
    observers-group: smp-look
    device: SN-1
    devices: []
    limits: /etc/smpd/limits.yaml
    presets: /etc/smpd/presets
    state: /var/lib/smpd
    socket: /run/smpd/io.smpd
    realtime-priority: 20
    training: no
    """

  /// The shipped table, with the rows and bounds that are a site's own.
  static var limits: String {
    let kept = LimitsFile.defaultText.split(separator: "\n").filter { !$0.hasPrefix("#") && $0.contains(":") }
    return kept.joined(separator: "\n") + "\n" + """
      local-density:
        upper-soft: 100 /cm2
        upper-hard: 120 /cm2
      dots-per-zone:
        upper-soft: 5000
        upper-hard: 6000
      dwell:
        upper-soft: 200 ms
        upper-hard: 300 ms
      """
  }

  /// A letter left out, two neighbours swapped, a letter replaced: at every place of the word.
  static func slips(_ key: String, replacements: [Character] = ["x"]) -> [String] {
    let letters = Array(key)
    var slips: Set<String> = []
    for index in letters.indices {
      var less = letters
      less.remove(at: index)
      slips.insert(String(less))
      if index + 1 < letters.count {
        var swapped = letters
        swapped.swapAt(index, index + 1)
        slips.insert(String(swapped))
      }
      for letter in replacements {
        var replaced = letters
        replaced[index] = letter
        slips.insert(String(replaced))
      }
    }
    slips.remove(key)
    return slips.sorted()
  }

  /// Every slip of every key of a document that is right without it, one at a time.
  private func check(_ text: String, only: String? = nil, _ problems: ([UInt8]) -> [PlanProblem]) {
    let lines = text.split(separator: "\n").map(String.init)
    #expect(problems(Array((text + "\n").utf8)).filter { $0.severity == .error } == [], "right as it stands")
    for (index, line) in lines.enumerated().map({ ($0, Line($1)) }) where only == nil || line.key == only {
      for slip in Self.slips(line.key) {
        var changed = lines
        changed[index] = line.text(slip)
        // One that is a sibling's own name is not a misspelt key, but one that is there twice.
        guard !lines.contains(where: { Line($0).key == slip && Line($0).indent == line.indent }) else { continue }
        let found = problems(Array((changed.joined(separator: "\n") + "\n").utf8))
        let named = found.filter { $0.line == index + 1 && $0.message.hasPrefix("unknown key `\(slip)`") }
        #expect(named.map(\.remedy) == ["did you mean `\(line.key)`?"], "\(line.key) written \(slip): \(found)")
      }
    }
  }

  @Test("S13 every key of a plan, with every slip of one letter") func plans() {
    check(Self.plan) { PlanDocument.parse($0).problems }
    let ludwig = Self.plan.replacing("norwood", with: "ludwig").replacing("IV", with: "II")
    check(ludwig, only: "ludwig") { PlanDocument.parse($0).problems }
  }

  @Test("S13 every key of a preset, with every slip of one letter") func presets() {
    check(Self.preset) { PresetFile.parse($0).problems }
  }

  @Test("S13 every key of the limits file, with every slip of one letter") func limitsFile() {
    check(Self.limits) { LimitsFile.parse($0).problems }
  }

  @Test("S13 every key of the daemon's file, with every slip of one letter") func daemonFile() {
    check(Self.daemon) { DaemonFile.parse($0).problems }
  }

  @Test("whatever letter is written instead, the word is found among all of its mapping, or one that is as near")
  func words() {
    let alphabet = Array("aesz")
    for text in [Self.plan, Self.limits, Self.daemon] {
      let lines = text.split(separator: "\n").map { Line(String($0)) }
      for level in Set(lines.map(\.indent.count)) {
        let known = lines.filter { $0.indent.count == level }.map(\.key)
        for key in known {
          for slip in Self.slips(key, replacements: alphabet) where !known.contains(slip) {
            let likely = Nearest.word(to: slip, among: known)
            let isNear = likely.map { Nearest.distance(Array($0.unicodeScalars), Array(slip.unicodeScalars)) == 1 }
            #expect(isNear == true, "\(key) written \(slip): \(likely ?? "nothing")")
          }
        }
      }
    }
  }

  @Test("two neighbours in the wrong order are one slip, as a letter too many, too few or wrong is") func distance() {
    func distance(_ one: String, _ other: String) -> Int {
      Nearest.distance(Array(one.unicodeScalars), Array(other.unicodeScalars))
    }
    #expect(distance("dpeth", "depth") == 1)
    #expect(distance("depht", "depth") == 1)
    #expect(distance("deph", "depth") == 1)
    #expect(distance("deepth", "depth") == 1)
    #expect(distance("dexth", "depth") == 1)
    #expect(distance("dpexh", "depth") == 2)
    #expect(distance("", "depth") == 5 && distance("depth", "") == 5 && distance("", "") == 0)
    #expect(Nearest.word(to: "colour", among: ["depth", "speed"]) == nil)
  }
}
