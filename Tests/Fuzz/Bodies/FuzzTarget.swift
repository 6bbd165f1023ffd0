/// Something that holds for every input, and did not for one.
package struct BrokenPromise: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String
}

func hold(_ condition: Bool, _ promise: @autoclosure () -> String) throws(BrokenPromise) {
  if !condition { throw BrokenPromise(description: promise()) }
}

/// What reads bytes that others wrote. Each takes any bytes, traps on none, and keeps its promises on all of them.
///
/// The same functions run under libFuzzer (`make fuzz`) and, on the corpus and seeded mutations of it, in `swift test`.
package enum FuzzTarget: String, CaseIterable, Sendable {
  /// Frames of the device protocol, in both directions, and who takes them: firmware and driver.
  case frames
  /// Capabilities, a plug's descriptors, and EP0's requests.
  case descriptors
  /// Messages of the control sockets: framing, JSON, and the interfaces' types.
  case varlink
  /// Texts of interfaces.
  case idl
  /// The documents a person writes: plan, limits, configuration.
  case plan
  /// Entries as exported: reading, verifying, exporting again.
  case export
  /// Bundles, as an inspector gets them.
  case bundle
  /// What a virtual machine says to `smpsim usbredir`.
  case usbredir
  /// What a host says to `smpsim usbip`.
  case usbip

  package func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    switch self {
    case .frames: try FramesBody.run(bytes)
    case .descriptors: try DescriptorsBody.run(bytes)
    case .varlink: try VarlinkBody.run(bytes)
    case .idl: try InterfaceTextBody.run(bytes)
    case .plan: try PlanBody.run(bytes)
    case .export: try ExportBody.run(bytes)
    case .bundle: try BundleBody.run(bytes)
    case .usbredir: try RedirectionBody.run(bytes)
    case .usbip: try USBIPBody.run(bytes)
    }
  }
}

/// Takes an input apart; behind its end everything is zero.
struct Cursor {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  var isAtEnd: Bool { rest.isEmpty }
  mutating func u8() -> UInt8 { rest.popFirst() ?? 0 }
  mutating func u16() -> UInt16 {
    let low = UInt16(u8())
    return low | UInt16(u8()) << 8
  }
  mutating func u32() -> UInt32 {
    let low = UInt32(u16())
    return low | UInt32(u16()) << 16
  }
  mutating func take(_ count: Int) -> [UInt8] {
    defer { rest = rest.dropFirst(count) }
    return Array(rest.prefix(count))
  }
}

/// Choices that are a function of the input, for what the input itself does not spell.
struct Choices {
  private var state: UInt64

  /// FNV-1a over the bytes, so that two inputs choose differently.
  init(of bytes: [UInt8]) {
    state = bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  init(seed: UInt64) { state = seed }

  /// SplitMix64.
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// 0 for an empty range of choices.
  mutating func below(_ bound: Int) -> Int { bound <= 0 ? 0 : Int(next() % UInt64(bound)) }
}
