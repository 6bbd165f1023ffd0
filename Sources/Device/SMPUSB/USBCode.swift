import CLibUSB
import SMPLink

/// libusb's numbers as errors of a link. What a device took of a failed transfer is never assumed (S7).
enum USBCode {
  /// - Parameter code: a negative result of a libusb function.
  static func error(_ code: Int32) -> LinkError {
    switch libusb_error(rawValue: code) {
    case LIBUSB_ERROR_NO_DEVICE, LIBUSB_ERROR_NOT_FOUND: .detached
    case LIBUSB_ERROR_ACCESS: .notPermitted
    case LIBUSB_ERROR_BUSY: .busy
    case LIBUSB_ERROR_TIMEOUT: .timedOut
    case LIBUSB_ERROR_PIPE: .stalled
    case LIBUSB_ERROR_OVERFLOW: .overflowed
    default: .failed
    }
  }

  /// How a transfer ended; nil for well.
  static func error(_ status: libusb_transfer_status) -> LinkError? {
    switch status {
    case LIBUSB_TRANSFER_COMPLETED: nil
    case LIBUSB_TRANSFER_TIMED_OUT: .timedOut
    case LIBUSB_TRANSFER_STALL: .stalled
    case LIBUSB_TRANSFER_OVERFLOW: .overflowed
    case LIBUSB_TRANSFER_NO_DEVICE, LIBUSB_TRANSFER_CANCELLED: .detached
    default: .failed
    }
  }
}
