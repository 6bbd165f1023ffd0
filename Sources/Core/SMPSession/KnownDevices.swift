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
    /// The sequence of its first record that is not certainly written down.
    package let expectedRecord: RecordSequence
    /// After the newest record that was heard: further on than that by records that no grant explains, which the device
    /// may have made or not.
    package let heardUpTo: RecordSequence
    package init(serial: String, bootCount: UInt32, expectedRecord: RecordSequence, heardUpTo: RecordSequence) {
      self.serial = serial
      self.bootCount = bootCount
      self.expectedRecord = expectedRecord
      self.heardUpTo = heardUpTo
    }

    /// Whether the device that says this has the memory it had: its starts have counted on, and the records that are
    /// missing here are still to be had from it.
    func isRemembered(by status: DeviceStatus) -> Bool {
      status.bootCount &- bootCount <= Bounds.startsBetweenAttaches && status.oldestRecord <= heardUpTo
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

  /// A contact that nobody granted, as it is written down.
  package struct Contact: Hashable, Sendable {
    package let sequence: RecordSequence
    package let position: ChartPosition
    package let depth: Depth
    package let speed: Speed
    package let dwell: Dwell
    package let strokes: UInt16
    package init(
      sequence: RecordSequence, position: ChartPosition, depth: Depth, speed: Speed, dwell: Dwell, strokes: UInt16
    ) {
      self.sequence = sequence
      self.position = position
      self.depth = depth
      self.speed = speed
      self.dwell = dwell
      self.strokes = strokes
    }

    init(_ record: DotRecord) {
      self.init(
        sequence: record.sequence, position: record.position, depth: record.depthReported,
        speed: record.speedReported, dwell: record.dwellReported, strokes: record.strokes)
    }
  }

  /// Last seen last.
  private(set) var devices: [Device] = []
  private(set) var settled: [Settled] = []
  /// Grants that count as made because nobody could know: their late records change nothing.
  private(set) var presumed: [GrantNumber] = []
  /// Contacts that nobody granted: heard again, they are the same ones.
  private(set) var contacts: [Contact] = []

  /// - Parameters:
  ///   - devices: as the journal has them, last seen last.
  ///   - settled: the newest grants that a record ended, in their order.
  ///   - presumed: the newest ones that none did.
  ///   - contacts: the newest ones that nobody granted.
  package init(
    devices: [Device] = [], settled: [Settled] = [], presumed: [GrantNumber] = [], contacts: [Contact] = []
  ) {
    for device in devices { remember(device) }
    for grant in settled { settle(grant) }
    for grant in presumed { presume(grant) }
    for contact in contacts { _ = meet(contact) }
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

  /// Returns whether it is a new one.
  mutating func meet(_ contact: Contact) -> Bool {
    guard !contacts.contains(contact) else { return false }
    contacts.append(contact)
    if contacts.count > Bounds.settledGrants { contacts.removeFirst() }
    return true
  }

  func device(_ serial: String) -> Device? { devices.last { $0.serial == serial } }

  /// Whether this record tells nothing new: it is written down, or its grant counts as made because nobody could know.
  func isOldNews(_ record: DotRecord) -> Bool {
    guard record.outcome != .unbidden, record.grant != .none else { return false }
    return presumed.contains(record.grant)
      || settled.contains { $0.grant == record.grant && $0.sequence == record.sequence }
  }
}
