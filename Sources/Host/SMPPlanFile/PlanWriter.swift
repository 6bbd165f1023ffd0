import SMPModel
import SMPTreatment

/// Writes a plan as a document: every value with its unit, every default spelt out, free text in quotes.
enum PlanWriter {
  static func text(of plan: Plan) -> String {
    var lines = [
      "schema: \(PlanBounds.schema)",
      "title: \(quotedText(plan.title))",
      "client: \(quotedText(plan.client))",
    ]
    switch plan.pattern {
    case .norwood(let norwood): lines.append("norwood: \(norwood.rawValue)")
    case .ludwig(let ludwig): lines.append("ludwig: \(ludwig.rawValue)")
    case nil: break
    }
    lines += [
      "fitzpatrick: \(plan.skin.rawValue)",
      "style: \(quotedText(plan.style))",
      "natural-density: \(density(plan.naturalDensity))",
      "pigment:",
      "  brand: \(quotedText(plan.pigment.brand))",
      "  shade: \(quotedText(plan.pigment.shade))",
      "  dilution: \(quotedText(plan.pigment.dilution))",
      "chart-unit: mm",
      "zones:",
    ]
    for zone in plan.zones { lines += text(of: zone) }
    lines.append("sessions:")
    for session in plan.sessions {
      lines.append("  - session: \(session.number)")
      lines.append("    zone-order: \(session.zoneOrder == .strict ? "strict" : "free")")
      lines.append("    zones:")
      for zone in session.zones { lines += text(of: zone) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func text(of zone: PlanZone) -> [String] {
    var lines = ["  - name: \(zone.name)"]
    if let needle = zone.needle { lines.append("    needle: \(quotedText(needle))") }
    lines.append("    outline:")
    for corner in zone.outline.corners {
      lines.append("      - [\(coordinate(corner.x)), \(coordinate(corner.y))]")
    }
    return lines
  }

  private static func text(of zone: PlannedZone) -> [String] {
    [
      "      - zone: \(zone.name)",
      "        depth: \(length(zone.depth.micrometres))",
      "        depth-range: \(length(zone.depthRange.lowerBound.micrometres)) to "
        + length(zone.depthRange.upperBound.micrometres),
      "        speed: \(speed(zone.speed))",
      "        speed-range: \(speed(zone.speedRange.lowerBound)) to \(speed(zone.speedRange.upperBound))",
      "        dwell: \(Unit.milliseconds.text(zone.dwell.milliseconds))",
      "        spacing: \(length(zone.spacing.micrometres))",
      "        density: \(density(zone.density))",
      "        local-density: \(density(zone.localDensity))",
      "        dots: \(zone.dots)",
      "        needle: \(quotedText(zone.needle))",
    ]
  }

  private static func length(_ micrometres: Int64) -> String { Unit.millimetres.text(micrometres) }
  private static func speed(_ speed: Speed) -> String { Unit.hertz.text(speed.millihertz) }
  private static func density(_ density: Density) -> String { Unit.perSquareCentimetre.text(density.perSquareMetre) }

  /// Without its unit: the document states it once.
  private static func coordinate(_ value: Int32) -> String {
    Unit.millimetres.text(Int64(value)).split(separator: " ").first.map(String.init) ?? "0"
  }

  /// Printable text only, so two escapes are enough.
  private static func quotedText(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { result += "\\" }
      result.unicodeScalars.append(scalar)
    }
    return result + "\""
  }
}
