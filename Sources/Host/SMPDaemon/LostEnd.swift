internal import Glibc
internal import SMPJournal
internal import SMPModel
internal import SMPRecord

/// A journal whose end is lost (restored from an older copy, say) takes nothing more, until a person accepts the loss by
/// name. That is an act of who administers the machine, with no daemon running: the journal's lock sees to it.
package enum LostEnd {
  /// - Returns: what was accepted, in a sentence.
  /// - Throws: where nothing is lost, where the end was altered, where another daemon has the journal, where the journal
  ///   is another user's.
  package static func accept(
    in configuration: DaemonConfiguration, by: String, reason: String, pacing: any Pacing, actor: UInt32
  ) throws(DaemonError) -> String {
    try checkOwner(configuration.stateDirectory + "/journal.sqlite")
    let store = try Daemon.openJournal(configuration)
    let salts = Salts()
    do throws(JournalError) {
      let found = store.head.number
      let check = try store.acceptTail(
        by: salts.salted(by), reason: salts.salted(reason),
        EntryHeader(
          monotonic: pacing.monotonic(), wall: pacing.wall(), bootID: BootID.current, clock: pacing.clock(),
          actorUID: actor, session: nil, course: nil, simulated: configuration.simulated))
      try store.close()
      return "\(check.sentence); accepted on the record, the journal goes on after entry \(found)"
    } catch {
      throw .journal(error)
    }
  }

  /// What is made here, a new head file above all, belongs to whoever makes it: the daemon could not write to root's.
  private static func checkOwner(_ journal: String) throws(DaemonError) {
    var facts = stat()
    // Lends a path and a local structure to one system call. Without a file, opening says what is wrong.
    guard unsafe stat(journal, &facts) == 0, facts.st_uid != geteuid() else { return }
    // The name lives in the library's own storage until the next look-up; it is copied at once.
    let name = unsafe getpwuid(facts.st_uid).map { unsafe String(cString: $0.pointee.pw_name) }
    let user = name ?? "#\(facts.st_uid)"
    throw .notOurJournal(path: journal, user: user)
  }
}
