import Foundation
import Testing

/// Where somebody sits before a guest and types.
protocol GuestSeat {
  var guest: Guest { get }
  /// Who types.
  var user: String { get }
}

extension GuestSeat {
  @discardableResult
  func smpctl(_ arguments: String) throws -> Outcome { try guest.run("smpctl \(arguments)", as: user) }

  var snapshot: [String: Any] {
    get throws {
      let outcome = try smpctl("status --json")
      let reply = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
      return reply?["snapshot"] as? [String: Any] ?? [:]
    }
  }
  var state: String { get throws { try state(snapshot) } }
  func state(_ snapshot: [String: Any]) -> String { snapshot["state"] as? String ?? "unreachable" }

  func waitFor(_ state: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try eventually("state \(state); now \(try self.state)", sourceLocation: sourceLocation) { try self.state == state }
  }

  /// What a person does about a state that does not go on by itself.
  /// - Returns: what was there before.
  @discardableResult
  func tend() throws -> [String: Any] {
    let now = try snapshot
    let way =
      switch state(now) {
      case "stopped", "faulted": "device clear"
      // Its own device is waited for: without it every open grant would count as made.
      case "uncertain": now["device"] == nil ? nil : "session resolve --by P --reason looked"
      case "held", "paused": "session resume"
      case "locked_out": "device unlock --by P --reason found"
      default: nil as String?
      }
    if let way {
      print("guest: \(state(now)), \(now["fault"] ?? "no fault"): smpctl \(way)")
      try smpctl(way)
    }
    return now
  }
}
