import SMPModel
import SMPTreatment

/// Findings about landmarks as sentences.
extension FindingWords {
  static func words(_ finding: LandmarkFinding) -> FindingWords {
    let counts = "\(Landmark.counts.lowerBound) to \(Landmark.counts.upperBound)"
    return switch finding {
    case .tooFew(let count):
      .init("there are \(count) landmarks", "add landmarks that lie far apart, or leave them all out", allowed: counts)
    case .tooMany(let count): .init("there are \(count) landmarks", "keep those that lie far apart", allowed: counts)
    case .missingName: .init("this landmark has no `name`", "add `name:` with a word such as ear-left")
    case .missingPlace: .init("this landmark has no `place`", "add `place:` with its [x, y] on the chart in mm")
    case .nameTaken(let name, let first):
      .init("the name \(quoted(name)) is already taken by landmark \(first + 1)", "give each landmark its own name")
    case .beyondChart:
      .init("this landmark lies off the chart", "the chart is in millimetres from its middle")
    case .tooNear(let other):
      .init(
        "this landmark is too near to \(quoted(other)): nobody would see that the wrong one was touched",
        "choose one that lies elsewhere", allowed: "at least \(mm(PlanBounds.landmarkDistance)) apart")
    case .inOneLine:
      .init(
        "the landmarks lie in one line, where a mirrored frame looks like a right one",
        "add one to the side of the line",
        allowed: "one at least \(mm(PlanBounds.landmarkHeight)) from the line of the two that are furthest apart")
    case .zoneBeyond(let zone):
      .init(
        "the zone \(quoted(zone)) reaches further out than the landmarks do: there a turn would be off by more than "
          + "they show", "add landmarks further out, so that the zones lie among them")
    }
  }
}
