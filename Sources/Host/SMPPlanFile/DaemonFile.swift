/// A daemon's configuration document after reading: the configuration, or everything that keeps it from being read.
package struct DaemonFileReading: Hashable, Sendable {
  /// nil when any problem is an error: a daemon does not start from half of what was meant (S13).
  package let file: DaemonFile?
  /// In the order of the document.
  package let problems: [PlanProblem]
}

/// A vendor and a product number of USB, written `1209:0001`.
package struct USBProduct: Hashable, Sendable, CustomStringConvertible {
  package let vendor: UInt16
  package let product: UInt16
  package init(vendor: UInt16, product: UInt16) {
    self.vendor = vendor
    self.product = product
  }

  /// Nil for anything but four hexadecimal digits, a colon and four more.
  package init?(_ text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count == 9, bytes[4] == UInt8(ascii: ":"), let vendor = Self.number(bytes[..<4]),
      let product = Self.number(bytes[5...])
    else { return nil }
    self.init(vendor: vendor, product: product)
  }

  private static func number(_ digits: ArraySlice<UInt8>) -> UInt16? {
    // A sign would be read as well.
    guard let first = digits.first, first != UInt8(ascii: "+"), first != UInt8(ascii: "-") else { return nil }
    return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
  }

  package var description: String { Self.digits(vendor) + ":" + Self.digits(product) }

  private static func digits(_ number: UInt16) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// The pair a device has unless its maker has one of his own: the test number of pid.codes, which others use too.
  package static let standard = USBProduct(vendor: 0x1209, product: 0x0001)
}

/// The daemon's configuration, `/etc/smpd/smpd.yaml`, schema version 1.
///
/// Every key may be absent; an absent file means the defaults. A file that cannot be read whole is no configuration.
package struct DaemonFile: Hashable, Sendable {
  package static let schema: Int64 = 1
  /// Refuse a larger file by its size, before reading it.
  package static let maximumBytes = DocumentText.maximumBytes

  /// This workstation's name in the journal: 1 to 64 bytes.
  package var station = "station"
  /// The group whose members may command.
  package var operatorsGroup = "smp"
  /// The group the control socket belongs to: its members may open it, and look. Operators must be in it too. nil: the
  /// operators' group.
  package var observersGroup: String?
  /// The serial of the one device to use; nil takes the one that is there.
  package var preferredSerial: String?
  /// Devices beyond `USBProduct.standard`; each needs its line in the udev rule too.
  package var devices: [USBProduct] = []
  /// The clinic's limits.
  package var limitsPath = "/etc/smpd/limits.yaml"
  /// The directory of the clinic's presets; it may be absent.
  package var presetsPath = "/etc/smpd/presets"
  /// The directory of the journal.
  package var statePath = "/var/lib/smpd"
  /// The control socket; the stop socket is the same with `.stop`.
  package var socketPath = "/run/smpd/io.smpd"
  /// SCHED_FIFO priority of owner and stop thread: 1 to 49.
  package var realtimePriority: Int32 = 20
  /// Simulated devices only, in a journal of their own; otherwise real ones only (S11).
  package var training = false

  package init() {}

  package static func parse(_ bytes: [UInt8]) -> DaemonFileReading {
    let tree: YAMLTree
    do {
      // Checked first, so that a comment may hold no more than a document may.
      guard try !isBare(DocumentText.read(bytes)) else { return DaemonFileReading(file: DaemonFile(), problems: []) }
      tree = try YAMLTree.parse(bytes)
    } catch {
      return DaemonFileReading(file: nil, problems: [error.problem])
    }
    let reader = DaemonFileReader(problems: ProblemList())
    let file = reader.read(tree)
    return DaemonFileReading(file: reader.problems.hasErrors ? nil : file, problems: reader.problems.sorted)
  }

  /// Nothing but comments and blank lines: no key is given, and every key may be absent.
  private static func isBare(_ text: String) -> Bool {
    text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }).allSatisfy { line in
      let content = line.first { $0 != UInt8(ascii: " ") && $0 != UInt8(ascii: "\t") }
      return content == nil || content == UInt8(ascii: "#")
    }
  }
}
