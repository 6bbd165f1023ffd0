/// Where the daemon listens.
enum SocketPath {
  static let system = "/run/smpd/io.smpd"

  /// The option, else `SMPD_SOCKET`, else the system's socket; without root and where that one does not exist, the
  /// user's own.
  static func control(
    option: String?, environment: (String) -> String?, isRoot: Bool, exists: (String) -> Bool
  ) -> String {
    if let option { return option }
    if let path = environment("SMPD_SOCKET"), !path.isEmpty { return path }
    guard !isRoot, !exists(system), let directory = environment("XDG_RUNTIME_DIR"), !directory.isEmpty else {
      return system
    }
    return directory + "/smpd/io.smpd"
  }

  /// The stop has a socket of its own beside the control socket, so that nothing can queue in front of it (S6).
  static func stop(beside control: String) -> String { control + ".stop" }
}
