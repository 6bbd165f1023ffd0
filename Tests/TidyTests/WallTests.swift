import Testing

@Suite struct WallTests {
  private static let manifest = Manifest(Repository.here["Package.swift"]?.swift ?? SwiftText(""))

  @Test("the manifest is understood") func manifestIsRead() {
    let manifest = Manifest(
      SwiftText(
        """
        func room(_ wing: String, _ name: String) -> Target { .target(name: name, path: "Sources/x") }
        let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
        targets: [
          room("Core", "A"),
          room("Core", "B", ["A", crypto, .product(name: "Q", package: "q")], resources: [.copy("x")]),
          .target(name: "C", path: "Sources/Shims/C"),
          .executableTarget(name: "bench", dependencies: ["B"], path: "Benchmarks/B"),
          program("p", ["B"]), tests("ATests", ["A"]), bench("bench-x", "X", ["A"]),
        ]
        """))
    #expect(manifest.targets.map(\.name) == ["A", "B", "C", "bench", "p", "ATests", "bench-x"])
    #expect(manifest["B"]?.arrows == ["A", "Crypto", "Q"])
    #expect(manifest["C"]?.path == "Sources/Shims/C")
    #expect(manifest.owner(of: "Benchmarks/X/main.swift")?.name == "bench-x")
    #expect(manifest.owner(of: "Benchmarks/B/main.swift")?.name == "bench")
    #expect(Walls.reach(of: "p", in: manifest) == ["B", "A", "Crypto", "Q"])
  }

  @Test("imports follow the arrows; pure targets import nothing impure") func importsFollowTheArrows() {
    for room in Walls.rooms {
      for file in Repository.here.files where file.isUnder([room.folder]) {
        for finding in Walls.crossings(file, in: room) { Issue.record("\(finding)") }
      }
    }
  }

  @Test(
    "an import through a wall is found",
    arguments: [
      "import Foundation", "package import struct Foundation.Data", "@_exported import Glibc",
      "internal import SMPLink",
    ]) func crossingIsFound(_ line: String) throws
  {
    let room = try #require(Walls.rooms.first { $0.name == "SMPGuard" })
    let file = SourceFile(path: room.folder + "/A.swift", text: line + "\n")
    #expect(Walls.crossings(file, in: room).count == 1)
    let allowed = SourceFile(path: room.folder + "/A.swift", text: "// \(line)\npackage import SMPModel\n")
    #expect(Walls.crossings(allowed, in: room).isEmpty)
  }

  @Test("the manifest's arrows are those of the table, and every target has its row") func arrowsAreDeclared() {
    for target in Self.manifest.targets where target.path.hasPrefix("Sources/") {
      guard let room = Walls.rooms.first(where: { $0.folder == target.path }) else {
        Issue.record("\(target.name) at \(target.path) has no row in Walls.swift: say there what it may know")
        continue
      }
      let beyond = Set(target.arrows).subtracting(room.arrows).subtracting(room.outside)
      #expect(beyond.isEmpty, "Package.swift lets \(target.name) reach \(beyond.sorted()): no arrow leads there")
    }
    for room in Walls.rooms where Self.manifest[room.name]?.path != room.folder {
      Issue.record("\(room.folder) has a row in Walls.swift and no target in Package.swift")
    }
  }

  @Test("S11 the simulator is fenced: smpd holds none, smpsim no USB host code") func fences() {
    for fence in Walls.fences where Walls.reach(of: fence.from, in: Self.manifest).contains(fence.never) {
      Issue.record("\(fence.from) reaches \(fence.never): \(fence.reason)")
    }
    #expect(Walls.reach(of: "smpsim", in: Self.manifest).contains("SMPSimulator"), "the arrows could not be followed")
  }

  @Test("no dead files: every Swift source belongs to a target") func noDeadFiles() {
    let sources = Repository.here.swiftFiles.filter { $0.path != "Package.swift" }
    #expect(sources.count > 100, "the sources could not be found")
    for source in sources where Self.manifest.owner(of: source.path) == nil {
      Issue.record("\(source.path) belongs to no target of Package.swift")
    }
    for target in Self.manifest.targets where !Repository.here.has(target.path) {
      Issue.record("target \(target.name) has no files at \(target.path)")
    }
  }
}
