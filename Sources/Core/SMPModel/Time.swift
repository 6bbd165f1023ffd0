// Three clocks, three types (house style 8). This is the one file that knows their units; nothing else converts.

/// A span of time in nanoseconds.
package struct Interval: Quantity {
  package let amount: Int64
  package init(amount: Int64) { self.amount = amount }
  package static func nanoseconds(_ value: Int64) -> Interval { Interval(amount: value) }
  package static func microseconds(_ value: Int64) -> Interval { Interval(amount: value * 1_000) }
  package static func milliseconds(_ value: Int64) -> Interval { Interval(amount: value * 1_000_000) }
  package static func seconds(_ value: Int64) -> Interval { Interval(amount: value * 1_000_000_000) }
  package var nanoseconds: Int64 { amount }
  package var microseconds: Int64 { amount / 1_000 }
  package var milliseconds: Int64 { amount / 1_000_000 }
  package var seconds: Int64 { amount / 1_000_000_000 }
}

/// An instant of the host's monotonic clock, suspend included (CLOCK_BOOTTIME), in nanoseconds. For deadlines.
package struct MonotonicTime: Hashable, Comparable, Sendable {
  package let nanoseconds: UInt64
  package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }
  package static let zero = MonotonicTime(nanoseconds: 0)
  package static func < (left: Self, right: Self) -> Bool { left.nanoseconds < right.nanoseconds }
  package static func + (left: Self, right: Interval) -> Self {
    MonotonicTime(nanoseconds: UInt64(Int64(left.nanoseconds) + right.nanoseconds))
  }
  package static func - (left: Self, right: Self) -> Interval {
    .nanoseconds(Int64(left.nanoseconds) - Int64(right.nanoseconds))
  }
}

/// An instant of the device's clock, in microseconds. It wraps every 71.6 minutes: only differences mean anything.
package struct DeviceTicks: Hashable, Sendable {
  package let microseconds: UInt32
  package init(microseconds: UInt32) { self.microseconds = microseconds }
  /// Time from `earlier` to this instant, taken modulo the wrap; right for spans below 35 minutes.
  package func since(_ earlier: DeviceTicks) -> Interval {
    .microseconds(Int64(Int32(truncatingIfNeeded: microseconds &- earlier.microseconds)))
  }
  package func advanced(by interval: Interval) -> DeviceTicks {
    DeviceTicks(microseconds: microseconds &+ UInt32(truncatingIfNeeded: interval.microseconds))
  }
}

/// Wall time in milliseconds since 1970-01-01 UTC. For records and people only; no deadline uses it.
package struct WallTime: Hashable, Comparable, Sendable {
  package let milliseconds: Int64
  package init(milliseconds: Int64) { self.milliseconds = milliseconds }
  package static func < (left: Self, right: Self) -> Bool { left.milliseconds < right.milliseconds }
  package static func - (left: Self, right: Self) -> Interval { .milliseconds(left.milliseconds - right.milliseconds) }
}
