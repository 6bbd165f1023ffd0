import Glibc
import SMPLink
import Synchronization

/// A prepared stop that notes the time and is done.
final class NotedStop: PreparedControl {
  private let noted: Mutex<[Int64]>
  private let expected: Int
  private let over = Atomic(false)

  init(expecting count: Int) {
    expected = count
    // Room beforehand: what is measured allocates nothing here.
    var room: [Int64] = []
    room.reserveCapacity(count)
    noted = Mutex(room)
  }

  var times: [Int64] { noted.withLock { $0 } }
  var isOver: Bool { over.load(ordering: .acquiring) }

  func submit() throws(LinkError) {
    var time = timespec()
    // The address is that of a local variable and is not kept. The client reads the same clock.
    unsafe clock_gettime(CLOCK_MONOTONIC, &time)
    let count = noted.withLock { noted in
      noted.append(Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
      return noted.count
    }
    if count == expected { over.store(true, ordering: .releasing) }
  }
}
