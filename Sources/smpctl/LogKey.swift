import ArgumentParser
import SMPInterface
import SMPRecord
import StrictJSON

struct LogKey: Action {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Shows the public part of the station's key, which checks its seals.",
    discussion: """
      Give it to whoever is to check a record on another machine, by a way that nobody else can change, and let the \
      fingerprint be compared. It is no secret, and nobody can seal with it.
      """)
  @OptionGroup var options: GlobalOptions
  @Option(
    name: .shortAndLong, help: ArgumentHelp("Writes it into a file, for log verify --key.", valueName: "file"),
    completion: .file())
  var output: String?

  func perform(_ console: Console) throws -> ExitStatus {
    let key = try StationKey.of(try options.daemon())
    if let output {
      var sink = try ExportSink(output)
      try sink.write(Array(key.fileText.utf8))
      _ = try sink.finish()
    }
    console.document([
      "key": .string(key.hex), "fingerprint": .string(key.fingerprint.hex), "algorithm": "ed25519",
    ])
    console.answer("key          ed25519 \(key.hex)\nfingerprint  \(key.fingerprint.hex)")
    if let output { console.note("written to \(output)") }
    return .done
  }
}

extension StationKey {
  /// The daemon's.
  static func of(_ daemon: Daemon) throws -> StationKey {
    let reply = try daemon.call(JournalInterface.DescribeKey.self).reply
    guard let key = StationKey(hex: reply.key), key.fingerprint.hex == reply.fingerprint else {
      throw Complaint(
        status: .failure, name: "smpctl.MalformedReply", message: "what the daemon calls its key is none",
        remedy: "use the smpctl of the daemon's version")
    }
    return key
  }
}
