import SMPInterface
import StrictJSON
import Testing

@testable import SMPDaemon

/// Lists of any length in messages of at most 1 MiB.
@Suite struct BatchesTests {
  private static let names = (0..<2_500).map { "C-\($0)" }

  /// - Parameter bytes: of the title, more or less the row's.
  private func row(_ name: String, bytes: Int = 20) -> CourseInterface.CourseRow {
    CourseInterface.CourseRow(
      course: name, title: String(repeating: "x", count: bytes), state: .signed, sessionsDone: 0, sessionsPlanned: 3,
      dotsMade: 0, dotsPlanned: 9)
  }

  private func all(limit: Int64?, bytes: Int = 20) throws -> (names: [String], batches: [Int]) {
    var (seen, batches): ([String], [Int]) = ([], [])
    while true {
      let batch = try Batches.cut(Self.names, BatchWish(after: seen.last, limit: limit), of: "course") {
        row($0, bytes: bytes)
      }
      #expect(batch.json.encoded.count < 1 << 20)
      seen += batch.rows.map(\.name)
      batches.append(batch.rows.count)
      guard batch.hasMore, batches.count < 3_000 else { return (seen, batches) }
    }
  }

  @Test("every row comes once and in order, in batches as asked for", arguments: [nil, 1, 7, 1_000] as [Int64?])
  func whole(limit: Int64?) throws {
    let (names, batches) = try all(limit: limit)
    #expect(names == Self.names)
    #expect(batches.dropLast().allSatisfy { $0 == Int(limit ?? 100) })
  }

  @Test("a batch of long rows is cut short, below 1 MiB") func long() throws {
    let (names, batches) = try all(limit: 1_000, bytes: 4_000)
    #expect(names == Self.names)
    #expect(batches[0] < 300)
  }

  @Test("a row longer than a message still goes alone") func tooLong() throws {
    let batch = try Batches.cut(["A", "B"], BatchWish(), of: "course") { row($0, bytes: 2 << 20) }
    #expect(batch.rows.map(\.course) == ["A"])
    #expect(batch.hasMore)
  }

  @Test("a name that is not in the list, and a limit out of range, are refused by what they are") func refused() {
    #expect(
      throws: Failure.notFound(
        what: "course", name: "C-x", remedy: "give the last name of the batch before, or none")
    ) { try Batches.cut(Self.names, BatchWish(after: "C-x"), of: "course") { row($0) } }
    for limit: Int64 in [.min, -1, 0, 1_001, .max] {
      #expect(throws: Failure.self) { try Batches.cut(Self.names, BatchWish(limit: limit), of: "course") { row($0) } }
    }
  }

  @Test("an empty list has one empty batch, and the last name nothing after it") func ends() throws {
    #expect(try Batches.cut([], BatchWish(), of: "course") { row($0) } == Batch([], hasMore: false))
    #expect(try Batches.cut(["A"], BatchWish(after: "A"), of: "course") { row($0) } == Batch([], hasMore: false))
  }
}
