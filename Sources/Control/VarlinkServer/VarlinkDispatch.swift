internal import StrictJSON
internal import Varlink

/// Finds the method, checks its parameters, and answers what every service answers alike.
struct VarlinkDispatch: Sendable {
  enum Route {
    case deliver(VarlinkMethod)
    case answer(JSONObject)
    case refuse(VarlinkError)
  }

  private struct Entry: Sendable {
    let interface: VarlinkInterface
    let method: VarlinkMethod
    let isBuiltIn: Bool
  }

  private let entries: [String: Entry]
  private let interfaces: [String: VarlinkInterface]
  private let information: JSONObject

  init(_ service: any VarlinkService) {
    let builtIn: VarlinkInterface
    do {
      builtIn = try VarlinkInterface.parse(VarlinkServiceInterface.text)
    } catch {
      preconditionFailure("our own text of org.varlink.service: \(error)")
    }
    let all = [builtIn] + service.interfaces
    var entries: [String: Entry] = [:]
    var interfaces: [String: VarlinkInterface] = [:]
    for interface in all {
      precondition(interfaces.updateValue(interface, forKey: interface.name) == nil, "an interface is served once")
      for method in interface.methods {
        entries["\(interface.name).\(method.name)"] = Entry(
          interface: interface, method: method, isBuiltIn: interface.name == VarlinkServiceInterface.name)
      }
    }
    self.entries = entries
    self.interfaces = interfaces
    let identity = service.identity
    information = [
      "vendor": .string(identity.vendor), "product": .string(identity.product),
      "version": .string(identity.version), "url": .string(identity.url),
      "interfaces": .array(all.map { .string($0.name) }),
    ]
  }

  func route(_ request: VarlinkRequest) -> Route {
    guard let entry = entries[request.method] else { return .refuse(unknown(request.method)) }
    if request.mode == .upgrade { return .refuse(.methodNotImplemented(request.method)) }
    if let parameter = entry.interface.invalidParameter(of: entry.method, request.parameters) {
      return .refuse(.invalidParameter(parameter))
    }
    if entry.method.streaming == .required, request.mode != .more { return .refuse(.expectedMore) }
    return entry.isBuiltIn ? answer(entry.method.name, request.parameters) : .deliver(entry.method)
  }

  private func unknown(_ method: String) -> VarlinkError {
    guard let dot = method.utf8.lastIndex(of: UInt8(ascii: ".")) else { return .interfaceNotFound("") }
    let interface = String(method[..<dot])
    return interfaces[interface] == nil ? .interfaceNotFound(interface) : .methodNotFound(method)
  }

  private func answer(_ method: String, _ parameters: JSONObject) -> Route {
    switch method {
    case "GetInfo": return .answer(information)
    case "GetInterfaceDescription":
      let name = parameters["interface"]?.string ?? ""
      guard let interface = interfaces[name] else { return .refuse(.interfaceNotFound(name)) }
      return .answer(["description": .string(interface.description)])
    default: return .refuse(.methodNotImplemented("\(VarlinkServiceInterface.name).\(method)"))
    }
  }
}
