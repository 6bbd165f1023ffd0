/// A course of short sessions, one more than a daemon dies in it. They take turns with two zones: the hand rests for
/// seconds between zones.
enum CrashPlan {
  static let sessions = 6
  static let zones: [(name: String, box: [Int], dots: Int)] = [
    ("pad", [-35, -15, -5, 15], 6), ("edge", [5, -10, 25, 10], 4),
  ]
  static let spacingMicrometres = 1_200
  /// What the simulated device says of its positions.
  static let errorMicrometres = 50
  /// Most dots in one session.
  static var dots: Int { zones.map(\.dots).max() ?? 0 }

  static var text: String {
    var lines = [
      "schema: 1", "title: Crash pad", "client: PRACTICE-2", "fitzpatrick: none", "style: scattered",
      "natural-density: 80 /cm2", "pigment:", "  brand: Example Pigments", "  shade: Practice black",
      "  dilution: undiluted", "chart-unit: mm", "zones:",
    ]
    for zone in zones {
      let (left, front, right, back) = (zone.box[0], zone.box[1], zone.box[2], zone.box[3])
      lines += [
        "  - name: \(zone.name)", "    needle: 3RL 0.25",
        "    outline: [[\(left), \(front)], [\(right), \(front)], [\(right), \(back)], [\(left), \(back)]]",
      ]
    }
    lines.append("sessions:")
    for session in 1...sessions {
      let zone = zones[session % zones.count]
      lines += [
        "  - session: \(session)", "    zones:", "      - zone: \(zone.name)", "        depth: 0.5 mm",
        "        speed: 100 Hz", "        dwell: 80 ms", "        spacing: 1.2 mm",
        "        density: \(session + 1) /cm2", "        local-density: 20 /cm2", "        dots: \(zone.dots)",
      ]
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
