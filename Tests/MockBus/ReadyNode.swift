import Glibc

/// The device node a client opens and polls: a FIFO in place of the character device.
///
/// usbfs says "writable" when a URB can be reaped. A FIFO that is full is not writable and one that is empty is, so
/// the node is kept full while there is nothing to reap: a client that polls sleeps until then.
final class ReadyNode: Sendable {
  private let descriptor: Int32
  let path: String

  /// `F_SETPIPE_SZ`; its macro is behind _GNU_SOURCE.
  private static let setPipeSize: Int32 = 1031

  init(path: String) throws {
    self.path = path
    // Paths are lent for the length of each call.
    guard unsafe mkfifo(path, 0o600) == 0 else { throw Refused("\(path) cannot be made (errno \(errno))") }
    descriptor = unsafe open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw Refused("\(path) cannot be opened (errno \(errno))") }
    _ = fcntl(descriptor, Self.setPipeSize, Int32(4_096))
    show(ready: false)
  }

  func show(ready: Bool) {
    var page = [UInt8](repeating: 0, count: 4_096)
    if ready {
      // The array is lent for the length of each call.
      while unsafe read(descriptor, &page, page.count) > 0 {}
    } else {
      while unsafe write(descriptor, page, page.count) > 0 {}
    }
  }

  /// Nobody can open it any more; who has it open may poll it until the last ioctl handler is gone.
  func remove() { unsafe unlink(path) }

  deinit { close(descriptor) }
}
