import Foundation
import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import Testing

@testable import SMPDaemon

/// Presets from a directory, into the plans that are taken in.
@Suite struct PresetImportTests {
  private func library(_ desk: DiagnosisTests.Desk) throws -> Library {
    let folder = desk.directory.appending(path: "presets")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    let preset = "schema: 1\nabout: For the edge\nsessions:\n  - session: 1\n    depth: 0.4 mm\n    dwell: 60 ms\n"
    try Data(preset.utf8).write(to: folder.appending(path: "edge.yaml"))
    try Data("schema: 1\nnonsense: 2\n".utf8).write(to: folder.appending(path: "broken.yaml"))
    try Data(count: PresetFile.maximumBytes + 1).write(to: folder.appending(path: "huge.yaml"))
    try Data("notes".utf8).write(to: folder.appending(path: "notes.txt"))
    return Library(
      store: desk.store, limitsPath: desk.limitsPath, presetsPath: folder.path, salts: Salts(simulatedSeed: 1),
      sealing: desk.sealing)
  }

  /// The practice plan, in which the edge's first session leaves depth and dwell to its preset.
  private static let text = PlanDocument.smallExampleText
    .replacing("  - name: edge\n", with: "  - name: edge\n    preset: edge\n")
    .replacing(
      "        depth: 0.4 mm\n        speed: 100 Hz\n        dwell: 60 ms\n        spacing: 1.2 mm\n        density: 3 /cm2",
      with: "        speed: 100 Hz\n        spacing: 1.2 mm\n        density: 3 /cm2")

  @Test("S13 presets are listed with what keeps them from being used; without a directory there are none") func list()
    throws
  {
    let desk = try DiagnosisTests.Desk()
    #expect(desk.library.listPresets().presets.isEmpty)
    let presets = try library(desk).listPresets().presets
    #expect(presets.map(\.name) == ["broken", "edge", "huge"])
    #expect(presets[1] == .init(name: "edge", about: "For the edge", sessions: 1))
    #expect(presets[0].problem != nil && presets[2].problem != nil)
  }

  @Test("a plan is taken in whole, and is the same course again; without its preset it is refused") func imported()
    throws
  {
    let desk = try DiagnosisTests.Desk()
    let library = try library(desk)
    #expect(!library.checkPlan(Self.text.replacing("preset: edge", with: "preset: egde")).valid)
    #expect(throws: Failure.self) { try desk.library.importPlan(Self.text) }
    let (reply, step) = try library.importPlan(Self.text)
    guard case .write(let draft) = step, let stored = draft.plan else {
      Issue.record("nothing is to be written")
      return
    }
    let whole = String(decoding: stored.text, as: UTF8.self)
    #expect(whole.contains("        depth: 0.4 mm   # preset edge\n        dwell: 60 ms   # preset edge\n"), "\(whole)")
    #expect(PlanDocument.parse(stored.text).plan != nil, "and means the same without the directory")
    #expect(library.checkPlan(Self.text).summary?.sha256 == stored.sha256.hex)
    try desk.note(draft.body, course: draft.course, plans: [stored])
    library.endsImport(try #require(reply.course))
    let again = try library.importPlan(Self.text).0
    #expect(again.known && again.course == reply.course)
    let (amended, amendment) = try library.amendPlan(
      .init(
        course: try #require(reply.course), text: Self.text.replacing("dots: 10\n", with: "dots: 9\n"), by: "N",
        reason: "R"))
    #expect(amended.changes.allSatisfy { $0.place.contains("dots") })
    #expect(amendment.plan.map { String(decoding: $0.text, as: UTF8.self).contains("# preset edge") } == true)
  }
}
