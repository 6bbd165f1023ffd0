internal import SMPGuard
internal import SMPModel
internal import StrictJSON

/// One measured or allowed amount beside a fault; the unit is in the name, such as `depth_reported_micrometres`.
package struct FaultDetail: Hashable, Sendable {
  package let name: Word
  package let amount: Int64
  package init(_ name: Word, _ amount: Int64) {
    self.name = name
    self.amount = amount
  }
}

extension FieldWriter {
  mutating func limitKey(_ name: StaticString, _ key: LimitKey) { text(name, key.word.description) }

  mutating func head(_ name: StaticString, _ head: ChainHead) {
    var fields = FieldWriter()
    fields.integer("number", head.number)
    fields.fingerprint("hash", head.hash)
    raw(name, fields.finished())
  }

  mutating func labels(_ name: StaticString, _ labels: [Label]) {
    list(name, labels) { label, bytes in JSONWriter.write(label.text, into: &bytes) }
  }

  mutating func profiles(_ name: StaticString, _ zones: [ZoneProfile]) {
    list(name, zones) { zone, bytes in
      var fields = FieldWriter(continuing: bytes)
      fields.integer("zone", zone.zone.number)
      fields.integer("depth_micrometres", zone.depth.micrometres)
      fields.integer("depth_maximum_micrometres", zone.depthMaximum.micrometres)
      fields.integer("speed_millihertz", zone.speed.millihertz)
      fields.integer("speed_maximum_millihertz", zone.speedMaximum.millihertz)
      fields.integer("dwell_maximum_milliseconds", zone.dwellMaximum.milliseconds)
      bytes = fields.finished()
    }
  }

  /// Cosine and sine in parts of 2²⁸ (`Motion.unit`).
  mutating func motion(_ name: StaticString, _ motion: Motion) {
    var fields = FieldWriter()
    fields.integer("cosine", motion.cosine)
    fields.integer("sine", motion.sine)
    fields.integer("pivot_x_micrometres", motion.pivot.x)
    fields.integer("pivot_y_micrometres", motion.pivot.y)
    fields.position(motion.pivotOnChart)
    raw(name, fields.finished())
  }

  mutating func residuals(_ name: StaticString, _ residuals: [Registration.Residual]) {
    list(name, residuals) { residual, bytes in
      var fields = FieldWriter(continuing: bytes)
      fields.text("name", residual.reading.landmark.name)
      fields.position(residual.reading.landmark.place)
      fields.integer("read_x_micrometres", residual.reading.read.x)
      fields.integer("read_y_micrometres", residual.reading.read.y)
      fields.integer("residual_micrometres", residual.distance.micrometres)
      bytes = fields.finished()
    }
  }

  mutating func details(_ name: StaticString, _ details: [FaultDetail]) {
    list(name, details) { detail, bytes in
      var fields = FieldWriter(continuing: bytes)
      fields.word("name", detail.name)
      fields.integer("amount", detail.amount)
      bytes = fields.finished()
    }
  }
}

extension FieldReader {
  mutating func limitKey(_ name: String) throws(RecordError) -> LimitKey {
    let word = try text(name)
    guard let key = LimitKey.allCases.first(where: { $0.word.description == word }) else { throw .unfit(name) }
    return key
  }

  mutating func journalID(_ name: String) throws(RecordError) -> JournalID {
    guard let id = JournalID(hex: try text(name)) else { throw .unfit(name) }
    return id
  }

  mutating func head(_ name: String) throws(RecordError) -> ChainHead {
    var fields = FieldReader(try object(name))
    let head = ChainHead(number: try fields.integer("number"), hash: try fields.fingerprint("hash"))
    try fields.finish()
    return head
  }

  mutating func labels(_ name: String) throws(RecordError) -> [Label] {
    try list(name) { value throws(RecordError) in value.string.flatMap { Label($0) } }
  }

  mutating func profiles(_ name: String) throws(RecordError) -> [ZoneProfile] {
    try list(name) { value throws(RecordError) in
      guard let object = value.object else { return nil }
      var fields = FieldReader(object)
      let zone = ZoneProfile(
        zone: try fields.zone(), depth: try fields.depth("depth_micrometres"),
        depthMaximum: try fields.depth("depth_maximum_micrometres"), speed: try fields.speed("speed_millihertz"),
        speedMaximum: try fields.speed("speed_maximum_millihertz"),
        dwellMaximum: try fields.dwell("dwell_maximum_milliseconds"))
      try fields.finish()
      return zone
    }
  }

  mutating func motion(_ name: String) throws(RecordError) -> Motion {
    var fields = FieldReader(try object(name))
    let (cosine, sine): (Int64, Int64) = (try fields.integer("cosine"), try fields.integer("sine"))
    let pivot = DevicePosition(
      x: try fields.integer("pivot_x_micrometres"), y: try fields.integer("pivot_y_micrometres"))
    let pivotOnChart = try fields.position()
    try fields.finish()
    guard let motion = Motion(cosine: cosine, sine: sine, pivot: pivot, pivotOnChart: pivotOnChart) else {
      throw .unfit(name)
    }
    return motion
  }

  mutating func residuals(_ name: String) throws(RecordError) -> [Registration.Residual] {
    try list(name) { value throws(RecordError) in
      guard let object = value.object else { return nil }
      var fields = FieldReader(object)
      let landmark = Landmark(name: try fields.text("name"), place: try fields.position())
      let read = DevicePosition(
        x: try fields.integer("read_x_micrometres"), y: try fields.integer("read_y_micrometres"))
      let distance = Distance.micrometres(try fields.integer("residual_micrometres"))
      try fields.finish()
      return Registration.Residual(reading: LandmarkReading(landmark: landmark, read: read), distance: distance)
    }
  }

  mutating func details(_ name: String) throws(RecordError) -> [FaultDetail] {
    try list(name) { value throws(RecordError) in
      guard let object = value.object else { return nil }
      var fields = FieldReader(object)
      let detail = FaultDetail(try fields.word("name"), try fields.integer("amount"))
      try fields.finish()
      return detail
    }
  }
}
