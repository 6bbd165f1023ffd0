import SMPModel
import SMPPlanFile
import SMPTreatment
import Testing

@Suite struct ExampleTests {
  @Test("Both examples check without a finding, with and without site limits")
  func clean() {
    for text in [PlanDocument.exampleText, PlanDocument.smallExampleText] {
      #expect(Documents.parse(text).problems == [])
      #expect(Documents.parse(text, site: nil).problems == [])
      #expect(Documents.parse(text).plan != nil)
    }
  }

  @Test("The example is the course it says it is")
  func course() throws {
    let plan = try #require(Documents.parse(PlanDocument.exampleText).plan)
    #expect(plan.pattern == .norwood(.four))
    #expect(plan.sessions.count == 3)
    #expect(plan.zones.count >= 6)
    let estimate = PlanEstimate(plan)
    #expect((500...540).contains(estimate.area.squareMicrometres / 100_000_000))
    for session in estimate.sessions { #expect((12_000...15_000).contains(session.dots)) }
    #expect((6...10).contains(estimate.seconds / 3_600))
    #expect(plan.profile(course: "C-1", planDigest: [], session: 3)?.zones.count == 9)
  }

  @Test("The example can be reached by hand, with 0.1 mm of position error added to every spacing")
  func reachable() throws {
    for text in [PlanDocument.exampleText, PlanDocument.smallExampleText] {
      for session in try #require(Documents.parse(text).plan).sessions {
        for zone in session.zones {
          let spacing = zone.spacing.micrometres + 100
          #expect(spacing * spacing * zone.density.perSquareMetre <= 620_000_000_000, "\(session.number) \(zone.name)")
          #expect(zone.localDensity.perSquareMetre * 10 >= zone.density.perSquareMetre * 12)
        }
      }
    }
  }

  @Test("The practice plan stays small")
  func practice() throws {
    let plan = try #require(Documents.parse(PlanDocument.smallExampleText).plan)
    #expect(plan.zones.map { $0.area.squareMicrometres } == [900_000_000, 400_000_000])
    #expect(plan.sessions.map { $0.dots } == [30, 29])
    #expect(plan.sessions.map { $0.zoneOrder } == [.strict, .free])
    #expect(plan.skin == .practice)
    #expect(plan.pattern == nil)
  }

  @Test("A plan written out reads back as the same plan, whatever its text holds")
  func roundTrip() throws {
    var texts = [PlanDocument.exampleText, PlanDocument.smallExampleText]
    texts.append(
      Documents.replaced(
        PlanDocument.smallExampleText, "title: Practice pad", #"title: "quote \" back \\ hash # & *star é 💡: x""#))
    texts.append(Documents.small("fitzpatrick: none", "ludwig: II\nfitzpatrick: VI"))
    texts.append(Documents.small("[-35, -15]", "[-35.123, -15.001]"))
    texts.append(Documents.small("speed: 100 Hz", "speed: 100.001 Hz"))
    for text in texts {
      let plan = try #require(Documents.parse(text).plan)
      let written = PlanDocument.text(of: plan)
      let again = Documents.parse(written)
      #expect(again.plan == plan)
      #expect(again.problems == [])
      #expect(again.plan.map { PlanDocument.text(of: $0) } == written)
    }
  }

  @Test("Values are read exactly, to the finest digit, without a unit changing them")
  func exact() throws {
    let text = Documents.small("depth-range: 0.4 mm to 0.6 mm", "depth-range: 0.499 to 0.501 mm")
    let zone = try #require(Documents.parse(text).plan).sessions[0].zones[0]
    #expect(zone.depth == .micrometres(500))
    #expect(zone.depthRange == .micrometres(499)...(.micrometres(501)))
    #expect(zone.speedRange == .millihertz(90_000)...(.millihertz(110_000)))
    #expect(zone.dwell == .milliseconds(80))
    #expect(zone.spacing == .micrometres(1_500))
    #expect(zone.density == .perSquareMetre(25_000))
    let squared = Documents.small("density: 2.5 /cm2", "density: 2.5000 /cm²")
    #expect(try #require(Documents.parse(squared).plan).sessions[0].zones[0].density == .perSquareMetre(25_000))
    let finest = Documents.small("density: 2.5 /cm2", "density: 2.5001 /cm2")
    #expect(try #require(Documents.parse(finest).plan).sessions[0].zones[0].density == .perSquareMetre(25_001))
  }

  @Test("Windows line ends and a byte order mark change nothing")
  func lineEnds() {
    let text = PlanDocument.smallExampleText
    let windows = text.unicodeScalars.map { $0 == "\n" ? "\r\n" : String($0) }.joined()
    let plan = Documents.parse(text).plan
    #expect(Documents.parse(windows).plan == plan)
    #expect(Documents.parse("\u{FEFF}" + text).plan == plan)
    let spoilt = Documents.replaced("\u{FEFF}" + windows, "dwell: 80 ms", "dwell: 80")
    let problem = Documents.parse(spoilt).problems.first
    let place = Documents.place("dwell: 80", in: PlanDocument.smallExampleText)
    #expect(problem?.line == place.line)
    #expect(problem?.column == place.column + 7)
  }
}
