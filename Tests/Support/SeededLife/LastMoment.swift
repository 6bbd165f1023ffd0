internal import SimulatedStation
internal import Synchronization

/// Takes the wreck of a station at its so-manieth moment from now.
final class LastMoment: Sendable {
  private struct State: Sendable {
    var seen = 0
    var wreck: Result<Wreck, any Error>?
  }
  private let state = Mutex(State())
  private let world: StationWorld
  private let death: Death
  private let moment: Int
  private let seed: UInt64

  init(of world: StationWorld, by death: Death, at moment: Int, seed: UInt64) {
    self.world = world
    self.death = death
    self.moment = moment
    self.seed = seed
  }

  var hasCome: Bool { state.withLock { $0.wreck != nil } }

  func look() {
    let isNow = state.withLock { state in
      state.seen += 1
      return state.seen > moment && state.wreck == nil
    }
    if isNow { take() }
  }

  private func take() {
    let wreck = Result { try Wreck(of: world, by: death, fate: .running, seed: seed) }
    state.withLock { $0.wreck = wreck }
  }

  /// The wreck; taken now where the moment has not come.
  func wreck() throws -> Wreck {
    if !hasCome { take() }
    guard let wreck = state.withLock({ $0.wreck }) else { preconditionFailure("it has been taken") }
    return try wreck.get()
  }
}
