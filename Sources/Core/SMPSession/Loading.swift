package import SMPModel

/// What is put into the handpiece in mid-session: gathered by the daemon, judged here (S12).
package struct Loading: Sendable {
  /// The session it was gathered for.
  package let session: String
  /// One at least; names of one letter at least that can be seen.
  package let names: [Supply: String]
  package let earlier: EarlierUse
  package init(session: String, names: [Supply: String], earlier: EarlierUse) {
    self.session = session
    self.names = names
    self.earlier = earlier
  }
}

extension SessionMachine {
  /// Another cartridge or more pigment, as the same steps allow that a start asks for. Only where the needle cannot move:
  /// hands are at it.
  package func load(_ loading: Loading) throws(SessionRefusal) -> [SessionAction] {
    guard let open, open.order.session == loading.session, stateWord == .paused || stateWord == .held else {
      throw .wrongState(stateWord, expected: [.paused, .held])
    }
    let supplies = Supply.allCases.filter { loading.names[$0] != nil }
    if let refusal = loading.earlier.refusal(of: supplies) { throw refusal }
    return supplies.map { .note(.supplyChanged($0, lot: loading.names[$0] ?? "")) }
  }
}
