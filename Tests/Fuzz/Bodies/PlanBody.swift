import SMPModel
import SMPPlanFile
import SMPTreatment

/// The documents a person writes. Each input is read as all three: a file may be handed to the wrong reader.
enum PlanBody {
  private static let site: LimitSet? = LimitsFile.parse(Array(LimitsFile.defaultText.utf8)).limits

  static func run(_ bytes: [UInt8]) throws(BrokenPromise) {
    try plan(bytes, site: nil)
    try plan(bytes, site: site)
    try limits(bytes)
    try configuration(bytes)
  }

  private static func plan(_ bytes: [UInt8], site: LimitSet?) throws(BrokenPromise) {
    let reading = PlanDocument.parse(bytes, site: site)
    try problems(reading.problems, bytes)
    try hold((reading.plan == nil) == reading.hasErrors, "S13 there is a plan when nothing is wrong, and only then")
    guard let plan = reading.plan else { return }
    try hold(!plan.zones.isEmpty && !plan.sessions.isEmpty, "a plan has zones and sessions")
    for session in plan.sessions {
      for zone in session.zones {
        try hold(
          zone.depthRange.contains(zone.depth) && zone.speedRange.contains(zone.speed), "set points are in range")
        let ceiling = LimitSet.ceiling[.depthMaximum].hard ?? 0
        try hold(zone.depthRange.upperBound.micrometres <= ceiling, "S3 no plan goes past the built-in ceiling")
        let allowed = site?[.depthMaximum].hard ?? ceiling
        try hold(zone.depthRange.upperBound.micrometres <= allowed, "S3 no plan goes past the site's hard limit")
      }
    }
    let text = PlanDocument.text(of: plan)
    let again = PlanDocument.parse(Array(text.utf8), site: site)
    try hold(again.plan == plan, "a plan that is written and read is the same: \(again.problems)")
  }

  private static func limits(_ bytes: [UInt8]) throws(BrokenPromise) {
    let reading = LimitsFile.parse(bytes)
    try problems(reading.problems, bytes)
    let isWrong = reading.problems.contains { $0.severity == .error }
    try hold((reading.limits == nil) == isWrong, "S3 limits with a mistake in them are none")
    try hold((reading.interval == nil) == isWrong, "S3 an interval comes with its limits")
    guard let limits = reading.limits else { return }
    for key in LimitKey.allCases {
      let pair = limits[key]
      if let hard = pair.hard, let ceiling = LimitSet.ceiling[key].hard {
        try hold(key.isMaximum ? hard <= ceiling : hard >= ceiling, "S3 \(key) does not move its ceiling")
      }
      if let hard = pair.hard, let soft = pair.soft {
        try hold(key.isMaximum ? soft <= hard : soft >= hard, "S3 \(key): soft is reached before hard")
      }
    }
  }

  private static func configuration(_ bytes: [UInt8]) throws(BrokenPromise) {
    let reading = DaemonFile.parse(bytes)
    try problems(reading.problems, bytes)
    let isWrong = reading.problems.contains { $0.severity == .error }
    try hold((reading.file == nil) == isWrong, "S13 a configuration with a mistake in it is none")
    guard let file = reading.file else { return }
    try hold((1...64).contains(file.station.utf8.count), "a station's name has 1 to 64 bytes")
    try hold((1...49).contains(file.realtimePriority), "the priority is 1 to 49")
    try hold(file.socketPath.utf8.count + ".stop".utf8.count <= 107, "both sockets' paths fit an address")
    for path in [file.limitsPath, file.statePath, file.socketPath] {
      try hold(path.utf8.first == UInt8(ascii: "/") && !path.utf8.contains(0), "paths are absolute")
    }
    try hold(Set(file.devices).count == file.devices.count, "no device is named twice")
    for product in file.devices { try hold(USBProduct("\(product)") == product, "\(product) reads as itself") }
  }

  /// A bounded answer, in the order of the document, each problem at a place in it and on one line.
  private static func problems(_ problems: [PlanProblem], _ bytes: [UInt8]) throws(BrokenPromise) {
    try hold(problems.count <= 101, "S13 \(problems.count) problems are a bounded answer")
    let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
    for problem in problems {
      try hold((1...lines).contains(problem.line) && problem.column >= 1, "\(problem) is at a place in the document")
      let texts = [problem.message, problem.remedy] + [problem.allowed].compactMap(\.self)
      for text in texts {
        try hold(!text.isEmpty, "S13 \(problem) says what and what to do")
        try hold(text.unicodeScalars.allSatisfy { $0.value >= 0x20 }, "\(problem) is on one line")
      }
    }
    for (one, next) in zip(problems, problems.dropFirst()) {
      try hold((one.line, one.column) <= (next.line, next.column), "problems are in the order of the document")
    }
  }
}
