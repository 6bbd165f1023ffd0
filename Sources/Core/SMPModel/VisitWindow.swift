/// When a client's next session may be, as the clinic's figures and the last session have it (field.md, rows "interval"
/// and "no washing, drying or shaving for 5 days"). The days are whole, counted from the end of that session.
package struct VisitWindow: Hashable, Sendable {
  /// The end of the client's last session with dots, in whatever course.
  package let last: WallTime
  /// What the client was asked to leave alone holds until then; no session before it.
  package let aftercareUntil: WallTime
  /// No session before this, whatever anybody says.
  package let earliest: WallTime
  /// Earlier than this only by a named override.
  package let recommendedFrom: WallTime
  /// Later than this deserves a look: the plan's ramp assumed less fading.
  package let recommendedUntil: WallTime

  package init(
    last: WallTime, aftercareUntil: WallTime, earliest: WallTime, recommendedFrom: WallTime, recommendedUntil: WallTime
  ) {
    self.last = last
    self.aftercareUntil = aftercareUntil
    self.earliest = earliest
    self.recommendedFrom = recommendedFrom
    self.recommendedUntil = recommendedUntil
  }
}
