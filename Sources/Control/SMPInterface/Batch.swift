package import StrictJSON

/// A row of a list that may be longer than one message.
package protocol ListedRow: InterfaceRecord {
  /// The member of the reply that holds the rows.
  static var plural: String { get }
  /// What the row is known by: the next batch is asked for after it.
  var name: String { get }
}

/// A method that lists: batch after batch, each after the last row of the one before.
package protocol ListMethod: InterfaceMethod where Parameters == BatchWish, Reply == Batch<Row> {
  associatedtype Row: ListedRow
}

/// Which part of a list is asked for.
package struct BatchWish: InterfaceRecord {
  /// Only rows after the one of this name; absent means from the first.
  package let after: String?
  /// Rows in one batch; absent means 100.
  package let limit: Int64?

  package init(after: String? = nil, limit: Int64? = nil) {
    self.after = after
    self.limit = limit
  }

  package init(_ object: JSONObject) throws(InterfaceError) {
    after = try object.optional("after")
    limit = try object.optional("limit")
  }

  package var json: JSONObject {
    var object = JSONObject()
    object.put("after", after)
    object.put("limit", limit)
    return object
  }
}

/// A part of a list.
package struct Batch<Row: ListedRow>: InterfaceRecord {
  package let rows: [Row]
  /// There are rows after these.
  package let hasMore: Bool

  package init(_ rows: [Row], hasMore: Bool) {
    self.rows = rows
    self.hasMore = hasMore
  }

  package init(_ object: JSONObject) throws(InterfaceError) {
    rows = try object.required(Row.plural)
    hasMore = try object.required("hasMore")
  }

  package var json: JSONObject {
    var object = JSONObject()
    object.put(Row.plural, rows)
    object.put("hasMore", hasMore)
    return object
  }
}

/// Its members by their names in the interface.
extension Batch: CustomReflectable {
  package var customMirror: Mirror {
    Mirror(self, children: [Row.plural: rows, "hasMore": hasMore] as KeyValuePairs<String, Any>)
  }
}
