/// Rules about every text file.
enum TextRules {
  static let all: [Rule] = [notes, machinePaths, tabs, trailingBlanks, lastLine, optimiser, emergency, scripts]

  private static func lines(
    _ file: SourceFile, _ message: String, where breaks: (Substring) -> Bool
  ) -> [(line: Int?, message: String)] {
    file.lines.indices.filter { breaks(file.lines[$0]) }.map { ($0 + 1, message) }
  }

  /// The words are put together here, so that this file does not break its own rule.
  private static let noteWords: Set<String> = ["TO" + "DO", "FIX" + "ME", "XX" + "X", "HA" + "CK"]

  static let notes = Rule(
    name: "no notes to self", applies: { $0.path != "LICENSE" },
    check: { file in
      lines(file, "do it now, or file an issue and say here what is true") { line in
        // Words in capitals only; most lines have none of these letters in a row.
        guard
          line.utf8.contains(UInt8(ascii: "X")) || line.utf8.contains(UInt8(ascii: "O"))
            || line.utf8.contains(UInt8(ascii: "K"))
        else { return false }
        return line.split { !$0.isLetter && !$0.isNumber }.contains { noteWords.contains(String($0)) }
      }
    },
    bad: noteWords.sorted().map { SourceFile(path: "Sources/smpctl/A.swift", text: "// \($0): later\n") },
    good: Rule.samples([
      ("Sources/smpctl/A.swift", "/// `\\uXX" + "XX`\n"), ("Tests/tools/a.sh", "mktemp -d /tmp/a.XX" + "XXXX\n"),
    ]))

  private static let homes = ["/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", "/Us" + "ers/", "/tm" + "p/h/"]

  static let machinePaths = Rule(
    name: "no paths of one machine", applies: { _ in true },
    check: { file in
      lines(file, "this path exists on one machine only: ask for it, or start from the repository's root") { line in
        line.utf8.contains(UInt8(ascii: "/")) && homes.contains { starts(line, with: $0) }
      }
    },
    bad: homes.map { SourceFile(path: "Makefile", text: "cd \($0)main\n") },
    good: Rule.samples([("Makefile", "cd Sources/ho" + "me/x\n"), ("README.md", "`/run/smpd/io.smpd`\n")]))

  /// Somewhere in the line, but not in the middle of a longer path.
  private static func starts(_ line: Substring, with path: String) -> Bool {
    line.ranges(of: path).contains { range in
      guard range.lowerBound > line.startIndex else { return true }
      let before = line[line.index(before: range.lowerBound)]
      return !(before.isLetter || before.isNumber || before == "." || before == "_" || before == "-")
    }
  }

  static let tabs = Rule(
    name: "no tabs", applies: { !["Makefile", "LICENSE", "systemd/debian/rules"].contains($0.path) },
    check: { file in lines(file, "indent with spaces") { $0.utf8.contains(UInt8(ascii: "\t")) } },
    bad: Rule.samples([("Sources/smpctl/A.swift", "\tlet x = 1\n")]),
    good: Rule.samples([("Makefile", "a:\n\tb\n"), ("Sources/smpctl/A.swift", "let x = \"\\t\"\n")]))

  static let trailingBlanks = Rule(
    name: "no blanks at line ends", applies: { $0.path != "LICENSE" },
    check: { file in
      lines(file, "remove the blank at the end of the line") { line in
        line.utf8.last.map { [UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r")].contains($0) } ?? false
      }
    },
    bad: Rule.samples([("README.md", "a \nb\n"), ("README.md", "a\r\n")]),
    good: Rule.samples([("README.md", "a\n\nb\n")]))

  static let lastLine = Rule(
    name: "files end in one line break", applies: { _ in true },
    check: { file in
      file.text.isEmpty || !file.text.hasSuffix("\n") || file.text.hasSuffix("\n\n")
        ? [(file.length, "end the file in one line break; delete it if it is empty")] : []
    },
    bad: Rule.samples([("README.md", "a"), ("README.md", "a\n\n"), ("Tests/XTests/A.swift", "")]),
    good: Rule.samples([("README.md", "a\n")]))

  private static let unchecked = "-Oun" + "checked"

  static let optimiser = Rule(
    name: "checks stay on", applies: { _ in true },
    check: { file in
      lines(file, "\(unchecked) removes the checks the needle relies on: make the bounds provable instead") {
        $0.utf8.contains(UInt8(ascii: "O")) && $0.contains(unchecked)
      }
    },
    bad: [SourceFile(path: "Package.swift", text: "unsafeFlags([\"\(unchecked)\"])\n")],
    good: Rule.samples([("Package.swift", "swiftSettings: strict\n")]))

  /// S6: a stop over software and a cable is a protective stop (ISO 13850).
  static let emergency = Rule(
    name: "S6 a stop is never called by the name of another", applies: { !$0.isUnder(["Tests/TidyTests"]) },
    check: { file in
      let message = "say protective stop; the other word is only for saying what it is not"
      return file.lines.indices.filter { index in
        let line = file.lines[index]
        // The negation may stand at the end of the line before.
        let context = (index > 0 ? file.lines[index - 1] : "") + " " + line
        return line.lowercased().contains("emergency")
          && !context.lowercased().split { !$0.isLetter }.contains { ["not", "never", "no", "nor"].contains($0) }
      }.map { ($0 + 1, message) }
    },
    bad: Rule.samples([
      ("README.md", "Press the emergency stop.\n"), ("Sources/smpctl/A.swift", "func emergencyStop() {}\n"),
    ]),
    good: Rule.samples([("README.md", "It is a protective stop, not an\nemergency stop.\n")]))

  static let scripts = Rule(
    name: "scripts stop at the first failure and can be run",
    applies: { $0.path.hasSuffix(".sh") || ($0.lines[0].hasPrefix("#!") && $0.lines[0].hasSuffix("sh")) },
    check: { file in
      var findings: [(line: Int?, message: String)] = []
      let begins = ["#!/bin/sh", "#!/usr/bin/env bash"]
      if !begins.contains(String(file.lines[0])) {
        findings.append((1, "begin with \(begins.joined(separator: " or "))"))
      }
      if !file.lines.contains(where: { $0.hasPrefix("set -eu") }) { findings.append((nil, "say set -eu")) }
      if !file.isExecutable { findings.append((nil, "make it executable: chmod +x")) }
      return findings
    },
    bad: [
      SourceFile(path: "Tests/tools/a.sh", text: "#!/bin/sh\ntrue\n", isExecutable: true),
      SourceFile(path: "Tests/tools/a.sh", text: "#!/bin/sh\nset -eu\n", isExecutable: false),
      SourceFile(path: ".ci/run", text: "#!/bin/bash\nset -eu\n", isExecutable: true),
    ],
    good: [SourceFile(path: ".ci/run", text: "#!/bin/sh\nset -eu\n", isExecutable: true)])
}
