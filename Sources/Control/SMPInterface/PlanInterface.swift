/// Treatment plans: checking, taking in, reading, amending, agreeing and signing. A plan is the text a practitioner wrote,
/// with what its presets say written out in it.
package enum PlanInterface: Interface {
  package static let name = "io.smpd.plan"
  package static var text: String { String(decoding: PackageResources.io_smpd_plan_varlink, as: UTF8.self) }
  package static let methods: [any InterfaceMethod.Type] = [
    Example.self, Check.self, ListPresets.self, Import.self, List.self, Describe.self, Amend.self, Agree.self,
    Sign.self,
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
