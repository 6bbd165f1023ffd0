package import SMPGuard
package import SMPModel

/// How a device's own frame lay to the chart when it was registered last.
struct KnownFrame: Hashable, Sendable {
  let serial: String
  let motion: Motion
}

/// The landmarks of the open session, as far as they are read on this attachment of its device.
struct Registering: Hashable, Sendable {
  /// In the plan's order; one at most of each.
  fileprivate(set) var readings: [LandmarkReading] = []
  /// The device is asked where its tip is: it is held to this landmark.
  fileprivate(set) var asked: Landmark?
  /// Why the newest reading came to nothing.
  fileprivate(set) var refusal: SessionRefusal?
  /// What the readings leave over, from the third on.
  fileprivate(set) var fit: Registration?
}

/// Where the registration of the open session stands (S12).
package struct RegistrationProgress: Hashable, Sendable {
  /// In the plan's order.
  package let read: [Landmark]
  /// Names, in the plan's order; empty once the handpiece is registered.
  package let missing: [String]
  /// What the readings leave over so far, from the third on.
  package let fit: Registration?
  /// Dots may be made: every landmark is read, and what is left over lies within its limit.
  package let isRegistered: Bool
  /// Why the newest reading, or the registration with it, came to nothing.
  package let refusal: SessionRefusal?
}

/// Registration of a device with a frame of its own, and the one place where its places become the chart's: what comes
/// from the device is mapped here before anything else is done with it, and a grant carries the place that was asked
/// for back as it came. So all that is judged, recorded and shown lies on the chart (S12).
extension SessionMachine {
  /// Asks the device for its tip, which a person holds to this landmark of the plan; a landmark read before is read anew.
  ///
  /// Only while the session is open and the device disarmed: what a registration says of dots that are being made must not
  /// change under them.
  package mutating func register(
    _ name: String, at now: MonotonicTime, dryRun: Bool = false
  ) throws(SessionRefusal) -> [SessionAction] {
    guard let open, case .held = state else { throw .wrongState(stateWord, expected: [.held]) }
    guard let device else { throw .noDevice }
    if let bound = boundDevice, device.capabilities != bound {
      throw .otherDevice(attached: device.capabilities.serial, asked: bound.serial)
    }
    guard device.capabilities.positioning.isOwnFrame else {
      throw .registrationNotNeeded(serial: device.capabilities.serial)
    }
    let landmarks = open.order.profile.landmarks
    guard let landmark = landmarks.first(where: { $0.name == name }) else {
      throw .unknownLandmark(name, known: landmarks.map(\.name))
    }
    guard open.registering.asked == nil else { throw .tipBeingRead }
    if dryRun { return [] }
    self.open?.activeAt = now
    self.open?.registering.asked = landmark
    self.open?.registering.refusal = nil
    return [.readTip]
  }

  /// The device has told where its tip is, or that it cannot.
  package mutating func tipRead(_ reading: TipReading) -> [SessionAction] {
    guard let landmark = open?.registering.asked else { return [] }
    open?.registering.asked = nil
    switch reading {
    case .unsteady: open?.registering.refusal = .tipUnsteady
    case .refused, .silent: open?.registering.refusal = .tipNotRead
    case .read(let place):
      // Somebody else may have prepared it meanwhile: then nothing of the frame changes any more.
      guard case .held = state else {
        let word = stateWord
        open?.registering.refusal = .wrongState(word, expected: [.held])
        return []
      }
      return take(LandmarkReading(landmark: landmark, read: place))
    }
    return []
  }

  private mutating func take(_ reading: LandmarkReading) -> [SessionAction] {
    guard let order = open?.order, let serial = device?.capabilities.serial else { return [] }
    var readings = open?.registering.readings ?? []
    readings.removeAll { $0.landmark == reading.landmark }
    readings.append(reading)
    readings = order.profile.landmarks.compactMap { landmark in readings.first { $0.landmark == landmark } }
    open?.registering.readings = readings
    open?.registering.fit = nil
    // What the readings say changes with each: nothing stands on the ones before.
    dotGuard?.unregister()
    guard readings.count >= Landmark.counts.lowerBound else { return [] }
    do throws(RegistrationError) {
      let fit = try Registration(fitting: readings)
      open?.registering.fit = fit
      guard readings.count == order.profile.landmarks.count else { return [] }
      return accept(fit, of: serial)
    } catch {
      open?.registering.refusal = .registrationImpossible(error)
      return []
    }
  }

  /// Every landmark is read: the guard judges what is left over.
  private mutating func accept(_ fit: Registration, of serial: String) -> [SessionAction] {
    do throws(GuardRefusal) {
      try dotGuard?.register(fit)
      newestFrame = KnownFrame(serial: serial, motion: fit.motion)
      return [.note(.handpieceRegistered(fit, serial: serial))]
    } catch {
      let worst = fit.residuals.max { $0.distance < $1.distance }
      if case .beyondHard(_, .registrationResidualMaximum, let left, let limit, let source) = error, let worst {
        open?.registering.refusal = .residualTooLarge(
          landmark: worst.reading.landmark.name, left: .micrometres(left), limit: .micrometres(limit), source: source)
      } else {
        open?.registering.refusal = .guardRefused(error)
      }
      return []
    }
  }

  /// The device is gone or has begun anew: its tracker may stand elsewhere by now, and what was read says nothing.
  mutating func loseRegistration() {
    guard let open else { return }
    self.open?.registering = Registering(refusal: open.registering.asked == nil ? nil : .tipNotRead)
    dotGuard?.unregister()
  }

  /// Landmarks that are still to be read before anything may move; all of them, where what they leave over is too much.
  /// Nil where nothing is missing.
  var landmarksToRead: [String]? {
    guard let open, withGuard({ $0.isRegistered }) == false else { return nil }
    let landmarks = open.order.profile.landmarks.map(\.name)
    let read = open.registering.readings.map(\.landmark.name)
    return read.count == landmarks.count ? landmarks : landmarks.filter { !read.contains($0) }
  }

  /// Nil on a device that needs no registration, and without a session.
  package var registrationProgress: RegistrationProgress? {
    guard let open, boundDevice?.positioning.isOwnFrame == true else { return nil }
    let missing = landmarksToRead
    return RegistrationProgress(
      read: open.registering.readings.map(\.landmark), missing: missing ?? [], fit: open.registering.fit,
      isRegistered: missing == nil, refusal: open.registering.refusal)
  }

  /// The tip has been asked for, and the device has not answered yet.
  package var isReadingTip: Bool { open?.registering.asked != nil }

  // MARK: From the device's frame to the chart

  func onChart(_ request: DotRequest) -> DotRequest {
    guard device?.capabilities.positioning.isOwnFrame == true else { return request }
    return DotRequest(
      id: request.id, position: onChart(request.asked), asked: request.asked, requestedAt: request.requestedAt)
  }

  func onChart(_ record: DotRecord) -> DotRecord {
    guard device?.capabilities.positioning.isOwnFrame == true else { return record }
    return record.placed(at: onChart(DevicePosition(record.position)))
  }

  /// Off the chart where nobody has registered this device: the place is not known, and no place of the chart is claimed.
  private func onChart(_ place: DevicePosition) -> ChartPosition {
    guard let newestFrame, newestFrame.serial == device?.capabilities.serial else { return .unknown }
    return newestFrame.motion.chart(place)
  }
}

extension ChartPosition {
  /// Off every chart: a contact whose place nobody knows counts, and stands in the way of no place.
  static let unknown = ChartPosition(x: .min, y: .min)
}
