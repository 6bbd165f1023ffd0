/// The transfers of one peer that are under way: its numbers, the port's, and what the answer needs.
struct PeerTransfers<Wish: Sendable>: Sendable {
  struct Transfer: Sendable {
    let id: URBID
    /// The peer's.
    let number: UInt64
    var wish: Wish
  }

  private var transfers: [Transfer] = []
  private var urbs: UInt64 = 0

  var count: Int { transfers.count }

  /// A number for a URB that is no transfer of the peer's.
  mutating func newID() -> URBID {
    urbs += 1
    return URBID(number: urbs)
  }

  mutating func begin(_ wish: Wish, _ number: UInt64) throws(PeerFault) -> URBID {
    guard transfers.count < PeerBounds.transfers else { throw .tooManyTransfers }
    guard !transfers.contains(where: { $0.number == number }) else { throw .repeatedNumber(number) }
    let id = newID()
    transfers.append(Transfer(id: id, number: number, wish: wish))
    return id
  }

  /// Changes what the answer to the peer's number will be; nil when none of that number is under way.
  mutating func change(_ number: UInt64, _ body: (inout Wish) -> Void) -> URBID? {
    guard let index = transfers.firstIndex(where: { $0.number == number }) else { return nil }
    body(&transfers[index].wish)
    return transfers[index].id
  }

  mutating func end(_ id: URBID) -> Transfer? {
    transfers.firstIndex { $0.id == id }.map { transfers.remove(at: $0) }
  }
}
