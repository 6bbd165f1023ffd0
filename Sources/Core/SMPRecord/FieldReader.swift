internal import SMPModel
internal import StrictJSON

/// Reads what `FieldWriter` wrote: the same members in the same order, no other ones.
///
/// A cursor instead of look-ups: the order is part of the encoding, and two texts of one entry would be two hashes.
struct FieldReader {
  private let members: [JSONObject.Member]
  private var next = 0

  init(_ object: JSONObject) { members = object.members }

  /// Every member must have been read.
  func finish() throws(RecordError) {
    guard next == members.count else { throw .unexpected(members[next].name) }
  }

  private mutating func value(ifAny name: String) -> JSON? {
    guard next < members.count, members[next].name == name else { return nil }
    next += 1
    return members[next - 1].value
  }

  private mutating func value(_ name: String) throws(RecordError) -> JSON {
    guard let value = value(ifAny: name) else { throw .missing(name) }
    return value
  }

  private static func fit<Value>(_ name: String, _ value: Value?) throws(RecordError) -> Value {
    guard let value else { throw .unfit(name) }
    return value
  }

  mutating func integer<Integer: FixedWidthInteger>(_ name: String) throws(RecordError) -> Integer {
    try FieldReader.fit(name, try value(name).integer.flatMap { Integer(exactly: $0) })
  }

  mutating func integer<Integer: FixedWidthInteger>(ifAny name: String) throws(RecordError) -> Integer? {
    guard let value = value(ifAny: name) else { return nil }
    return try FieldReader.fit(name, value.integer.flatMap { Integer(exactly: $0) })
  }

  mutating func bool(_ name: String) throws(RecordError) -> Bool {
    try FieldReader.fit(name, try value(name).bool)
  }

  mutating func bool(ifAny name: String) throws(RecordError) -> Bool? {
    guard let value = value(ifAny: name) else { return nil }
    return try FieldReader.fit(name, value.bool)
  }

  mutating func object(_ name: String) throws(RecordError) -> JSONObject {
    try FieldReader.fit(name, try value(name).object)
  }

  mutating func object(ifAny name: String) throws(RecordError) -> JSONObject? {
    guard let value = value(ifAny: name) else { return nil }
    return try FieldReader.fit(name, value.object)
  }

  mutating func text(_ name: String) throws(RecordError) -> String {
    try FieldReader.fit(name, try value(name).string)
  }

  mutating func text(ifAny name: String) throws(RecordError) -> String? {
    guard let value = value(ifAny: name) else { return nil }
    return try FieldReader.fit(name, value.string)
  }

  mutating func word(_ name: String) throws(RecordError) -> Word {
    try FieldReader.fit(name, Word(text: try text(name)))
  }

  mutating func word(ifAny name: String) throws(RecordError) -> Word? {
    guard let text = try text(ifAny: name) else { return nil }
    return try FieldReader.fit(name, Word(text: text))
  }

  mutating func word<Value: RawRepresentable<String>>(_ name: String) throws(RecordError) -> Value {
    try FieldReader.fit(name, Value(rawValue: try text(name)))
  }

  mutating func label(_ name: String) throws(RecordError) -> Label {
    try FieldReader.fit(name, Label(try text(name)))
  }

  mutating func label(ifAny name: String) throws(RecordError) -> Label? {
    guard let text = try text(ifAny: name) else { return nil }
    return try FieldReader.fit(name, Label(text))
  }

  mutating func date(_ name: String) throws(RecordError) -> CalendarDate {
    try FieldReader.fit(name, CalendarDate(try text(name)))
  }

  mutating func fingerprint(_ name: String) throws(RecordError) -> Fingerprint {
    try FieldReader.fit(name, Fingerprint(hex: try text(name)))
  }

  mutating func commitment(_ name: String) throws(RecordError) -> Commitment {
    Commitment(try fingerprint(name))
  }

  mutating func commitment(ifAny name: String) throws(RecordError) -> Commitment? {
    guard let text = try text(ifAny: name) else { return nil }
    return Commitment(try FieldReader.fit(name, Fingerprint(hex: text)))
  }

  mutating func list<Item>(
    _ name: String, _ element: (JSON) throws(RecordError) -> Item?
  ) throws(RecordError) -> [Item] {
    var items: [Item] = []
    for value in try FieldReader.fit(name, try value(name).array) {
      items.append(try FieldReader.fit(name, try element(value)))
    }
    return items
  }

  mutating func position() throws(RecordError) -> ChartPosition {
    ChartPosition(x: try integer("x_micrometres"), y: try integer("y_micrometres"))
  }

  /// Both coordinates or none.
  mutating func positionIfAny() throws(RecordError) -> ChartPosition? {
    guard let x: Int32 = try integer(ifAny: "x_micrometres") else { return nil }
    return ChartPosition(x: x, y: try integer("y_micrometres"))
  }

  mutating func digest() throws(RecordError) -> ProfileDigest {
    ProfileDigest(generation: try integer("generation"), checksum: try integer("checksum"))
  }

  mutating func depth(_ name: String) throws(RecordError) -> Depth { .micrometres(try integer(name)) }
  mutating func speed(_ name: String) throws(RecordError) -> Speed { .millihertz(try integer(name)) }
  mutating func dwell(_ name: String) throws(RecordError) -> Dwell { .milliseconds(try integer(name)) }
  /// A span that nanoseconds cannot hold is refused: whoever altered a record must not end the program that reads it.
  mutating func microseconds(ifAny name: String) throws(RecordError) -> Interval? {
    guard let amount: Int64 = try integer(ifAny: name) else { return nil }
    let (nanoseconds, isTooLong) = amount.multipliedReportingOverflow(by: 1_000)
    return try FieldReader.fit(name, isTooLong ? nil : .nanoseconds(nanoseconds))
  }

  mutating func zone() throws(RecordError) -> ZoneIndex { ZoneIndex(number: try integer("zone")) }
  mutating func zoneIfAny() throws(RecordError) -> ZoneIndex? {
    try integer(ifAny: "zone").map { ZoneIndex(number: $0) }
  }
}
