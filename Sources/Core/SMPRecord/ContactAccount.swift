internal import SMPModel

/// Holds the contacts in a chain against what the devices themselves have counted: entries that were cut off the end, head
/// file and all, leave a chain that is whole, and the device still knows (S10).
package struct ContactAccount: Sendable {
  /// Contacts a device has counted that the chain before this attach does not have.
  package struct Gap: Hashable, Sendable {
    /// The entry of the attach at which the device said so.
    package let number: UInt64
    package let serial: String
    package let contacts: Int64
  }

  private struct Device {
    let serial: String
    var bootCount: UInt32
    /// What it said last, and what the chain has of it since.
    var base: Int64
    var heard: Int64 = 0
    /// Dots counted as made because nobody could know: the device may have counted them, or not.
    var presumed: Int64 = 0
  }

  /// More of them say nothing new.
  private static let maximumGaps = 100
  package private(set) var gaps: [Gap] = []
  private var devices: [Device] = []
  private var current: Int?

  init() {}

  mutating func take(_ entry: Entry) {
    switch entry.body {
    case .deviceAttached(let device): attach(device, at: entry.number)
    case .dot(let dot):
      guard let current else { return }
      if dot.outcome == .made { devices[current].heard += 1 } else { devices[current].presumed += 1 }
    case .unbiddenContact: if let current { devices[current].heard += 1 }
    default: break
    }
  }

  private mutating func attach(_ device: DeviceAttachedEntry, at number: UInt64) {
    let counted = Int64(device.contactCount)
    guard let place = devices.firstIndex(where: { $0.serial == device.serial.text }) else {
      current = devices.count
      devices.append(Device(serial: device.serial.text, bootCount: device.bootCount, base: counted))
      return
    }
    current = place
    let known = devices[place]
    let missing = counted - known.base - known.heard
    // A device that has forgotten its counters says nothing of what was before.
    guard missing >= 0, device.bootCount >= known.bootCount else { return settle(place, device, counted) }
    devices[place].bootCount = device.bootCount
    // What it still holds will be read now, and may be contacts.
    let held = Int64(device.nextRecord.number) - Int64(device.oldestRecord.number)
    let gap = missing - known.presumed - max(0, held)
    guard gap > 0 else { return }
    if gaps.count < ContactAccount.maximumGaps {
      gaps.append(Gap(number: number, serial: known.serial, contacts: gap))
    }
    settle(place, device, counted)
  }

  private mutating func settle(_ place: Int, _ device: DeviceAttachedEntry, _ counted: Int64) {
    devices[place] = Device(serial: devices[place].serial, bootCount: device.bootCount, base: counted)
  }
}
