import CLibUSB
import SMPLink

/// One libusb transfer and the buffer it reads or fills: both live until the callback has run (house style 16).
///
/// Sendable by turns: whoever prepares it touches it before `submit`, the event thread in the callback, and between the
/// two only libusb. `USBLink` keeps the turns under its lock.
@safe final class USBTransfer: @unchecked Sendable {
  enum Purpose: Sendable {
    case control(TransferTag)
    /// The prepared stop: submitted again and again, never freed while the link lives.
    case stop(TransferTag)
    case out(TransferTag)
    /// Listens on an endpoint; submitted again after each packet.
    case listen(endpoint: UInt8)
  }

  let purpose: Purpose
  private let link: USBLink
  private let transfer: UnsafeMutablePointer<libusb_transfer>
  private let buffer: UnsafeMutablePointer<UInt8>
  private let capacity: Int
  /// Under the link's lock.
  var isFlying = false

  init(_ purpose: Purpose, link: USBLink, capacity: Int) throws(LinkError) {
    guard let transfer = unsafe libusb_alloc_transfer(0) else { throw .failed }
    self.purpose = purpose
    self.link = link
    self.capacity = capacity
    unsafe self.transfer = transfer
    unsafe buffer = .allocate(capacity: capacity)
    unsafe buffer.initialize(repeating: 0, count: capacity)
  }

  deinit {
    // Not flying: a flying one is held by its own user_data.
    unsafe libusb_free_transfer(transfer)
    unsafe buffer.deallocate()
  }

  // MARK: Filling, before it flies

  static var controlSetupBytes: Int { 8 }

  /// - Parameter timeout: milliseconds; 0 is for ever.
  func fillControl(_ handle: USBHandle, _ setup: ControlSetup, interface: UInt8, timeout: UInt32) {
    let isIn = setup.length > 0
    // Vendor request to an interface, in one direction or the other.
    let requestType: UInt8 = isIn ? 0xC1 : 0x41
    unsafe libusb_fill_control_setup(
      buffer, requestType, setup.request, setup.value, UInt16(interface), setup.length)
    unsafe libusb_fill_control_transfer(transfer, handle.pointer, buffer, usbTransferEnded, nil, timeout)
  }

  func fillOut(_ handle: USBHandle, endpoint: UInt8, _ bytes: [UInt8], timeout: UInt32) {
    precondition(bytes.count <= capacity, "the buffer was made for these bytes")
    for (index, byte) in bytes.enumerated() { unsafe buffer[index] = byte }
    unsafe libusb_fill_bulk_transfer(
      transfer, handle.pointer, endpoint, buffer, Int32(bytes.count), usbTransferEnded, nil, timeout)
  }

  func fillListen(_ handle: USBHandle, endpoint: UInt8, isInterrupt: Bool) {
    if isInterrupt {
      unsafe libusb_fill_interrupt_transfer(
        transfer, handle.pointer, endpoint, buffer, Int32(capacity), usbTransferEnded, nil, 0)
    } else {
      unsafe libusb_fill_bulk_transfer(
        transfer, handle.pointer, endpoint, buffer, Int32(capacity), usbTransferEnded, nil, 0)
    }
  }

  // MARK: Flying

  /// Under the link's lock. While it flies it holds itself.
  func submit() throws(LinkError) {
    let me = unsafe Unmanaged.passRetained(self)
    unsafe transfer.pointee.user_data = unsafe me.toOpaque()
    let code = unsafe libusb_submit_transfer(transfer)
    guard code == 0 else {
      // It does not fly, so no callback will take this reference.
      unsafe me.release()
      throw USBCode.error(code)
    }
    isFlying = true
  }

  /// Asks for its end; the callback tells. Under the link's lock, which keeps it alive.
  func cancel() { _ = unsafe libusb_cancel_transfer(transfer) }

  /// In the callback only.
  fileprivate func ended() {
    let error = unsafe USBCode.error(transfer.pointee.status)
    let count = unsafe max(0, min(Int(transfer.pointee.actual_length), capacity))
    var bytes: [UInt8] = []
    switch purpose {
    case .control, .stop:
      // The data stage lies behind the setup packet.
      let data = min(count, capacity - Self.controlSetupBytes)
      bytes = unsafe Array(UnsafeBufferPointer(start: buffer + Self.controlSetupBytes, count: max(0, data)))
    case .listen: bytes = unsafe Array(UnsafeBufferPointer(start: buffer, count: count))
    case .out: break
    }
    link.ended(self, bytes: bytes, error: error)
  }
}

/// An open device. Sendable because libusb's functions may share a handle; it is one link's from `libusb_open` to
/// `libusb_close`, and closed by the event thread alone.
@safe struct USBHandle: @unchecked Sendable {
  let pointer: OpaquePointer
}

/// libusb calls back into a free function, on the event thread: takes the status, copies the bytes, hands over.
private func usbTransferEnded(_ transfer: UnsafeMutablePointer<libusb_transfer>?) {
  guard let user = unsafe transfer?.pointee.user_data else { return }
  // The reference that `submit` made for this flight.
  let flown = unsafe Unmanaged<USBTransfer>.fromOpaque(user).takeRetainedValue()
  flown.ended()
}
