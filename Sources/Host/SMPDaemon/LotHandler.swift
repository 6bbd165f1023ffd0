package import SMPInterface
internal import SMPJournal
package import SMPModel
internal import SMPRecord
internal import SMPSession
internal import SMPTreatment

/// io.smpd.lot
package struct LotHandler: InterfaceHandler {
  package static let interface: any Interface.Type = LotInterface.self
  package static let looking: Set<String> = ["List"]
  package init() {}

  package func handle(_ call: ControlCall) throws(Failure) {
    let context = call.context
    switch call.method {
    case "List":
      let today = CalendarDate(context.wall())
      try call.list(LotInterface.List.self) { (library, wish) throws(Failure) in
        let rows = try library.lotRows(on: today)
        return try Batches.cut(rows.map(\.name), wish, of: "lot") { (name) throws(Failure) in
          guard let row = rows.first(where: { $0.name == name }) else {
            throw .notFound(what: "lot", name: name, remedy: "see smpctl lot list")
          }
          return row
        }
      }
    case "Register":
      let wish = try call.parameters(LotInterface.Register.Parameters.self)
      call.judge(isTrial: wish.dryRun) { (library) throws(Failure) in
        try library.registerLot(wish, wall: context.wall())
      }
    case "Withdraw":
      let wish = try call.parameters(LotInterface.Withdraw.Parameters.self)
      call.judge(isTrial: wish.dryRun) { (library) throws(Failure) in try library.withdrawLot(wish) }
    default: call.failAsUnknown()
    }
  }
}

/// What a label says, read strictly: it is recorded as it is given, or not at all.
private struct LotLabel {
  let supply: Supply
  let lot: Label
  let brand: Label
  let shade: Label?
  let expires: CalendarDate

  init(_ wish: LotInterface.Register.Parameters) throws(Failure) {
    (supply, lot) = try LotLabel.named(wish.supply, wish.lot)
    brand = try Texts.label(wish.brand, "brand")
    switch (supply, wish.shade) {
    case (.pigment, nil):
      throw .outOfRange(
        parameter: "shade", minimum: 1, maximum: Int64(Label.maximumBytes), remedy: "give the pigment's shade")
    case (.cartridge, .some):
      throw .outOfRange(parameter: "shade", minimum: 0, maximum: 0, remedy: "a cartridge has no shade: leave it out")
    case (.pigment, .some), (.cartridge, nil): break
    }
    shade = if let shade = wish.shade { try Texts.label(shade, "shade") } else { nil }
    guard let expires = CalendarDate(wish.expires) else {
      throw .outOfRange(
        parameter: "expires", minimum: 10, maximum: 10,
        remedy: "give the last day on which it may be used as YEAR-MONTH-DAY, such as 2027-03-31")
    }
    self.expires = expires
    try Texts.check(wish.by, "by")
  }

  static func named(_ supply: LotInterface.Supply, _ lot: String) throws(Failure) -> (Supply, Label) {
    guard let known = Supply(rawValue: supply.rawValue) else {
      throw .notFound(
        what: "supply", name: supply.rawValue,
        remedy: "there are: " + Supply.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return (known, try Texts.label(lot, "lot"))
  }
}

extension Library {
  func lotBook() throws(Failure) -> LotBook {
    var book = LotBook()
    for entry in try read({ (store) throws(JournalError) in try store.lotEntries() }) { book.take(entry) }
    return book
  }

  /// How the lots named at a start stand; practice skin may be worked with whatever is at hand.
  func lots(
    of wish: SessionInterface.Start.Parameters, for plan: Plan, on day: CalendarDate
  ) throws(Failure) -> [Supply: LotStanding] {
    try standings(of: [.pigment: wish.pigmentLot, .cartridge: wish.cartridge], for: plan, on: day)
  }

  private func standings(
    of names: [Supply: String], for plan: Plan, on day: CalendarDate
  ) throws(Failure) -> [Supply: LotStanding] {
    guard plan.skin != .practice else { return EarlierUse.none.lots }
    let book = try lotBook()
    return Dictionary(
      uniqueKeysWithValues: names.map { ($0, book.standing(of: $0, $1, planned: plan.pigment, on: day)) })
  }

  /// What the steps of a start would say of these supplies in mid-session.
  func loading(
    _ names: [Supply: String], session: String, course name: String, wall: WallTime
  ) throws(Failure) -> Loading {
    let course = try course(name)
    let own = try courses(ofClientOf: course)
    return Loading(
      session: session, names: names,
      earlier: EarlierUse(
        visits: nil,
        cartridgeUsedIn: try names[.cartridge].flatMap { (lot) throws(Failure) in try otherUse(of: lot, than: own) },
        lots: try standings(of: names, for: course.plan, on: day(wall))))
  }

  /// The day on which a lot is to be used. A clock that was set back does not make an expired one good: what a clock that
  /// was kept has said before counts too.
  func day(_ wall: WallTime) throws(Failure) -> CalendarDate {
    let trusted = try read { (store) throws(JournalError) in try store.newestTrustedWall() }
    return CalendarDate(max(wall, trusted ?? wall))
  }

  func lotRows(on today: CalendarDate) throws(Failure) -> [LotInterface.Lot] {
    let book = try lotBook()
    var rows: [LotInterface.Lot] = []
    for supply in Supply.allCases {
      for known in book.known where known.registered.supply == supply { rows.append(try row(known, book, today)) }
    }
    return rows
  }

  private func row(_ known: LotBook.Known, _ book: LotBook, _ today: CalendarDate) throws(Failure) -> LotInterface.Lot {
    let lot = known.registered
    let withdrawal = book.withdrawal(of: lot.supply, lot.lot.text)
    return LotInterface.Lot(
      supply: .init(rawValue: lot.supply.rawValue) ?? .unknown, lot: lot.lot.text, brand: lot.brand.text,
      shade: lot.shade?.text, expires: lot.expires.text, expired: lot.expires < today,
      registeredWallMilliseconds: known.at.milliseconds,
      withdrawnBy: try withdrawal.map { (entry) throws(Failure) in try text(behind: entry.by) ?? "(erased)" },
      withdrawnReason: try withdrawal.map { (entry) throws(Failure) in try text(behind: entry.reason) ?? "(erased)" })
  }

  /// The reply, and what must be durable before it is given.
  package func registerLot(
    _ wish: LotInterface.Register.Parameters, wall: WallTime
  ) throws(Failure) -> (LotInterface.Register.Reply, EntryDraft) {
    let label = try LotLabel(wish)
    let book = try lotBook()
    if book.withdrawal(of: label.supply, label.lot.text) != nil {
      throw .refused(LotStanding.withdrawn.refusal(of: label.supply))
    }
    let signer = salts.salted(wish.by)
    let entry = LotRegisteredEntry(
      supply: label.supply, lot: label.lot, brand: label.brand, shade: label.shade, expires: label.expires,
      by: signer.commitment)
    if let old = book.lot(label.supply, label.lot.text), old.says(the: entry) {
      throw .nothingToDo(state: "registered", remedy: "this lot is on record as it is: smpctl lot list")
    }
    return (
      LotInterface.Register.Reply(lot: try row(LotBook.Known(registered: entry, at: wall), book, CalendarDate(wall))),
      EntryDraft(body: .lotRegistered(entry), course: nil, confidential: [signer])
    )
  }

  /// The reply, and what must be durable before it is given.
  package func withdrawLot(
    _ wish: LotInterface.Withdraw.Parameters
  ) throws(Failure) -> (LotInterface.Withdraw.Reply, EntryDraft) {
    let (supply, lot) = try LotLabel.named(wish.supply, wish.lot)
    try Texts.check(wish.by, "by")
    try Texts.check(wish.reason, "reason")
    let book = try lotBook()
    if book.withdrawal(of: supply, lot.text) != nil {
      throw .nothingToDo(state: "withdrawn", remedy: "this lot is out of use already: smpctl lot list")
    }
    let (signer, why) = (salts.salted(wish.by), salts.salted(wish.reason))
    let entry = LotWithdrawnEntry(supply: supply, lot: lot, by: signer.commitment, reason: why.commitment)
    return (
      LotInterface.Withdraw.Reply(known: book.lot(supply, lot.text) != nil),
      EntryDraft(body: .lotWithdrawn(entry), course: nil, confidential: [signer, why])
    )
  }
}

extension LotRegisteredEntry {
  /// The same label, whoever read it.
  fileprivate func says(the other: LotRegisteredEntry) -> Bool {
    isSame(other.supply, other.lot.text) && brand == other.brand && shade == other.shade && expires == other.expires
  }
}
