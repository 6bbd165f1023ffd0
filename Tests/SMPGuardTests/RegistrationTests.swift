import Foundation
import SMPGuard
import SMPModel
import Testing

/// S12: how a device's own frame is fitted to the landmarks, and what the fit makes of frames that are none.
@Suite struct RegistrationTests {
  /// A device's frame: turned, shifted, and where it is no honest frame also mirrored or stretched.
  struct Frame {
    var degrees = 0.0
    var shift = (x: 0.0, y: 0.0)
    var scale = 1.0
    var isMirrored = false

    func read(_ place: ChartPosition, noise: (Double, Double) = (0, 0)) -> DevicePosition {
      let (x, y) = (Double(place.x) * scale + noise.0, Double(place.y) * (isMirrored ? -1 : 1) * scale + noise.1)
      let turn = degrees * .pi / 180
      return DevicePosition(
        x: Int32((x * cos(turn) - y * sin(turn) + shift.x).rounded()),
        y: Int32((x * sin(turn) + y * cos(turn) + shift.y).rounded()))
    }
  }

  static let places = [at(0, -60_000), at(140_000, 110_000), at(-140_000, 110_000), at(0, 290_000)]

  static func readings(
    _ frame: Frame, of places: [ChartPosition] = places, noise: (Int) -> (Double, Double) = { _ in (0, 0) }
  ) -> [LandmarkReading] {
    places.enumerated().map { index, place in
      LandmarkReading(
        landmark: Landmark(name: "landmark-\(index)", place: place), read: frame.read(place, noise: noise(index)))
    }
  }

  static func refusal(of readings: [LandmarkReading]) -> RegistrationError? {
    do throws(RegistrationError) {
      _ = try Registration(fitting: readings)
      return nil
    } catch { return error }
  }

  @Test("S12 fewer than three readings, or more than twelve, are no registration")
  func counts() {
    let circle = (0..<13).map { at(Int32(100_000 * cos(Double($0))), Int32(100_000 * sin(Double($0)))) }
    for count in [0, 1, 2, 13] {
      #expect(Self.refusal(of: Self.readings(Frame(), of: Array(circle.prefix(count)))) == .readings(count))
    }
    for count in [3, 12] { #expect(Self.refusal(of: Self.readings(Frame(), of: Array(circle.prefix(count)))) == nil) }
  }

  @Test("S12 readings without a direction, off the chart or too far apart are refused by name")
  func unusable() {
    let one = DevicePosition(x: 5, y: 5)
    let same = Self.readings(Frame()).map { LandmarkReading(landmark: $0.landmark, read: one) }
    #expect(Self.refusal(of: same) == .noDirection)
    let far = Self.readings(Frame(), of: [at(0, 0), at(50_000, 0), at(0, 1_000_001)])
    #expect(Self.refusal(of: far) == .offChart("landmark-2"))
    var apart = Self.readings(Frame())
    apart[1] = LandmarkReading(landmark: apart[1].landmark, read: DevicePosition(x: .max, y: .min))
    #expect(Self.refusal(of: apart) == .tooFarApart("landmark-0", "landmark-1"))
  }

  @Test("S12 a mirrored frame leaves far more over than any limit takes", arguments: [0.0, 31, 90, 180, 251.5])
  func mirrored(_ degrees: Double) throws {
    let readings = Self.readings(Frame(degrees: degrees, shift: (3_000, -90_000), isMirrored: true))
    let left = try Registration(fitting: readings).greatestResidual
    #expect(left.micrometres > 10 * 2_000, "\(left)")
  }

  @Test("S12 a frame of another scale leaves its difference over", arguments: [0.95, 0.98, 1.02, 1.05])
  func scaled(_ scale: Double) throws {
    let left = try Registration(fitting: Self.readings(Frame(degrees: 12, scale: scale))).greatestResidual
    #expect(left.micrometres > 2_000, "\(left)")
  }

  @Test(
    "S12 a turned and shifted frame is found again, to the rounding of its readings",
    arguments: [0.0, 0.001, 17, 45, 89.999, 90, 135, 180, 270, 359.9])
  func exact(_ degrees: Double) throws {
    let frame = Frame(degrees: degrees, shift: (812_345, -410_007))
    let found = try Registration(fitting: Self.readings(frame))
    #expect(found.greatestResidual <= .micrometres(2))
    for place in [at(0, 0), at(110_000, 148_500), at(-92_000, 59_500), at(0, 236_500)] {
      let mapped = found.motion.chart(frame.read(place))
      #expect(mapped.squaredDistance(to: place) <= 4, "\(place) became \(mapped)")
    }
  }

  @Test("S12 seeded noise: never more left over than was put in, and what is said is not less than what is so")
  func noise() throws {
    var numbers = SeededNumbers(seed: 12)
    for _ in 0..<300 {
      let amplitude = Double.random(in: 1...900, using: &numbers)
      let frame = Frame(
        degrees: .random(in: 0...360, using: &numbers),
        shift: (.random(in: -1e6...1e6, using: &numbers), .random(in: -1e6...1e6, using: &numbers)))
      let places = Array(Self.places.prefix(Int.random(in: 3...4, using: &numbers)))
      let readings = Self.readings(frame, of: places) { _ in
        (.random(in: -amplitude...amplitude, using: &numbers), .random(in: -amplitude...amplitude, using: &numbers))
      }
      let found = try Registration(fitting: readings)
      // The true motion leaves at most the noise over at each; the least squares leave no more in all than it does.
      let most = (amplitude * 2.0.squareRoot() + 1) * Double(places.count).squareRoot() + 2
      #expect(Double(found.greatestResidual.micrometres) <= most)
      for residual in found.residuals {
        let mapped = found.motion.chart(residual.reading.read)
        let place = residual.reading.landmark.place
        let truth = hypot(Double(mapped.x) - Double(place.x), Double(mapped.y) - Double(place.y))
        #expect(Double(residual.distance.micrometres) >= truth)
        #expect(Double(residual.distance.micrometres) < truth + 1)
      }
    }
  }

  @Test("S12 no place and no reading overflows: at the chart's corners, and at the ends of 32 bits")
  func extremes() throws {
    let corners = [at(1_000_000, 1_000_000), at(-1_000_000, 1_000_000), at(1_000_000, -1_000_000)]
    let frame = Frame(degrees: 45, shift: (2_000_000_000, -2_000_000_000))
    let found = try Registration(fitting: Self.readings(frame, of: corners))
    #expect(found.greatestResidual <= .micrometres(2))
    for x in [Int32.min, 0, .max] {
      for y in [Int32.min, 0, .max] {
        let mapped = found.motion.chart(DevicePosition(x: x, y: y))
        #expect(!mapped.isOnChart, "so far off nothing is on the chart")
      }
    }
    var far = Self.readings(frame, of: corners)
    far[0] = LandmarkReading(
      landmark: far[0].landmark, read: DevicePosition(x: far[1].read.x + 999_999, y: far[1].read.y - 999_999))
    #expect(try Registration(fitting: far).greatestResidual > .micrometres(100_000))
  }

  @Test("A motion is read back only where its cosine and sine are of one angle")
  func motion() {
    let zero = DevicePosition(x: 0, y: 0)
    func made(_ cosine: Int64, _ sine: Int64) -> Motion? {
      Motion(cosine: cosine, sine: sine, pivot: zero, pivotOnChart: at(0, 0))
    }
    #expect(made(Motion.unit + 1, 0) == nil && made(0, 0) == nil && made(Motion.unit, 100_000) == nil)
    #expect(made(.min, .max) == nil)
    #expect(made(0, -Motion.unit) != nil)
  }
}

/// S12: a guard of a device with a frame of its own.
@Suite struct OwnFrameTests {
  private static func unregistered() throws -> DotGuard {
    var situation = Situation()
    situation.residual = 10
    var made = try situation.makeUnloadedGuard()
    made.loaded(Situation.digest)
    return made
  }

  @Test("S12 without a registration nothing is armed, resumed or granted")
  func refused() throws {
    var dotGuard = try Self.unregistered()
    var refusals: [GuardRefusal?] = []
    do throws(GuardRefusal) { _ = try dotGuard.admitArm() } catch { refusals.append(error) }
    do throws(GuardRefusal) { _ = try dotGuard.admitResume() } catch { refusals.append(error) }
    #expect(refusals == [.notRegistered, .notRegistered])
    let denial = dotGuard.decide(request(1, 100_000, 100_000), elapsed: .zero).denial
    #expect(denial == .notRunning)
    try dotGuard.register(.left(over: 10))
    let grant = dotGuard.decide(request(2, 100_000, 100_000), elapsed: .zero).grant
    #expect(grant != nil)
  }

  @Test("S12 a registration that is lost is refused again")
  func lost() throws {
    var dotGuard = try Self.unregistered()
    try dotGuard.register(.left(over: 10))
    dotGuard.unregister()
    let isRegistered = dotGuard.isRegistered
    #expect(!isRegistered)
    let denial = dotGuard.decide(request(1, 100_000, 100_000), elapsed: .zero).denial
    #expect(denial == .notRunning)
  }

  @Test("S12 a registration never comes in while a grant is open, nor on a device that speaks the chart")
  func misplaced() throws {
    var dotGuard = try Self.unregistered()
    try dotGuard.register(.left(over: 10))
    _ = dotGuard.decide(request(1, 100_000, 100_000), elapsed: .zero)
    var refusals: [GuardRefusal?] = []
    do throws(GuardRefusal) { try dotGuard.register(.left(over: 20)) } catch { refusals.append(error) }
    var chart = try Situation().makeGuard()
    do throws(GuardRefusal) { try chart.register(.left(over: 20)) } catch { refusals.append(error) }
    #expect(refusals == [.grantOpen, .deviceImplausible])
  }

  @Test(
    "S12 what a registration leaves over keeps dots further apart, and further from the outline", arguments: [0, 700])
  func wider(_ residual: Int64) throws {
    var situation = Situation()
    situation.residual = residual
    situation.change { $0.limits[.spacingMinimum] = LimitPair(hard: 1_200) }
    situation.history = [LivingDot(position: at(100_000, 100_000), session: 1)]
    // 50 µm of accuracy, what is left over, 1 µm of rounding; of both dots.
    let error = Int32(51 + residual)
    var dotGuard = try situation.makeGuard()
    let near = dotGuard.decide(request(1, 100_000 + 1_199 + 2 * error, 100_000), elapsed: .zero).denial
    #expect(near?.word.description == "beyond_hard_limit")
    let far = dotGuard.decide(request(2, 100_000 + 1_200 + 2 * error, 100_000), elapsed: .zero)
    #expect(far.grant != nil)
    dotGuard.settle(RequestID(number: 2), made: nil)
    let outside = dotGuard.decide(request(3, error - 1, 50_000), elapsed: .zero).denial
    #expect(outside == .outsideOutline)
    let inside = dotGuard.decide(request(4, error, 50_000), elapsed: .zero)
    #expect(inside.grant != nil)
  }

  @Test("S12 a better registration in mid-session does not bring the dots of the worse one nearer")
  func kept() throws {
    var situation = Situation()
    situation.residual = 700
    var dotGuard = try situation.makeGuard()
    let before = try dotGuard.measuredSpacing(ZoneIndex(number: 0))
    dotGuard.unregister()
    try dotGuard.register(.left(over: 10))
    let after = try dotGuard.measuredSpacing(ZoneIndex(number: 0))
    #expect(after == before)
  }

  @Test("S4 dots made before a registration stand in the field after it")
  func relaid() throws {
    var situation = Situation()
    situation.residual = 10
    situation.made = lattice(50, x: 20_000, y: 20_000, pitch: 2_000, columns: 10)
      .map { SessionDot(position: $0, zone: ZoneIndex(number: 0)) }
    var dotGuard = try situation.makeUnloadedGuard()
    dotGuard.loaded(Situation.digest)
    try dotGuard.register(.left(over: 900))
    let living = dotGuard.livingDots
    #expect(living == 50)
    let denial = dotGuard.decide(request(1, 20_100, 20_100), elapsed: .zero).denial
    #expect(denial?.word.description == "beyond_hard_limit")
    let grant = dotGuard.decide(request(2, 150_000, 150_000), elapsed: .zero).grant
    #expect(grant != nil)
  }

  @Test("S12 a grant goes back to the place that was asked for, and is judged where the chart has it")
  func asked() throws {
    var situation = Situation()
    situation.residual = 10
    var dotGuard = try situation.makeGuard()
    let asked = DevicePosition(x: -7, y: 12)
    let grant = dotGuard.decide(
      DotRequest(
        id: RequestID(number: 1), position: at(100_000, 100_000), asked: asked,
        requestedAt: DeviceTicks(microseconds: 0)), elapsed: .zero
    ).grant
    #expect(grant?.asked == asked && grant?.position == at(100_000, 100_000))
  }
}
