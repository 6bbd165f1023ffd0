/// Numbers of `linux/usbdevice_fs.h` on x86-64 and arm64, as ioctl gets them.
enum Usbfs {
  static let setInterface: UInt = 0x8008_5504
  static let setConfiguration: UInt = 0x8004_5505
  static let getDriver: UInt = 0x4104_5508
  static let submit: UInt = 0x8038_550A
  static let discard: UInt = 0x550B
  static let reap: UInt = 0x4008_550C
  static let reapNoDelay: UInt = 0x4008_550D
  static let claim: UInt = 0x8004_550F
  static let release: UInt = 0x8004_5510
  static let driverCall: UInt = 0xC010_5512
  static let reset: UInt = 0x5514
  static let clearHalt: UInt = 0x8004_5515
  static let disconnectDriver: UInt32 = 0x5516
  static let connectDriver: UInt32 = 0x5517
  static let getCapabilities: UInt = 0x8004_551A
  static let disconnectAndClaim: UInt = 0x8108_551B
  static let getSpeed: UInt = 0x551F

  /// Zero-length packets, any length of transfer, scatter-gather, reaping after an unplug.
  static let capabilities: UInt32 = 0x1D
  static let speedFull = 2
  static let speedHigh = 3

  /// Bytes behind an ioctl's argument.
  static func size(_ request: UInt) -> Int { Int(request >> 16 & 0x3FFF) }

  /// `struct usbdevfs_urb`.
  enum URBLayout {
    static let length = 56
    static let type = 0
    static let endpoint = 1
    static let status = 4
    static let flags = 8
    static let buffer = 16
    static let bufferLength = 24
    static let actualLength = 28
  }
  static let typeIsochronous: UInt8 = 0
  static let typeControl: UInt8 = 2
  static let flagShortNotOK: UInt32 = 1

  /// `struct usbdevfs_getdriver` and `usbdevfs_disconnect_claim`: where the name of the driver begins.
  static let driverName = 4
  static let claimDriverName = 8
  static let claimIfDriver: UInt32 = 1
  static let claimExceptDriver: UInt32 = 2
}
