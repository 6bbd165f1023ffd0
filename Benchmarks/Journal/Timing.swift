/// Durations of one workload's steps.
struct Timing {
  private var nanoseconds: [Int64] = []

  mutating func measure(_ step: () throws -> Void) rethrows {
    let clock = ContinuousClock()
    let begin = clock.now
    try step()
    let parts = (clock.now - begin).components
    nanoseconds.append(parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000)
  }

  /// The duration that `thousandths` of the steps did not pass.
  func quantile(_ thousandths: Int) -> Int64 {
    let sorted = nanoseconds.sorted()
    return sorted[min(sorted.count - 1, sorted.count * thousandths / 1_000)]
  }

  /// One JSON line; `units` is how many things one step does.
  func report(_ name: String, units: Int64, beside reference: Timing? = nil) {
    let total = nanoseconds.reduce(0, +)
    let perSecond = Int64(nanoseconds.count) * units * 1_000_000_000 / max(1, total)
    var line = "{\"benchmark\":\"journal\",\"workload\":\"\(name)\",\"steps\":\(nanoseconds.count),\"units\":\(units)"
    line += ",\"per_second\":\(perSecond),\"p50_ns\":\(quantile(500)),\"p99_ns\":\(quantile(990))"
    if let reference {
      line += ",\"ratio_p50\":\(hundredths(quantile(500), reference.quantile(500)))"
      line += ",\"ratio_p99\":\(hundredths(quantile(990), reference.quantile(990)))"
    }
    print(line + "}")
  }

  private func hundredths(_ value: Int64, _ reference: Int64) -> String {
    let ratio = value * 100 / max(1, reference)
    let rest = ratio % 100
    return "\(ratio / 100).\(rest < 10 ? "0" : "")\(rest)"
  }
}
