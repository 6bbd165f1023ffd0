import Foundation
import FuzzBodies
import Testing

/// The short run of `make fuzz`: every input that is kept, and seeded changes to them, without a fuzzer.
@Suite("Whatever others write, nothing traps and every promise holds")
struct FuzzTests {
  /// Changed inputs of each target; about a second each in a debug build.
  private static let changes = 1_000

  @Test(
    "S13 every kept input of the fuzzer, those it once found something with included", arguments: FuzzTarget.allCases)
  func kept(_ target: FuzzTarget) {
    let files = Inputs.files(of: target)
    #expect(files.count + target.seeds.count >= 12, "the corpus of \(target.rawValue) could not be found")
    for file in files { check(target, file.bytes, file.name) }
    for (number, seed) in target.seeds.enumerated() { check(target, seed, "seed \(number)") }
  }

  @Test("S13 seeded changes of the kept inputs", arguments: FuzzTarget.allCases)
  func changed(_ target: FuzzTarget) {
    let seed: UInt64 = 1
    var mutations = Mutations(of: Inputs.files(of: target).map(\.bytes) + target.seeds, seed: seed)
    for number in 1...Self.changes {
      let bytes = mutations.next()
      check(target, bytes, "change \(number) of seed \(seed): \(Data(bytes).base64EncodedString())")
    }
  }

  @Test("the changes are a function of their seed, and not all the same")
  func seeded() {
    func changes(_ seed: UInt64) -> [[UInt8]] {
      var mutations = Mutations(of: [Array("one 1".utf8), Array("another 22".utf8)], seed: seed)
      return (0..<200).map { _ in mutations.next() }
    }
    #expect(changes(3) == changes(3))
    #expect(changes(3) != changes(4))
    #expect(Set(changes(3)).count > 100)
  }

  private func check(_ target: FuzzTarget, _ bytes: [UInt8], _ name: String) {
    do throws(BrokenPromise) { try target.run(bytes) } catch {
      Issue.record("\(target.rawValue): \(error): \(name)")
    }
  }
}

/// What is checked in of a target's inputs.
private enum Inputs {
  struct File {
    let name: String
    let bytes: [UInt8]
  }

  static func files(of target: FuzzTarget, from file: String = #filePath) -> [File] {
    // Through links, because a package may show these tests from elsewhere.
    let tests = URL(fileURLWithPath: file).resolvingSymlinksInPath().deletingLastPathComponent()
      .deletingLastPathComponent()
    return ["Corpus", "Regressions"].flatMap { kind -> [File] in
      let folder = tests.appendingPathComponent("Fuzz/\(kind)/\(target.rawValue)").path
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return names.sorted().compactMap { name in
        FileManager.default.contents(atPath: folder + "/" + name).map {
          File(name: "\(kind)/\(name)", bytes: [UInt8]($0))
        }
      }
    }
  }
}
