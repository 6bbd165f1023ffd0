import Foundation

/// What a program says of itself: its commands and their options.
struct ProgramHelp: Decodable, Sendable {
  let command: Command

  struct Command: Decodable, Sendable {
    let commandName: String
    let abstract: String?
    let arguments: [Argument]?
    let subcommands: [Command]?

    /// The parser's own help command is no act.
    var children: [Command] { (subcommands ?? []).filter { $0.commandName != "help" } }
    var shown: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }
  }

  struct Argument: Decodable, Sendable {
    let kind: String
    let names: [Name]?
    let valueName: String?
    let abstract: String?
    let shouldDisplay: Bool

    /// `--output`, `-o`; of an argument without a name its value's.
    var spellings: [String] { names?.map(\.spelling) ?? [valueName ?? ""] }
    var isOption: Bool { kind != "positional" }
  }

  struct Name: Decodable, Sendable {
    let kind: String
    let name: String
    var spelling: String { (kind == "long" ? "--" : "-") + name }
  }

  /// One command, with the words it is called by.
  struct Act {
    let path: [String]
    let command: Command
  }

  /// Every command that does something: those without commands of their own.
  var acts: [Act] { Self.acts(command, [command.commandName]) }

  private static func acts(_ command: Command, _ path: [String]) -> [Act] {
    guard !command.children.isEmpty else { return [Act(path: path, command: command)] }
    return command.children.flatMap { acts($0, path + [$0.commandName]) }
  }
}

/// The pages and completions that `make man` makes of this build's programs.
struct MadePages: Sendable {
  static let programs = ["smpd", "smpctl", "smpsim"]
  let helps: [String: ProgramHelp]
  /// By program, as `--version` says it.
  let versions: [String: String]
  /// Everything below `share/`, by its path from there.
  private let files: [String: String]

  init() throws {
    let folder = try Folder()
    // Where the test bundle lies, the programs lie beside it.
    let build = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
    var (helps, versions): ([String: ProgramHelp], [String: String]) = ([:], [:])
    for program in Self.programs {
      let place = folder.path + "/" + program
      try FileManager.default.createSymbolicLink(
        atPath: place, withDestinationPath: build.appendingPathComponent(program).path)
      let said = try Tool.run(place, "--experimental-dump-help")
      helps[program] = try JSONDecoder().decode(ProgramHelp.self, from: Data(said.text.utf8))
      versions[program] = try Tool.run(place, "--version").text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
    (self.helps, self.versions) = (helps, versions)
    let made = try Tool.run("systemd/man/pages", folder.path)
    guard made.status == 0, made.text.isEmpty else { throw Unmade(said: made.text) }
    let places = try FileManager.default.subpathsOfDirectory(atPath: folder.path + "/share")
    files = try Dictionary(
      uniqueKeysWithValues: places.filter { folder.isFile("share/" + $0) }
        .map { ($0, try folder.text("share/" + $0)) })
  }

  struct Unmade: Error { let said: String }

  /// Of each man page, such as `smpd.8`, its text.
  var pages: [String: String] {
    let pages = files.filter { $0.key.hasPrefix("man/") }
    return Dictionary(uniqueKeysWithValues: pages.map { (($0.key as NSString).lastPathComponent, $0.value) })
  }

  /// The page a command is described on: its program's and its group's. Empty where there is none.
  func page(of path: [String]) -> String {
    pages[path.prefix(2).joined(separator: "-") + (path[0] == "smpd" ? ".8" : ".1")] ?? ""
  }

  func completions(of program: String) -> [Shell: String] {
    [
      .bash: files["bash-completion/completions/" + program] ?? "", .zsh: files["zsh/site-functions/_" + program] ?? "",
      .fish: files["fish/vendor_completions.d/\(program).fish"] ?? "",
    ]
  }
}

enum Shell: CaseIterable {
  case bash, zsh, fish
}
