import Foundation
import SMPModel
import SMPWire
import Testing

/// The article a device is built from says what the codec does.
@Suite struct DeviceProtocolArticleTests {
  private static let article: [String] = {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Device/SMPWire/SMPWire.docc/DeviceProtocol.md")
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
    return text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
  }()

  /// The cells of every table row under a heading, up to the next heading; the head and its rule left out.
  private static func rows(under heading: String) -> [[String]] {
    guard let start = article.firstIndex(of: heading) else { return [] }
    let body = article[(start + 1)...].prefix { !$0.hasPrefix("#") }
    let table = body.filter { $0.hasPrefix("|") }.map { line in
      line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
    }
    return table.filter { $0.first?.hasPrefix("---") == false }.dropFirst().map { $0 }
  }

  @Test("the article's golden vectors are the tests', each and in order")
  func goldenVectors() throws {
    let rows = Self.rows(under: "## Golden vectors")
    #expect(rows.map { $0[0] } == Golden.vectors.map(\.name))
    for (row, vector) in zip(rows, Golden.vectors) {
      #expect(UInt16(row[1]) == vector.sequence)
      #expect(row[2] == "`\(vector.hex)`", "\(vector.name)")
      let (sample, sequence) = try Sample.decoded(hexBytes(row[2].filter { $0 != "`" }))
      #expect(sample == vector.sample)
      #expect(sequence == vector.sequence)
    }
  }

  @Test("the article's table of messages has the codec's types and lengths")
  func messages() throws {
    let rows = Self.rows(under: "## Messages")
    var stated: [UInt8: (name: String, endpoint: String, length: Int)] = [:]
    for row in rows {
      let type = try #require(UInt8(row[0].dropFirst(2), radix: 16))
      stated[type] = (row[1], row[2], try #require(Int(row[3])))
    }
    for vector in Golden.vectors {
      let frame = try Frame.decode(vector.bytes)
      let row = try #require(stated[frame.type], "\(vector.name)")
      #expect(vector.name.hasPrefix(row.name))
      #expect(frame.payload.count == row.length)
      let endpoint =
        switch vector.sample {
        case .command: "bulk OUT"
        case .message: "bulk IN"
        case .notice: "interrupt IN"
        case .capabilities, .status: "EP0"
        }
      #expect(row.endpoint == endpoint)
    }
    #expect(stated.count == Set(Golden.vectors.map { $0.bytes[1] }).count)
  }

  @Test("the article's byte tables are gapless and as long as their messages")
  func byteTables() throws {
    for row in Self.rows(under: "## Messages") {
      let fields = Self.rows(under: "#### \(row[1])")
      var offset = 0
      for field in fields {
        #expect(Int(field[0]) == offset, "\(row[1]): \(field)")
        offset += try #require(Int(field[1]))
      }
      #expect(offset == Int(row[3]), "\(row[1])")
    }
  }

  @Test("the article's refusals, faults, phases and control requests have the codec's numbers")
  func numbers() throws {
    let refusals = Self.rows(under: "## Refusals")
    #expect(refusals.map { $0[0] } == CommandRefusal.allCases.map { "\($0.rawValue)" })
    #expect(refusals.map { $0[1] } == CommandRefusal.allCases.map { "\($0)" })
    let faults = Self.rows(under: "## Faults")
    #expect(faults.map { $0[0] } == DeviceFault.allCases.map { "\($0.rawValue)" })
    #expect(faults.map { $0[1] } == DeviceFault.allCases.map { "\($0)" })
    let phases = try #require(Self.rows(under: "#### status").first)
    #expect(phases[2] == "phase: " + DevicePhase.allCases.map { "\($0.rawValue) \($0)" }.joined(separator: ", "))
    let requests = Self.rows(under: "## Requests on EP0")
    #expect(requests.map { $0[0] } == ControlRequest.allCases.map { "0x0\($0.rawValue)" })
    #expect(requests.map { $0[1] } == ControlRequest.allCases.map { "\($0)" })
  }
}
