internal import SMPModel
internal import SMPSimulator

/// The needle's own log against the journal.
struct Skin {
  private struct Waiting {
    let contact: Contact
    /// The device has lost its memory, or had no power, before the journal had this one.
    var mayBeLost: Bool
  }
  /// A granted contact found in the journal.
  struct Found {
    let contact: Contact
    let mark: Mark
  }
  private var taken = 0
  private var marksTaken = 0
  private var waiting: [Waiting] = []
  private var unmatched: [Mark] = []
  /// Contacts at places that are presumed.
  private var presumed: [Found] = []
  /// The needle is in the skin while the memory goes.
  private var nextMayBeLost = false
  private(set) var found: [Found] = []
  /// Readings may be 25 mm aside.
  var jumps = 0
  /// Records that no needle made.
  var phantoms = 0
  /// Falls of the needle by itself.
  var ownFalls = 0

  private static let jump: Int32 = 25_000
  private static let measuredWithin: Int64 = 50
  /// A place that was only granted: the handpiece may leave it before contact.
  private static let grantedWithin: Int64 = 100
  private static let depthWithin: Int64 = 20
  /// What a device may keep: its window, with room for refusals, and the dot under way.
  private static let window = 2 * Int(Bounds.recordWindow) + 2

  /// Takes what is new, and finds in the journal what can be found.
  mutating func take(_ contacts: [Contact], _ marks: [Mark]) {
    found = []
    for contact in contacts.dropFirst(taken) {
      waiting.append(Waiting(contact: contact, mayBeLost: nextMayBeLost))
      nextMayBeLost = false
    }
    taken = contacts.count
    unmatched += marks.dropFirst(marksTaken)
    marksTaken = marks.count
    var left: [Waiting] = []
    // What was taken for a presumed dot may turn out to be another one at its place, which is free again.
    for (place, taken) in presumed.enumerated().reversed() {
      guard let index = unmatched.firstIndex(where: { !$0.isPresumed && fits($0, taken.contact) }) else { continue }
      unmatched.remove(at: index)
      unmatched.append(presumed.remove(at: place).mark)
    }
    for one in waiting {
      if let index = place(of: one.contact) {
        let mark = unmatched.remove(at: index)
        found.append(Found(contact: one.contact, mark: mark))
        if mark.isPresumed { presumed += found.suffix(1) }
      } else {
        left.append(one)
      }
    }
    waiting = left
  }

  /// Made ones first: a presumed one is what is left.
  private func place(of contact: Contact) -> Int? {
    unmatched.firstIndex { !$0.isPresumed && fits($0, contact) }
      ?? unmatched.firstIndex { $0.isPresumed && Self.isNear($0.position, contact, within: Self.grantedWithin) }
  }

  private func fits(_ mark: Mark, _ contact: Contact) -> Bool {
    guard let depth = mark.depth else { return Self.isNear(mark.position, contact, within: Self.grantedWithin) }
    guard (depth.micrometres - contact.depth.micrometres).magnitude <= UInt64(Self.depthWithin) else { return false }
    if Self.isNear(mark.position, contact, within: Self.measuredWithin) { return true }
    guard jumps > 0 else { return false }
    let back = ChartPosition(x: mark.position.x - Self.jump, y: mark.position.y)
    return Self.isNear(back, contact, within: Self.measuredWithin)
  }

  private static func isNear(_ position: ChartPosition, _ contact: Contact, within: Int64) -> Bool {
    position.squaredDistance(to: contact.position) <= within * within
  }

  /// Whatever the journal does not have by now, the device may have forgotten.
  mutating func forget(needleInSkin: Bool) {
    for index in waiting.indices { waiting[index].mayBeLost = true }
    nextMayBeLost = needleInSkin
  }

  /// A contact that began without power was seen by nobody.
  mutating func excuse(since off: MonotonicTime, until on: MonotonicTime) {
    for index in waiting.indices where waiting[index].contact.began >= off && waiting[index].contact.began <= on {
      waiting[index].mayBeLost = true
    }
  }

  /// What is wrong while records may still be under way.
  var complaints: [String] {
    let late = waiting.count { !$0.mayBeLost }
    var complaints: [String] = []
    if late > Self.window { complaints.append("\(late) contacts are not in the journal") }
    let made = unmatched.filter { !$0.isPresumed }
    if made.count > phantoms {
      complaints.append("entries \(made.map(\.entry)) are dots that the needle never made")
    }
    return complaints
  }

  /// What is wrong once everything has been said.
  var complaintsAtRest: [String] {
    var complaints = complaints
    for waiting in waiting where !waiting.mayBeLost {
      complaints.append("the contact at \(waiting.contact.position), \(waiting.contact.began) stands nowhere")
    }
    let lost = waiting.count { $0.mayBeLost }
    if lost > ownFalls { complaints.append("\(lost) contacts stand nowhere, and \(ownFalls) were nobody's") }
    return complaints
  }
}
