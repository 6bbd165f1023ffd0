/// A limit on everything a client can make the server hold or wait for, each with its reason. Times in milliseconds.
///
/// Tests inject other values; a daemon takes them as they are.
package struct VarlinkServerLimits: Sendable {
  /// Connections at once. A local control socket needs a dozen; without a limit one user exhausts the descriptors
  /// (avahi, CVE-2025-59529). When all are taken, who takes precedence makes room (`ConnectionCensus`).
  package var connections = 64
  /// Connections of one user at once: four users must be able to fill the rest.
  package var connectionsPerUser = 16
  /// Bytes of one message, ours or theirs, without its NUL.
  package var messageBytes = 1 << 20
  /// Levels of arrays and objects within each other: the reader recurses.
  package var messageDepth = 32
  /// Bytes waiting to leave on one connection. Beyond it a stream loses events and says so, and no further call of
  /// the connection is begun.
  package var queuedBytes = 256 << 10
  /// A message must be complete this long after its first byte. An idle connection may stay for ever.
  package var unfinishedMessageMilliseconds: Int64 = 10_000
  /// A reply must have left this long after it was queued, else the client is taken for stopped.
  package var unwritableMilliseconds: Int64 = 5_000
  /// What closing waits for replies on their way.
  package var closingMilliseconds: Int64 = 1_000
  /// Messages of one connection begun in one turn of the loop: one client's heap of calls is not to keep another waiting.
  package var messagesPerTurn = 4
  /// Rest after the process ran out of descriptors; without it accepting spins.
  package var acceptPauseMilliseconds: Int64 = 1_000
  package init() {}
}
