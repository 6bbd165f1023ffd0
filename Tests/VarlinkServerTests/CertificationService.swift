import StrictJSON
import Synchronization
import Testing
import Varlink
import VarlinkServer

/// `org.varlink.certification` as its interface text asks for it: each call must bring exactly what the one before gave.
final class CertificationService: VarlinkService {
  static let text = """
    # The interface implementations of Varlink are held against: each call brings back what the one before gave.
    interface org.varlink.certification

    type Interface (
      foo: ?[]?[string](foo, bar, baz),
      anon: (foo: bool, bar: bool)
    )

    type MyType (
      object: object,
      enum: (one, two, three),
      struct: (first: int, second: string),
      array: []string,
      dictionary: [string]string,
      stringset: [string](),
      nullable: ?string,
      nullable_array_struct: ?[](first: int, second: string),
      interface: Interface
    )

    method Start() -> (client_id: string)
    method Test01(client_id: string) -> (bool: bool)
    method Test02(client_id: string, bool: bool) -> (int: int)
    method Test03(client_id: string, int: int) -> (float: float)
    method Test04(client_id: string, float: float) -> (string: string)
    method Test05(client_id: string, string: string) -> (bool: bool, int: int, float: float, string: string)
    method Test06(client_id: string, bool: bool, int: int, float: float, string: string) -> (
      struct: (bool: bool, int: int, float: float, string: string)
    )
    method Test07(client_id: string, struct: (bool: bool, int: int, float: float, string: string)) -> (
      map: [string]string
    )
    method Test08(client_id: string, map: [string]string) -> (set: [string]())
    method Test09(client_id: string, set: [string]()) -> (mytype: MyType)

    # Answers with several replies.
    # [Requires 'more' flag]
    method Test10(client_id: string, mytype: MyType) -> (string: string)

    # Must be called as 'oneway'.
    method Test11(client_id: string, last_more_replies: []string) -> ()

    method End(client_id: string) -> (all_ok: bool)

    error ClientIdError ()
    error CertificationError (wants: object, got: object)
    """

  static let numbers: JSONObject = [
    "bool": false, "int": 2, "float": .real("3.141592653589793"), "string": "a lot of string",
  ]
  static let myType: JSONObject = [
    "object": ["method": "org.varlink.certification.Test09", "parameters": ["map": ["foo": "Foo", "bar": "Bar"]]],
    "enum": "two",
    "struct": ["first": 1, "second": "2"],
    "array": ["one", "two", "three"],
    "dictionary": ["foo": "Foo", "bar": "Bar"],
    "stringset": ["one": [:], "two": [:], "three": [:]],
    "interface": [
      "foo": [nil, ["foo": "foo", "bar": "bar"], nil, ["one": "foo", "two": "bar"]],
      "anon": ["foo": true, "bar": false],
    ],
  ]
  static let moreReplies = (1...10).map { "Reply number \($0)" }

  /// Every step: what must come with it besides the client's id, and what it gives.
  static let steps: [(method: String, wants: JSONObject, gives: JSONObject)] = [
    ("Test01", [:], ["bool": true]), ("Test02", ["bool": true], ["int": 1]),
    ("Test03", ["int": 1], ["float": .real("1.0")]), ("Test04", ["float": .real("1.0")], ["string": "ping"]),
    ("Test05", ["string": "ping"], numbers), ("Test06", numbers, ["struct": .object(numbers)]),
    ("Test07", ["struct": .object(numbers)], ["map": ["foo": "Foo", "bar": "Bar"]]),
    ("Test08", ["map": ["foo": "Foo", "bar": "Bar"]], ["set": ["one": [:], "two": [:], "three": [:]]]),
    ("Test09", ["set": ["one": [:], "two": [:], "three": [:]]], ["mytype": .object(myType)]),
    ("Test10", ["mytype": .object(myType)], [:]),
    ("Test11", ["last_more_replies": .array(moreReplies.map { .string($0) })], [:]), ("End", [:], ["all_ok": true]),
  ]

  let identity = VarlinkIdentity(vendor: "Nobody", product: "Certification", version: "1", url: "https://example.org/")
  let interfaces: [VarlinkInterface]
  private let state = Mutex<(clients: Int64, next: [String: Int])>((0, [:]))

  init() throws { interfaces = [try VarlinkInterface.parse(Self.text)] }

  func precedence(of peer: VarlinkPeer) -> VarlinkPrecedence { .middle }
  func refusal(of method: String, to peer: VarlinkPeer) -> VarlinkError? { nil }

  func handle(_ call: VarlinkCall, _ reply: VarlinkResponder) {
    let method = String(call.method.split(separator: ".").last ?? "")
    if method == "Start" {
      let id = state.withLock { state in
        state.clients += 1
        state.next["client-\(state.clients)"] = 0
        return "client-\(state.clients)"
      }
      return reply.finish(["client_id": .string(id)])
    }
    let id = call.parameters["client_id"]?.string ?? ""
    guard let index = state.withLock({ $0.next[id] }) else {
      return reply.fail("org.varlink.certification.ClientIdError")
    }
    let step = Self.steps[index]
    var got = call.parameters
    got["client_id"] = nil
    guard step.method == method, Self.sorted(.object(got)) == Self.sorted(.object(step.wants)),
      call.oneway == (method == "Test11"), call.more == (method == "Test10")
    else {
      state.withLock { $0.next[id] = nil }
      Issue.record("\(method): wants \(step.method) \(step.wants), got \(got)")
      return reply.fail(
        "org.varlink.certification.CertificationError", ["wants": .object(step.wants), "got": .object(got)])
    }
    state.withLock { $0.next[id] = index + 1 < Self.steps.count ? index + 1 : nil }
    guard method == "Test10" else { return reply.finish(step.gives) }
    for text in Self.moreReplies.dropLast() { reply.emit(["string": .string(text)]) }
    reply.finish(["string": .string(Self.moreReplies[9])])
  }

  /// Members in the order of their names, and absent ones for null: the order says nothing.
  private static func sorted(_ value: JSON) -> JSON {
    switch value {
    case .object(let object):
      let members = object.members.filter { !$0.value.isNull }.sorted { $0.name < $1.name }
      return .object(JSONObject(members.map { JSONObject.Member(name: $0.name, value: sorted($0.value)) }))
    case .array(let elements): return .array(elements.map(sorted))
    case .null, .bool, .integer, .real, .string: return value
    }
  }
}
