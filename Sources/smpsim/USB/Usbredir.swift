import ArgumentParser
import SMPDaemon

/// `smpsim usbredir`: the simulated device as a USB device of a virtual machine.
struct Usbredir: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Plugs the simulated device into a virtual machine of QEMU, in real time.",
    discussion: """
      QEMU listens, and has a socket for the device: -device qemu-xhci,id=x -chardev \
      socket,path=SOCKET,server=on,wait=off,id=r -device usb-redir,chardev=r,bus=x.0. Connecting is plugging in; while \
      nobody listens at SOCKET, smpsim looks every quarter of a second whether somebody does. The device keeps its \
      counters, its records and the needle's own log over any number of machines. The person and the faults belong to \
      the device: io.smpd.simulator is served at SOCKET.bench, where smpsim inject finds it too.
      """)

  @Argument(help: ArgumentHelp("Socket of QEMU's usb-redir; the bench is the same with .bench.", valueName: "socket"))
  var path: String
  @OptionGroup var options: USBDeviceOptions

  func run() throws {
    try serving {
      let device = options.makeDevice()
      let (path, descriptors) = (path, options.descriptors)
      let running = try RunningDevice(
        device, seed: options.device.seed, benchPath: RemoteBench.path(besides: path)
      ) { RedirectionClient(path: path, device: device, descriptors: descriptors) }
      return (running, "\(path) (\(options.description), usb-redir)")
    }
  }
}
