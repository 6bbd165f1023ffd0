internal import Foundation
package import SMPModel
package import SMPRecord
package import SMPSimulator

/// How a host dies.
package enum Death: CaseIterable, Hashable, Sendable {
  /// The process is killed: whatever was written is there.
  case killed
  /// The power goes: only what was synced is there for certain.
  case powerCut
}

/// What becomes of the device's memory when its host dies.
package enum MemoryFate: CaseIterable, Hashable, Sendable {
  /// It keeps running.
  case running
  /// It starts again, at once or later, and remembers.
  case resetKept, resetKeptLater
  /// It starts again and has forgotten everything.
  case resetLost, resetLostLater

  package var isLost: Bool { self == .resetLost || self == .resetLostLater }
}

/// What a station leaves behind that ends at this instant: files and a device. The station itself is not disturbed.
package struct Wreck: Sendable {
  package let death: Death
  package let fate: MemoryFate
  /// The device has forgotten what it did, now or in an earlier end whose dots were not settled since.
  package let isForgotten: Bool
  package let seed: UInt64
  package let device: SimulatedDevice
  package let directory: ScratchDirectory
  package let at: MonotonicTime
  package let wallAtZero: WallTime
  /// Until when the device is allowed to turn or fall.
  package let mayTurnUntil: MonotonicTime
  /// What the store had called durable.
  package let acknowledged: [StoredEntry]
  /// What it had been given and not called durable: all of it is there, or nothing.
  package let underWay: [StoredEntry]

  package init(
    of world: StationWorld, by death: Death, fate: MemoryFate, wasForgotten: Bool = false, seed: UInt64
  ) throws {
    self.death = death
    isForgotten = wasForgotten || fate.isLost
    self.fate = fate
    self.seed = seed
    at = world.time.now
    wallAtZero = world.wallAtZero
    mayTurnUntil = world.port.mayTurnUntil
    acknowledged = world.journal.acknowledged
    underWay = world.journal.underWay
    directory = try ScratchDirectory()
    switch death {
    case .killed:
      for name in try world.directory.names {
        try FileManager.default.copyItem(atPath: world.directory.path + "/" + name, toPath: directory.path + "/" + name)
      }
    case .powerCut:
      var chance = Chance(seed: seed, 1)
      for (name, image) in world.disk.files.sorted(by: { $0.key < $1.key }) where !name.hasSuffix("-shm") {
        try directory.write(image.afterPowerLoss(&chance), to: name)
      }
      let heads = world.journal.heads
      try directory.write(heads[chance.below(heads.count)], to: "journal.sqlite.head")
    }
    device = SimulatedDevice(withoutHost: world.device)
    switch fate {
    case .resetKept: device.inject(.reset(memoryKept: true))
    case .resetLost: device.inject(.reset(memoryKept: false))
    case .running, .resetKeptLater, .resetLostLater: break
    }
  }

  /// The device with nobody at the other end of its cable, until it has long stood still. What is wrong with that.
  package func leaveAlone() -> [String] {
    var complaints: [String] = []
    // Cut at the end of the lease; the brake needs 30 ms from full speed, the needle half a millisecond to leave the
    // skin. Without power the drive runs down by friction alone.
    let cut = max(mayTurnUntil, at)
    let brake: Interval = fate == .resetKept || fate == .resetLost ? .milliseconds(160) : .milliseconds(35)
    let leaving = Interval.microseconds(500)
    let before = device.contactCount
    while let next = device.nextEvent, next <= at + .milliseconds(400) {
      device.advance(to: next)
      if device.isNeedleInSkin, next > cut + leaving { complaints.append("needle in the skin after its lease") }
      if device.driveSpeed > .zero, next > cut + brake { complaints.append("drive turns after its lease") }
      if !complaints.isEmpty { break }
    }
    device.advance(to: at + .milliseconds(400))
    if device.isNeedleInSkin { complaints.append("needle in the skin at the end") }
    if device.driveSpeed != .zero { complaints.append("drive turns at the end") }
    for contact in device.contactLog.dropFirst(before) where contact.began > cut {
      complaints.append("a contact began \(contact.began - cut) after the lease")
    }
    switch fate {
    case .resetKeptLater: device.inject(.reset(memoryKept: true))
    case .resetLostLater: device.inject(.reset(memoryKept: false))
    case .running, .resetKept, .resetLost: break
    }
    device.replug()
    device.advance(to: device.now + .milliseconds(300))
    return complaints
  }
}
