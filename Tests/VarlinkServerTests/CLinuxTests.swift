import CLinux
import Foundation
import Glibc
import Testing

@Suite("What Swift's Glibc cannot reach")
struct CLinuxTests {
  @Test("a descriptor that is no socket has no peer, no groups and does not listen")
  func noSocket() {
    let file = unsafe open("/dev/null", O_RDONLY)
    #expect(clinux_peer_of(file).error == ENOTSOCK)
    #expect(clinux_peer_of(-1).error == EBADF)
    #expect(clinux_is_listening_unix(file) == ENOTSOCK)
    var count: UInt32 = 7
    var group: UInt32 = 0
    #expect(unsafe clinux_peer_groups(file, &group, 1, &count) == ENOTSOCK)
    #expect(count == 0)
    #expect(unsafe clinux_peer_groups(file, &group, 65_537, &count) == EINVAL)
    close(file)
  }

  @Test("an eventfd remembers that it was signalled, however often, until it is cleared")
  func eventfd() {
    let descriptor = clinux_eventfd()
    #expect(descriptor >= 0)
    #expect(clinux_eventfd_clear(descriptor) == EAGAIN)
    #expect(clinux_eventfd_signal(descriptor) == 0)
    #expect(clinux_eventfd_signal(descriptor) == 0)
    #expect(clinux_eventfd_clear(descriptor) == 0)
    #expect(clinux_eventfd_clear(descriptor) == EAGAIN)
    close(descriptor)
  }

  @Test("waiting ends with what can be read, with time, and with nothing else to wait for")
  func waiting() {
    let (quiet, rung) = (clinux_eventfd(), clinux_eventfd())
    _ = clinux_eventfd_signal(rung)
    var ready: [UInt8] = [9, 9]
    #expect(unsafe clinux_wait_ready([quiet, rung], [0, 0], &ready, 2, -1) == 0)
    #expect(ready == [0, 1])
    #expect(unsafe clinux_wait_ready([quiet], [0], &ready, 1, 1_000) == 0)
    #expect(ready[0] == 0)
    #expect(unsafe clinux_wait_ready([quiet], [1], &ready, 1, -1) == 0)
    #expect(ready[0] == 1, "it can be written")
    #expect(unsafe clinux_wait_ready([quiet], [0], &ready, 65, 0) == EINVAL)
    close(quiet)
    close(rung)
  }

  @Test("the clock since boot does not go back")
  func clock() {
    let first = clinux_boottime_nanoseconds()
    #expect(first > 0)
    #expect(clinux_boottime_nanoseconds() >= first)
  }

  @Test("a thread's name, its class and locked memory: granted or refused by name, and never claimed")
  func threads() async {
    await #expect(processExitsWith: .success) {
      let done = Mailbox<Bool>()
      Thread.detachNewThread {
        let isNamed = unsafe clinux_name_thread("a name longer than fifteen bytes") == 0
        let before = clinux_is_fifo()
        let answer = clinux_request_fifo(10)
        let isHonest = before == 0 && (answer == 0 ? clinux_is_fifo() == 1 : answer == EPERM && clinux_is_fifo() == 0)
        let isGivenBack = clinux_request_ordinary() == 0 && clinux_is_fifo() == 0
        done.put(isNamed && isHonest && isGivenBack)
      }
      guard done.take() == true, clinux_request_fifo(0) == EINVAL else { exit(1) }
      guard [0, EPERM, ENOMEM].contains(clinux_lock_memory()) else { exit(2) }
      exit(0)
    }
  }
}
