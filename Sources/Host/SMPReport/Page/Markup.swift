/// Writes HTML whose elements are always closed and whose texts and attributes are always escaped: only names of our
/// own source go in as they are. What comes out is well-formed as XML too, so that a strict parser can judge it.
struct Markup: Sendable {
  typealias Attributes = KeyValuePairs<StaticString, String>

  private(set) var bytes: [UInt8] = []

  /// Longer texts are cut: a report must stay a report whatever somebody called a zone.
  static let longestText = 300

  mutating func declare() { put("<!DOCTYPE html>\n") }

  mutating func element(
    _ name: StaticString, _ attributes: Attributes = [:], _ content: (inout Markup) -> Void
  ) {
    open(name, attributes)
    put(">")
    content(&self)
    put("</")
    put(name)
    put(">")
    if Markup.isBlock(name) { put("\n") }
  }

  mutating func element(_ name: StaticString, _ attributes: Attributes, _ content: String) {
    element(name, attributes) { $0.text(content) }
  }

  mutating func element(_ name: StaticString, _ content: String) { element(name, [:], content) }

  /// An element without content: `<br/>`, `<path .../>`.
  mutating func void(_ name: StaticString, _ attributes: Attributes = [:]) {
    open(name, attributes)
    put("/>")
  }

  /// A long attribute that is made piece by piece, such as the data of a path.
  mutating func path(_ attributes: Attributes, _ data: PathData) {
    open("path", attributes)
    put(" d=\"")
    bytes += data.bytes
    put("\"/>\n")
  }

  /// A text of ours or of anybody else's.
  mutating func text(_ text: String) { Markup.escape(text, into: &bytes) }

  /// A name or a reason of somebody else's: its direction of writing ends with it.
  mutating func name(_ text: String) { element("bdi", Markup.cut(text)) }

  /// Style of our own source, which must not be escaped.
  mutating func style(_ text: String) {
    precondition(!text.utf8.contains(UInt8(ascii: "<")) && !text.utf8.contains(UInt8(ascii: "&")), "plain style")
    put("<style>\n")
    bytes += text.utf8
    put("</style>\n")
  }

  static func cut(_ text: String) -> String {
    guard text.unicodeScalars.count > longestText else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.prefix(longestText)))
      + "… (\(Figures.count(Int64(text.utf8.count))) bytes)"
  }

  private mutating func open(_ name: StaticString, _ attributes: Attributes) {
    put("<")
    put(name)
    for (key, value) in attributes {
      put(" ")
      put(key)
      put("=\"")
      text(value)
      put("\"")
    }
  }

  private mutating func put(_ text: StaticString) { bytes += text.description.utf8 }

  /// After these a line ends, so that a person can read the source.
  private static func isBlock(_ name: StaticString) -> Bool {
    ["head", "title", "body", "header", "main", "section", "h1", "h2", "h3", "p", "table", "tr", "dl", "svg", "figure"]
      .contains(name.description)
  }

  static func escape(_ text: String, into bytes: inout [UInt8]) {
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": bytes += "&amp;".utf8
      case "<": bytes += "&lt;".utf8
      case ">": bytes += "&gt;".utf8
      case "\"": bytes += "&quot;".utf8
      case "'": bytes += "&#39;".utf8
      default: bytes += String(isHarmless(scalar) ? scalar : "\u{FFFD}").utf8
      }
    }
  }

  /// Neither a control, which XML forbids, nor one that turns the direction of what follows. The two joiners stay:
  /// whole scripts need them.
  private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return scalar.value >= 0x20 ? scalar.value != 0x7F : scalar == "\n" || scalar == "\t" }
    if scalar == "\u{200C}" || scalar == "\u{200D}" { return true }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return false
    default: return true
    }
  }
}

/// The `d` of a path in whole numbers, with relative moves: a dot takes about ten bytes.
struct PathData: Sendable {
  private(set) var bytes: [UInt8] = []
  private var x: Int64 = 0
  private var y: Int64 = 0
  private(set) var count = 0

  /// A line of no length: the line's cap makes a dot of it.
  mutating func dot(_ x: Int64, _ y: Int64) {
    move(x, y)
    bytes += "h0".utf8
  }

  mutating func cross(_ x: Int64, _ y: Int64, arm: Int64) {
    move(x - arm, y - arm)
    bytes += "l\(2 * arm) \(2 * arm)m0 \(-2 * arm)l\(-2 * arm) \(2 * arm)".utf8
    (self.x, self.y) = (x - arm, y + arm)
  }

  mutating func polygon(_ points: [(x: Int64, y: Int64)]) {
    for (index, point) in points.enumerated() {
      bytes += "\(index == 0 ? "M" : "L")\(point.x) \(point.y)".utf8
    }
    bytes += "Z".utf8
    if let first = points.first { (x, y) = first }
  }

  private mutating func move(_ x: Int64, _ y: Int64) {
    if bytes.isEmpty {
      bytes += "M\(x) \(y)".utf8
    } else {
      let down = y - self.y
      bytes += "m\(x - self.x)\(down < 0 ? "" : " ")\(down)".utf8
    }
    (self.x, self.y) = (x, y)
    count += 1
  }
}
