import Glibc
import SMPSession

/// What the environment asks for: deeper explorations and stories told again.
enum Shell {
  static subscript(name: String) -> String? {
    // The environment is not changed while tests run.
    unsafe getenv(name).map { unsafe String(cString: $0) }
  }
}

extension Setting {
  /// All, or the one that SMPD_EXPLORE_SETTING names.
  static var chosen: [Setting] {
    guard let name = Shell["SMPD_EXPLORE_SETTING"] else { return all }
    return all.filter { $0.name == name }
  }

  /// With SMPD_EXPLORE_DEPTH=n as deep as that, however many states there are, and with two missteps of the link
  /// where there is one else.
  var deepened: Setting {
    guard let depth = Shell["SMPD_EXPLORE_DEPTH"].flatMap({ Int($0) }) else { return self }
    var setting = self
    setting.depth = depth
    if missteps > 0 { setting.missteps = 2 }
    setting.states = 5_000_000
    return setting
  }
}

/// A state word and a kind of event.
struct Pair: Hashable, CustomStringConvertible {
  let word: StateWord
  let stimulus: Stimulus
  var description: String { "\(word.word) × \(stimulus)" }
}

/// What explorations have seen, all together.
struct Coverage {
  let reports: [Explorer.Report]
  /// Transitions by pair.
  private var pairs = [[Int]](
    repeating: [Int](repeating: 0, count: Stimulus.allCases.count), count: StateWord.allCases.count)

  init(_ reports: [Explorer.Report]) {
    self.reports = reports.sorted { $0.name < $1.name }
    for report in reports {
      for word in pairs.indices {
        for place in pairs[word].indices { pairs[word][place] += report.pairs[word][place] }
      }
    }
  }

  var unvisited: [StateWord] { StateWord.allCases.filter { pairs[Int($0.rawValue)].allSatisfy { $0 == 0 } } }

  var unmet: [Pair] {
    StateWord.allCases.flatMap { word in
      Stimulus.allCases.filter { pairs[Int(word.rawValue)][$0.place] == 0 }.map { Pair(word: word, stimulus: $0) }
    }
  }

  var states: Int { reports.reduce(0) { $0 + $1.states } }

  /// The report: what was explored, how often each kind of event met each state, and which never did.
  var text: String {
    var lines = ["explored", Self.row("setting", ["states", "transitions", "depth", "ways out", "replays", ""])]
    for report in reports {
      let counts = [report.states, report.transitions, report.depth, report.waysOut, report.replays].map { "\($0)" }
      lines.append(Self.row(report.name, counts + [report.isExhausted ? "all" : "bounded"]))
    }
    let transitions = reports.reduce(0) { $0 + $1.transitions }
    lines.append(Self.row("together", ["\(states)", "\(transitions)"]))
    lines.append("transitions by event and state")
    lines.append(Self.row("", StateWord.allCases.map { String($0.word.description.prefix(8)) }))
    for stimulus in Stimulus.allCases {
      let counts = StateWord.allCases.map { "\(pairs[Int($0.rawValue)][stimulus.place])" }
      lines.append(Self.row(stimulus.rawValue, counts))
    }
    lines.append("never met: \(unmet.count) of \(StateWord.allCases.count * Stimulus.allCases.count) pairs")
    for word in StateWord.allCases {
      let missing = unmet.filter { $0.word == word }.map(\.stimulus.rawValue)
      if !missing.isEmpty { lines.append("  \(word.word): " + missing.joined(separator: " ")) }
    }
    return lines.joined(separator: "\n")
  }

  private static func row(_ name: String, _ cells: [String]) -> String {
    let padded = cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }
    let narrow = cells.count > 8 ? cells.map { String(repeating: " ", count: max(1, 9 - $0.count)) + $0 } : padded
    return "  " + name + String(repeating: " ", count: max(1, 16 - name.count)) + narrow.joined()
  }
}
