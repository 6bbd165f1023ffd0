import CUmockdev

/// A copy of some of the client's memory; umockdev writes it back with the ioctl's answer.
///
/// The client and its data belong to umockdev's worker: every function here is called on that thread only.
@safe final class ClientMemory: @unchecked Sendable {
  // Sendable by the rule above; only its last release may happen elsewhere, and GObject counts atomically.
  private let data: UnsafeMutablePointer<UMockdevIoctlData>

  /// Keeps a reference of its own.
  private init(_ data: UnsafeMutablePointer<UMockdevIoctlData>) {
    unsafe self.data = data
    unsafe g_object_ref(data)
  }

  deinit { unsafe g_object_unref(data) }

  /// The ioctl's argument: pointer-sized.
  static func argument(of client: UnsafeMutablePointer<UMockdevIoctlClient>) -> ClientMemory? {
    // The client owns its argument; the object made here keeps a reference.
    guard let data = unsafe umockdev_ioctl_client_get_arg(client) else { return nil }
    return unsafe ClientMemory(data)
  }

  /// What a pointer in this memory points to; nil when it points nowhere.
  func follow(at offset: Int, count: Int) -> ClientMemory? {
    guard count > 0, let found = unsafe umockdev_ioctl_data_resolve(data, gsize(offset), gsize(count), nil) else {
      return nil
    }
    // `resolve` hands a reference over; the object made here has its own.
    defer { unsafe g_object_unref(found) }
    return unsafe ClientMemory(found)
  }

  /// Makes a pointer in this memory point to that of `other`, where the client keeps it.
  func point(at offset: Int, to other: ClientMemory) {
    _ = unsafe umockdev_ioctl_data_set_ptr(data, gsize(offset), other.data)
  }

  /// Where the client has this memory.
  var address: UInt { unsafe UInt(data.pointee.client_addr) }
  var count: Int { unsafe Int(data.pointee.data_len) }

  /// Bytes are copied inside the bounds umockdev says its buffer has.
  func load<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
    precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count, "a field lies within its struct")
    guard let bytes = unsafe data.pointee.data else { return 0 }
    return unsafe UnsafeRawPointer(bytes).loadUnaligned(fromByteOffset: offset, as: type)
  }

  func store<Value: FixedWidthInteger>(_ value: Value, at offset: Int) {
    precondition(offset >= 0 && offset + MemoryLayout<Value>.size <= count, "a field lies within its struct")
    guard let bytes = unsafe data.pointee.data else { return }
    unsafe UnsafeMutableRawPointer(bytes).storeBytes(of: value, toByteOffset: offset, as: Value.self)
  }

  /// All bytes from `offset` on.
  func bytes(from offset: Int = 0) -> [UInt8] {
    guard offset < count, let bytes = unsafe data.pointee.data else { return [] }
    return unsafe Array(UnsafeBufferPointer(start: bytes + offset, count: count - offset))
  }

  /// As many as fit.
  func put(_ new: [UInt8], at offset: Int) {
    guard let bytes = unsafe data.pointee.data else { return }
    for (place, byte) in new.prefix(max(0, count - offset)).enumerated() { unsafe bytes[offset + place] = byte }
  }

  /// Text up to its zero byte.
  func text(from offset: Int) -> String { String(decoding: bytes(from: offset).prefix { $0 != 0 }, as: UTF8.self) }
}
