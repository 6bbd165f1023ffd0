package import SMPModel
package import SMPTreatment

/// A plan document after reading: the plan, or everything that keeps it from being one.
package struct PlanReading: Hashable, Sendable {
  /// nil when any problem is an error.
  package let plan: Plan?
  /// In the order of the document.
  package let problems: [PlanProblem]
  /// The document, with what its presets say written out; as it came where it names none.
  package let text: [UInt8]
  package var hasErrors: Bool { problems.contains { $0.severity == .error } }
}

/// The treatment plan as a YAML document, schema version 1.
package enum PlanDocument {
  /// Refuse a larger file by its size, before reading it.
  package static let maximumBytes = DocumentText.maximumBytes

  /// Reads and checks a plan whole.
  /// - Parameters:
  ///   - site: the site's limits; without them only the built-in ceilings are checked.
  ///   - presets: what zones may name; without them a name is no more than that, as in a stored plan.
  package static func parse(_ bytes: [UInt8], site: LimitSet? = nil, presets: PresetShelf? = nil) -> PlanReading {
    var tree: YAMLTree
    do {
      tree = try YAMLTree.parse(bytes)
    } catch {
      return PlanReading(plan: nil, problems: [error.problem], text: bytes)
    }
    let problems = ProblemList()
    var text = bytes
    if let presets {
      let filling = PresetFilling(tree, from: presets, problems)
      (tree, text) = (filling.tree, filling.text(of: bytes))
    }
    var reader = PlanReader(problems: problems)
    guard let draft = reader.read(tree) else {
      return PlanReading(plan: nil, problems: problems.sorted, text: bytes)
    }
    let compilation = draft.compile(site: site)
    for finding in compilation.findings {
      let place = reader.place(of: finding.place)
      let words = FindingWords(finding)
      problems.add(
        PlanProblem(
          line: place.line, column: place.column, severity: finding.severity, message: words.message,
          allowed: words.allowed, remedy: words.remedy))
    }
    // What is stored is the text: it must say what was judged here, however the document was laid out.
    if text != bytes, let plan = compilation.plan, parse(text).plan != plan {
      problems.error(
        .start, "the presets cannot be written out in this document",
        remedy: "write each `zone: NAME` of the sessions on a line of its own")
    }
    return PlanReading(plan: problems.hasErrors ? nil : compilation.plan, problems: problems.sorted, text: text)
  }

  /// The plan as a document that reads back as the same plan; every default is written out.
  package static func text(of plan: Plan) -> String { PlanWriter.text(of: plan) }

  /// The same for a version that was proposed. What the plan leaves to its default in a disc of 1 cm² is left to it: a
  /// default refuses nothing where a site is stricter, and written out it would.
  package static func proposal(of plan: Plan) -> String { PlanWriter.text(of: plan, spellsLocalDensity: false) }
}
