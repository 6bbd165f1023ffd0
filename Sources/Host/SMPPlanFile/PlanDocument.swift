package import SMPModel
package import SMPTreatment

/// A plan document after reading: the plan, or everything that keeps it from being one.
package struct PlanReading: Hashable, Sendable {
  /// nil when any problem is an error.
  package let plan: Plan?
  /// In the order of the document.
  package let problems: [PlanProblem]
  package var hasErrors: Bool { problems.contains { $0.severity == .error } }
}

/// The treatment plan as a YAML document, schema version 1.
package enum PlanDocument {
  /// Refuse a larger file by its size, before reading it.
  package static let maximumBytes = DocumentText.maximumBytes

  /// Reads and checks a plan whole. `site`: the site's limits; without them only the built-in ceilings are checked.
  package static func parse(_ bytes: [UInt8], site: LimitSet? = nil) -> PlanReading {
    let tree: YAMLTree
    do {
      tree = try YAMLTree.parse(bytes)
    } catch {
      return PlanReading(plan: nil, problems: [error.problem])
    }
    let problems = ProblemList()
    var reader = PlanReader(problems: problems)
    guard let draft = reader.read(tree) else { return PlanReading(plan: nil, problems: problems.sorted) }
    let compilation = draft.compile(site: site)
    for finding in compilation.findings {
      let place = reader.place(of: finding.place)
      let words = FindingWords(finding)
      problems.add(
        PlanProblem(
          line: place.line, column: place.column, severity: finding.severity, message: words.message,
          allowed: words.allowed, remedy: words.remedy))
    }
    return PlanReading(plan: problems.hasErrors ? nil : compilation.plan, problems: problems.sorted)
  }

  /// The plan as a document that reads back as the same plan; every default is written out.
  package static func text(of plan: Plan) -> String { PlanWriter.text(of: plan) }
}
