internal import Glibc
internal import SMPPlanFile

/// A directory of one daemon's files.
package enum StateDirectory {
  /// Makes the directory if it is not there, and in a new one the default limits. A directory that has a journal and
  /// no limits is left so: nothing arms until a person has looked (S3).
  ///
  /// - Parameter limitsPath: where the default limits belong in a new directory; nil where they stand elsewhere.
  package static func prepare(_ path: String, limitsPath: String?) throws(DaemonError) {
    // Paths are lent for the length of each call.
    if unsafe mkdir(path, 0o750) == 0 {
      guard let limitsPath else { return }
      guard FileBytes.create(limitsPath, Array(LimitsFile.defaultText.utf8), mode: 0o640) else {
        throw .stateDirectory(path: limitsPath, reason: "cannot be written", remedy: "choose another state directory")
      }
      return
    }
    let reason = errno
    var status = stat()
    guard reason == EEXIST, unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw .stateDirectory(
        path: path, reason: "the state directory cannot be made (errno \(reason))",
        remedy: "choose another state directory")
    }
  }
}
