import Foundation
import Glibc
import Testing

/// The journal of a daemon at work is taken away, exchanged, or has no room left: the needle stands, people read what to
/// do, and doing that loses nothing (S2).
@Suite(.serialized, .ownThread) struct LostJournalTests {
  enum Harm: String, CaseIterable, Sendable {
    case databaseMoved, databaseRemoved, databaseReplaced, logRemoved, headRemoved, lockReplaced

    var name: String {
      switch self {
      case .databaseMoved, .databaseRemoved, .databaseReplaced: "journal.sqlite"
      case .logRemoved: "journal.sqlite-wal"
      case .headRemoved: "journal.sqlite.head"
      case .lockReplaced: "journal.sqlite.lock"
      }
    }

    func happen(to path: String) throws {
      let files = FileManager.default
      switch self {
      case .databaseMoved: try files.moveItem(atPath: path, toPath: path + ".away")
      case .databaseRemoved, .logRemoved, .headRemoved: try files.removeItem(atPath: path)
      case .databaseReplaced, .lockReplaced:
        try files.removeItem(atPath: path)
        try Data().write(to: URL(fileURLWithPath: path))
      }
    }

    /// What the remedy says, with the daemon stopped.
    func putRight(_ path: String) throws {
      let files = FileManager.default
      switch self {
      case .databaseMoved: try files.moveItem(atPath: path + ".away", toPath: path)
      case .databaseRemoved: try files.moveItem(atPath: path + ".rescued", toPath: path)
      case .databaseReplaced:
        try files.removeItem(atPath: path)
        try files.moveItem(atPath: path + ".rescued", toPath: path)
      case .logRemoved, .headRemoved, .lockReplaced: break
      }
    }
  }

  @Test("S2 S7 a file of the journal that leaves its place in mid-session", arguments: Harm.allCases)
  func lost(harm: Harm) throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "auto"])
    let course = try begin(daemon)
    let path = daemon.state + "/" + harm.name
    try harm.happen(to: path)
    try expectStandstill(
      daemon, course, of: harm == .lockReplaced || harm == .databaseReplaced ? "in its place" : "removed")
    if [.databaseMoved, .databaseRemoved, .databaseReplaced].contains(harm) {
      try eventually("the copy's name") { try daemon.smpctl("status").output.contains(path + ".rescued") }
    }
    let told = try daemon.smpctl("status").output
    #expect(told.contains(path) && told.contains("put the file back"), "\(told)")
    let made = try dotsMade(daemon)
    daemon.end()
    try harm.putRight(path)
    try daemon.start(["--hand", "none"])
    try expectSettled(daemon, made: made)
  }

  @Test(
    "S2 S7 the disk of the journal is full in mid-session", .enabled(if: mayMount, "needs root, to mount a small disk"))
  func full() throws {
    let daemon = try LiveDaemon(start: false)
    try FileManager.default.createDirectory(atPath: daemon.state, withIntermediateDirectories: false)
    let disk = try SmallDisk(at: daemon.state)
    daemon.wrapper = disk.entry
    try daemon.start(["--hand", "auto"])
    try disk.write(try daemon.smpctl("limits", "example").output, to: "limits.yaml")
    let course = try begin(daemon)
    try disk.fill()
    try expectStandstill(daemon, course, of: "full")
    #expect(try daemon.smpctl("status").output.contains("free space"))
    let made = try dotsMade(daemon)
    daemon.end()
    try disk.makeRoom()
    try daemon.start(["--hand", "none"])
    try expectSettled(daemon, made: made)
    daemon.end()
  }

  @Test("S2 S10 a journal that lost its head file is taken up by name, with no daemon at work, and that is on record")
  func accepted() throws {
    let daemon = try LiveDaemon(arguments: ["--hand", "none"])
    func accept(_ arguments: [String]) throws -> Outcome {
      try Programs.run("smpd", ["--training", "--state", daemon.state] + arguments)
    }
    let loss = ["--accept-loss", "copied back from the backup", "--by", "A. Technician"]
    let busy = try accept(loss)
    #expect(busy.status == 1 && busy.complaint.contains("another daemon"), "\(busy)")
    daemon.end()
    #expect(try accept(loss).complaint.contains("nothing of the journal's end is lost"))
    try FileManager.default.removeItem(atPath: daemon.state + "/journal.sqlite.head")
    try daemon.start(["--hand", "none"])
    try eventually("a remedy") { try daemon.smpctl("doctor").output.contains("--accept-loss REASON --by NAME") }
    daemon.end()
    #expect(try accept(["--accept-loss", "copied back"]).status == 64)
    #expect(try accept(["--accept-loss", " ", "--by", "N"]).status == 64)
    if getuid() == 0 {
      // Of another user, as the daemon is on a real machine: what root makes there the daemon cannot write.
      let files = FileManager.default
      try files.setAttributes([.ownerAccountID: 1], ofItemAtPath: daemon.state + "/journal.sqlite")
      let refused = try accept(loss)
      #expect(refused.status != 0 && refused.complaint.contains("runuser -u "), "\(refused)")
      try files.setAttributes([.ownerAccountID: 0], ofItemAtPath: daemon.state + "/journal.sqlite")
    }
    let said = try accept(loss)
    #expect(said.status == 0 && said.output.contains("the head file beside the journal"), "\(said)")
    try daemon.start(["--hand", "none"])
    #expect(try daemon.smpctl("log", "verify").status == 0)
    let log = try daemon.smpctl("log", "events").output
    #expect(log.contains("A. Technician") && log.contains("copied back from the backup"), "\(log)")
    #expect(try daemon.practiceCourse().isEmpty == false)
  }

  // MARK: What a person does and sees

  private static var mayMount: Bool { geteuid() == 0 || ProcessInfo.processInfo.environment["CI"] != nil }

  private func snapshot(_ daemon: LiveDaemon) throws -> [String: Any] {
    try daemon.json("status")["snapshot"] as? [String: Any] ?? [:]
  }

  private func dotsMade(_ daemon: LiveDaemon) throws -> Int { try snapshot(daemon)["dotsMade"] as? Int ?? 0 }

  /// A session with some dots made, and the hand at work.
  private func begin(_ daemon: LiveDaemon) throws -> String {
    let course = try daemon.practiceCourse()
    #expect(try daemon.startSession(course, watch: false).status == 0)
    try eventually("two dots") { try dotsMade(daemon) >= 2 }
    return course
  }

  private func expectStandstill(_ daemon: LiveDaemon, _ course: String, of cause: String) throws {
    try eventually("a fault") { try snapshot(daemon)["state"] as? String == "faulted" }
    let seen = try snapshot(daemon)
    #expect(seen["fault"] as? String == "journal_failed", "\(seen)")
    #expect((seen["warning"] as? String)?.contains(cause) == true, "\(seen)")
    #expect((seen["remedy"] as? String)?.contains("systemctl restart smpd") == true, "\(seen)")
    // Still is the device's own word.
    #expect(try daemon.smpctl("stop").status == 0)
    let refused = try daemon.smpctl("device", "clear")
    #expect(refused.status != 0 && refused.complaint.contains("systemctl restart smpd"), "\(refused)")
    #expect(try daemon.startSession(course, watch: false).status != 0)
    let found = try daemon.smpctl("doctor").output
    #expect(found.contains(cause), "\(found)")
  }

  /// The next daemon: uncertain, resolved by name, and the log whole, with every dot that was counted.
  private func expectSettled(_ daemon: LiveDaemon, made: Int) throws {
    #expect(try snapshot(daemon)["state"] as? String == "uncertain")
    try eventually("a resolved session") {
      try daemon.smpctl("session", "resolve", "--by", "N", "--reason", "looked").status == 0
    }
    let verified = try daemon.smpctl("log", "verify")
    #expect(verified.status == 0, "\(verified)")
    let sessions = try daemon.json("session", "list")["sessions"] as? [[String: Any]] ?? []
    #expect(sessions.count == 1 && sessions[0]["state"] as? String == "closed", "\(sessions)")
    #expect((sessions.first?["dotsMade"] as? Int ?? 0) >= made, "\(sessions)")
  }
}

/// A disk of its own in a mount namespace of its own, gone with its holder.
private final class SmallDisk {
  private let holder = Process()
  private let input = Pipe()
  private let path: String
  /// Arming wants 144 MB free.
  private static let megabytes = 200

  /// Goes before a command that is to see the disk.
  var entry: [String] { ["nsenter", "-t", "\(holder.processIdentifier)", "-m"] }
  /// The same directory, seen from here.
  private var inside: String { "/proc/\(holder.processIdentifier)/root" + path }

  init(at path: String) throws {
    self.path = path
    let output = Pipe()
    holder.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    holder.arguments = [
      "unshare", "-m", "sh", "-c",
      "mount -t tmpfs -o size=\(Self.megabytes)m,mode=0750 tmpfs \"$0\" && echo mounted && read end", path,
    ]
    holder.standardInput = input
    holder.standardOutput = output
    try holder.run()
    guard try output.fileHandleForReading.line() == "mounted" else { throw LiveDaemon.NotServing(line: "", status: 0) }
  }

  deinit {
    try? input.fileHandleForWriting.close()
    holder.waitUntilExit()
  }

  /// Takes what room there is, to the last byte.
  func fill() throws {
    // The path is lent to one system call, the bytes to the next ones.
    let fd = unsafe open(inside + "/filler", O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    try #require(fd >= 0)
    defer { close(fd) }
    var size = 1 << 20
    while size > 0 {
      let chunk = [UInt8](repeating: 1, count: size)
      if unsafe Glibc.write(fd, chunk, size) < size { size /= 2 }
    }
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: inside + "/" + name))
  }

  func makeRoom() throws { try FileManager.default.removeItem(atPath: inside + "/filler") }
}
