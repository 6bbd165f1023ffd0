import SMPTreatment
import Testing

@testable import SMPPlanFile

/// What lies between two versions of a plan, in the plan's own words.
@Suite struct PlanDifferenceTests {
  private func plan(_ text: String) throws -> Plan { try #require(PlanDocument.parse(Array(text.utf8)).plan) }

  private func changes(_ text: String, done: Int = 0) throws -> PlanDifference {
    PlanDifference(from: try plan(PlanDocument.smallExampleText), to: try plan(text), sessionsDone: done)
  }

  @Test("the same plan in other words, orders of keys and remarks is no change")
  func none() throws {
    let example = try plan(PlanDocument.smallExampleText)
    #expect(try changes(PlanDocument.smallExampleText + "# remark\n").changes.isEmpty)
    #expect(try changes(PlanDocument.text(of: example)).changes.isEmpty)
  }

  @Test("a value, a range that followed it, a zone that is gone, a session that is new")
  func some() throws {
    let text = PlanDocument.smallExampleText
    #expect(
      try changes(text.replacing("shade: Practice black", with: "shade: Grey")).changes == [
        PlanChange(place: "pigment shade", before: "\"Practice black\"", after: "\"Grey\"")
      ])
    let deeper = try changes(text.replacing("depth: 0.4 mm", with: "depth: 0.45 mm")).changes
    #expect(deeper.contains(PlanChange(place: "session 1, edge: depth", before: "0.4 mm", after: "0.45 mm")))
    #expect(
      deeper.contains(
        PlanChange(place: "session 1, edge: depth-range", before: "0.4 mm to 0.4 mm", after: "0.45 mm to 0.45 mm")))
    let second = try #require(text.firstRange(of: "  - session: 2"))
    let shorter = try changes(String(text[..<second.lowerBound])).changes
    #expect(shorter.contains(PlanChange(place: "session 2, edge: dots", before: "9", after: nil)))
    #expect(shorter.allSatisfy { $0.after == nil && $0.place.hasPrefix("session 2") })
  }

  @Test("S12 every value of a session that is over, of its zones and the client rewrites what was done; no other does")
  func rewriting() throws {
    let text = PlanDocument.smallExampleText
    let deeper = text.replacing("depth: 0.4 mm", with: "depth: 0.45 mm")
    #expect(try changes(deeper, done: 0).rewriting.isEmpty)
    let places = try changes(deeper, done: 1).rewriting.map(\.place)
    #expect(places == ["session 1, edge: depth", "session 1, edge: depth-range"])
    #expect(try changes(deeper, done: 2).rewriting.count == 4)
    let moved = text.replacing("[25, -10]", with: "[24, -10]")
    #expect(try changes(moved, done: 0).rewriting.isEmpty)
    #expect(try changes(moved, done: 1).rewriting.map(\.place) == ["zone edge: outline"])
    let other = text.replacing("client: PRACTICE-1", with: "client: OTHER")
    #expect(try changes(other, done: 0).rewriting.map(\.place) == ["client"])
    #expect(try changes(text.replacing("title: Practice pad", with: "title: Pad"), done: 2).rewriting.isEmpty)
  }
}
