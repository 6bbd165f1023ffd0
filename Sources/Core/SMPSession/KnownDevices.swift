package import SMPModel

/// What is known of devices seen before, by this daemon or an earlier one: whether a device still has the memory that was
/// read last, and which of its records are written down already (S7).
///
/// The lists are short and bounded: a clinic has a few devices, and a device keeps fewer records than are known here.
package struct KnownDevices: Hashable, Sendable {
  /// A device as it was last read.
  package struct Device: Hashable, Sendable {
    package let serial: String
    package let bootCount: UInt32
    /// The sequence of its first record that is not written down.
    package let expectedRecord: RecordSequence
    package init(serial: String, bootCount: UInt32, expectedRecord: RecordSequence) {
      self.serial = serial
      self.bootCount = bootCount
      self.expectedRecord = expectedRecord
    }

    /// Whether the device that says this has the memory it had: its starts have counted on, and the records that are
    /// missing here are still to be had from it.
    func isRemembered(by status: DeviceStatus) -> Bool {
      status.bootCount &- bootCount <= Bounds.startsBetweenAttaches && status.oldestRecord <= expectedRecord
        && expectedRecord <= status.nextRecord
    }
  }

  /// A grant whose end is written down, and the record that told it.
  package struct Settled: Hashable, Sendable {
    package let grant: GrantNumber
    package let sequence: RecordSequence
    package init(grant: GrantNumber, sequence: RecordSequence) {
      self.grant = grant
      self.sequence = sequence
    }
  }

  /// Last seen last.
  private(set) var devices: [Device] = []
  private(set) var settled: [Settled] = []
  /// Grants that count as made because nobody could know: their late records change nothing.
  private(set) var presumed: [GrantNumber] = []

  /// - Parameters:
  ///   - devices: as the journal has them, last seen last.
  ///   - settled: the newest grants that a record ended, in their order.
  ///   - presumed: the newest ones that none did.
  package init(devices: [Device] = [], settled: [Settled] = [], presumed: [GrantNumber] = []) {
    for device in devices { remember(device) }
    for grant in settled { settle(grant) }
    for grant in presumed { presume(grant) }
  }

  mutating func remember(_ device: Device) {
    devices.removeAll { $0.serial == device.serial }
    devices.append(device)
    if devices.count > Bounds.knownDevices { devices.removeFirst() }
  }

  mutating func settle(_ grant: Settled) {
    settled.append(grant)
    if settled.count > Bounds.settledGrants { settled.removeFirst() }
  }

  mutating func presume(_ grant: GrantNumber) {
    presumed.append(grant)
    if presumed.count > Bounds.settledGrants { presumed.removeFirst() }
  }

  func device(_ serial: String) -> Device? { devices.last { $0.serial == serial } }

  /// Whether this record tells nothing new: it is written down, or its grant counts as made because nobody could know.
  func isOldNews(_ record: DotRecord) -> Bool {
    guard record.outcome != .unbidden, record.grant != .none else { return false }
    return presumed.contains(record.grant)
      || settled.contains { $0.grant == record.grant && $0.sequence == record.sequence }
  }
}
