import ArgumentParser
import SMPDaemon
import SMPSimulator

/// Which device lives in this process, whatever its front end.
struct DeviceOptions: ParsableArguments {
  @Option(help: "Seed of device and hand.")
  var seed: UInt64 = 1
  @Option(help: "Serial of the device.")
  var serial = "SIM-0001"
  @Option(help: ArgumentHelp("Milliseconds from dot to dot of the hand.", valueName: "ms"))
  var pace: Int64 = HandModel().pace

  @Flag(help: "Gives the device a frame of its own, turned and moved by the seed: sessions register it first.")
  var ownFrame = false

  func validate() throws {
    guard (50...60_000).contains(pace) else { throw ValidationError("--pace is 50 to 60000 milliseconds.") }
    guard (1...32).contains(serial.utf8.count), serial.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw ValidationError("--serial has 1 to 32 printable characters and no space.")
    }
  }

  /// - Parameter onUSB: a host is there to take back what a hanging device does not answer.
  func makeDevice(onUSB: Bool) -> SimulatedDevice {
    var configuration = SimulatedDeviceConfiguration(seed: seed, serial: serial, ownFrame: ownFrame)
    // The cable is the socket: its latencies are real, and none is added.
    configuration.transport.control = 0...0
    configuration.transport.bulk = 0...0
    configuration.transport.interrupt = 0...0
    if onUSB { configuration.transport.timeout = nil }
    configuration.hand.pace = pace
    return SimulatedDevice(configuration, startingAt: HostClock.monotonic())
  }

  /// One line's end: what is served.
  var description: String { "simulated device \(serial), seed \(seed)" + (ownFrame ? ", in a frame of its own" : "") }
}

/// A device that a host's USB stack finds.
struct USBDeviceOptions: ParsableArguments {
  enum Speed: String, ExpressibleByArgument, CaseIterable {
    case high, full
  }

  @OptionGroup var device: DeviceOptions
  @Option(help: "Speed of its bus: high or full.")
  var speed: Speed = .high

  var descriptors: DescriptorSet {
    DescriptorSet(speed: speed == .high ? .high : .full, variant: .good, serial: device.serial)
  }

  func makeDevice() -> SimulatedDevice { device.makeDevice(onUSB: true) }

  var description: String { device.description + ", \(speed.rawValue) speed" }
}
