internal import SMPModel
internal import SMPRecord
internal import SMPTreatment

/// All lots as they stand after what is on record of them.
struct LotBook {
  struct Known: Sendable {
    var registered: LotRegisteredEntry
    var at: WallTime
  }

  /// In the order in which they came on record.
  private(set) var known: [Known] = []
  private(set) var withdrawals: [LotWithdrawnEntry] = []

  mutating func take(_ entry: Entry) {
    switch entry.body {
    case .lotRegistered(let body):
      let known = Known(registered: body, at: entry.header.wall)
      if let place = self.known.firstIndex(where: { $0.registered.isSame(body.supply, body.lot.text) }) {
        self.known[place] = known
      } else {
        self.known.append(known)
      }
    case .lotWithdrawn(let body): withdrawals.append(body)
    default: break
    }
  }

  /// What took this lot, or the one it is of, out of use.
  func withdrawal(of supply: Supply, _ name: String) -> LotWithdrawnEntry? {
    withdrawals.first { $0.supply == supply && Lot.has($0.lot.text, name) }
  }

  /// The lot itself, or the one of which it is one of several.
  func lot(_ supply: Supply, _ name: String) -> LotRegisteredEntry? {
    Lot.nearest(to: name, among: known.map(\.registered).filter { $0.supply == supply }) { $0.lot.text }
  }

  /// - Parameter planned: the plan's pigment.
  func standing(of supply: Supply, _ name: String, planned: PigmentRecipe, on day: CalendarDate) -> LotStanding {
    if withdrawal(of: supply, name) != nil { return .withdrawn }
    guard let lot = lot(supply, name) else { return .unknown }
    if lot.expires < day { return .expired(lot.expires) }
    if supply == .pigment, !lot.isPigment(planned) {
      return .differs(
        planned: "\(planned.brand), \(planned.shade)", loaded: "\(lot.brand.text), \(lot.shade?.text ?? "no shade")")
    }
    return .good
  }
}

extension LotRegisteredEntry {
  func isSame(_ supply: Supply, _ name: String) -> Bool {
    self.supply == supply && Lot.comparable(lot.text) == Lot.comparable(name)
  }

  /// Brand and shade, as people copy them from labels.
  fileprivate func isPigment(_ recipe: PigmentRecipe) -> Bool {
    Lot.comparable(brand.text) == Lot.comparable(recipe.brand)
      && shade.map { Lot.comparable($0.text) } == Lot.comparable(recipe.shade)
  }
}
