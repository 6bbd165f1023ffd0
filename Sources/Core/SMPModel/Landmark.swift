/// A named place on the head that the needle tip can be held to, and where the plan's chart has it.
package struct Landmark: Hashable, Sendable {
  /// 3 to 12 of them: three fix a turn and show a mirrored frame; twelve take a practitioner some minutes. Ours.
  package static let counts: ClosedRange<Int> = 3...12
  package let name: String
  package let place: ChartPosition
  package init(name: String, place: ChartPosition) {
    self.name = name
    self.place = place
  }
}

/// A place in the frame a device measures in, in micrometres. Where the client's head lies in it only a registration
/// tells; a device that speaks the chart measures on the chart.
package struct DevicePosition: Hashable, Sendable {
  package let x: Int32
  package let y: Int32
  package init(x: Int32, y: Int32) {
    self.x = x
    self.y = y
  }

  /// What crosses the cable as a place: of a device that speaks the chart it is one, of any other it looks like one.
  package init(_ place: ChartPosition) { self.init(x: place.x, y: place.y) }
}

extension ChartPosition {
  /// The same numbers as they cross the cable.
  package init(_ place: DevicePosition) { self.init(x: place.x, y: place.y) }
}

/// Where the device saw its tip while it was held to a landmark.
package struct LandmarkReading: Hashable, Sendable {
  package let landmark: Landmark
  package let read: DevicePosition
  package init(landmark: Landmark, read: DevicePosition) {
    self.landmark = landmark
    self.read = read
  }
}

/// What came of asking a device where its tip is.
package enum TipReading: Hashable, Sendable {
  case read(DevicePosition)
  /// The tip moves, or nobody sees it.
  case unsteady
  /// Not in the state the device is in, or not by this device at all.
  case refused
  /// No answer within `Bounds.replyTimeout`.
  case silent
}
