import Testing

/// Rules can be taken out in the debug build alone, and in one place.
@Suite struct RemovableRuleTests {
  static let condition = "SMP_REMOVABLE_RULES"
  private static let rules = "Sources/Core/SMPModel/KeptRules.swift"

  @Test("the manifest defines the condition for debug builds and no others") func definedForDebug() throws {
    let manifest = try #require(Repository.here["Package.swift"]?.text)
    let lines = manifest.split(separator: "\n").filter { $0.contains(Self.condition) }
    #expect(lines.count == 1)
    #expect(lines.allSatisfy { $0.contains(".define(\"\(Self.condition)\", .when(configuration: .debug))") })
  }

  @Test("outside of KeptRules.swift the condition holds copies for the explorer and nothing else")
  func copiesAlone() throws {
    let users = Repository.here.swiftFiles.filter { $0.isUnder(["Sources"]) && $0.text.contains(Self.condition) }
    #expect(users.contains { $0.path == Self.rules }, "the rules could not be found")
    for user in users where user.path != Self.rules {
      let blocks = user.text.split(separator: "#if \(Self.condition)\n").dropFirst()
      for block in blocks {
        let body = block.prefix { $0 != "#" }
        let declares = body.split(separator: "\n").filter { $0.contains("init(") || $0.contains("func ") }
        #expect(
          declares.count == 1 && declares.allSatisfy { $0.contains("init(copying other: borrowing") }, "\(user.path)")
        #expect(block.dropFirst(body.count).hasPrefix("#endif"), "\(user.path) has an #else")
      }
    }
  }

  @Test("in a release build every rule is kept: there the question has one answer") func keptInRelease() throws {
    let text = try #require(Repository.here[Self.rules]?.text)
    let branch = try #require(text.split(separator: "#else\n").last?.prefix { $0 != "#" })
    let code = branch.split(separator: "\n").map { $0.trimmed }.filter { !$0.isEmpty }
    #expect(
      code == [
        "package init() {}",
        "package func callAsFunction(_ rule: RemovableRule) -> Bool { true }",
      ])
  }
}

extension Substring {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
