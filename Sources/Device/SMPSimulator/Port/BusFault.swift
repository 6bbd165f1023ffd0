/// What goes wrong on the bus with one URB, whatever the device does. Scripted for an endpoint, spent URB by URB.
package enum BusFault: Hashable, Sendable {
  /// It ends with this errno, and the device saw nothing of it.
  case fails(URBStatus)
  /// The device took it, or lost what it had to say; the host hears this errno.
  case failsAfter(URBStatus)
  /// The device sends more than was asked for.
  case babbles
  /// So many bytes and no more, with success: the next packet is cut to this length.
  case short(Int)
}

/// One endpoint of a port: what waits on it, what it has to say, and what is scripted for it.
struct PortQueue: Sendable {
  struct Script: Sendable {
    let fault: BusFault
    var count: Int
  }

  /// Submitted, and neither completed nor handed to the device.
  var waiting: [URB] = []
  /// What the device said and nobody asked for yet.
  var packets: [[UInt8]] = []
  /// Packets lost because nobody asked.
  var dropped = 0
  var scripts: [Script] = []
  /// Nothing passes and nothing completes until it is released.
  var isWithheld = false
  /// What would have completed meanwhile, in order.
  var heldBack: [(urb: URB, completion: URBCompletion)] = []
  /// Stalled until the host clears the halt.
  var isHalted = false

  mutating func takeScript() -> BusFault? {
    guard let first = scripts.first else { return nil }
    scripts[0].count -= 1
    if scripts[0].count <= 0 { scripts.removeFirst() }
    return first.fault
  }
}
