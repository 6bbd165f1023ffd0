import SMPGuard
import SMPModel

/// Insert and nearest neighbour in the guard's own field, checks on; beside it Benchmarks/reference/spacing.cpp.
enum SpacingBenchmark {
  static func run() {
    for side in [141, 1_000] {
      for isShuffled in [false, true] {
        let dots = Workload.dots(side: side, isShuffled: isShuffled)
        var runs: [Double] = []
        var checksum: Int64 = 0
        for _ in 0..<(side < 1_000 ? 41 : 9) {
          let (duration, sum) = measure(dots, side: side)
          runs.append(duration / Double(dots.count))
          checksum = sum
        }
        let median = runs.sorted()[runs.count / 2]
        print(
          "{\"benchmark\":\"spacing\",\"language\":\"swift\",\"dots\":\(dots.count),"
            + "\"order\":\"\(isShuffled ? "random" : "path")\",\"ns_per_dot\":\(tenths(median)),"
            + "\"checksum\":\(checksum)}")
      }
    }
  }

  /// Nanoseconds for all dots, and the sum of what was found.
  private static func measure(_ dots: [ChartPosition], side: Int) -> (Double, Int64) {
    let half = Int32(side) * Workload.pitch / 2 + 200
    let reach = Distance.micrometres(900)
    var field = DotField(
      lowest: ChartPosition(x: -half, y: -half), highest: ChartPosition(x: half, y: half), reach: reach,
      discReach: .zero, capacity: dots.count)
    var sum: Int64 = 0
    let clock = ContinuousClock()
    let begin = clock.now
    for dot in dots {
      sum += field.nearestSquared(to: dot, within: reach) ?? -1
      _ = field.insert(dot, membership: 0)
    }
    return (nanoseconds(clock.now - begin), sum)
  }
}

func nanoseconds(_ duration: Duration) -> Double {
  let parts = duration.components
  return Double(parts.seconds) * 1e9 + Double(parts.attoseconds) / 1e9
}

/// With one decimal place, without Foundation.
func tenths(_ value: Double) -> String {
  let rounded = Int64(value * 10 + 0.5)
  return "\(rounded / 10).\(rounded % 10)"
}
