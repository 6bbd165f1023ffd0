internal import Glibc

/// Groups as the system's database knows them.
package enum SystemGroup {
  /// The number behind a name; nil where there is no such group. Called before there are threads.
  package static func number(of name: String) -> UInt32? {
    // Copied at once; no other thread reads the database yet.
    guard let entry = unsafe getgrnam(name) else { return nil }
    return unsafe entry.pointee.gr_gid
  }
}
