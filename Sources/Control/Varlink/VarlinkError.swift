package import StrictJSON

/// An error as it travels: its full name and the facts to act on.
package struct VarlinkError: Error, Hashable, Sendable {
  /// With the interface: `io.smpd.session.WrongState`.
  package let name: String
  package let parameters: JSONObject
  package init(_ name: String, _ parameters: JSONObject = [:]) {
    self.name = name
    self.parameters = parameters
  }

  /// A client's own text comes back in an error cut to this many bytes: nobody is helped by a megabyte of it.
  package static let maximumEcho = 256

  private static func echo(_ text: String) -> JSON {
    if text.utf8.count <= maximumEcho { return .string(text) }
    var scalars = String.UnicodeScalarView()
    var bytes = 0
    for scalar in text.unicodeScalars {
      bytes += scalar.utf8.count
      if bytes > maximumEcho - 3 { break }
      scalars.append(scalar)
    }
    return .string(String(scalars) + "…")
  }

  package static func interfaceNotFound(_ interface: String) -> VarlinkError {
    VarlinkError("org.varlink.service.InterfaceNotFound", ["interface": echo(interface)])
  }
  package static func methodNotFound(_ method: String) -> VarlinkError {
    VarlinkError("org.varlink.service.MethodNotFound", ["method": echo(method)])
  }
  package static func methodNotImplemented(_ method: String) -> VarlinkError {
    VarlinkError("org.varlink.service.MethodNotImplemented", ["method": echo(method)])
  }
  package static func invalidParameter(_ parameter: String) -> VarlinkError {
    VarlinkError("org.varlink.service.InvalidParameter", ["parameter": echo(parameter)])
  }
  package static let permissionDenied = VarlinkError("org.varlink.service.PermissionDenied")
  package static let expectedMore = VarlinkError("org.varlink.service.ExpectedMore")
}

extension VarlinkError: CustomStringConvertible {
  package var description: String {
    parameters.isEmpty ? name : "\(name) \(String(decoding: parameters.encoded, as: UTF8.self))"
  }
}
