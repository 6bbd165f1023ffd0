/// What comes in lots and is used up on a client.
package enum Supply: String, CaseIterable, Hashable, Sendable {
  case pigment
  case cartridge
}

/// Names of lots, as people copy them from labels.
package enum Lot {
  /// Capitals, spaces, characters that cannot be seen, and full-width forms make no difference: better one too many found
  /// than one too few.
  package static func comparable(_ name: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in name.unicodeScalars
    where !scalar.properties.isWhitespace && !scalar.properties.isDefaultIgnorableCodePoint {
      // U+FF01 to U+FF5E repeat ASCII from the exclamation mark on.
      let isFullWidth = (0xFF01...0xFF5E).contains(scalar.value)
      scalars.append(isFullWidth ? Unicode.Scalar(UInt8(scalar.value - 0xFEE0)) : scalar)
    }
    return String(scalars).lowercased()
  }

  /// Whether what was used is of this lot: the lot itself, or, behind a stroke, one of several of it (`K456/2`).
  package static func has(_ lot: String, _ used: String) -> Bool {
    let (lot, used) = (comparable(lot), comparable(used))
    return used == lot || used.hasPrefix(lot + "/")
  }

  /// What is on record of a lot, or of the one of which it is one of several: the longest name is the nearest, whichever
  /// came on record first.
  package static func nearest<Known>(to used: String, among known: [Known], name: (Known) -> String) -> Known? {
    known.filter { has(name($0), used) }
      .max { comparable(name($0)).utf8.count < comparable(name($1)).utf8.count }
  }
}

/// How a lot stands on the day it is to be used.
package enum LotStanding: Hashable, Sendable {
  case good
  /// Nobody has put it on record.
  case unknown
  /// The last day on which it could be used is over.
  case expired(CalendarDate)
  /// Somebody took it out of use, as after a recall.
  case withdrawn
  /// It is not what the plan asks for.
  case differs(planned: String, loaded: String)
}
