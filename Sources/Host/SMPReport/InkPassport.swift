package import SMPModel
package import StrictJSON

/// What a client is given to keep: which pigment, of which lot, was put where, when and by whom.
package struct InkPassport: Sendable {
  package struct Session: Hashable, Sendable {
    package let session: String
    package let number: Int64
    /// When it was opened.
    package let date: WallTime
    package let practitioner: String
    /// Of the plan the session stood on; nil where the daemon does not tell it.
    package let pigment: ReportPlan.Pigment?
    /// In the order in which they were loaded.
    package let pigments: [Lot]
    package let cartridges: [String]
    /// Zones that got dots, with how many.
    package let zones: [Zone]
    package let simulated: Bool

    package init(
      session: String, number: Int64, date: WallTime, practitioner: String,
      pigment: ReportPlan.Pigment?, pigments: [Lot], cartridges: [String], zones: [Zone], simulated: Bool
    ) {
      self.session = session
      self.number = number
      self.date = date
      self.practitioner = practitioner
      self.pigment = pigment
      self.pigments = pigments
      self.cartridges = cartridges
      self.zones = zones
      self.simulated = simulated
    }
  }

  /// A lot of pigment.
  package struct Lot: Hashable, Sendable {
    package let lot: String
    /// Its last day; nil where it was not recorded.
    package let expires: String?
    package init(lot: String, expires: String? = nil) {
      self.lot = lot
      self.expires = expires
    }

    fileprivate var json: JSONObject {
      var object: JSONObject = ["lot": .string(lot)]
      if let expires { object.append("expires", .string(expires)) }
      return object
    }
  }

  package struct Zone: Hashable, Sendable {
    package let name: String
    package let dots: Int64
    package init(name: String, dots: Int64) {
      self.name = name
      self.dots = dots
    }
  }

  package let course: String
  package let sessions: [Session]

  package init(course: String, sessions: [Session]) {
    self.course = course
    self.sessions = sessions
  }

  package var json: JSONObject {
    var object: JSONObject = ["course": .string(course)]
    object.append("sessions", .array(sessions.map { .object(InkPassport.json($0)) }))
    return object
  }

  private static func json(_ session: Session) -> JSONObject {
    var object: JSONObject = [
      "session": .string(session.session), "number": .integer(session.number),
      "date": .string(UniversalTime.text(session.date)), "practitioner": .string(session.practitioner),
    ]
    if let pigment = session.pigment {
      object.append("brand", .string(pigment.brand))
      object.append("shade", .string(pigment.shade))
      object.append("dilution", .string(pigment.dilution))
    }
    object.append("pigments", .array(session.pigments.map { .object($0.json) }))
    object.append("cartridges", .array(session.cartridges.map { .string($0) }))
    object.append(
      "zones",
      .array(session.zones.map { .object(["zone": .string($0.name), "dots": .integer($0.dots)]) }))
    object.append("simulated", .bool(session.simulated))
    return object
  }

  package var html: [UInt8] {
    var page = Markup()
    page.declare()
    page.element("html", ["lang": "en"]) { page in
      SessionReport.head("Ink passport \(course)", foot: course, &page)
      page.element("body") { page in
        if sessions.contains(where: \.simulated) { SessionReport.band(&page) }
        page.element("main") { page in
          page.element("header") { page in
            page.element("p", ["class": "kind"], "Ink passport")
            page.element("h1") { page in
              page.name(pigmentNames.isEmpty ? "Pigment" : pigmentNames.joined(separator: "; "))
            }
            page.element("p", ["class": "lead"]) { page in
              page.text("Course ")
              page.name(course)
            }
          }
          table(&page)
          page.element(
            "p", ["class": "note"],
            "Keep this. Whoever asks later which pigment was used finds the lot here. Times are UTC.")
        }
      }
    }
    return page.bytes
  }

  /// Those of the sessions, each once.
  private var pigmentNames: [String] {
    var names: [String] = []
    for name in sessions.filter({ $0.pigment != nil }).map(\.pigmentName) where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  private func table(_ page: inout Markup) {
    page.element("table") { page in
      page.element("thead") { page in
        page.element("tr") { page in
          for name in [
            "Session", "Date", "Pigment", "Dilution", "Pigment lot", "Expiry", "Cartridge lot", "Practitioner",
            "Zones (dots)",
          ] { page.element("th", ["scope": "col"], name) }
        }
      }
      page.element("tbody") { page in
        for session in sessions {
          let zones = session.zones.map { "\($0.name) (\(Figures.count($0.dots)))" }.joined(separator: ", ")
          page.element("tr") { page in
            page.element("th", ["scope": "row"], String(session.number))
            page.element("td", ["class": "time"], Figures.day(session.date))
            for text in [
              session.pigmentName, session.dilution, session.pigmentLots, session.expiries, session.cartridgeLots,
              session.practitioner, zones,
            ] { page.element("td") { $0.name(text) } }
          }
        }
      }
    }
  }
}

extension InkPassport.Session {
  package var pigmentName: String { pigment.map { $0.brand + ", " + $0.shade } ?? "not known" }
  package var dilution: String { pigment?.dilution ?? "not known" }
  package var pigmentLots: String { pigments.map(\.lot).joined(separator: ", ") }
  package var cartridgeLots: String { cartridges.joined(separator: ", ") }
  package var expiries: String { pigments.map { $0.expires ?? "not recorded" }.joined(separator: ", ") }
}
