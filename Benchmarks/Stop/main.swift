import Glibc
import SMPDaemon
import SMPLink
import SMPModel
import SMPSession
import Synchronization
import VarlinkServer

// The daemon's own stop listener in front of a link that only notes when it was told: bench-stop SOCKET COUNT.
// Benchmarks/reference/stop_client.c says when it asked. Ends after COUNT stops and prints one JSON line.
guard CommandLine.arguments.count == 3, let count = Int(CommandLine.arguments[2]), count > 0 else {
  print("usage: bench-stop SOCKET COUNT")
  exit(64)
}
let socket = try ListeningSocket.listening(at: CommandLine.arguments[1], permissions: 0o600)
let stops = NotedStop(expecting: count)
let handle = StopHandle()
handle.set(stops)
let (queue, board) = (OwnerQueue(), Board())
// Nobody has a device, so every stop is answered as soon as the owner has published after it.
let nothing = SessionMachine(latch: FaultLatch(), firstGeneration: 1, orphan: nil)
@MainActor func publish(_ sequence: UInt64) {
  let now = HostClock.monotonic()
  board.publish(Published(snapshot: nothing.snapshot(at: now), sequence: sequence, monotonic: now, durable: 0))
}
publish(1)
let listener = try StopListener(
  socket: socket, handle: handle, queue: queue, board: board,
  rights: Rights(daemonUID: getuid(), operatorGID: nil, observerGID: nil), realtimePriority: 20)
// What the owner would do with its queue.
var turns: UInt64 = 1
while !stops.isOver {
  queue.wait(until: nil)
  _ = queue.takeAll()
  turns += 1
  publish(turns)
}
let rights = listener.rights
listener.end()
let times = stops.times.map(String.init).joined(separator: ",")
print(
  "{\"benchmark\":\"stop_submitted\",\"class\":\"\(rights?.scheduled == true ? "SCHED_FIFO" : "SCHED_OTHER")\","
    + "\"memory_locked\":\(rights?.memoryLocked == true),\"submitted_ns\":[\(times)]}")
