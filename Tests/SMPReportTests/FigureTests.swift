import SMPModel
import SMPRecord
import StrictJSON
import Testing

@testable import SMPReport

@Suite("Numbers of a report") struct FigureTests {
  @Test("a histogram counts every value once, in bins that read well and are never too many")
  func histogram() throws {
    var chance = ReportSample.Chance(3)
    for round: Int64 in 0..<200 {
      let values = (0..<50).map { _ in chance.below(1 + round * round * 37) - round * 100 }
      let range = try #require(Histogram.range(of: values, limits: [round * 90], least: 10))
      let bins = Histogram(values, over: range, least: 10)
      #expect(bins.total == 50 && Int64(bins.counts.count) <= Histogram.mostBins)
      #expect(bins.width >= 10 && bins.start % bins.width == 0)
      let digits = String(bins.width)
      #expect("125".contains(digits.prefix(1)) && digits.dropFirst().allSatisfy { $0 == "0" })
      for (index, count) in bins.counts.enumerated() {
        let from = bins.start + Int64(index) * bins.width
        #expect(count == Int64(values.count { $0 >= from && $0 < from + bins.width }))
      }
    }
  }

  @Test("what is outside the bins goes to the first and the last, and no values give no range")
  func edges() {
    let bins = Histogram([-100, 5, 19, 400], over: 0...20, least: 10)
    #expect(bins.start == 0 && bins.width == 10 && bins.counts == [2, 2])
    #expect(Histogram.range(of: [], limits: [1], least: 10) == nil)
    // One value has bins around it; a limit far away does not press it into one bar.
    let range = Histogram.range(of: [500], limits: [100_000], least: 10)
    #expect(range == 480...520)
    #expect(Histogram.range(of: [500], limits: [590], least: 10) == 480...600)
  }

  @Test("the nearest neighbour is the one that looking at all of them finds")
  func neighbours() {
    var chance = ReportSample.Chance(4)
    for spread: Int64 in [500, 4_000, 60_000] {
      let places = (0..<160).map { _ in
        ChartPosition(x: Int32(chance.below(spread) - spread / 2), y: Int32(chance.below(spread) - spread / 2))
      }
      let (own, earlier) = (Array(places.prefix(100)), Array(places.dropFirst(100)))
      let found = NearestNeighbours.distances(of: own, among: earlier)
      for (index, place) in own.enumerated() {
        let others = places.enumerated().filter { $0.offset != index }.map { place.squaredDistance(to: $0.element) }
        let farthest = NearestNeighbours.farthest
        let nearest = others.filter { $0 <= farthest * farthest }.min() ?? farthest * farthest
        let distance = found[index].micrometres
        #expect(distance * distance <= nearest && (distance + 1) * (distance + 1) > nearest)
      }
    }
    let lone = NearestNeighbours.distances(of: [ChartPosition(x: 0, y: 0)], among: [])
    #expect(lone == [.micrometres(NearestNeighbours.farthest)])
    let same = ChartPosition(x: 7, y: -7)
    #expect(NearestNeighbours.distances(of: [same], among: [same]) == [.zero])
  }

  @Test("density is dots over area, cut and never rounded up")
  func density() {
    let area = Area.squareMicrometres(300_000_000)
    #expect(Density.reached(by: 10, over: area).perSquareMetre == 33_333)
    #expect(Figures.density(Density.reached(by: 10, over: area)) == "3.3")
    #expect(Density.reached(by: 3, over: area) == .perSquareCentimetre(1))
    #expect(Density.reached(by: 10, over: .zero) == .zero)
    #expect(Figures.density(.perSquareMetre(9_999)) == "0.9")
  }

  @Test("amounts are written in whole numbers, cut at the last decimal")
  func amounts() {
    #expect(Figures.count(1_234_567) == "1,234,567" && Figures.count(-1_000) == "-1,000" && Figures.count(999) == "999")
    #expect(Figures.millimetres(509) == "0.50" && Figures.millimetres(-5) == "0.00")
    #expect(Figures.duration(.seconds(3_599)) == "59 min 59 s" && Figures.duration(.seconds(3_660)) == "1 h 01 min")
    #expect(Figures.amount(1_200, .spacingMinimum) == "1.20 mm")
  }

  @Test("the label of a zone stands inside it, also where the middle of its corners does not")
  func labels() throws {
    // A horseshoe: the middle of its corners is in the gap.
    let horseshoe: [(x: Int64, y: Int64)] = [
      (0, 0), (90, 0), (90, 90), (60, 90), (60, 30), (30, 30), (30, 90), (0, 90),
    ]
    let place = try #require(DotMap.inside(horseshoe))
    let isInGap = (30...60).contains(place.x) && place.y > 30
    #expect((0...90).contains(place.x) && (0...90).contains(place.y) && !isInGap)
    #expect(DotMap.inside([]) == nil)
  }
}

@Suite("Records of a report") struct SessionRecordsTests {
  @Test("an entry that cannot be understood stops the report instead of leaving a hole") func hole() throws {
    let good = try #require(Sample.stored(Sample.first).first)
    let odd = StoredEntry(number: 1, header: good.header, kind: good.kind, body: "{}", hash: good.hash)
    var records = SessionRecords(session: "C-1-1", course: "C-1")
    #expect(throws: RecordError.self) { try records.take(odd) }
  }

  @Test("dots of other courses and of later sessions are not in the report") func others() throws {
    var records = SessionRecords(session: "C-1-2", course: "C-1")
    let bodies = ReportSample.earlier(5, ["a", "b"])
    for (session, from) in [("C-1-1", 1), ("C-1-2", 100), ("C-1-3", 200)] {
      for entry in Sample.stored(bodies, session: session, from: UInt64(from)) { try records.take(entry) }
    }
    var other = SessionRecords(session: "C-2-1", course: "C-2")
    for entry in Sample.stored(bodies) { try other.take(entry) }
    #expect(records.dots.count == 5 && records.earlier.map(\.session) == ["C-1-1"])
    #expect(records.earlier[0].dots.count == 5 && records.summary.dots == 5)
    #expect(other.dots.isEmpty && other.earlier.isEmpty && other.last == nil)
  }

  @Test("the device is the one that was attached last, though another client's session saw it come") func device()
    throws
  {
    func attached(_ firmware: String) -> EntryBody {
      .deviceAttached(
        DeviceAttachedEntry(
          serial: Label(cleaning: "SN-1"), firmware: Label(cleaning: firmware), deviceSimulated: true, bootCount: 1,
          contactCount: 0, nextRecord: RecordSequence(number: 1), oldestRecord: RecordSequence(number: 1)))
    }
    var records = SessionRecords(session: "C-1-1", course: "C-1")
    let others = [attached("1.0"), attached("1.1")].enumerated().map { index, body in
      let header = EntryHeader(
        monotonic: MonotonicTime(nanoseconds: 1), wall: WallTime(milliseconds: 1), bootID: "b", clock: .virtual,
        session: "C-2-1", course: "C-2", simulated: true)
      return Entry(number: UInt64(index) + 1, header: header, body: body)
        .stored(after: ChainHead(number: UInt64(index), hash: Fingerprint(of: [])))
    }
    for entry in others + Sample.stored([Sample.opening("L")], from: 3) { try records.take(entry) }
    #expect(records.device?.firmware.text == "1.1")
    try records.take(try #require(Sample.stored([attached("1.2")], from: 4).first))
    #expect(records.device?.firmware.text == "1.2")
  }

  @Test("a pause lasts until work goes on, an uncertain one is named so, and denials go by reason and limit")
  func restsAndDenials() throws {
    let bodies: [EntryBody] = [
      Sample.opening("L"), .paused(PausedEntry()), .uncertain(UncertainEntry(reason: "restart", openGrants: 1)),
      .resumed, Sample.hard(.spacingMinimum), .denial(DenialEntry(denial: .notRunning)), Sample.hard(.spacingMinimum),
      .disarmed(DisarmedEntry(reason: "idle")),
      .denial(
        DenialEntry(denial: .beyondHard(key: .spacingMinimum, requested: 900, limit: 1_200, source: .plan))),
    ]
    var records = SessionRecords(session: "C-1-1", course: "C-1")
    for entry in Sample.stored(bodies) { try records.take(entry) }
    let figures = SessionFigures(ReportInput(records: records, plan: nil, isChainVerified: true))
    #expect(figures.rests.map(\.kind) == [.uncertain, .disarmed])
    #expect(figures.rests.map { ($0.to - $0.from).seconds } == [2, 0])
    #expect(figures.denials.map(\.count) == [3, 1])
    #expect(figures.denials[0].farthest == 0 && figures.denials[0].limit == 1_200)
    #expect(figures.tooNear == nil)
  }
}
