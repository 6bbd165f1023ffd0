/// What the world can do to the product, one thing at a time.
enum Stimulus: String, CaseIterable, Hashable, Sendable {
  // A person at the workstation.
  case start, selfTest, pause, resume, set, stop, halt, clear, resolve, unlock
  /// Somebody at the stop socket: EP0 first, the session hears of it afterwards (S6).
  case protectiveStop
  // Foot and hand.
  case pedalDown, pedalUp, approach, withdraw
  /// The disk: it holds entries back, lets one group through, refuses.
  case journalHold, journalDurable, journalFail
  // The device and its cable.
  case unplug, replug, resetKept, resetLost, stopInput
  // Its body.
  case tiredBrake, stuckDrive, deepNeedle
  /// The message the link has kept back arrives.
  case lateArrival
  /// The daemon ends where it stands; a new one begins from what is on the disk.
  case crash
  /// Three minutes pass in which nobody does anything.
  case idle
  /// Time passes up to the next thing that is due.
  case tick

  var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// A person's command: refused or taken, and a refused one has changed nothing (S13).
  var isCommand: Bool {
    switch self {
    case .start, .selfTest, .pause, .resume, .set, .stop, .halt, .clear, .resolve, .unlock: true
    case .protectiveStop, .pedalDown, .pedalUp, .approach, .withdraw, .journalHold, .journalDurable, .journalFail,
      .unplug, .replug, .resetKept, .resetLost, .stopInput, .tiredBrake, .stuckDrive, .deepNeedle, .lateArrival,
      .crash, .idle, .tick:
      false
    }
  }
}

/// One way between host and device.
enum Lane: String, CaseIterable, Hashable, Sendable {
  case out, bulkIn, interrupt, controlOut, controlIn

  var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// What the link does to one message: the `place`th on its lane from the stimulus on.
struct Misstep: Hashable, Sendable {
  enum Kind: String, CaseIterable, Hashable, Sendable {
    case lost
    case twice
    /// Kept back until `lateArrival`.
    case late
    /// Arrives behind the next one on its lane.
    case overtaken
  }
  let kind: Kind
  let lane: Lane
  let place: Int
}

/// One step of an exploration; its text can be read back, so that a failure can be replayed.
struct Event: Hashable, Sendable, CustomStringConvertible {
  let stimulus: Stimulus
  var misstep: Misstep?

  init(_ stimulus: Stimulus, _ misstep: Misstep? = nil) {
    self.stimulus = stimulus
    self.misstep = misstep
  }

  var description: String {
    guard let misstep else { return stimulus.rawValue }
    return "\(stimulus.rawValue)/\(misstep.kind.rawValue):\(misstep.lane.rawValue):\(misstep.place)"
  }

  init?(_ text: Substring) {
    let parts = text.split(separator: "/")
    guard let first = parts.first, let stimulus = Stimulus(rawValue: String(first)) else { return nil }
    self.stimulus = stimulus
    guard parts.count == 2 else {
      if parts.count > 2 { return nil }
      return
    }
    let words = parts[1].split(separator: ":").map(String.init)
    guard words.count == 3, let kind = Misstep.Kind(rawValue: words[0]), let lane = Lane(rawValue: words[1]),
      let place = Int(words[2])
    else { return nil }
    misstep = Misstep(kind: kind, lane: lane, place: place)
  }

  /// Reads `start tick approach/lost:out:0`; nil when a word is none of ours.
  static func list(_ text: String) -> [Event]? {
    let words = text.split(separator: " ")
    let events = words.compactMap(Event.init)
    return events.count == words.count ? events : nil
  }
}
