import Foundation
import SMPInterface
import SMPJournal
import SMPModel
import SMPPlanFile
import SMPRecord
import SMPSimulator
import StrictJSON
import Testing
import Varlink

@testable import SMPDaemon
@testable import smpsim

/// Sealing by the daemon itself: its threads, its journal, its socket.
@Suite("Sealer") struct SealerTests {
  final class Desk {
    let path: String
    private let journal: JournalID
    private(set) var number: UInt64 = 0

    /// - Parameter sessions: closed by an earlier daemon, which ended before it could seal them.
    init(sessions: Int) throws {
      path = "/tmp/smpd-seal-\(UUID().uuidString.prefix(8))"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
      try Data(LimitsFile.defaultText.utf8).write(to: URL(filePath: path + "/limits.yaml"))
      journal = try #require(JournalID(Array(repeating: 7, count: JournalID.byteCount)))
      let store = try open()
      var entries = [
        entry(
          .journalCreated(
            JournalCreatedEntry(schema: JournalStore.schema, journal: journal, station: Label(cleaning: "test"))))
      ]
      for session in 0..<sessions { entries += closed("C-1-\(session + 1)") }
      _ = try store.append(entries)
      try store.close()
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func open() throws -> JournalStore {
      try JournalStore(
        path: path + "/journal.sqlite", durability: .simulated, newJournal: journal, simulated: true)
    }

    private func entry(_ body: EntryBody, _ session: String? = nil) -> Entry {
      number += 1
      let header = EntryHeader(
        monotonic: MonotonicTime(nanoseconds: number), wall: WallTime(milliseconds: 1_800_000_000_000),
        bootID: "earlier", clock: .virtual, actorUID: nil, session: session, course: session.map { _ in "C-1" },
        simulated: true)
      return Entry(number: number, header: header, body: body)
    }

    private func closed(_ session: String) -> [Entry] {
      let by = Confidential(text: "N", salt: Array(repeating: 7, count: Confidential.saltBytes)).commitment
      let opening = SessionOpenedEntry(
        number: 1, serial: Label(cleaning: "SIM-0001"), operatorName: by, pigmentLot: Label(cleaning: "L"),
        cartridge: Label(cleaning: "K"), skin: "clear", plan: Fingerprint(of: [1]), envelope: Fingerprint(of: [2]),
        zones: [Label(cleaning: "crown")], dotsPlanned: 5)
      return [
        entry(.sessionOpened(opening), session),
        entry(.sessionClosed(SessionClosedEntry(outcome: "ended", dotsMade: 0)), session),
      ]
    }

    /// Asks the owner, who answers when what he knows of is durable, until so many entries are: a sealer hands in its
    /// entry in its own time. The bound only keeps a broken daemon from hanging the tests.
    private static func isDurable(_ entries: UInt64, _ daemon: Daemon) throws -> Bool {
      for _ in 0..<20_000 {
        let (box, answered) = (AnswerBox(), DispatchSemaphore(value: 0))
        let isTaken = daemon.queue.post(
          call: OwnerCall(.barrier, actor: 0) {
            box.put($0)
            answered.signal()
          })
        guard isTaken, answered.wait(timeout: .now() + 60) == .success else { return false }
        if try box.take()?.published().durable ?? 0 >= entries { return true }
      }
      return false
    }

    /// Runs a daemon in front of a simulated device until as many entries are durable.
    func run(until entries: UInt64, _ body: (Daemon, String) throws -> Void = { _, _ in }) throws {
      var configuration = DaemonConfiguration(
        stateDirectory: path, limitsPath: path + "/limits.yaml", socketPath: path + "/io.smpd", simulated: true)
      configuration.durability = .simulated
      let device = SimulatedDevice(SimulatedDeviceConfiguration(seed: 1), startingAt: HostClock.monotonic())
      let daemon = try Daemon(
        configuration, pacing: SimulatedPacing(device: device, pace: .never, wallNow: HostClock.wall()), handlers: [])
      defer { daemon.end() }
      #expect(try Self.isDurable(entries, daemon))
      try body(daemon, configuration.socketPath)
    }
  }

  @Test("S10 what an earlier daemon closed and did not come to seal is sealed at the next start, once")
  func earlier() throws {
    let desk = try Desk(sessions: 3)
    // Its own start, and three seals.
    try desk.run(until: desk.number + 4)
    let store = try desk.open()
    #expect(try store.unsealedSessions() == [])
    #expect(try store.verify().isSound)
    let sealed = try store.entries(after: 0, limit: 100).filter { $0.kind == "session_sealed" }
    #expect(sealed.map(\.header.session) == ["C-1-1", "C-1-2", "C-1-3"])
    let (key, last) = (try #require(try store.namedKey()), store.lastNumber)
    var verifier = ChainVerifier(key: key)
    for entry in try store.entries(after: 0, limit: 100) { verifier.take(entry) }
    #expect(verifier.verdict() == .intact(store.head) && verifier.seals.uncovered.isEmpty)
    try store.close()
    try desk.run(until: last + 1)
    let again = try desk.open()
    #expect(try again.namedKey() == key, "the key is the station's, not the daemon's")
    #expect(try again.entries(after: last, limit: 100).contains { $0.kind == "session_sealed" } == false)
    try again.close()
  }

  @Test("S10 without its key a daemon seals nothing, makes no other key, and says both") func missing() throws {
    let desk = try Desk(sessions: 0)
    try desk.run(until: desk.number + 1)
    try FileManager.default.removeItem(atPath: desk.path + "/" + StationKeyFile.name)
    let store = try desk.open()
    let last = store.lastNumber
    try store.close()
    try desk.run(until: last + 1) { _, socket in
      let client = try VarlinkClient(path: socket, timeoutMilliseconds: 60_000)
      #expect(throws: VarlinkClientError.self) { try client.call("io.smpd.journal.DescribeKey", [:]) }
      let findings = try client.call("io.smpd.device.Diagnose", [:])["findings"]?.array ?? []
      let seal = findings.first { $0.object?["check"] == "seal" }?.object
      #expect(seal?["severity"] == "problem")
      #expect(seal?["what"]?.string?.contains("missing") == true)
    }
    #expect(!FileManager.default.fileExists(atPath: desk.path + "/" + StationKeyFile.name))
  }

  @Test("S10 the daemon tells the public part of its key, and nothing of the rest") func described() throws {
    let desk = try Desk(sessions: 1)
    try desk.run(until: desk.number + 2) { _, socket in
      let client = try VarlinkClient(path: socket, timeoutMilliseconds: 60_000)
      let reply = try client.call("io.smpd.journal.DescribeKey", [:])
      let secret = Array(FileManager.default.contents(atPath: desk.path + "/" + StationKeyFile.name) ?? Data())
      let key = try #require(SealingKey(secret))
      #expect(reply["key"] == .string(key.station.hex) && reply["fingerprint"] == .string(key.station.fingerprint.hex))
      #expect(reply.members.count == 2)
      let session = try client.call("io.smpd.session.List", [:])["sessions"]?.array?.first?.object
      #expect(session?["seal"] == "sealed")
    }
  }
}
