package import SMPModel

/// A dot's place in a `DotField`, valid until that dot is removed.
package struct DotSlot: Hashable, Sendable {
  let index: Int32
}

/// Every living dot of one client, indexed for neighbours: a dense grid of cells in flat arrays.
///
/// A `~Copyable` struct with no class and no dictionary, because both were measured several times slower
/// (design.md section 8). Positions beyond the grid live in its border cells; as the clamping is monotonic, a search finds
/// them all the same, so the grid's size is a matter of speed and never of safety.
///
/// Each dot carries the count of its own disc, kept up to date by `insert`, `remove` and `move`. So a decision reads
/// the neighbours' counts instead of counting around each of them.
package struct DotField: ~Copyable {
  private struct Entry {
    var x: Int32
    var y: Int32
    /// The next dot of the same cell, or of the free list; -1 ends it.
    var next: Int32
    /// Bit n: the dot lies in zone n.
    var membership: UInt32
  }

  /// What a disc query found.
  package struct DiscCount: Hashable, Sendable {
    /// Dots within the disc around the asked position.
    package var own: Int32
    /// The largest count in the disc of any of those dots.
    package var highestNeighbour: Int32
  }

  private var entries: [Entry]
  /// Dots in the disc around each dot, itself included; by slot.
  private var discCounts: [Int32]
  /// First dot of each cell, row by row; -1 for none.
  private var heads: [Int32]
  private var free: Int32 = -1
  private let lowX: Int32
  private let lowY: Int32
  private let shift: Int32
  private let lastColumn: Int32
  private let lastRow: Int32
  /// The chart's edge, ± µm (`Bounds.chartExtent`).
  private let edge: Int32
  /// The most dots it holds (`Bounds.livingDots`).
  private let maximum: Int
  /// Cells of one row.
  private let stride: Int
  private let squaredDiscReach: Int64
  private let lowest: ChartPosition
  private let highest: ChartPosition
  private let discReach: Int32
  package private(set) var count = 0

  /// A grid over `lowest` to `highest`. Its cells are at least `reach` wide, so that a spacing search within `reach`
  /// meets at most nine of them, and at most about a million, so that memory stays bounded. A `discReach` of zero counts
  /// no discs. `capacity` dots fit before the arrays grow.
  package init(
    lowest: ChartPosition, highest: ChartPosition, reach: Distance, discReach: Distance, capacity: Int
  ) {
    precondition(lowest.isOnChart && highest.isOnChart && lowest.x <= highest.x && lowest.y <= highest.y)
    precondition(reach >= .zero && discReach >= .zero && discReach < Bounds.chartExtent)
    precondition(capacity >= 0 && capacity <= Bounds.livingDots)
    let width = Int64(highest.x) - Int64(lowest.x)
    let height = Int64(highest.y) - Int64(lowest.y)
    var shift: Int32 = 9
    while (1 << Int64(shift)) < reach.micrometres || ((width >> shift) + 1) * ((height >> shift) + 1) > 1_048_576 {
      shift += 1
    }
    self.shift = shift
    self.lowest = lowest
    self.highest = highest
    lowX = lowest.x
    lowY = lowest.y
    lastColumn = Int32(width >> shift)
    lastRow = Int32(height >> shift)
    edge = Int32(clamping: Bounds.chartExtent.micrometres)
    maximum = Bounds.livingDots
    stride = Int(lastColumn) + 1
    heads = Array(repeating: -1, count: stride * (Int(lastRow) + 1))
    entries = []
    entries.reserveCapacity(capacity)
    discCounts = []
    if discReach > .zero { discCounts.reserveCapacity(capacity) }
    self.discReach = Int32(discReach.micrometres)
    squaredDiscReach = discReach.micrometres * discReach.micrometres
  }

  /// The same dots over the same ground with another reach; every slot is another one.
  func relaid(reach: Distance, discReach: Distance) -> DotField {
    var other = DotField(
      lowest: lowest, highest: highest, reach: reach, discReach: discReach, capacity: min(entries.capacity, maximum))
    for head in heads {
      var next = head
      while next >= 0 {
        let entry = entries[Int(next)]
        _ = other.insert(ChartPosition(x: entry.x, y: entry.y), membership: entry.membership)
        next = entry.next
      }
    }
    return other
  }

  // MARK: Changing

  /// Adds a dot and counts it in every disc it lies in. A position off the chart is taken to its edge.
  package mutating func insert(_ position: ChartPosition, membership: UInt32) -> DotSlot {
    precondition(count < maximum, "the guard refuses before the field is full")
    let slot = takeSlot()
    link(slot, x: clamped(position.x), y: clamped(position.y), membership: membership)
    count += 1
    return DotSlot(index: Int32(truncatingIfNeeded: slot))
  }

  /// Takes a dot away: its place is free again.
  package mutating func remove(_ slot: DotSlot) {
    unlink(Int(slot.index))
    entries[Int(slot.index)].next = free
    free = slot.index
    count -= 1
  }

  /// The same dot, at the place where it was really made.
  package mutating func move(_ slot: DotSlot, to position: ChartPosition, membership: UInt32) {
    unlink(Int(slot.index))
    link(Int(slot.index), x: clamped(position.x), y: clamped(position.y), membership: membership)
  }

  package func position(of slot: DotSlot) -> ChartPosition {
    let entry = entries[Int(slot.index)]
    return ChartPosition(x: entry.x, y: entry.y)
  }

  package func membership(of slot: DotSlot) -> UInt32 { entries[Int(slot.index)].membership }

  // MARK: Asking

  /// Squared distance in µm² to the nearest dot that is nearer than `reach` and lies in all zones of `membership`.
  package func nearestSquared(
    to position: ChartPosition, within reach: Distance, membership: UInt32 = 0
  ) -> Int64? {
    // `amount` is micrometres; as a stored property it costs no call into another module.
    let limit = reach.amount * reach.amount
    var best = limit
    let x = position.x
    let y = position.y
    let reach = Int32(truncatingIfNeeded: reach.amount)
    let firstColumn = Int(column(x &- reach))
    let width = Int(column(x &+ reach)) - firstColumn
    let lastRow = Int(row(y &+ reach))
    var row = Int(self.row(y &- reach))
    while row <= lastRow {
      var cell = row &* stride &+ firstColumn
      let last = cell &+ width
      while cell <= last {
        var next = heads[cell]
        while next >= 0 {
          let entry = entries[Int(next)]
          // Both stay within the chart: differences fit 22 bits and their squares 44.
          let dx = Int64(entry.x &- x)
          let dy = Int64(entry.y &- y)
          let squared = dx &* dx &+ dy &* dy
          if squared < best && entry.membership & membership == membership { best = squared }
          next = entry.next
        }
        cell &+= 1
      }
      row &+= 1
    }
    return best < limit ? best : nil
  }

  /// Dots within the disc around `position`, and the highest disc count among those that lie in all zones of `membership`.
  package func discs(around position: ChartPosition, membership: UInt32 = 0) -> DiscCount {
    var found = DiscCount(own: 0, highestNeighbour: 0)
    let x = position.x
    let y = position.y
    let firstColumn = Int(column(x &- discReach))
    let width = Int(column(x &+ discReach)) - firstColumn
    let lastRow = Int(row(y &+ discReach))
    var row = Int(self.row(y &- discReach))
    while row <= lastRow {
      var cell = row &* stride &+ firstColumn
      let last = cell &+ width
      while cell <= last {
        var next = heads[cell]
        while next >= 0 {
          let entry = entries[Int(next)]
          let dx = Int64(entry.x &- x)
          let dy = Int64(entry.y &- y)
          if dx &* dx &+ dy &* dy <= squaredDiscReach {
            found.own += 1
            if entry.membership & membership == membership {
              found.highestNeighbour = max(found.highestNeighbour, discCounts[Int(next)])
            }
          }
          next = entry.next
        }
        cell &+= 1
      }
      row &+= 1
    }
    return found
  }

  // MARK: Within

  @inline(__always)
  private mutating func takeSlot() -> Int {
    if free >= 0 {
      let slot = Int(free)
      free = entries[slot].next
      return slot
    }
    entries.append(Entry(x: 0, y: 0, next: -1, membership: 0))
    if discReach > 0 { discCounts.append(0) }
    return entries.count - 1
  }

  @inline(__always)
  private mutating func link(_ slot: Int, x: Int32, y: Int32, membership: UInt32) {
    let cell = self.cell(x, y)
    if discReach > 0 { discCounts[slot] = countDiscs(x, y, by: 1) + 1 }
    entries[slot] = Entry(x: x, y: y, next: heads[cell], membership: membership)
    heads[cell] = Int32(truncatingIfNeeded: slot)
  }

  private mutating func unlink(_ slot: Int) {
    let (x, y, after) = (entries[slot].x, entries[slot].y, entries[slot].next)
    let cell = self.cell(x, y)
    if heads[cell] == slot {
      heads[cell] = after
    } else {
      var before = Int(heads[cell])
      while entries[before].next != slot { before = Int(entries[before].next) }
      entries[before].next = after
    }
    if discReach > 0 { _ = countDiscs(x, y, by: -1) }
  }

  /// Adds `change` to the disc count of every linked dot within the disc around a place; their number.
  private mutating func countDiscs(_ x: Int32, _ y: Int32, by change: Int32) -> Int32 {
    var found: Int32 = 0
    let firstColumn = Int(column(x &- discReach))
    let width = Int(column(x &+ discReach)) - firstColumn
    let lastRow = Int(row(y &+ discReach))
    var row = Int(self.row(y &- discReach))
    while row <= lastRow {
      var cell = row &* stride &+ firstColumn
      let last = cell &+ width
      while cell <= last {
        var next = heads[cell]
        while next >= 0 {
          let entry = entries[Int(next)]
          let dx = Int64(entry.x &- x)
          let dy = Int64(entry.y &- y)
          if dx &* dx &+ dy &* dy <= squaredDiscReach {
            discCounts[Int(next)] += change
            found += 1
          }
          next = entry.next
        }
        cell &+= 1
      }
      row &+= 1
    }
    return found
  }

  // Inlined by order, since left alone each of them is a call per dot and as dear as the search itself.
  @inline(__always)
  private func cell(_ x: Int32, _ y: Int32) -> Int { Int(row(y)) &* stride &+ Int(column(x)) }
  @inline(__always)
  private func column(_ x: Int32) -> Int32 { min(max((x &- lowX) &>> shift, 0), lastColumn) }
  @inline(__always)
  private func row(_ y: Int32) -> Int32 { min(max((y &- lowY) &>> shift, 0), lastRow) }

  /// On the chart, by the nearest of its edges.
  @inline(__always)
  private func clamped(_ coordinate: Int32) -> Int32 { min(max(coordinate, -edge), edge) }
}

#if SMP_REMOVABLE_RULES
  extension DotField {
    /// The same dots once more, for the explorer.
    init(copying other: borrowing DotField) {
      entries = other.entries
      discCounts = other.discCounts
      heads = other.heads
      free = other.free
      lowX = other.lowX
      lowY = other.lowY
      shift = other.shift
      lastColumn = other.lastColumn
      lastRow = other.lastRow
      edge = other.edge
      maximum = other.maximum
      stride = other.stride
      squaredDiscReach = other.squaredDiscReach
      lowest = other.lowest
      highest = other.highest
      discReach = other.discReach
      count = other.count
    }
  }
#endif
