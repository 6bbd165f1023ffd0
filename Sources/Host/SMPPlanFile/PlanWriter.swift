import SMPModel
import SMPTreatment

/// Writes a plan as a document: every value with its unit, every default spelt out, free text in quotes.
enum PlanWriter {
  /// A key and its value, on one line.
  typealias Value = (key: String, text: String)

  /// - Parameter spellsLocalDensity: without it a cap that is the default stays unwritten. A default refuses nothing,
  ///   even where a site's limit is stricter; written out it would.
  static func text(of plan: Plan, spellsLocalDensity: Bool = true) -> String {
    var lines = ["schema: \(PlanBounds.schema)"]
    var isInPigment = false
    for (key, text) in head(of: plan) {
      let parts = key.split(separator: " ")
      if parts.count == 2, !isInPigment { lines.append("\(parts[0]):") }
      isInPigment = parts.count == 2
      lines.append(isInPigment ? "  \(parts[1]): \(text)" : "\(key): \(text)")
    }
    lines += ["chart-unit: mm", "zones:"]
    for zone in plan.zones { lines += self.lines(of: zone) }
    if !plan.landmarks.isEmpty { lines.append("landmarks:") }
    for landmark in plan.landmarks {
      lines += ["  - name: \(landmark.name)", "    place: \(place(landmark.place))"]
    }
    lines.append("sessions:")
    for session in plan.sessions {
      lines.append("  - session: \(session.number)")
      lines.append("    zone-order: \(word(of: session.zoneOrder))")
      lines.append("    zones:")
      for zone in session.zones {
        lines.append("      - zone: \(zone.name)")
        let isDefault = zone.localDensity == PlanBounds.localDensity(for: zone.density)
        for value in values(of: zone)
        where spellsLocalDensity || !isDefault || value.key != ZoneField.localDensity.key {
          lines.append("        \(value.key): \(value.text)")
        }
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  static func word(of order: ZoneOrder) -> String { order == .strict ? "strict" : "free" }

  /// What stands before the zones; what belongs to the pigment has two words, the first of them `pigment`.
  static func head(of plan: Plan) -> [Value] {
    var values: [Value] = [
      (PlanField.title.key, quotedText(plan.title)), (PlanField.client.key, quotedText(plan.client)),
    ]
    switch plan.pattern {
    case .norwood(let norwood): values.append(("norwood", norwood.rawValue))
    case .ludwig(let ludwig): values.append(("ludwig", ludwig.rawValue))
    case nil: break
    }
    let pigment = PlanField.pigment.key
    return values + [
      (PlanField.skin.key, plan.skin.rawValue),
      (PlanField.style.key, quotedText(plan.style)),
      (PlanField.naturalDensity.key, density(plan.naturalDensity)),
      ("\(pigment) brand", quotedText(plan.pigment.brand)),
      ("\(pigment) shade", quotedText(plan.pigment.shade)),
      ("\(pigment) dilution", quotedText(plan.pigment.dilution)),
    ]
  }

  static func values(of zone: PlanZone) -> [Value] {
    let corners = zone.outline.corners.map(place).joined(separator: ", ")
    return (zone.needle.map { [("needle", quotedText($0))] } ?? []) + [("outline", "[\(corners)]")]
  }

  private static func lines(of zone: PlanZone) -> [String] {
    var lines = ["  - name: \(zone.name)"]
    if let needle = zone.needle { lines.append("    needle: \(quotedText(needle))") }
    lines.append("    outline:")
    // A line for each corner: an outline may have many.
    for corner in zone.outline.corners { lines.append("      - \(place(corner))") }
    return lines
  }

  static func values(of zone: PlannedZone) -> [Value] {
    [
      (ZoneField.depth.key, length(zone.depth.micrometres)),
      (
        ZoneField.depthRange.key,
        length(zone.depthRange.lowerBound.micrometres) + " to " + length(zone.depthRange.upperBound.micrometres)
      ),
      (ZoneField.speed.key, speed(zone.speed)),
      (ZoneField.speedRange.key, "\(speed(zone.speedRange.lowerBound)) to \(speed(zone.speedRange.upperBound))"),
      (ZoneField.dwell.key, Unit.milliseconds.text(zone.dwell.milliseconds)),
      (ZoneField.spacing.key, length(zone.spacing.micrometres)),
      (ZoneField.density.key, density(zone.density)),
    ] + (zone.held.map { [(ZoneField.held.key, density($0))] } ?? []) + [
      (ZoneField.localDensity.key, density(zone.localDensity)),
      (ZoneField.dots.key, String(zone.dots)),
      (ZoneField.needle.key, quotedText(zone.needle)),
    ]
  }

  private static func length(_ micrometres: Int64) -> String { Unit.millimetres.text(micrometres) }
  private static func speed(_ speed: Speed) -> String { Unit.hertz.text(speed.millihertz) }
  private static func density(_ density: Density) -> String { Unit.perSquareCentimetre.text(density.perSquareMetre) }

  static func place(_ place: ChartPosition) -> String { "[\(coordinate(place.x)), \(coordinate(place.y))]" }

  /// Without its unit: the document states it once.
  private static func coordinate(_ value: Int32) -> String {
    Unit.millimetres.text(Int64(value)).split(separator: " ").first.map(String.init) ?? "0"
  }

  /// Printable text only, so two escapes are enough.
  static func quotedText(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
