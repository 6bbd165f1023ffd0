internal import Synchronization

/// Ends a station at its moments, each time on a copy: the station itself works on undisturbed.
package final class CrashPoints: Sendable {
  package struct Counts: Hashable, Sendable {
    /// Before and after each write, sync and send.
    package var moments = 0
    /// Those at which something differs from the one before that another process could tell.
    package var points = 0
    package var ends = 0
  }

  /// Which points are looked at.
  package enum Choice: Hashable, Sendable {
    case all
    /// Each `every`-th, beginning with `first`.
    case some(every: Int, first: Int)
    case one(Int)

    func contains(_ point: Int) -> Bool {
      switch self {
      case .all: true
      case .some(let every, let first): point % every == first % every
      case .one(let one): point == one
      }
    }
  }

  private struct State: Sendable {
    var stamp: [UInt64] = []
    var counts = Counts()
    var complaints: [String] = []
  }
  private let state = Mutex(State())
  private let seed: UInt64
  private let choice: Choice
  /// One in so many goes on to another session, and one in so many ends a second time.
  private static let oneGoesOnIn = 50
  private static let oneEndsAgainIn = 4
  /// Moments of a settling: most of them come within so many.
  private static let settling = 60

  package init(seed: UInt64, _ choice: Choice) {
    self.seed = seed
    self.choice = choice
  }

  package var counts: Counts { state.withLock { $0.counts } }
  /// What was wrong, with seed and point.
  package var complaints: [String] { state.withLock { $0.complaints } }

  /// Ends this station from here on.
  package func attach(to station: SimulatedStation) {
    let world = station.world
    station.onMoment { [self] moment in
      let point = state.withLock { state -> Int? in
        state.counts.moments += 1
        guard state.stamp != world.stamp else { return nil }
        state.stamp = world.stamp
        state.counts.points += 1
        return state.counts.points
      }
      guard let point, choice.contains(point) else { return }
      for death in Death.allCases { end(world, at: point, moment, by: death) }
    }
  }

  private func end(_ world: StationWorld, at point: Int, _ moment: Moment, by death: Death) {
    var chance = Chance(seed: seed, UInt64(point), death == .killed ? 1 : 2)
    let fate = MemoryFate.allCases[chance.below(MemoryFate.allCases.count)]
    var found: [String] = []
    do {
      let wreck = try Wreck(of: world, by: death, fate: fate, seed: chance.next())
      let again = chance.below(Self.oneEndsAgainIn) == 0 ? 1 + chance.below(Self.settling) : nil
      var aftermath = Aftermath(wreck, goesOn: chance.below(Self.oneGoesOnIn) == 0, endsAgainAt: again)
      found = aftermath.run()
    } catch {
      found = ["\(error)"]
    }
    state.withLock { state in
      state.counts.ends += 1
      state.complaints += found.map { "seed \(seed) point \(point), \(moment), \(death), \(fate): \($0)" }
    }
  }
}
