import CLibUdev
import Glibc
import SMPLink

/// What the system knows of a device without opening it: its serial, its node, and whether the project's rule has
/// seen it. Read through libudev.
struct USBNode {
  let serial: String?
  /// `/dev/bus/usb/BBB/DDD`.
  let path: String?
  /// The rule leaves this mark; without it the node still belongs to root alone.
  let ruleRan: Bool
  let isOpenable: Bool

  static let mark = "SMPD_RULE"

  /// - Parameter place: the kernel's name of the port, such as `1-4.2`.
  init?(place: String) {
    guard let udev = unsafe udev_new() else { return nil }
    // Both are ours until the end of this function; the texts they lend are copied at once.
    defer { unsafe udev_unref(udev) }
    guard let device = unsafe udev_device_new_from_subsystem_sysname(udev, "usb", place) else { return nil }
    defer { unsafe udev_device_unref(device) }
    serial = unsafe Self.copy(udev_device_get_sysattr_value(device, "serial"))
    ruleRan = unsafe udev_device_get_property_value(device, Self.mark) != nil
    let path = unsafe Self.copy(udev_device_get_devnode(device))
    self.path = path
    isOpenable = path.map { unsafe access($0, R_OK | W_OK) == 0 } ?? false
  }

  /// The kernel refuses the node although its mode allows it: a sandbox does so.
  var isForbidden: Bool {
    guard let path else { return false }
    // The path is lent for the length of the call.
    let descriptor = unsafe open(path, O_RDWR | O_CLOEXEC)
    guard descriptor < 0 else {
      close(descriptor)
      return false
    }
    return errno == EPERM || errno == EACCES
  }

  private static func copy(_ text: UnsafePointer<CChar>?) -> String? {
    guard let text = unsafe text else { return nil }
    return unsafe String(cString: text)
  }
}
