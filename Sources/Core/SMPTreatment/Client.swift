package import SMPModel

/// Extent of balding on the scales the field uses. Recorded and shown; no limit follows from it.
package enum HairLossPattern: Hashable, Sendable {
  case norwood(Norwood)
  case ludwig(Ludwig)
}

/// The Norwood scale with its variants (Hamilton–Norwood, as clinics write it).
package enum Norwood: String, CaseIterable, Sendable {
  case one = "I"
  case two = "II"
  case twoA = "IIa"
  case three = "III"
  case threeA = "IIIa"
  case threeVertex = "III-vertex"
  case four = "IV"
  case fourA = "IVa"
  case five = "V"
  case fiveA = "Va"
  case six = "VI"
  case seven = "VII"
}

/// The Ludwig scale.
package enum Ludwig: String, CaseIterable, Sendable {
  case one = "I"
  case two = "II"
  case three = "III"
}

/// Fitzpatrick skin type. Recorded and shown; no limit follows from it (field.md: no source per skin type).
package enum SkinType: String, CaseIterable, Sendable {
  case one = "I"
  case two = "II"
  case three = "III"
  case four = "IV"
  case five = "V"
  case six = "VI"
  /// Practice skin.
  case practice = "none"
}

/// The field's own zone words (field.md, row "zones"). A plan may use any other lower-case word.
package enum ZoneNames {
  package static let usual = [
    "hairline", "temples", "frontal", "mid-scalp", "vertex", "parietal", "occipital", "sides", "scar",
  ]

  /// Lower-case ASCII letters, digits and single hyphens, a letter first; 1 to 32 bytes.
  package static func isValid(_ name: String) -> Bool {
    let bytes = Array(name.utf8)
    guard let first = bytes.first, bytes.count <= PlanBounds.zoneNameBytes, isLetter(first) else { return false }
    var previous = first
    for byte in bytes.dropFirst() {
      let isHyphen = byte == UInt8(ascii: "-")
      guard isLetter(byte) || isDigit(byte) || (isHyphen && previous != byte) else { return false }
      previous = byte
    }
    return previous != UInt8(ascii: "-")
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }
}

/// How long to wait between sessions, in whole days; from the site's limits file (field.md, row "interval, days").
package struct VisitInterval: Hashable, Sendable {
  /// No session before this, whatever anybody says.
  package let minimumHard: Int64
  /// Earlier than this only by a named override.
  package let minimumSoft: Int64
  /// Later than this deserves a look: the plan's ramp assumed less fading.
  package let maximumSoft: Int64
  /// What the client was asked to leave alone holds so long; no session before it is over.
  package let aftercare: Int64
  package init(minimumHard: Int64, minimumSoft: Int64, maximumSoft: Int64, aftercare: Int64) {
    self.minimumHard = minimumHard
    self.minimumSoft = minimumSoft
    self.maximumSoft = maximumSoft
    self.aftercare = aftercare
  }

  /// The next visit after a session that ended at `last`.
  package func window(after last: WallTime) -> VisitWindow {
    func after(_ days: Int64) -> WallTime {
      let (sum, overflows) = last.milliseconds.addingReportingOverflow(days * 86_400_000)
      return WallTime(milliseconds: overflows ? .max : sum)
    }
    return VisitWindow(
      last: last, aftercareUntil: after(aftercare), earliest: after(minimumHard),
      recommendedFrom: after(minimumSoft), recommendedUntil: after(maximumSoft))
  }
}
