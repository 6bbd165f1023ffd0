import Foundation
import SMPModel
import SMPRecord
import StrictJSON
import Testing

@testable import SMPReport

@Suite("Session report") struct ReportPageTests {
  static let hostile = [
    "<script>alert(1)</script>", "\"><img src=\"http://x.invalid/a.png\" onerror=\"alert(1)\">", "'; } </style><b>",
    "\u{202E}gnirts\u{2066}", "שלום עולם", "مرحبا بالعالم", "a&amp;b &lt;", "\u{0}\u{1B}[31m\u{FFFE}", "]]><!-- -->",
    "javascript:alert(1)", String(repeating: "x", count: 10_240), String(repeating: "長", count: 3_000),
  ]

  private func page(_ input: ReportInput) throws -> JSONObject {
    let folder = try PageFolder()
    try folder.write("report.html", SessionReport.html(input))
    return try Tool.judge("parse", folder.path + "/report.html")
  }

  @Test("numbers on the page are those of the records, and everything is well-formed and reaches out to nothing")
  func numbers() throws {
    let input = ReportSample.input(dots: 300, earlier: 120)
    let page = try page(input)
    #expect(page["problems"] == [] && page["outside"] == [])
    #expect(page["names"]?.array?.contains("script") == false)
    let zones = try #require(page["zones"]?.object)
    for (index, name) in ["frontal", "vertex"].enumerated() {
      let own = input.records.dots.count { Int($0.zone.number) == index }
      let all = own + input.records.earlier[0].dots.count { Int($0.zone.number) == index }
      let row = try #require(zones[name]?.object)
      #expect(row["dots"] == .string(String(own)) && row["all"] == .string(String(all)))
      // 200 by 150 mm are 0.03 m².
      #expect(row["density-per-square-metre"] == .string(String(all * 100 / 3)))
    }
    #expect(page["drawn"]?.object == ["earlier": 120, "now": 299, "presumed": 1])
    #expect(page["denials"]?.integer == Int64(input.records.denied.count))
    let charts = try #require(page["charts"]?.object)
    #expect(charts["Depth"] == 299 && charts["Speed"] == 300)
    #expect(page["figures"]?.object?["dots"] == "300" && page["figures"]?.object?["faults"] == "1")
    let text = try #require(page["text"]?.string)
    for words in [
      "A plan", "A. Practitioner", "LOT 7", "K-9", "SN-1", "Simulated.", "Too close to another dot", "motor stuck",
      "Protective stop", "Paused", "2025-11-27", "Soft limit confirmed: depth-maximum", "session 1, 120 dots",
    ] { #expect(text.contains(words), "\(words)") }
  }

  @Test("S12 a contact whose place nobody knows is said, and pulls nothing off the map") func unplaced() {
    let input = ReportSample.input(dots: 60)
    func frame(_ page: [UInt8]) -> String? {
      String(decoding: page, as: UTF8.self).firstMatch(of: /viewBox="([-0-9 ]+)" role="img"/).map {
        String($0.output.1)
      }
    }
    var records = input.records
    let contact = EntryBody.unbiddenContact(
      UnbiddenContactEntry(
        sequence: RecordSequence(number: 9), zone: ZoneIndex(number: 0), position: ChartPosition(x: .min, y: .min),
        depthReported: .micrometres(300), speedReported: .millihertz(100_000), dwell: .milliseconds(5), strokes: 1))
    let entry = Sample.entries([contact], session: ReportSample.session, from: 9_000)[0]
    records.take(entry, ChainHead(number: 9_000, hash: Fingerprint(of: [3])), disclosed: [:])
    let page = SessionReport.html(
      ReportInput(
        records: records, plan: input.plan, limits: input.limits, isChainVerified: true, visits: input.visits))
    #expect(frame(page) != nil && frame(page) == frame(SessionReport.html(input)))
    #expect(String(decoding: page, as: UTF8.self).contains("of which nobody knows the place of 1"))
  }

  @Test("S13 hostile names are text and nothing else", arguments: hostile) func names(_ name: String) throws {
    let input = ReportSample.input(
      dots: 20, earlier: 5, names: ["1" + name, "2" + name], person: name, title: name, lot: name)
    let page = try page(input)
    let plain = try self.page(ReportSample.input(dots: 20, earlier: 5))
    #expect(page["problems"] == [] && page["outside"] == [] && page["names"] == plain["names"])
    #expect(page["elements"] == plain["elements"])
    #expect(try #require(page["bytes"]?.integer) < 100_000)
    let text = try #require(page["text"]?.string)
    for scalar in text.unicodeScalars {
      #expect(![.control, .format].contains(scalar.properties.generalCategory))
    }
  }

  @Test("S11 a simulated session says so; one that was not does not") func simulated() throws {
    let bytes = SessionReport.html(ReportSample.input(dots: 5))
    #expect(String(decoding: bytes, as: UTF8.self).contains("class=\"band\""))
    var records = SessionRecords(session: "C-1-1", course: "C-1")
    for entry in Sample.stored(Sample.first) {
      let old = entry.header
      let header = EntryHeader(
        monotonic: old.monotonic, wall: old.wall, bootID: old.bootID, clock: .synchronised, session: old.session,
        course: old.course, simulated: false)
      try records.take(
        StoredEntry(number: entry.number, header: header, kind: entry.kind, body: entry.body, hash: entry.hash))
    }
    let real = SessionReport.html(ReportInput(records: records, plan: nil, isChainVerified: true))
    #expect(!String(decoding: real, as: UTF8.self).contains("imulat" + "ed.<"))
    #expect(!String(decoding: real, as: UTF8.self).contains("class=\"band\""))
  }

  @Test("the same records give the same bytes; an open session without dots or plan is a page too") func same() throws {
    let input = ReportSample.input(dots: 50, earlier: 10)
    #expect(SessionReport.html(input) == SessionReport.html(input))
    #expect(SessionReport.html(input) == SessionReport.html(ReportSample.input(dots: 50, earlier: 10)))
    var records = SessionRecords(session: "C-1-1", course: "C-1")
    try records.take(try #require(Sample.stored([Sample.opening("L")]).first))
    let page = try page(ReportInput(records: records, plan: nil, isChainVerified: false))
    #expect(page["problems"] == [])
    #expect(page["text"]?.string?.contains("not verified") == true)
  }

  @Test("a plan that is not the one the session stood on is called so") func otherPlan() throws {
    let input = ReportSample.input(dots: 5)
    let plan = try #require(input.plan)
    let other = ReportPlan(
      title: plan.title, sha256: Fingerprint(of: [9]), pigment: nil, zones: plan.zones, sessions: plan.sessions)
    func text(_ plan: ReportPlan) -> String {
      let input = ReportInput(records: input.records, plan: plan, isChainVerified: true)
      return String(decoding: SessionReport.html(input), as: UTF8.self)
    }
    #expect(text(other).contains("is not the document") && !text(plan).contains("is not the document"))
  }

  @Test("nothing says that the needle stays out without leave where it did not") func unbidden() throws {
    func text(_ contacts: Int) throws -> String {
      var records = SessionRecords(session: "C-1-1", course: "C-1")
      let contact = EntryBody.unbiddenContact(
        UnbiddenContactEntry(
          sequence: RecordSequence(number: 9), zone: nil, position: ChartPosition(x: 0, y: 0),
          depthReported: .micrometres(300), speedReported: .millihertz(100_000), dwell: .milliseconds(5), strokes: 1))
      let bodies = [Sample.opening("L"), Sample.hard(.spacingMinimum)] + Array(repeating: contact, count: contacts)
      for entry in Sample.stored(bodies) { try records.take(entry) }
      let input = ReportInput(records: records, plan: nil, isChainVerified: true)
      return try #require(try page(input)["text"]?.string)
    }
    #expect(try text(0).contains("without leave the needle stays out"))
    let said = try text(2)
    #expect(!said.contains("stays out") && said.contains("without leave all the same, 2 times"))
    #expect(said.contains("without those of the client's other courses"))
  }

  @Test("an ink passport has every session's lot, in HTML and JSON") func passport() throws {
    let name = Self.hostile[0]
    let session = InkPassport.Session(
      session: "C-1-1", number: 1, date: WallTime(milliseconds: 1_763_849_880_123), practitioner: name,
      pigment: .init(brand: "Example", shade: "Ash 2", dilution: "1:8"), pigments: [.init(lot: "LOT <7>")],
      cartridges: ["K-9", "K-9/2"], zones: [.init(name: "vertex", dots: 1_200)],
      simulated: false)
    let passport = InkPassport(course: "C-1", sessions: [session])
    let folder = try PageFolder()
    try folder.write("passport.html", passport.html)
    let page = try Tool.judge("parse", folder.path + "/passport.html")
    #expect(page["problems"] == [] && page["outside"] == [])
    #expect(
      page["text"]?.string?.contains("Example, Ash 21:8LOT <7>not recordedK-9, K-9/2\(name)vertex (1,200)") == true)
    let row = try #require(passport.json["sessions"]?.array?.first?.object)
    #expect(row["pigments"] == [["lot": "LOT <7>"]] && row["cartridges"] == ["K-9", "K-9/2"])
    #expect(row["brand"] == "Example")
  }
}
