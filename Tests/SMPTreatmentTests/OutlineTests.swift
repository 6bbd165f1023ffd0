import SMPModel
import SMPTreatment
import Testing

/// Outlines as the compiler accepts or refuses them; the geometry is reached only through it.
@Suite struct OutlineTests {
  private func position(_ x: Int32, _ y: Int32) -> ChartPosition { ChartPosition(x: x * 1_000, y: y * 1_000) }

  private func findings(_ corners: [ChartPosition]) -> [PlanFinding] {
    Drafts.withZones([Drafts.zone("pad", corners)]).compile(site: nil).findings
  }

  private func outlineFinding(_ corners: [ChartPosition]) -> OutlineFinding? {
    for finding in findings(corners) {
      if case .outline(let outline) = finding.kind { return outline }
    }
    return nil
  }

  private func overlap(_ one: [ChartPosition], _ other: [ChartPosition]) -> Bool {
    let draft = Drafts.withZones([Drafts.zone("pad", one), Drafts.zone("other", other)])
    return draft.compile(site: nil).findings.contains {
      $0.kind == .outline(.overlaps("pad")) && $0.place == .outline(zone: 1)
    }
  }

  @Test("S13 an outline that crosses itself is refused, with the two sides") func crossing() {
    let bow = [position(0, 0), position(30, 30), position(30, 0), position(0, 30)]
    #expect(outlineFinding(bow) == .sidesCross(0, 2))
    let shifted = [position(0, 0), position(30, 0), position(30, 30), position(20, -5), position(0, 30)]
    #expect(outlineFinding(shifted) == .sidesCross(0, 2))
  }

  @Test("S13 an outline that touches itself, folds back or repeats a corner is refused") func touching() {
    let touching = [position(0, 0), position(30, 0), position(30, 30), position(15, 0), position(0, 30)]
    #expect(outlineFinding(touching) == .sidesCross(0, 2))
    let spike = [position(0, 0), position(30, 0), position(40, 0), position(20, 0), position(20, 30)]
    #expect(outlineFinding(spike) == .sidesCross(0, 2))
    let folded = [position(0, 0), position(30, 0), position(10, 0), position(10, 30)]
    #expect(outlineFinding(folded) == .sidesCross(0, 1))
    let again = [position(0, 0), position(30, 0), position(30, 30), position(0, 0), position(0, 30)]
    #expect(outlineFinding(again) == .cornerRepeated(corner: 0, again: 3))
    let closed = Drafts.square(0, 0, 30_000) + [position(0, 0)]
    #expect(outlineFinding(closed) == .cornerRepeated(corner: 0, again: 4))
  }

  @Test("S13 too few, too many, too far, too small: refused at the bound and not before") func bounds() {
    #expect(outlineFinding([position(0, 0), position(30, 0)]) == .tooFewCorners(2))
    #expect(outlineFinding([]) == .tooFewCorners(0))
    #expect(outlineFinding(comb(corners: Bounds.outlineCorners + 2)) == .tooManyCorners(Bounds.outlineCorners + 2))
    #expect(outlineFinding(comb(corners: Bounds.outlineCorners)) == nil)
    let extent = Int32(Bounds.chartExtent.micrometres)
    let far = [ChartPosition(x: 0, y: 0), ChartPosition(x: extent + 1, y: 0), ChartPosition(x: 0, y: 30_000)]
    #expect(outlineFinding(far) == .beyondChart)
    let widest = [ChartPosition(x: .min, y: .min), ChartPosition(x: .max, y: 0), ChartPosition(x: 0, y: .max)]
    #expect(outlineFinding(widest) == .beyondChart)
    let edge = [ChartPosition(x: -extent, y: -extent), ChartPosition(x: extent, y: 0), ChartPosition(x: 0, y: extent)]
    #expect(outlineFinding(edge) == nil)
    // 3.162 mm square: 9.998 mm². 3.163: 10.005.
    #expect(outlineFinding(Drafts.square(0, 0, 3_162)) == .areaTooSmall(.squareMicrometres(9_998_244)))
    #expect(outlineFinding(Drafts.square(0, 0, 3_163)) == nil)
  }

  /// A comb with an even number of corners along a base line; simple.
  private func comb(corners: Int) -> [ChartPosition] {
    let teeth = (corners - 2)
    var list = (0..<teeth).map { ChartPosition(x: Int32($0) * 1_000, y: $0.isMultiple(of: 2) ? 0 : 20_000) }
    list.append(ChartPosition(x: Int32(teeth) * 1_000, y: -10_000))
    list.append(ChartPosition(x: 0, y: -10_000))
    return list
  }

  @Test("An outline is kept in positive order, whichever way it was drawn") func orientation() throws {
    let square = Drafts.square(0, 0, 30_000)
    for corners in [square, Array(square.reversed())] {
      let plan = try #require(Drafts.withZones([Drafts.zone("pad", corners)]).compile(site: nil).plan)
      #expect(plan.zones[0].outline.twiceSignedArea == 1_800_000_000)
      #expect(plan.zones[0].area == .squareMicrometres(900_000_000))
    }
  }

  @Test("S13 overlapping zones are refused: crossing, inside, equal, through corners") func overlaps() {
    let square = Drafts.square(0, 0, 30_000)
    #expect(overlap(square, Drafts.square(15_000, 15_000, 30_000)))
    #expect(overlap(square, Drafts.square(10_000, 10_000, 5_000)))
    #expect(overlap(Drafts.square(10_000, 10_000, 5_000), square))
    #expect(overlap(square, square))
    #expect(overlap(square, Array(square.reversed())))
    // One micrometre is enough.
    #expect(overlap(square, Drafts.square(29_999, 0, 30_000)))
    // No sides cross: the other runs through two corners of the square.
    let through = [position(-10, -10), position(40, 40), position(40, -10)]
    #expect(overlap(square, through))
    // Inside, with all corners on the border.
    let diamond = [position(15, 0), position(30, 15), position(15, 30), position(0, 15)]
    #expect(overlap(square, diamond))
    // A band across, meeting the border only from outside to outside along shared lines.
    let band = [position(-5, 0), position(35, 0), position(35, 30), position(-5, 30)]
    #expect(overlap(square, band))
  }

  @Test("Neighbours may share a border, a part of one, or a corner") func neighbours() {
    let square = Drafts.square(0, 0, 30_000)
    #expect(!overlap(square, Drafts.square(30_000, 0, 30_000)))
    #expect(!overlap(square, Drafts.square(30_000, 10_000, 5_000)))
    #expect(!overlap(square, Drafts.square(30_000, 30_000, 5_000)))
    #expect(!overlap(square, Drafts.square(31_000, 0, 30_000)))
    // A frame with a notch, and a block that fills the notch exactly.
    let notched = [
      position(0, 0), position(30, 0), position(30, 30), position(20, 30), position(20, 10), position(10, 10),
      position(10, 30), position(0, 30),
    ]
    let block = [position(10, 10), position(20, 10), position(20, 30), position(10, 30)]
    #expect(!overlap(notched, block))
    #expect(overlap(notched, Drafts.square(9_999, 15_000, 4_000)))
  }

  @Test("Both halves of any cut polygon are neighbours; either half and the whole overlap") func halves() {
    for seed in UInt64(1)...200 {
      var random = Seeded(seed)
      let star = star(&random, at: position(0, 0))
      let cut = Int.random(in: 2...(star.count - 2), using: &random)
      // A star is seen whole from its centre, so a cut through the centre meets its border at two corners only.
      let centre = position(0, 0)
      let one = Array(star[0...cut]) + [centre]
      let other = Array(star[cut...]) + [star[0], centre]
      if outlineFinding(one) != nil || outlineFinding(other) != nil { continue }
      #expect(!overlap(one, other), "seed \(seed)")
      #expect(overlap(star, one), "seed \(seed)")
      #expect(overlap(other, star), "seed \(seed)")
    }
  }

  @Test("A point of both zones means an overlap, by an oracle that only samples") func sampled() {
    var met = 0
    for seed in UInt64(1)...200 {
      var random = Seeded(seed)
      let one = star(&random, at: position(0, 0))
      let shift = position(Int32.random(in: -50...50, using: &random), Int32.random(in: -50...50, using: &random))
      let other = star(&random, at: shift)
      guard outlineFinding(one) == nil, outlineFinding(other) == nil else { continue }
      guard let witness = commonPoint(one, other) else { continue }
      met += 1
      #expect(overlap(one, other), "seed \(seed), point \(witness)")
    }
    #expect(met > 50)
  }

  private func star(_ random: inout Seeded, at centre: ChartPosition) -> [ChartPosition] {
    // Directions in order around the centre, exact enough without trigonometry: the border of a square.
    let border: [(Int32, Int32)] = [
      (4, 0), (4, 2), (4, 4), (2, 4), (0, 4), (-2, 4), (-4, 4), (-4, 2), (-4, 0), (-4, -2), (-4, -4), (-2, -4),
      (0, -4), (2, -4), (4, -4), (4, -2),
    ]
    return border.map { x, y in
      let reach = Int32.random(in: 1_000...8_000, using: &random)
      return ChartPosition(x: centre.x + x * reach, y: centre.y + y * reach)
    }
  }

  /// Samples quarter positions that lie on no corner's row, with the winding counted by quadrants.
  private func commonPoint(_ one: [ChartPosition], _ other: [ChartPosition]) -> (Double, Double)? {
    for x in stride(from: -80_000.37, to: 80_000, by: 2_711.3) {
      for y in stride(from: -80_000.61, to: 80_000, by: 2_917.7) where inside(x, y, one) && inside(x, y, other) {
        return (x, y)
      }
    }
    return nil
  }

  private func inside(_ x: Double, _ y: Double, _ corners: [ChartPosition]) -> Bool {
    var inside = false
    var last = corners[corners.count - 1]
    for corner in corners {
      let (ax, ay, bx, by) = (Double(last.x), Double(last.y), Double(corner.x), Double(corner.y))
      if (ay > y) != (by > y), x < (bx - ax) * (y - ay) / (by - ay) + ax { inside.toggle() }
      last = corner
    }
    return inside
  }
}
