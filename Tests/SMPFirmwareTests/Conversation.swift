import SMPFirmware
import SMPModel
import SMPWire
import Testing

// The words a conversation with the device is made of.

extension DeviceMessage {
  var isAccepted: Bool {
    if case .accepted = self { return true }
    return false
  }
  var refusal: CommandRefusal? {
    if case .refused(let refusal, _) = self { return refusal }
    return nil
  }
}

extension Bench {
  func load(_ profiles: [ZoneProfile] = Bench.profiles, generation: UInt32 = 1) {
    let count = UInt8(profiles.count)
    #expect(say(.beginProfiles(generation: generation, count: count))?.isAccepted == true)
    for profile in profiles { #expect(say(.profile(profile))?.isAccepted == true) }
    let digest = ProfileDigest.of(generation: generation, profiles: profiles)
    #expect(say(.commitProfiles(digest)) == .profiles(digest))
  }

  /// Turn, stop, stand, clear: the stop path is proven.
  func proveStop() {
    #expect(say(.startSelfTest)?.isAccepted == true)
    pass(.milliseconds(20))
    stop()
    #expect(status.still)
    #expect(clear())
  }

  func prepare() {
    #expect(say(.hello(oldest: 1, newest: 1)) == .version(1))
    load()
    proveStop()
  }

  func arm() { #expect(say(.arm(Bench.digest))?.isAccepted == true) }

  func press() { put(.pedal(pressed: true)) }
  func releasePedal() { put(.pedal(pressed: false)) }

  static func armed(_ capabilities: DeviceCapabilities = Bench.capabilities()) -> Bench {
    let bench = Bench(capabilities)
    bench.prepare()
    bench.arm()
    #expect(bench.firmware.phase == .armed)
    return bench
  }

  static func running(_ capabilities: DeviceCapabilities = Bench.capabilities()) -> Bench {
    let bench = armed(capabilities)
    bench.press()
    #expect(bench.firmware.phase == .running)
    return bench
  }

  /// Brings the needle over a place; the request the device made, if it made one.
  func approach(_ position: ChartPosition = Bench.here) -> DotRequest? {
    let before = requests.count
    put(.approached(position))
    return requests.count > before ? requests.last : nil
  }

  static func grant(
    _ request: DotRequest, zone: UInt8 = 0, position: ChartPosition? = nil, depth: Int64 = 500,
    speed: Int64 = 110_000, dwell: Int64 = 180, digest: ProfileDigest = Bench.digest, id: UInt32? = nil
  ) -> Grant {
    Grant(
      request: id.map { RequestID(number: $0) } ?? request.id, zone: ZoneIndex(number: zone),
      position: position ?? request.position, depth: .micrometres(depth), speed: .millihertz(speed),
      dwell: .milliseconds(dwell), digest: digest)
  }

  /// Grants under a fresh number; the number, and the reply.
  func give(_ grant: Grant) -> (number: GrantNumber, reply: DeviceMessage?) {
    let number = takeNumber()
    return (number, say(.grant(number, grant)))
  }

  /// The needle is down under an open grant.
  static func lowered(_ capabilities: DeviceCapabilities = Bench.capabilities()) -> (Bench, GrantNumber) {
    let bench = running(capabilities)
    guard let request = bench.approach() else {
      Issue.record("no request")
      return (bench, .none)
    }
    let (number, reply) = bench.give(grant(request))
    #expect(reply?.isAccepted == true)
    #expect(bench.lowered != nil)
    return (bench, number)
  }

  /// The needle is in the skin under an open grant.
  static func inContact(_ capabilities: DeviceCapabilities = Bench.capabilities()) -> (Bench, GrantNumber) {
    let (bench, number) = lowered(capabilities)
    bench.skip(.milliseconds(2))
    bench.put(.contactBegan(here))
    return (bench, number)
  }

  func lift(
    at position: ChartPosition = Bench.here, depth: Int64 = 500, speed: Int64 = 110_000, dwell: Int64 = 20,
    strokes: UInt16 = 2
  ) {
    put(
      .contactEnded(
        position: position, depth: .micrometres(depth), speed: .millihertz(speed), dwell: .milliseconds(dwell),
        strokes: strokes))
  }

  /// One whole dot, as it should go.
  @discardableResult
  func makeDot(at position: ChartPosition = Bench.here) -> DotRecord? {
    guard let request = approach(position) else {
      Issue.record("no request")
      return nil
    }
    let (number, reply) = give(Bench.grant(request))
    #expect(reply?.isAccepted == true)
    put(.contactBegan(position))
    skip(.milliseconds(20))
    lift(at: position)
    let record = records.last
    #expect(record?.grant == number)
    #expect(record?.outcome == .used)
    return record
  }

  func outcomes(of number: GrantNumber) -> [RecordOutcome] {
    records.filter { $0.grant == number }.map(\.outcome)
  }
}
