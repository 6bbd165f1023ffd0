package import SMPLink
internal import Synchronization

/// A simulated device at the end of a USB cable, as URBs: the one core of every USB front end.
///
/// One object is one plug; after `detached` it is spent. EP0's standard requests are answered here; vendor requests
/// and bulk OUT go to the device's firmware, and what the device says waits for IN URBs. Every function may be called
/// from any thread; completions arrive through the sink in the order things happened. Time passes only in the device's
/// `advance`.
package final class SimulatedPort: LinkSink, Sendable {
  package let descriptors: DescriptorSet
  private let device: SimulatedDevice
  private let plug: UInt32
  private let sink: any PortSink
  private let state: Mutex<Guarded>

  private struct Guarded: Sendable {
    var port: PortState
    var isDelivering = false
  }

  /// Plugs the device in; what was plugged in before ends.
  package convenience init(device: SimulatedDevice, descriptors: DescriptorSet, sink: any PortSink) throws(LinkError) {
    try self.init(device, descriptors, sink, plug: device.newPlug())
  }

  /// For a front end that people pull the cable of: takes the plug that is there, and puts none in.
  /// - Throws: `detached` when the cable is out, `failed` when another host has the device.
  package convenience init(
    pluggedIn device: SimulatedDevice, descriptors: DescriptorSet, sink: any PortSink
  ) throws(LinkError) {
    try self.init(device, descriptors, sink, plug: device.currentPlug)
  }

  private init(
    _ device: SimulatedDevice, _ descriptors: DescriptorSet, _ sink: any PortSink, plug: UInt32
  ) throws(LinkError) {
    self.device = device
    self.descriptors = descriptors
    self.sink = sink
    self.plug = plug
    state = Mutex(Guarded(port: PortState(descriptors: descriptors)))
    try device.open(sink: self, plug: plug)
  }

  // MARK: Host side

  package func submit(_ urb: URB) {
    noteStalls()
    locked { $0.submit(urb) }
  }

  /// Takes a URB back: it completes with `noEntry`. False when it was completed before.
  package func cancel(_ id: URBID) -> Bool { locked { $0.cancel(id) } }

  package func clearHalt(_ address: UInt8) -> Bool {
    locked { port in
      guard let endpoint = port.has(address) else { return false }
      port.clearHalt(endpoint)
      return true
    }
  }

  package func hasEndpoint(_ address: UInt8) -> Bool { state.withLock { $0.port.has(address) != nil } }

  /// Chooses the configuration, as a host's kernel does after a plug and after a reset; 0 is none.
  package func configure(_ value: UInt8) { locked { $0.configure(min(value, 1)) } }

  /// The host resets the port: the device is back where it was after the plug, its firmware untouched.
  package func reset() { locked { $0.configure(0) } }

  // MARK: The bus

  /// False from the moment the device has left, before its last URBs are reported.
  package var isAttached: Bool { state.withLock { $0.port.isAttached } }

  /// Pulls the cable. The device lives on by its own supply.
  package func unplug() { device.close(plug: plug) }

  /// Scripts a fault for the next `count` URBs of an endpoint, after those scripted before.
  package func script(_ fault: BusFault, on endpoint: PortEndpoint, count: Int = 1) {
    locked { port in
      if count > 0 { port[endpoint].scripts.append(PortQueue.Script(fault: fault, count: count)) }
      port.settle(endpoint)
    }
  }

  /// Holds back everything on an endpoint until `release`.
  package func withhold(_ endpoint: PortEndpoint) { locked { $0[endpoint].isWithheld = true } }
  package func release(_ endpoint: PortEndpoint) { locked { $0.release(endpoint) } }

  /// Stalls an endpoint until the host clears its halt, or `clearHalt`.
  package func stall(_ endpoint: PortEndpoint) {
    locked { port in
      port[endpoint].isHalted = true
      port.settle(endpoint)
    }
  }

  /// Puts a fault into the device; URBs that wait on an endpoint it stalls end at once.
  package func inject(_ fault: SimulatedFault, on endpoint: SimulatedEndpoint? = nil) {
    device.inject(fault, on: endpoint)
    noteStalls()
  }

  /// A device that stalls an endpoint by itself halts it, however often the host clears that. For a front end that is
  /// not told of faults: URBs that wait there end at once, not with the next one.
  package func noteStalls() {
    let stalled = device.stalledEndpoints
    if stalled.isEmpty { return }
    locked { port in
      for endpoint in stalled.map(PortEndpoint.init) where !port[endpoint].isHalted {
        port[endpoint].isHalted = true
        port.settle(endpoint)
      }
    }
  }

  package func isHalted(_ endpoint: PortEndpoint) -> Bool { state.withLock { $0.port[endpoint].isHalted } }

  /// What the device said on an IN endpoint and nobody asked for yet, and what was lost for it.
  package func unread(_ endpoint: PortEndpoint) -> (kept: Int, lost: Int) {
    state.withLock { ($0.port[endpoint].packets.count, $0.port[endpoint].dropped) }
  }

  // MARK: LinkSink

  package func receive(_ event: LinkEvent) { locked { $0.take(event) } }

  // MARK: Effects and reports

  private func locked<Result: Sendable>(_ body: (inout PortState) -> Result) -> Result {
    let (result, effects) = state.withLock { guarded in
      let result = body(&guarded.port)
      defer { guarded.port.effects.removeAll() }
      return (result, guarded.port.effects)
    }
    for effect in effects { carryOut(effect) }
    deliver()
    return result
  }

  /// Outside the lock: the device may answer within the call.
  private func carryOut(_ effect: PortState.Effect) {
    switch effect {
    case .control(let setup, let tag): submit(.control(setup), tag)
    case .out(let bytes, let tag): submit(.out(bytes), tag)
    case .takeBack(let tag): device.takeBack(tag, plug: plug)
    }
  }

  private func submit(_ content: Bus.Content, _ tag: TransferTag) {
    do throws(LinkError) {
      try device.submit(content, tag: tag, plug: plug)
    } catch {
      switch content {
      case .control: receive(.controlFailed(tag: tag, error: error))
      case .out: receive(.outFailed(tag: tag, error: error))
      }
    }
  }

  /// One caller at a time, so that the order holds whoever calls.
  private func deliver() {
    while true {
      let batch = state.withLock { guarded -> [PortState.Report] in
        if guarded.isDelivering || guarded.port.reports.isEmpty { return [] }
        guarded.isDelivering = true
        defer { guarded.port.reports.removeAll() }
        return guarded.port.reports
      }
      if batch.isEmpty { return }
      for report in batch {
        switch report {
        case .completed(let completion): sink.complete(completion)
        case .detached: sink.detached()
        }
      }
      state.withLock { $0.isDelivering = false }
    }
  }
}
