/// The members of a JSON object in the order they were read or appended; no name occurs twice.
///
/// Names are the same when their bytes are. Swift's own string equality is wider (KELVIN SIGN equals `K`), and a name
/// that passes for another one is what the strict reader is there to refuse.
package struct JSONObject: Hashable, Sendable {
  package struct Member: Hashable, Sendable {
    package let name: String
    package let value: JSON
    package init(name: String, value: JSON) {
      self.name = name
      self.value = value
    }
  }

  package private(set) var members: [Member]

  package init() { members = [] }

  /// A name given twice is a bug of the caller and traps.
  package init(_ members: [Member]) {
    precondition(
      JSONObject.firstDuplicate(of: members) == nil, "a JSON object holds each name once")
    self.members = members
  }

  /// Only for the reader, which has found the names distinct.
  init(distinct members: [Member]) { self.members = members }

  package var isEmpty: Bool { members.isEmpty }
  package var count: Int { members.count }

  /// The value of a name. Setting replaces in place or appends at the end; setting nil removes.
  package subscript(name: String) -> JSON? {
    get {
      for member in members where JSONObject.isSame(member.name, name) { return member.value }
      return nil
    }
    set {
      let index = members.firstIndex { JSONObject.isSame($0.name, name) }
      switch (index, newValue) {
      case (let index?, let value?): members[index] = Member(name: name, value: value)
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append(Member(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Adds a member at the end. A name that is already there is a bug of the caller and traps.
  package mutating func append(_ name: String, _ value: JSON) {
    precondition(self[name] == nil, "a JSON object holds each name once")
    members.append(Member(name: name, value: value))
  }

  /// Byte equality. The wider string equality is the quicker one, and decides alone where it may: no scalar that passes
  /// for an ASCII one is as short.
  static func isSame(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count, left == right else { return false }
    return left.utf8Span.isKnownASCII || left.utf8.elementsEqual(right.utf8)
  }

  /// The index of the first member whose name an earlier member already has.
  ///
  /// A hostile object can hold 200,000 names within the size bound: compared pairwise that would take minutes, so
  /// longer objects are sorted.
  static func firstDuplicate(of members: [Member]) -> Int? {
    if members.count <= 16 {
      for later in members.indices.dropFirst() {
        for earlier in 0..<later where isSame(members[earlier].name, members[later].name) { return later }
      }
      return nil
    }
    let order = members.indices.sorted { left, right in
      let (one, other) = (members[left].name, members[right].name)
      if one.utf8.lexicographicallyPrecedes(other.utf8) { return true }
      return left < right && isSame(one, other)
    }
    var first: Int?
    for (earlier, later) in zip(order, order.dropFirst())
    where isSame(members[earlier].name, members[later].name) {
      first = min(first ?? later, later)
    }
    return first
  }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self.init(elements.map { Member(name: $0.0, value: $0.1) })
  }
}
