import Testing

@Suite struct LengthTests {
  @Test("files and functions are short, except what the ratchets name exactly") func holds() {
    let measures = Repository.here.files.flatMap(Lengths.excesses)
    for finding in Lengths.findings(measures, Lengths.ratchets) { Issue.record("\(finding)") }
  }

  @Test("a function is measured from its keyword to its last brace") func measures() {
    let text = SwiftText(
      """
      protocol P {
        func none()
        var value: Int { get }
      }
      struct S {
        let stored = { 1 }()
        init(_ a: Int = 3, b: () -> Void = {}) throws(E) {
          if a { b() }
        }
        func long<T>(
          _ text: String = "}"
        ) -> T where T: P {
          // }
          if true {
          }
        }
        static func == (a: S, b: S) -> Bool { true }
        subscript(i: Int) -> Int { i }
      }
      """)
    let found = Lengths.functions(text).map { "\($0.name) \($0.lines)" }
    #expect(found == ["value 1", "init 3", "long 7", "= 1", "subscript 1"])
  }

  @Test("a ratchet only shrinks") func ratchets() {
    let long = SourceFile(path: "A.swift", text: String(repeating: "x\n", count: Lengths.file + 2))
    let body = String(repeating: "  g()\n", count: Lengths.function - 1)
    let function = SourceFile(path: "B.swift", text: "func f() {\n" + body + "}\n")
    let fits = SourceFile(path: "C.swift", text: "func f() {\n" + body.dropFirst(6) + "}\n")
    #expect(Lengths.excesses(long).map(\.lines) == [Lengths.file + 2])
    #expect(Lengths.excesses(function).map(\.function) == ["f"])
    #expect(Lengths.excesses(fits).isEmpty)
    let measures = Lengths.excesses(long)
    func left(_ lines: [Int]) -> Int {
      Lengths.findings(measures, lines.map { .init(path: "A.swift", function: nil, lines: $0) }).count
    }
    #expect(left([]) == 1)
    #expect(left([Lengths.file + 2]) == 0)
    #expect(left([Lengths.file + 3]) == 1)
    #expect(left([Lengths.file + 1]) == 1)
    #expect(Lengths.findings([], [.init(path: "A.swift", function: nil, lines: 500)]).count == 1)
  }
}

@Suite struct PromiseTests {
  @Test("what Safety.md claims is held by tests, and nothing is taken back") func holds() {
    let tests = Repository.here.files.filter { $0.isUnder(["Tests"]) }
    for finding in Promises.findings(article: Repository.here[Promises.article]?.text, tests: tests) {
      Issue.record("\(finding)")
    }
  }

  @Test("a claim without a test is found") func fails() {
    let all = Promises.required.sorted()
    func tests(_ ids: [String]) -> [SourceFile] {
      [SourceFile(path: "Tests/A.swift", text: ids.map { "@Test(\"\($0) holds\") func f() {}\n" }.joined())]
    }
    let claim = "# Safety\n\nClaimed: " + all.joined(separator: " ") + "\n"
    #expect(Promises.findings(article: claim, tests: tests(all)).isEmpty)
    #expect(Promises.findings(article: claim, tests: tests([all.joined(separator: " ")])).isEmpty)
    #expect(Promises.findings(article: claim, tests: tests(Array(all.dropFirst()))).count == 1)
    #expect(Promises.findings(article: claim + "\n", tests: tests(all + ["S99"])).count == 1)
    #expect(Promises.findings(article: "Claimed: S1\n", tests: tests(all)).count == all.count - 1)
    #expect(Promises.findings(article: claim.dropLast() + " S44\n", tests: tests(all)).count == 1)
    #expect(Promises.findings(article: "# Safety\n", tests: tests(all)).count == 1)
    #expect(Promises.findings(article: nil, tests: tests(all)).count == 1)
  }
}

@Suite struct ReadmeTests {
  @Test("what the README names exists") func holds() throws {
    let readme = try #require(Repository.here[Readme.path]?.text)
    let makefile = try #require(Repository.here["Makefile"]?.text)
    let sources = Repository.here.files.filter { $0.isUnder(["Sources"]) }.map(\.text)
    for finding in Readme.findings(readme: readme, makefile: makefile, exists: Repository.here.has, sources: sources) {
      Issue.record("\(finding)")
    }
  }

  @Test("a goal, a path or a variable that does not exist is found") func fails() {
    func findings(_ readme: String) -> [String] {
      Readme.findings(
        readme: readme, makefile: "GOAL := x\ndemo test: deps\n\tmake other\n", exists: { $0 == "Sources/A" },
        sources: ["getenv(\"SMPD_SOCKET\")"]
      ).map(\.message)
    }
    #expect(findings("    make demo test  # both\n`make demo` `Sources/A` `SMPD_SOCKET=x`\nmake love\n").isEmpty)
    #expect(findings("`make other`").count == 1)
    #expect(findings("```\n$ make GOAL\n```").count == 1)
    #expect(findings("`Sources/B`").count == 1)
    #expect(findings("    export SMPD_PIPE=x").count == 1)
  }
}
