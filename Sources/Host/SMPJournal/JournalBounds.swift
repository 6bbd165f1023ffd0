/// What the journal bounds, with reasons (house style 9).
package enum JournalBounds {
  /// Free space before arming. Derived: a session of 30,000 dots (the ceiling) writes about 60,000 entries of 600 bytes
  /// with their indexes, once into the write-ahead log and once into the database: 72 MB; doubled for denials.
  package static let reserveBytes: Int64 = 144_000_000
  /// Entries in one group: far above what can come together while one commit runs.
  package static let groupEntries = 4_096
  /// Entries read at once; about 1 MB.
  package static let readEntries = 4_096
  /// Pages of the write-ahead log after which a commit moves them into the database (4 KiB each, so 16 MiB): seldom
  /// enough that hardly a dot meets it, and small enough to be moved within a few milliseconds.
  static let checkpointPages = 4_096
  /// What the write-ahead log may keep of its length once it is empty.
  static let logBytes: Int64 = 67_108_864
  /// Wait for somebody else's write lock, in seconds: half of the stall after which the session stops (`Bounds.journalStall`).
  static let busySeconds = 0.25
  /// Connections for readers: the control server and one for a long export.
  static let readers = 2
  /// Attaches looked through for what a device has still to say: some weeks of plugging.
  static let attaches = 1_000
  /// Entries of the longest session: two for each of 30,000 dots (the ceiling).
  static let sessionEntries: Int64 = 60_000
  /// Faults read for the lock-out; three decide it (S8).
  package static let faults = 1_000
}
