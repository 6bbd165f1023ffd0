/// The direction and meaning of one EP0 vendor request.
package struct ControlSetup: Hashable, Sendable {
  /// `bRequest`; the protocol's numbers are in `SMPWire`.
  package let request: UInt8
  package let value: UInt16
  /// Bytes expected back; 0 for a request without a data stage.
  package let length: UInt16
  package init(request: UInt8, value: UInt16 = 0, length: UInt16 = 0) {
    self.request = request
    self.value = value
    self.length = length
  }
}

/// Names one submitted transfer until its completion.
package struct TransferTag: Hashable, Sendable {
  package let number: UInt64
  package init(number: UInt64) { self.number = number }
}

/// Why a transfer did not succeed. The device is not assumed to have missed it: that would be a guess (S7).
package enum LinkError: Error, Hashable, Sendable {
  /// The device is gone, or the link was closed.
  case detached
  case timedOut
  /// The endpoint refused the request.
  case stalled
  /// More bytes came than were asked for.
  case overflowed
  /// The system does not let this user open it.
  case notPermitted
  /// Another program holds it.
  case busy
  /// Any other transport failure.
  case failed
}

/// What a link reports. Called on any thread; the sink copies and hands over, nothing more.
package enum LinkEvent: Hashable, Sendable {
  case controlCompleted(tag: TransferTag, bytes: [UInt8])
  case controlFailed(tag: TransferTag, error: LinkError)
  case outCompleted(tag: TransferTag)
  case outFailed(tag: TransferTag, error: LinkError)
  /// One packet from bulk IN, in order of arrival.
  case bulkReceived([UInt8])
  /// One packet from interrupt IN, in order of arrival.
  case interruptReceived([UInt8])
  /// A packet from the device was spoilt on the bus; the link listens on.
  case receiveFailed(LinkError)
  /// The link is at its end because its endpoints fail again and again, although the device is there; no further event
  /// follows.
  case broken
  /// The link is at its end; no further event follows.
  case detached
}

/// Takes what a link reports.
package protocol LinkSink: Sendable {
  func receive(_ event: LinkEvent)
}

/// A control transfer made ready in advance, so that submitting it needs no queue, no reply and none of our memory (S6).
package protocol PreparedControl: Sendable {
  /// Puts the transfer on EP0 now. Any thread; idempotent while one is under way; the completion reaches the sink.
  /// - Throws: `detached` when there is no device to stop; its lease cuts by itself.
  func submit() throws(LinkError)
}

/// Four endpoints of bytes and nothing else: what is real and what is simulated differ only behind this.
///
/// Both IN endpoints are kept listening by the link from `open` on. Every function may be called from any thread;
/// completions arrive through the sink in the order the device answered.
package protocol DeviceLink: Sendable {
  func open(sink: any LinkSink) throws(LinkError)
  func control(_ setup: ControlSetup, tag: TransferTag) throws(LinkError)
  func out(_ bytes: [UInt8], tag: TransferTag) throws(LinkError)
  func prepare(_ setup: ControlSetup, tag: TransferTag) throws(LinkError) -> any PreparedControl
  /// Ends the link after the transfers under way; `detached` is its last event.
  func close()
}
