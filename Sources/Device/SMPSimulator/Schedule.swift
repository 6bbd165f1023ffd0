/// What is due when: earliest first, and among equals in the order of entry, so that a run has one order only.
struct Schedule<Happening: Sendable>: Sendable {
  private struct Due: Sendable {
    let at: UInt64
    let order: UInt64
    let happening: Happening

    func isBefore(_ other: Due) -> Bool { at != other.at ? at < other.at : order < other.order }
  }

  /// A model with this much ahead of it has a loop in it: a handful is usual, a host may have some hundred transfers.
  private static var limit: Int { 65_536 }

  private var heap: [Due] = []
  private var entered: UInt64 = 0

  var next: UInt64? { heap.first?.at }

  mutating func add(_ happening: Happening, at: UInt64) {
    precondition(heap.count < Self.limit, "the schedule is full")
    heap.append(Due(at: at, order: entered, happening: happening))
    entered += 1
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      if !heap[child].isBefore(heap[parent]) { break }
      heap.swapAt(child, parent)
      child = parent
    }
  }

  /// Takes out the earliest.
  mutating func popFirst() -> (at: UInt64, happening: Happening)? {
    guard let first = heap.first else { return nil }
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var parent = 0
    while true {
      var child = 2 * parent + 1
      if child >= heap.count { break }
      if child + 1 < heap.count, heap[child + 1].isBefore(heap[child]) { child += 1 }
      if !heap[child].isBefore(heap[parent]) { break }
      heap.swapAt(child, parent)
      parent = child
    }
    return (first.at, first.happening)
  }
}
