/// The interface every service answers: who it is and what it offers.
package enum VarlinkServiceInterface {
  package static let name = "org.varlink.service"

  package static let text = """
    # The interface every Varlink service implements: it says who the service is and describes what it offers.
    interface org.varlink.service

    # Who the service is, and the names of its interfaces.
    method GetInfo() -> (
      vendor: string,
      product: string,
      version: string,
      url: string,
      interfaces: []string
    )

    # The text of one of its interfaces, comments included.
    method GetInterfaceDescription(interface: string) -> (description: string)

    # The service has no such interface.
    error InterfaceNotFound (interface: string)

    # The interface has no such method.
    error MethodNotFound (method: string)

    # The interface has this method, and this service does not implement it.
    error MethodNotImplemented (method: string)

    # A parameter is unknown, missing, of the wrong type or outside its range.
    error InvalidParameter (parameter: string)

    # The caller may not do this.
    error PermissionDenied ()

    # The method answers with several replies and was called without 'more'.
    error ExpectedMore ()

    """
}
