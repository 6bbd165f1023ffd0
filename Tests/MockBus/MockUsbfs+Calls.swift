import Glibc
import SMPSimulator
import Synchronization

/// The ioctls that are answered at once, as the kernel's `devio.c` answers them.
extension MockUsbfs {
  /// - Returns: the ioctl's result.
  func perform(_ request: UInt, _ argument: ClientMemory, _ file: UInt) throws(Errno) -> Int {
    guard let port, !isGone else { throw Errno(code: ENODEV) }
    switch request {
    case Usbfs.discard: return try discard(argument.load(UInt.self, at: 0), file, port)
    case Usbfs.reset:
      port.reset()
      port.configure(1)
      return 0
    case Usbfs.getSpeed: return port.descriptors.speed == .full ? Usbfs.speedFull : Usbfs.speedHigh
    case Usbfs.getCapabilities, Usbfs.submit, Usbfs.claim, Usbfs.release, Usbfs.clearHalt, Usbfs.setConfiguration,
      Usbfs.setInterface, Usbfs.getDriver, Usbfs.disconnectAndClaim, Usbfs.driverCall:
      guard let memory = argument.follow(at: 0, count: Usbfs.size(request)) else { throw Errno(code: EFAULT) }
      return try perform(request, on: memory, file, port)
    default: throw Errno(code: ENOTTY)
    }
  }

  private func perform(
    _ request: UInt, on memory: ClientMemory, _ file: UInt, _ port: SimulatedPort
  ) throws(Errno) -> Int {
    switch request {
    case Usbfs.getCapabilities: memory.store(Usbfs.capabilities, at: 0)
    case Usbfs.submit: try submit(memory, file, port)
    case Usbfs.claim: try claim(memory.load(UInt32.self, at: 0), file)
    case Usbfs.release: try release(file)
    case Usbfs.clearHalt:
      guard port.clearHalt(UInt8(truncatingIfNeeded: memory.load(UInt32.self, at: 0))) else {
        throw Errno(code: EINVAL)
      }
    case Usbfs.setConfiguration:
      guard memory.load(UInt32.self, at: 0) <= 1 else { throw Errno(code: EINVAL) }
      port.configure(UInt8(memory.load(UInt32.self, at: 0)))
    case Usbfs.setInterface:
      guard memory.load(UInt64.self, at: 0) == 0 else { throw Errno(code: EINVAL) }
    case Usbfs.getDriver:
      let name = state.withLock { $0.files.values.contains(where: \.hasClaimed) ? "usbfs" : $0.driver }
      guard let name else { throw Errno(code: ENODATA) }
      memory.put(Array(name.utf8) + [0], at: Usbfs.driverName)
    case Usbfs.disconnectAndClaim: try disconnectAndClaim(memory, file)
    default: try callDriver(memory)
    }
    return 0
  }

  // MARK: Claims

  private func claim(_ interface: UInt32, _ file: UInt) throws(Errno) {
    guard interface == 0 else { throw Errno(code: ENOENT) }
    try state.withLock { state throws(Errno) in
      guard !state.isBusy, state.driver == nil else { throw Errno(code: EBUSY) }
      try Self.claim(file, in: &state)
    }
  }

  private static func claim(_ file: UInt, in state: inout State) throws(Errno) {
    if state.files.contains(where: { $0.key != file && $0.value.hasClaimed }) { throw Errno(code: EBUSY) }
    state.files[file]?.hasClaimed = true
    state.counters.claims += 1
  }

  private func release(_ file: UInt) throws(Errno) {
    try state.withLock { state throws(Errno) in
      guard state.files[file]?.hasClaimed == true else { throw Errno(code: EINVAL) }
      state.files[file]?.hasClaimed = false
    }
  }

  private func disconnectAndClaim(_ memory: ClientMemory, _ file: UInt) throws(Errno) {
    let flags = memory.load(UInt32.self, at: 4)
    let named = memory.text(from: Usbfs.claimDriverName)
    try state.withLock { state throws(Errno) in
      guard !state.isBusy else { throw Errno(code: EBUSY) }
      if let driver = state.driver {
        if flags & Usbfs.claimIfDriver != 0, driver != named { throw Errno(code: EBUSY) }
        if flags & Usbfs.claimExceptDriver != 0, driver == named { throw Errno(code: EBUSY) }
        (state.driver, state.detachedDriver) = (nil, driver)
      }
      try Self.claim(file, in: &state)
    }
  }

  /// `struct usbdevfs_ioctl`: a call to the interface's driver.
  private func callDriver(_ memory: ClientMemory) throws(Errno) {
    let code = memory.load(UInt32.self, at: 4)
    try state.withLock { state throws(Errno) in
      switch code {
      case Usbfs.disconnectDriver:
        guard let driver = state.driver else { throw Errno(code: ENODATA) }
        (state.driver, state.detachedDriver) = (nil, driver)
      case Usbfs.connectDriver: (state.driver, state.detachedDriver) = (state.detachedDriver ?? state.driver, nil)
      default: throw Errno(code: ENOTTY)
      }
    }
  }

  // MARK: URBs

  private func submit(_ memory: ClientMemory, _ file: UInt, _ port: SimulatedPort) throws(Errno) {
    let type = memory.load(UInt8.self, at: Usbfs.URBLayout.type)
    let endpoint = memory.load(UInt8.self, at: Usbfs.URBLayout.endpoint)
    let length = Int(memory.load(Int32.self, at: Usbfs.URBLayout.bufferLength))
    let isControl = type == Usbfs.typeControl
    guard type != Usbfs.typeIsochronous, length >= (isControl ? 8 : 0), length <= 1 << 20 else {
      throw Errno(code: EINVAL)
    }
    guard isControl || (port.hasEndpoint(endpoint) && endpoint & 0x7F != 0) else { throw Errno(code: ENOENT) }
    let buffer = memory.follow(at: Usbfs.URBLayout.buffer, count: length)
    let bytes = buffer?.bytes() ?? []
    let setup = isControl ? SetupPacket(bytes.prefix(8)) : nil
    let isIn = isControl ? (bytes.first ?? 0) & 0x80 != 0 : endpoint & 0x80 != 0
    if isControl, Int(setup?.length ?? 0) > length - 8 { throw Errno(code: EINVAL) }
    let flags = memory.load(UInt32.self, at: Usbfs.URBLayout.flags)
    let id = state.withLock { state -> URBID in
      state.urbs += 1
      state.counters.submitted += 1
      let id = URBID(number: state.urbs)
      state.log.submit(
        endpoint: isControl ? 0 : endpoint, request: setup?.request,
        frame: isControl || isIn ? nil : bytes.dropFirst().first,
        at: state.cameAt)
      state.files[file]?.underWay[id] = ClientURB(
        memory: memory, buffer: buffer, isControl: isControl, isIn: isIn, flags: flags,
        length: isControl ? length - 8 : length)
      state.owners[id] = file
      return id
    }
    if let setup {
      port.submit(.control(id, setup, bytes: isIn ? [] : Array(bytes.dropFirst(8))))
    } else if isIn {
      port.submit(.in(id, endpoint: endpoint, length: length))
    } else {
      port.submit(.out(id, endpoint: endpoint, bytes))
    }
  }

  private func discard(_ address: UInt, _ file: UInt, _ port: SimulatedPort) throws(Errno) -> Int {
    let id = state.withLock { state in state.files[file]?.underWay.first { $0.value.memory.address == address }?.key }
    guard let id, port.cancel(id) else { throw Errno(code: EINVAL) }
    state.withLock { $0.counters.discarded += 1 }
    return 0
  }
}
