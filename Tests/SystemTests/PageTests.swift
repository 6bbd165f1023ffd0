import Foundation
import SMPPlanFile
import Testing

/// Man pages and completions against what the built programs say of themselves.
@Suite struct PageTests {
  private static let made = Result { try MadePages() }

  @Test("every command and every option is on its page, with what it is for", arguments: MadePages.programs)
  func pages(_ program: String) throws {
    let made = try Self.made.get()
    let help = try #require(made.helps[program])
    #expect(!help.acts.isEmpty)
    for act in help.acts { #expect(Self.missing(act, made.page(of: act.path)) == [], "\(act.path)") }
    guard !help.command.children.isEmpty else { return }
    // The program's own page names each, and the page where it is described.
    let overview = Self.plain(made.page(of: [program]))
    for act in help.acts {
      #expect(overview.contains("\n.B \(act.path.dropFirst().joined(separator: " "))\n"), "\(act.path)")
      #expect(overview.contains("\n.BR \(act.path.prefix(2).joined(separator: "-")) "), "\(act.path)")
    }
  }

  @Test("bash, zsh and fish complete every command and every option", arguments: MadePages.programs)
  func completions(_ program: String) throws {
    let made = try Self.made.get()
    let help = try #require(made.helps[program])
    for (shell, script) in made.completions(of: program) {
      for act in help.acts { #expect(Self.uncompleted(act, script, shell) == [], "\(shell)") }
    }
  }

  @Test("a command or an option that is taken out is missed, in every place")
  func taken() throws {
    let made = try Self.made.get()
    let act = try #require(made.helps["smpctl"]?.acts.first { $0.path == ["smpctl", "log", "export"] })
    let page = made.page(of: act.path)
    for (old, missed) in [
      ("\\-\\-format\\fR \\fI", ["--format"]), ("\\-\\-output\\fR", ["--output"]),
      (".SS smpctl log export", ["smpctl log export"]), ("csv, jsonl or bundle.", ["--format"]),
      // One that all commands share.
      ("\\fB\\-\\-json\\fR", ["--json"]),
    ] {
      let without = page.replacingOccurrences(of: old, with: old == "csv, jsonl or bundle." ? ".br" : "")
      #expect(without != page && Self.missing(act, without) == missed, "\(old)")
    }
    for (shell, script) in made.completions(of: "smpctl") {
      let without = script.replacingOccurrences(of: shell == .fish ? "-l 'format'" : "--format", with: "")
      #expect(Self.uncompleted(act, without, shell) == ["--format"], "\(shell)")
      let bare = script.replacingOccurrences(of: shell == .fish ? "log export" : "log_export()", with: "")
      #expect(Self.uncompleted(act, bare, shell).contains("smpctl log export"), "\(shell)")
    }
  }

  @Test("every key of the two configuration files is on its page") func keys() throws {
    let made = try Self.made.get()
    for (page, text) in [("smpd.yaml.5", DaemonFile.defaultText), ("smpd-limits.yaml.5", LimitsFile.defaultText)] {
      // A key that is only suggested stands behind `# `.
      let keys = text.split(separator: "\n").map { $0.hasPrefix("# ") ? $0.dropFirst(2) : $0 }.compactMap { line in
        line.prefixMatch(of: /([a-z][a-z-]*):(?:$| )/).map { String($0.output.1) }
      }
      #expect(keys.count > 7)
      for key in Set(keys).subtracting(page.hasPrefix("smpd-") ? ["schema"] : []) {
        #expect(Self.plain(made.pages[page] ?? "").contains("\n.B \(key)\n"), "\(key) in \(page)")
      }
    }
  }

  @Test(
    "man and mandoc find nothing wrong with a page",
    .enabled(if: Tool.has("groff", "mandoc"), "apt-get install man-db mandoc"))
  func wellFormed() throws {
    let pages = try Self.made.get().pages
    #expect(pages.count > 15)
    let folder = try Folder()
    for (page, text) in pages { try folder.write(page, text) }
    for tool in ["groff -K utf8 -man -Tutf8 -ww -z", "mandoc -T lint -W warning"] {
      let said = try Tool.run("sh", "-c", "cd \(folder.path) && \(tool) *")
      #expect(said.status == 0 && said.text.isEmpty, "\(said.text)")
    }
  }

  @Test("every page that a page sends to is there") func seeAlso() throws {
    let made = try Self.made.get()
    for (page, text) in made.pages {
      for match in Self.plain(text).matches(of: /\.BR (smp[a-z.-]+) \(([1-8])\)/) {
        #expect(made.pages["\(match.output.1).\(match.output.2)"] != nil, "\(match.output.0) in \(page)")
      }
    }
  }

  @Test("programs, pages and package have one version") func version() throws {
    let made = try Self.made.get()
    let log = try Tool.text("systemd/debian/changelog")
    let version = try #require(log.prefixMatch(of: /smpd \(([^)]+)\)/)).output.1
    for program in MadePages.programs { #expect(made.versions[program] == "\(program) \(version)") }
    for (page, text) in made.pages { #expect(text.contains(" \(version)\" "), "\(page)") }
  }
}

extension PageTests {
  /// Roff as it reads, requests left in place.
  private static func plain(_ page: String) -> String {
    ["\\-": "-", "\\fB": "", "\\fI": "", "\\fR": "", "\\(aq": "'", "\\(ga": "`"].reduce(page) {
      $0.replacingOccurrences(of: $1.key, with: $1.value)
    }
  }

  /// What of an act is not where a reader looks for it: below its own heading, or among what all commands share.
  private static func missing(_ act: ProgramHelp.Act, _ page: String) -> [String] {
    let name = act.path.joined(separator: " ")
    let parts = plain(page).components(separatedBy: "\n.S")
    let isGrouped = act.path.count > 2
    let own = parts.first { isGrouped ? $0.hasPrefix("S \(name)\n") : $0.hasPrefix("H SYNOPSIS\n.B \(name)\n") }
    guard own != nil else { return [name] }
    let places = parts.filter { part in
      (isGrouped && part.hasPrefix("S \(name)\n")) || part.hasPrefix("H OPTIONS") || part.hasPrefix("H ARGUMENTS\n")
    }
    let entries = places.flatMap { $0.components(separatedBy: "\n.TP\n").dropFirst() }
    return act.command.shown.filter { argument in
      !entries.contains { entry in
        let lines = entry.split(separator: "\n", maxSplits: 1)
        let heads = lines[0].split(separator: ",").compactMap { $0.split(separator: " ").first.map(String.init) }
        return Set(heads) == Set(argument.spellings) && lines.count == 2 && !lines[1].hasPrefix(".")
      }
    }.map { $0.spellings[0] }
  }

  /// What of an act a shell does not offer.
  private static func uncompleted(_ act: ProgramHelp.Act, _ script: String, _ shell: Shell) -> [String] {
    let name = act.path.joined(separator: " ")
    let spellings = act.command.shown.filter(\.isOption).flatMap(\.spellings)
    guard shell != .fish else {
      // Behind the name stands the option, unless it may be given more than once.
      let lines = script.split(separator: "\n").filter { $0.contains("_flags_or_options \"\(name)\"") }
      guard !lines.isEmpty else { return [name] }
      return spellings.filter { spelling in
        let bare = spelling.drop { $0 == "-" }
        let sign = (spelling.hasPrefix("--") ? "-l" : "-s") + " '\(bare)'"
        return !lines.contains { $0.contains(sign) }
      }
    }
    // A function for each command, up to the brace that closes it.
    guard let start = script.range(of: "\n_\(act.path.joined(separator: "_"))() {"),
      let end = script.range(of: "\n}", range: start.upperBound..<script.endIndex)
    else { return [name] }
    let marks = CharacterSet(charactersIn: " ()[]{},'\n=*")
    let words = Set(script[start.upperBound..<end.lowerBound].components(separatedBy: marks))
    return spellings.filter { !words.contains($0) }
  }
}
