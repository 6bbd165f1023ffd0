package import SMPRecord

/// A plan document as it was imported. The chain holds its SHA-256, so an exchanged text is seen.
package struct StoredPlan: Hashable, Sendable {
  package let course: String
  /// 1 for the first document of the course, then one more for each amendment.
  package let version: Int64
  package let sha256: Fingerprint
  /// The document, byte for byte.
  package let text: [UInt8]
  package init(course: String, version: Int64, sha256: Fingerprint, text: [UInt8]) {
    self.course = course
    self.version = version
    self.sha256 = sha256
    self.text = text
  }
}

/// What is to be erased beside the chain.
package struct Erasure: Hashable, Sendable {
  /// Of texts.
  package var commitments: [Commitment]
  /// Whose plans go, every version of them.
  package var courses: [String]
  package init(commitments: [Commitment] = [], courses: [String] = []) {
    self.commitments = commitments
    self.courses = courses
  }

  package var isEmpty: Bool { commitments.isEmpty && courses.isEmpty }
}
