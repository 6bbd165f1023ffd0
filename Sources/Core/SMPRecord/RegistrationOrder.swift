/// Which sessions wait for the registration of a device with a frame of its own, as the entries tell (S12).
struct RegistrationOrder: Sendable {
  // Look-ups only; nothing here depends on their order.
  /// Devices with a frame of their own, by serial.
  private var ownFrames: Set<String> = []
  /// The device of each open session.
  private var devices: [String: String] = [:]
  private var missing: Set<String> = []

  func isMissing(in session: String?) -> Bool { session.map(missing.contains) ?? false }

  mutating func take(_ entry: Entry) {
    switch entry.body {
    case .deviceAttached(let attached):
      if attached.ownFrame == true {
        ownFrames.insert(attached.serial.text)
      } else {
        ownFrames.remove(attached.serial.text)
      }
      lose(attached.serial.text)
    // It may stand elsewhere when it comes back.
    case .deviceDetached(let detached): lose(detached.serial.text)
    case .sessionOpened(let opened):
      guard let session = entry.header.session else { return }
      devices[session] = opened.serial.text
      if ownFrames.contains(opened.serial.text) { missing.insert(session) }
    case .handpieceRegistered: if let session = entry.header.session { missing.remove(session) }
    case .sessionClosed:
      guard let session = entry.header.session else { return }
      devices[session] = nil
      missing.remove(session)
    default: break
    }
  }

  private mutating func lose(_ serial: String) {
    guard ownFrames.contains(serial) else { return }
    for (session, device) in devices where device == serial { missing.insert(session) }
  }
}
