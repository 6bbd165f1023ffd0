/// Treatment plans: checking, taking in, reading and signing. A plan is the text a practitioner wrote, byte for byte.
package enum PlanInterface: Interface {
  package static let name = "io.smpd.plan"
  package static var text: String { String(decoding: PackageResources.io_smpd_plan_varlink, as: UTF8.self) }
  package static let methods: [any InterfaceMethod.Type] = [
    Example.self, Check.self, Import.self, List.self, Describe.self, Sign.self,
  ]
}

extension PlanInterface {
  /// How bad a problem is.
  package enum Severity: String, InterfaceWord {
    /// The plan is refused.
    case error
    /// The plan can be used; a person should look.
    case warning
    /// A word of a newer daemon.
    case unknown
  }
}
