/// One JSON value. The one reader and writer of the house: strict, bounded, exact.
///
/// Numbers are `integer` when they are written without fraction and exponent and fit 64 bits, and otherwise `real`,
/// which keeps the source text: a value that passes through is never rounded.
package enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int64)
  /// The number as it was written, e.g. `1.50` or `1e9`. Text that is no JSON number is a bug and traps on writing.
  case real(String)
  case string(String)
  case array([JSON])
  case object(JSONObject)

  package var isNull: Bool {
    if case .null = self { true } else { false }
  }
  package var bool: Bool? {
    if case .bool(let value) = self { value } else { nil }
  }
  package var integer: Int64? {
    if case .integer(let value) = self { value } else { nil }
  }
  package var string: String? {
    if case .string(let value) = self { value } else { nil }
  }
  package var array: [JSON]? {
    if case .array(let value) = self { value } else { nil }
  }
  package var object: JSONObject? {
    if case .object(let value) = self { value } else { nil }
  }
}

extension JSON: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByStringLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  package init(nilLiteral: ()) { self = .null }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
  package init(integerLiteral value: Int64) { self = .integer(value) }
  package init(stringLiteral value: String) { self = .string(value) }
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(JSONObject(elements.map { JSONObject.Member(name: $0.0, value: $0.1) }))
  }
}
