package import SMPModel

/// Records that the device may forget once the entries about them are durable, in the order they came (S2).
package struct ReleaseQueue: Sendable {
  private var waiting: [(after: UInt64, upTo: RecordSequence)] = []
  private let keeps: KeptRules

  package init(keeps: KeptRules = KeptRules()) { self.keeps = keeps }

  package var isEmpty: Bool { waiting.isEmpty }

  /// Records below `upTo` may go when the entry `after` is durable.
  package mutating func add(upTo: RecordSequence, after entry: UInt64) {
    // Behind a journal that takes nothing more all wait for the same entry: one of them stands for all.
    if let last = waiting.last, last.after == entry {
      waiting[waiting.count - 1].upTo = max(last.upTo, upTo)
    } else {
      waiting.append((entry, upTo))
    }
  }

  /// What may be released now that everything up to `durable` is on the disk; nil when nothing is.
  package mutating func take(durable: UInt64) -> RecordSequence? {
    var newest: RecordSequence?
    while let first = waiting.first, first.after <= durable || !keeps(.durableBeforeRelease) {
      newest = max(newest ?? first.upTo, first.upTo)
      waiting.removeFirst()
    }
    return newest
  }

  /// Sequences of one device say nothing to the next one.
  package mutating func forget() { waiting = [] }
}
