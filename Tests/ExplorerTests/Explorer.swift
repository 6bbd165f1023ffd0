import SMPModel
import SMPSession

/// Walks every state that a setting leads to, breadth first: the first way to a broken promise is a shortest one.
final class Explorer {
  /// What an exploration has seen.
  struct Report: Sendable {
    let name: String
    var states = 0
    var transitions = 0
    var depth = 0
    /// Every state within the setting was gone on from.
    var isExhausted = true
    /// Transitions from each state word by each kind of event.
    var pairs = [[Int]](
      repeating: [Int](repeating: 0, count: Stimulus.allCases.count), count: StateWord.allCases.count)
    var waysOut = 0
    var replays = 0
    var failure: Failure?
  }
  struct Failure: Sendable, CustomStringConvertible {
    let setting: String
    let removed: Removed?
    let events: [Event]
    let violations: [Violation]

    var description: String {
      let list = events.map(\.description).joined(separator: " ")
      let rule = removed.map { " SMPD_EXPLORE_WITHOUT=\($0)" } ?? ""
      return """
        \(violations.prefix(3).map(\.description).joined(separator: "\n"))
        after \(events.count) events of \(setting): \(list)
        replay: SMPD_EXPLORE_EVENTS='\(list)' SMPD_EXPLORE_SETTING='\(setting)'\(rule) swift test --filter Replay
        """
    }
  }

  /// A state that is still to be gone on from.
  private final class Node {
    let product: Product
    let place: Int
    init(_ product: consuming Product, place: Int) {
      self.product = product
      self.place = place
    }
  }

  let setting: Setting
  let removed: Removed?
  private let outbox = Outbox()
  private var report: Report
  private var known: Set<UInt64> = []
  /// How each state was first reached: from which, by what.
  private var ways: [(from: Int, event: Event?)] = []
  private var next: [Node] = []

  init(_ setting: Setting, without removed: Removed? = nil) {
    self.setting = setting
    self.removed = removed
    report = Report(name: setting.name)
  }

  func explore() -> Report {
    let start = Product(setting, without: removed, outbox: outbox)
    if !start.violations.isEmpty {
      fail([], start.violations)
      return report
    }
    reach(start, from: -1, by: nil)
    while !next.isEmpty, report.failure == nil {
      if report.depth == setting.depth || report.states >= setting.states {
        report.isExhausted = false
        break
      }
      report.depth += 1
      let level = next
      next = []
      for node in level where report.failure == nil { goOn(from: node) }
    }
    return report
  }

  /// Every event that can happen here, and every misstep of the link in each.
  private func goOn(from node: Node) {
    if report.states >= setting.states { return }
    for stimulus in Stimulus.allCases where node.product.allows(stimulus) {
      let counts = follow(node, Event(stimulus))
      guard node.product.missteps > 0, node.product.left[stimulus.place] > 0 else { continue }
      for lane in Lane.allCases {
        for place in 0..<counts[lane.place] {
          for kind in setting.kinds where report.failure == nil {
            _ = follow(node, Event(stimulus, Misstep(kind: kind, lane: lane, place: place)))
          }
        }
      }
    }
  }

  private func follow(_ node: Node, _ event: Event) -> [Int] {
    guard report.failure == nil else { return [0, 0, 0, 0, 0] }
    var product = Product(copying: node.product)
    let word = product.machine.stateWord
    let isTaken = product.apply(event)
    report.transitions += 1
    report.pairs[Int(word.rawValue)][event.stimulus.place] += 1
    let counts = product.world.link.counts
    if !product.violations.isEmpty {
      fail(path(to: node.place) + [event], product.violations)
    } else if isTaken {
      reach(product, from: node.place, by: event)
    }
    return counts
  }

  private func reach(_ product: consuming Product, from place: Int, by event: Event?) {
    guard known.insert(product.fingerprint()).inserted else { return }
    let here = ways.count
    ways.append((place, event))
    report.states += 1
    product.probeStop()
    if !product.violations.isEmpty { return fail(path(to: here), product.violations) }
    if here % 10 == 0 { tryCommands(product, here) }
    if here % setting.wayOutEvery == 0 { tryWayOut(product, here) }
    if here % 500 == 499 { replay(here, product.fingerprint()) }
    next.append(Node(product, place: here))
  }

  private func path(to place: Int) -> [Event] {
    var events: [Event] = []
    var place = place
    while place >= 0, let event = ways[place].event {
      events.append(event)
      place = ways[place].from
    }
    return events.reversed()
  }

  private func fail(_ events: [Event], _ violations: [Violation]) {
    if report.failure == nil {
      report.failure = Failure(setting: setting.name, removed: removed, events: events, violations: violations)
    }
  }

  /// Every command a person can give, whatever the setting: refused or taken, it keeps the promises.
  private func tryCommands(_ product: borrowing Product, _ place: Int) {
    for stimulus in Stimulus.allCases where stimulus.isCommand || stimulus == .protectiveStop {
      var copy = Product(copying: product)
      copy.allowEverything()
      step(&copy, stimulus, place)
    }
  }

  /// One more thing goes wrong or is asked for, then faults are off: the session can be brought to its end.
  private func tryWayOut(_ product: borrowing Product, _ place: Int) {
    report.waysOut += 1
    var copy = Product(copying: product)
    copy.allowEverything()
    let stimulus = Stimulus.allCases[place / setting.wayOutEvery % Stimulus.allCases.count]
    if copy.allows(stimulus) { step(&copy, stimulus, place) }
    guard report.failure == nil else { return }
    copy.leaveQuietly()
    if !copy.violations.isEmpty {
      fail(path(to: place) + [Event(stimulus)], copy.violations)
    }
  }

  private func step(_ product: inout Product, _ stimulus: Stimulus, _ place: Int) {
    report.transitions += 1
    report.pairs[Int(product.machine.stateWord.rawValue)][stimulus.place] += 1
    _ = product.apply(Event(stimulus))
    if !product.violations.isEmpty { fail(path(to: place) + [Event(stimulus)], product.violations) }
  }

  /// A copy must go on as the story itself would: from the start, event by event, the same state comes out.
  private func replay(_ place: Int, _ print: UInt64) {
    report.replays += 1
    var again = Product(setting, without: removed, outbox: outbox)
    for event in path(to: place) { _ = again.apply(event) }
    if again.fingerprint() != print {
      fail(path(to: place), [Violation(promise: "replay", what: "the same events lead to another state")])
    }
  }

  /// One story, told step by step.
  func tell(_ events: [Event]) -> (lines: [String], violations: [Violation]) {
    var product = Product(setting, without: removed, outbox: outbox)
    var lines = [product.line("start of \(setting.name)")]
    for event in events {
      _ = product.apply(event)
      lines.append(product.line(event.description))
      if !product.violations.isEmpty { return (lines, product.violations) }
    }
    product.probeStop()
    if product.violations.isEmpty { product.leaveQuietly() }
    lines.append(product.line("way out"))
    return (lines, product.violations)
  }
}
