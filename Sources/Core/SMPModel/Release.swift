/// What is released: programs, man pages and package together.
package enum Release {
  /// `systemd/debian/changelog` names it too; a test holds them together.
  package static let version = "0.1.0"
}
