/// One connection to a USB/IP server: a request for the list or for the device, and then, for who has got it, the
/// transfers of a host's kernel (`vhci_hcd`). The connection's end is the pulled cable.
package struct USBIPConversation: Conversation {
  private struct Wish: Sendable {
    let command: USBIPCommand.Submit
    /// Number of the command that takes it back.
    var unlink: UInt32?
  }

  private enum Phase {
    case asking
    case imported(SimulatedPort)
    case over
  }

  private let export: USBIPExport
  private let mailbox = PortMailbox()
  private var phase = Phase.asking
  private var input = PeerInput()
  private var transfers = PeerTransfers<Wish>()
  package var output = PeerOutput()

  package init(_ export: USBIPExport) { self.export = export }

  package var isOver: Bool { if case .over = phase { true } else { false } }
  package var hasDevice: Bool { if case .imported = phase { true } else { false } }
  package var held: Int { input.held }
  package var underWay: Int { transfers.count }
  /// The simulated cable, for tests that script what goes wrong on it.
  package var port: SimulatedPort? { if case .imported(let port) = phase { port } else { nil } }

  package mutating func end() {
    if case .imported(let port) = phase { export.takeBack(port) }
    phase = .over
  }

  // MARK: Packets in

  package mutating func take(_ bytes: [UInt8]) throws(PeerFault) {
    input.take(bytes)
    while true {
      switch phase {
      case .asking: guard try ask() else { return }
      case .imported(let port): guard try command(port) else { return }
      case .over: return
      }
    }
  }

  /// - Returns: false when there is no whole packet.
  private mutating func ask() throws(PeerFault) -> Bool {
    guard let header = input.look(at: USBIPPacket.operationBytes) else { return false }
    var reader = PeerReader(header, .big)
    let (version, code) = (reader.u16(), reader.u16())
    guard version == USBIPPacket.version else { throw .version(version) }
    switch code {
    case USBIPPacket.listRequest:
      input.drop(USBIPPacket.operationBytes)
      output.append(export.list())
      phase = .over
    case USBIPPacket.importRequest:
      guard let busID = input.look(at: USBIPPacket.busIDBytes, from: USBIPPacket.operationBytes) else { return false }
      let (answer, port) = export.hand(out: busID, to: mailbox)
      input.drop(USBIPPacket.operationBytes + USBIPPacket.busIDBytes)
      output.append(answer)
      phase = port.map(Phase.imported) ?? .over
    default: throw .unknownType(UInt32(code))
    }
    return true
  }

  private mutating func command(_ port: SimulatedPort) throws(PeerFault) -> Bool {
    guard let header = input.look(at: USBIPPacket.headerBytes) else { return false }
    let command = try USBIPCommand(header)
    guard let payload = input.look(at: command.payload, from: USBIPPacket.headerBytes) else { return false }
    let bytes = Array(payload)
    input.drop(USBIPPacket.headerBytes + bytes.count)
    switch command {
    case .submit(let number, let submit): try self.submit(submit, bytes, number, port)
    case .unlink(let number, let submitted): unlink(submitted, number, port)
    }
    try settle()
    return true
  }

  private mutating func submit(
    _ submit: USBIPCommand.Submit, _ bytes: [UInt8], _ number: UInt32, _ port: SimulatedPort
  ) throws(PeerFault) {
    let id = try transfers.begin(Wish(command: submit), UInt64(number))
    if let setup = submit.setup {
      port.submit(.control(id, setup, bytes: bytes))
    } else if submit.isIn {
      port.submit(.in(id, endpoint: submit.endpoint, length: submit.length))
    } else {
      port.submit(.out(id, endpoint: submit.endpoint, bytes))
    }
  }

  /// Answered by the transfer's own end, which is either its answer or that it was taken back. One that ended before is
  /// not under way any more.
  private mutating func unlink(_ submitted: UInt32, _ number: UInt32, _ port: SimulatedPort) {
    guard let id = transfers.change(UInt64(submitted), { $0.unlink = number }) else {
      return output.append(USBIPPacket.unlinked(number, .done))
    }
    _ = port.cancel(id)
  }

  // MARK: Packets out

  package mutating func settle() throws(PeerFault) {
    guard case .imported(let port) = phase else { return }
    port.noteStalls()
    for report in mailbox.take() {
      switch report {
      case .completed(let end): answer(end, port)
      case .detached: self.end()
      }
    }
    guard output.held <= PeerBounds.output else { throw .doesNotRead }
  }

  private mutating func answer(_ end: URBCompletion, _ port: SimulatedPort) {
    // What an unplug ends is ended by the closed connection.
    if end.status == .shutdown, !port.isAttached { return }
    guard let transfer = transfers.end(end.id) else { return }
    let (wish, number) = (transfer.wish, UInt32(truncatingIfNeeded: transfer.number))
    if let unlink = wish.unlink, end.status == .noEntry {
      return output.append(USBIPPacket.unlinked(unlink, .connectionReset))
    }
    let isShort = wish.command.isIn && wish.command.needsAll && end.actualLength < wish.command.length
    let status = isShort && end.status == .done ? URBStatus.remoteIO : end.status
    output.append(
      USBIPPacket.submitted(
        number, status, actualLength: end.actualLength, wish.command.isIn ? end.bytes : []))
    if let unlink = wish.unlink { output.append(USBIPPacket.unlinked(unlink, .done)) }
  }
}
