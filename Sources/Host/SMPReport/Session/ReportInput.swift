package import SMPModel
package import SMPRecord

/// The plan of a course, as far as a report shows it.
package struct ReportPlan: Hashable, Sendable {
  package struct Zone: Hashable, Sendable {
    package let name: String
    package let area: Area
    /// Corners on the chart; empty where they are not known.
    package let outline: [ChartPosition]
    package init(name: String, area: Area, outline: [ChartPosition]) {
      self.name = name
      self.area = area
      self.outline = outline
    }
  }

  /// What one session asks of one zone.
  package struct Wish: Hashable, Sendable {
    package let zone: String
    package let dots: Int64
    /// Reached after the session, earlier ones included.
    package let density: Density
    package let spacing: Distance?
    package let needle: String
    package init(zone: String, dots: Int64, density: Density, spacing: Distance?, needle: String) {
      self.zone = zone
      self.dots = dots
      self.density = density
      self.spacing = spacing
      self.needle = needle
    }
  }

  package struct Pigment: Hashable, Sendable {
    package let brand: String
    package let shade: String
    package let dilution: String
    package init(brand: String, shade: String, dilution: String) {
      self.brand = brand
      self.shade = shade
      self.dilution = dilution
    }
  }

  package let title: String
  package let sha256: Fingerprint
  package let pigment: Pigment?
  package let zones: [Zone]
  /// By session, from the first.
  package let sessions: [[Wish]]

  package init(title: String, sha256: Fingerprint, pigment: Pigment?, zones: [Zone], sessions: [[Wish]]) {
    self.title = title
    self.sha256 = sha256
    self.pigment = pigment
    self.zones = zones
    self.sessions = sessions
  }

  func wish(_ zone: String, session number: Int64) -> Wish? {
    guard number >= 1, number <= sessions.count else { return nil }
    return sessions[Int(number) - 1].first { $0.zone == zone }
  }
}

/// One limit in force at the station when the report was written.
package struct ReportLimit: Hashable, Sendable {
  package let key: LimitKey
  /// Needs a named confirmation to pass.
  package let soft: Int64?
  /// Nothing passes.
  package let hard: Int64
  package init(key: LimitKey, soft: Int64?, hard: Int64) {
    self.key = key
    self.soft = soft
    self.hard = hard
  }
}

/// How far the record is protected against change.
package struct ReportSeal: Hashable, Sendable {
  package enum State: Hashable, Sendable {
    /// The session is open, or closed without one.
    case none
    /// Signed at the close; `verified` says whether whoever made this report verified it.
    case sealed(at: WallTime, key: Fingerprint, verified: Bool)
  }
  package let state: State
  package init(_ state: State) { self.state = state }
}

/// Everything a report is made of. What is nil was not to be had and is left out, or named as missing.
package struct ReportInput: Sendable {
  package let records: SessionRecords
  package let plan: ReportPlan?
  package let limits: [ReportLimit]
  /// The hash chain was verified from its first entry to the newest one read.
  package let isChainVerified: Bool
  package let seal: ReportSeal?
  /// nil where it is not this session that the next one follows, and on practice skin.
  package let visits: VisitWindow?

  package init(
    records: SessionRecords, plan: ReportPlan?, limits: [ReportLimit] = [], isChainVerified: Bool,
    seal: ReportSeal? = nil, visits: VisitWindow? = nil
  ) {
    self.records = records
    self.plan = plan
    self.limits = limits
    self.isChainVerified = isChainVerified
    self.seal = seal
    self.visits = visits
  }
}
