internal import SMPModel
internal import StrictJSON

/// Writes the members of one flat JSON object in the order of the calls, through the house's one JSON writer.
///
/// It appends to a buffer instead of building a tree: the journal encodes two entries for every dot.
struct FieldWriter {
  private(set) var bytes: [UInt8]
  private var isFirst = true

  init(reserving capacity: Int = 256) {
    bytes = []
    bytes.reserveCapacity(capacity)
    bytes.append(UInt8(ascii: "{"))
  }

  /// Continues a text that ends where a first member may stand.
  init(continuing text: [UInt8]) {
    bytes = text
    bytes.append(UInt8(ascii: "{"))
  }

  /// Closes the object and gives its text.
  consuming func finished() -> [UInt8] {
    bytes.append(UInt8(ascii: "}"))
    return bytes
  }

  mutating func name(_ name: StaticString) {
    if !isFirst { bytes.append(UInt8(ascii: ",")) }
    isFirst = false
    bytes.append(UInt8(ascii: "\""))
    name.withUTF8Buffer { text in unsafe bytes.append(contentsOf: text) }
    bytes.append(UInt8(ascii: "\""))
    bytes.append(UInt8(ascii: ":"))
  }

  mutating func integer(_ name: StaticString, _ value: some FixedWidthInteger) {
    self.name(name)
    JSONWriter.write(Int64(value), into: &bytes)
  }

  mutating func integer(_ name: StaticString, ifAny value: (some FixedWidthInteger)?) {
    if let value { integer(name, value) }
  }

  mutating func bool(_ name: StaticString, _ value: Bool) {
    self.name(name)
    bytes.append(contentsOf: (value ? "true" : "false").utf8)
  }

  mutating func bool(_ name: StaticString, ifAny value: Bool?) {
    if let value { bool(name, value) }
  }

  mutating func text(_ name: StaticString, _ value: String) {
    self.name(name)
    JSONWriter.write(value, into: &bytes)
  }

  mutating func text(_ name: StaticString, ifAny value: String?) {
    if let value { text(name, value) }
  }

  mutating func word(_ name: StaticString, _ value: Word) { text(name, value.text) }
  mutating func word(_ name: StaticString, ifAny value: Word?) { text(name, ifAny: value?.text) }
  mutating func word(_ name: StaticString, _ value: some RawRepresentable<String>) { text(name, value.rawValue) }
  mutating func label(_ name: StaticString, _ value: Label) { text(name, value.text) }
  mutating func date(_ name: StaticString, _ value: CalendarDate) { text(name, value.text) }
  mutating func label(_ name: StaticString, ifAny value: Label?) { text(name, ifAny: value?.text) }

  mutating func fingerprint(_ name: StaticString, _ value: Fingerprint) {
    self.name(name)
    bytes.append(UInt8(ascii: "\""))
    Hexadecimal.append(value.bytes, to: &bytes)
    bytes.append(UInt8(ascii: "\""))
  }

  mutating func commitment(_ name: StaticString, _ value: Commitment) { fingerprint(name, value.fingerprint) }
  mutating func commitment(_ name: StaticString, ifAny value: Commitment?) {
    if let value { commitment(name, value) }
  }

  /// A value that is JSON text already.
  mutating func raw(_ name: StaticString, _ json: [UInt8]) {
    self.name(name)
    bytes.append(contentsOf: json)
  }

  /// An array with one element for each item.
  mutating func list<Item>(_ name: StaticString, _ items: [Item], _ element: (Item, inout [UInt8]) -> Void) {
    self.name(name)
    bytes.append(UInt8(ascii: "["))
    var isFirstItem = true
    for item in items {
      if !isFirstItem { bytes.append(UInt8(ascii: ",")) }
      isFirstItem = false
      element(item, &bytes)
    }
    bytes.append(UInt8(ascii: "]"))
  }

  mutating func position(_ position: ChartPosition) {
    integer("x_micrometres", position.x)
    integer("y_micrometres", position.y)
  }

  mutating func position(ifAny position: ChartPosition?) {
    if let position { self.position(position) }
  }

  mutating func digest(_ digest: ProfileDigest) {
    integer("generation", digest.generation)
    integer("checksum", digest.checksum)
  }
}
