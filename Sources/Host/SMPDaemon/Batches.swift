internal import SMPInterface
internal import StrictJSON

/// Lists longer than one message: batch by batch, each after the last row of the one before.
enum Batches {
  static let limits: ClosedRange<Int64> = 1...1_000
  /// Rows for somebody who asks for no number: some ten milliseconds of the librarian's time.
  private static let usual: Int64 = 100
  /// Bytes of rows in one batch: a message has at most 1 MiB (varlink.md), and the rest of it is some 100 bytes.
  static let bytes = (1 << 20) - 4_096

  static func limit(_ wish: BatchWish) throws(Failure) -> Int {
    let limit = wish.limit ?? usual
    guard limits.contains(limit) else {
      throw .outOfRange(
        parameter: "limit", minimum: limits.lowerBound, maximum: limits.upperBound, remedy: "ask for fewer rows at once"
      )
    }
    return Int(limit)
  }

  /// - Parameters:
  ///   - names: all names of the list, in its order.
  ///   - row: the row of one of them.
  static func cut<Row: ListedRow>(
    _ names: [String], _ wish: BatchWish, of what: String, row: (String) throws(Failure) -> Row
  ) throws(Failure) -> Batch<Row> {
    let limit = try limit(wish)
    var rest = names[...]
    if let after = wish.after {
      guard let place = names.firstIndex(of: after) else {
        throw .notFound(what: what, name: after, remedy: "give the last name of the batch before, or none")
      }
      rest = names[(place + 1)...]
    }
    var rows: [Row] = []
    var room = bytes
    for name in rest.prefix(limit) {
      let next = try row(name)
      room -= next.json.encoded.count + 1
      // One always goes, or the caller would never get past it.
      if room < 0, !rows.isEmpty { break }
      rows.append(next)
    }
    return Batch(rows, hasMore: rows.count < rest.count)
  }
}

extension ControlCall {
  func list<Method: ListMethod>(
    _ method: Method.Type, _ rows: @escaping @Sendable (Library, BatchWish) throws(Failure) -> Batch<Method.Row>
  ) throws(Failure) {
    let wish = try parameters(BatchWish.self)
    _ = try Batches.limit(wish)
    onLibrarian { (library) throws(Failure) in try rows(library, wish) }
  }
}
