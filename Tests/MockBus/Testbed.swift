import CLinux
import CUmockdev
import Glibc
import Synchronization

/// umockdev's testbed: a private /sys and /dev that programs under `umockdev-wrapper` see instead of the real ones.
///
/// Devices are added and removed by the main thread only; umockdev has a worker of its own for the ioctls.
@safe final class Testbed: @unchecked Sendable {
  // Sendable by the rule above; the pointers are set once and freed in `end`, when no command runs any more.
  private let bed: UnsafeMutablePointer<UMockdevTestbed>
  let root: String
  private var handlers: [String: UnsafeMutablePointer<UMockdevIoctlBase>]
  private let realtimePriority: Int32?

  init(realtimePriority: Int32?) throws {
    guard let bed = unsafe umockdev_testbed_new(), let root = unsafe umockdev_testbed_get_root_dir(bed) else {
      throw Refused("umockdev made no testbed")
    }
    unsafe self.bed = bed
    unsafe handlers = [:]
    self.root = unsafe String(cString: root)
    // The caller owns the text.
    unsafe g_free(root)
    self.realtimePriority = realtimePriority
  }

  /// Removes the testbed's directory. Clients that are still there lose their device and abort.
  func end() { unsafe g_object_unref(bed) }

  // MARK: Devices

  /// Adds what a description names, and says so to udev's listeners.
  func add(_ description: String) throws {
    var error: UnsafeMutablePointer<GError>?
    if unsafe umockdev_testbed_add_from_string(bed, description, &error) != 0 { return }
    let reason = unsafe error.map { unsafe String(cString: $0.pointee.message) } ?? "no reason"
    unsafe g_clear_error(&error)
    throw Refused("umockdev refused a device: \(reason)")
  }

  /// - Parameter device: the path of the description, from /devices on.
  /// - Parameter number: its `major:minor`. umockdev leaves the link to it behind, and could not give it out again.
  func remove(_ device: String, number: String? = nil) {
    let path = "/sys" + device
    unsafe umockdev_testbed_uevent(bed, path, "remove")
    unsafe umockdev_testbed_remove_device(bed, path)
    // The path is lent for the length of the call.
    if let number { unsafe unlink(root + "/sys/dev/char/" + number) }
  }

  /// Makes the folders a path under the testbed needs.
  func prepare(_ path: String) -> String {
    var folder = root
    for part in path.split(separator: "/").dropLast() {
      folder += "/" + part
      // Most of them are there; what is missing afterwards fails where it is used.
      unsafe mkdir(folder, 0o755)
    }
    return root + path
  }

  // MARK: Ioctls

  /// From now on the node's ioctls go to `usbfs`.
  func attach(_ usbfs: MockUsbfs, to node: String) throws {
    guard let handler = unsafe umockdev_ioctl_base_new() else { throw Refused("umockdev made no ioctl handler") }
    let target = IoctlTarget(usbfs: usbfs, realtimePriority: realtimePriority)
    unsafe Self.connect(handler, "handle-ioctl", target, unsafeBitCast(ioctlHandled, to: GCallback.self))
    unsafe Self.connect(handler, "client-connected", target, unsafeBitCast(clientConnected, to: GCallback.self))
    guard unsafe umockdev_testbed_attach_ioctl(bed, node, handler, nil) != 0 else {
      unsafe g_object_unref(handler)
      throw Refused("umockdev did not attach \(node)")
    }
    unsafe handlers[node] = handler
  }

  /// New clients are refused; those that are there keep their connection, or they would abort.
  func detach(_ node: String) {
    guard let handler = unsafe handlers.removeValue(forKey: node) else { return }
    _ = unsafe umockdev_testbed_detach_ioctl(bed, node, nil)
    unsafe g_object_unref(handler)
  }

  /// The signal holds one reference on its target and gives it back when it is disconnected.
  private static func connect(
    _ handler: UnsafeMutablePointer<UMockdevIoctlBase>, _ signal: String, _ target: IoctlTarget, _ callback: GCallback?
  ) {
    let data = unsafe Unmanaged.passRetained(target).toOpaque()
    unsafe g_signal_connect_data(handler, signal, callback, data, targetReleased, GConnectFlags(rawValue: 0))
  }
}

/// What umockdev's callbacks get.
final class IoctlTarget: Sendable {
  let usbfs: MockUsbfs
  private let wantsPriority: Mutex<Int32?>

  init(usbfs: MockUsbfs, realtimePriority: Int32?) {
    self.usbfs = usbfs
    wantsPriority = Mutex(realtimePriority)
  }

  /// umockdev's worker is started by umockdev: it can ask for its priority only from inside.
  func settle() {
    guard
      let priority = wantsPriority.withLock({ wish in
        defer { wish = nil }
        return wish
      })
    else { return }
    Realtime.ask(priority, for: "umockdev's worker")
  }
}

/// SCHED_FIFO, and a word where it was refused.
enum Realtime {
  static func ask(_ priority: Int32, for thread: String) {
    let code = clinux_request_fifo(priority)
    if code != 0 || clinux_is_fifo() != 1 { Terminal.complain("smpmock: no SCHED_FIFO for \(thread) (errno \(code))") }
  }
}

// Free functions: umockdev calls them on its worker thread. The target is retained by the signal for as long as one
// can come.
typealias ClientPointer = UnsafeMutablePointer<UMockdevIoctlClient>

private let ioctlHandled:
  @convention(c) (UnsafeMutablePointer<UMockdevIoctlBase>?, ClientPointer?, gpointer?) -> gboolean =
    { _, client, data in
      guard let client = unsafe client, let data = unsafe data else { return 0 }
      let target = unsafe Unmanaged<IoctlTarget>.fromOpaque(data).takeUnretainedValue()
      unsafe target.usbfs.handle(client)
      return 1
    }

private let clientConnected:
  @convention(c) (UnsafeMutablePointer<UMockdevIoctlBase>?, ClientPointer?, gpointer?) -> Void =
    { _, client, data in
      guard let client = unsafe client, let data = unsafe data else { return }
      let target = unsafe Unmanaged<IoctlTarget>.fromOpaque(data).takeUnretainedValue()
      target.settle()
      target.usbfs.opened(UInt(bitPattern: client))
      // `client-vanished` is declared and never emitted (umockdev 0.17.16); but a client that closed is freed. The
      // reference made here is given back then.
      let own = unsafe Unmanaged.passRetained(target).toOpaque()
      unsafe g_object_weak_ref(UnsafeMutableRawPointer(client).assumingMemoryBound(to: GObject.self), clientFreed, own)
    }

private let clientFreed: @convention(c) (gpointer?, UnsafeMutablePointer<GObject>?) -> Void = { data, client in
  guard let client = unsafe client, let data = unsafe data else { return }
  unsafe Unmanaged<IoctlTarget>.fromOpaque(data).takeRetainedValue().usbfs.closed(UInt(bitPattern: client))
}

private let targetReleased: @convention(c) (gpointer?, UnsafeMutablePointer<GClosure>?) -> Void = { data, _ in
  guard let data = unsafe data else { return }
  // The reference that `connect` made.
  unsafe Unmanaged<IoctlTarget>.fromOpaque(data).release()
}
