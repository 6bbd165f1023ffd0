package import SMPDriver
package import SMPLink
internal import SMPModel

/// Why a device that is there is not driven.
package enum DeviceProblem: Hashable, Sendable {
  /// Its bus says so without opening it.
  case port(PortObstacle)
  /// It could not be opened.
  case link(LinkError)
  /// It was opened, and is nothing we can drive.
  case unusable(Unusable)
  /// What it calls itself is not what its bus calls it: its records could be taken for another's.
  case serialMismatch(bus: String, device: String)
  /// A simulated device in front of a real journal, or a real one in front of a simulated one (S11).
  case otherWorld(isSimulated: Bool)

  /// For the journal, and for programs.
  package var word: StaticString {
    switch self {
    case .port(.notPermitted), .link(.notPermitted): "not_permitted"
    case .port(.noNeedleInterface), .unusable(.notANeedleDevice): "not_a_needle_device"
    case .port(.wrongEndpoints): "wrong_endpoints"
    case .port(.malformedDescriptors): "malformed_descriptors"
    case .port(.noSerial): "no_serial"
    case .link(.busy): "busy"
    case .link(.detached): "detached"
    case .link(.timedOut), .link(.stalled), .link(.overflowed), .link(.failed): "not_opened"
    case .unusable(.noAnswer): "no_answer"
    case .unusable(.broken): "link_broken"
    case .unusable(.version): "protocol_version"
    case .serialMismatch: "serial_mismatch"
    case .otherWorld(isSimulated: true): "simulated_device"
    case .otherWorld(isSimulated: false): "real_device"
    }
  }

  /// Whether trying again may help without anybody touching the cable.
  var mayPass: Bool {
    switch self {
    // A rule may be installed while it is plugged in, and a bus that slept wakes up.
    case .link, .port(.notPermitted), .unusable(.noAnswer), .unusable(.broken): true
    case .port, .unusable, .serialMismatch, .otherWorld: false
    }
  }
}

/// One device as people see it in a list.
package struct DeviceSlot: Hashable, Sendable {
  package let place: String
  package let serial: String?
  package let problem: DeviceProblem?
  /// The daemon drives this one.
  package let isDriven: Bool
}

/// The devices that are there, and the one that is driven. Which one that is, is decided here: nobody takes a session
/// over by being plugged in.
struct DeviceRack {
  struct Slot {
    let port: any DevicePort
    var problem: DeviceProblem?
    /// When a passing problem is looked at again.
    var retryAt: MonotonicTime?
    /// The journal has it already; a problem that comes back with every try is noted once.
    var noted: DeviceProblem?
  }

  /// A hub has few ports; a bus that offers more has gone mad.
  static let bound = 32
  /// Between two tries to open or identify a device that did not answer: a person plugs no faster.
  static let retryPeriod = Interval.seconds(5)

  private(set) var slots: [Slot] = []
  private(set) var driven: String?
  /// The serial somebody asked for; others are not driven by themselves while it is there.
  var wanted: String?

  init(wanted: String?) { self.wanted = wanted }

  /// Whether a device of this serial is there, driven or not.
  func holds(_ serial: String) -> Bool { slots.contains { $0.port.serial == serial } }

  var summary: [DeviceSlot] {
    slots.map { slot in
      DeviceSlot(
        place: slot.port.place, serial: slot.port.serial, problem: slot.problem,
        isDriven: driven == slot.port.place)
    }
  }

  mutating func add(_ port: any DevicePort) {
    remove(port.place)
    guard slots.count < Self.bound else { return }
    slots.append(Slot(port: port))
  }

  /// What its bus says of a device that is new.
  mutating func look(at place: String, at now: MonotonicTime) {
    guard let index = slots.firstIndex(where: { $0.port.place == place }) else { return }
    look(index, at: now)
  }

  private mutating func look(_ index: Int, at now: MonotonicTime) {
    let problem = slots[index].port.obstacle.map(DeviceProblem.port)
    slots[index].problem = problem
    slots[index].retryAt = problem?.mayPass == true ? now + Self.retryPeriod : nil
  }

  mutating func remove(_ place: String) {
    slots.removeAll { $0.port.place == place }
    if driven == place { driven = nil }
  }

  /// The place of a device that could be driven under this serial.
  func place(of serial: String) -> String? {
    slots.first { $0.port.serial == serial && $0.problem == nil }?.port.place
  }

  /// The next device to drive. With a session open only its own device may be: `bound` is that one's serial (S4, S7).
  func next(bound: String?) -> (any DevicePort)? {
    let usable = slots.filter { $0.problem == nil }
    if let bound { return usable.first { $0.port.serial == bound }?.port }
    return (usable.first { $0.port.serial == wanted } ?? usable.first)?.port
  }

  mutating func drive(_ place: String) { driven = place }

  /// The driven device is let go of; with a problem it is not tried again before that has passed.
  mutating func letGo(_ problem: DeviceProblem?, at now: MonotonicTime) {
    guard let place = driven else { return }
    driven = nil
    guard let problem, let index = slots.firstIndex(where: { $0.port.place == place }) else { return }
    slots[index].problem = problem
    slots[index].retryAt = problem.mayPass ? now + Self.retryPeriod : nil
  }

  /// Looks again at problems whose time has come. Returns whether any has changed.
  mutating func retry(at now: MonotonicTime) -> Bool {
    var found = false
    for index in slots.indices {
      guard let retryAt = slots[index].retryAt, now >= retryAt else { continue }
      let problem = slots[index].problem
      look(index, at: now)
      found = found || slots[index].problem != problem
    }
    return found
  }

  /// Problems the journal has not been told of.
  mutating func takeUnnoted() -> [(place: String, serial: String?, problem: DeviceProblem)] {
    var found: [(place: String, serial: String?, problem: DeviceProblem)] = []
    for index in slots.indices {
      guard let problem = slots[index].problem, slots[index].noted != problem else { continue }
      // That a device goes away has its own entry.
      if problem == .link(.detached) { continue }
      slots[index].noted = problem
      found.append((slots[index].port.place, slots[index].port.serial, problem))
    }
    return found
  }

  /// While a device is driven nobody else is tried, so nothing is due.
  var nextRetry: MonotonicTime? { driven == nil ? slots.compactMap(\.retryAt).min() : nil }
}
