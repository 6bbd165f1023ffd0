/// Rules about Swift code, file by file.
enum CodeRules {
  static let all: [Rule] = [
    floatingPoint, floatingPointLiterals, concurrency, printing, sleeping, durable, traps, removedInRelease,
    uncheckedReferences,
    unsafeInPureTargets, explainedUnsafety, readable,
  ]

  /// Pure: no clock, file, link, thread or chance, and nothing unsafe (house style 7, 14).
  static let pureFolders = Walls.pureRooms.map(\.folder)

  static let floatingPoint = Rule.banned(
    "no floating point in the core", ["Double", "Float", "Float16", "Float32", "Float64", "CGFloat", "TimeInterval"],
    instead: "use the quantity's own type over a sized integer; round towards the safer side and say so",
    bad: [
      ("Sources/Core/SMPGuard/A.swift", "func f(_ depth: Double) {}"),
      ("Sources/Device/SMPWire/A.swift", "let x = Float(3)"),
    ],
    good: [
      ("Sources/Core/SMPGuard/A.swift", "/// There is no `Double` here.\nlet word = \"Double\""),
      ("Sources/Device/SMPSimulator/A.swift", "let x: Double = 3"),
    ],
    where: { $0.isUnder(exactFolders) })

  private static let exactFolders = ["Sources/Core", "Sources/Device/SMPWire", "Sources/Device/SMPFirmware"]

  static let floatingPointLiterals = Rule(
    name: "no floating-point literals in the core", applies: { $0.isUnder(exactFolders) },
    check: { file in
      let numbers = file.swift?.tokens.filter { $0.kind == .number } ?? []
      return numbers.filter { isFloatingPoint($0.text) }.map {
        ($0.line, "\($0.text) is a floating-point number: use an integer in a finer unit")
      }
    },
    bad: Rule.samples([
      ("Sources/Core/SMPGuard/A.swift", "let x = y * 0.7"), ("Sources/Core/SMPGuard/A.swift", "let x = 1e6"),
    ]),
    good: Rule.samples([
      ("Sources/Core/SMPGuard/A.swift", "let x = pair.0.1 + 0xE5 + 1_000"),
      ("Sources/Core/SMPGuard/A.swift", "// about 0.7"),
    ]))

  private static func isFloatingPoint(_ number: String) -> Bool {
    number.contains(".") || (!number.hasPrefix("0x") && number.contains { $0 == "e" || $0 == "E" })
  }

  static let concurrency = Rule.banned(
    "pure targets wait for nobody", ["await", "async", "Task {"],
    instead: "events come in, actions go out, time is an argument; whoever owns the machine waits",
    bad: [("Sources/Core/SMPSession/A.swift", "func f() async {}")],
    good: [
      ("Sources/Core/SMPSession/A.swift", "/// await\nfunc asyncWord() {}"),
      ("Sources/Host/SMPDaemon/A.swift", "func f() async {}"),
    ],
    where: { $0.isUnder(pureFolders) })

  static let printing = Rule.banned(
    "libraries print nothing", ["print(", "debugPrint(", "dump("],
    instead: "return it, or emit an event; only a program's own target writes to a terminal",
    bad: [("Sources/Host/SMPDaemon/A.swift", "print(\"here\")")],
    good: [
      ("Sources/smpctl/A.swift", "print(\"here\")"),
      ("Sources/Host/SMPDaemon/A.swift", "let text = \"print(\\(value))\""),
    ],
    where: { $0.isUnder(["Sources/Core", "Sources/Device", "Sources/Control", "Sources/Host"]) })

  static let sleeping = Rule.banned(
    "tests do not sleep",
    ["sleep(", "usleep(", "nanosleep(", "clock_nanosleep(", "Task.sleep", "Thread.sleep", "asyncAfter("],
    instead: "advance the virtual clock, or wait for the event itself (a reply, a state, the end of a process)",
    bad: [
      ("Tests/XTests/A.swift", "try await Task.sleep(for: .seconds(1))"), ("Tests/XTests/A.swift", "usleep(10)"),
      ("Tests/XTests/A.swift", "let text = \"\\(sleep(1))\""),
    ],
    good: [("Tests/XTests/A.swift", "// no sleep(1)\nlet sleeping = asleep()")],
    where: { $0.isUnder(["Tests"]) })

  static let durable = Rule.banned(
    "S2 only the journal says that something is durable", ["Durable(committed:", ".init(committed:"],
    instead: "take the Durable that SMPJournal returned; nobody else knows what is on the disk",
    bad: [
      ("Sources/Host/SMPDaemon/A.swift", "let done = Durable(\n  committed: 3)"),
      ("Sources/smpsim/A.swift", "let done: Durable = .init(committed: 3)"),
    ],
    good: [
      ("Sources/Host/SMPJournal/A.swift", "return Durable(committed: 3)"),
      ("Tests/XTests/A.swift", "return Durable(committed: 3)"),
      ("Sources/Core/SMPRecord/Durable.swift", "package init(committed upTo: UInt64) {}"),
    ],
    where: { $0.isUnder(["Sources"]) && !$0.isUnder(["Sources/Host/SMPJournal"]) })

  static let traps = Rule.banned(
    "no force and no fatal error", ["try!", "as!", "fatalError("],
    instead: "throw a typed error for the world, `precondition` for a mistake of ours",
    bad: [
      ("Sources/smpctl/A.swift", "let x = try! f()"), ("Tests/XTests/A.swift", "let y = x as! Int"),
      ("Benchmarks/X/A.swift", "fatalError()"),
    ],
    good: [("Sources/smpctl/A.swift", "let x = try !isDone()\n// try! as! fatalError()")],
    where: { _ in true })

  static let removedInRelease = Rule.banned(
    "assertions stay in production", ["assert(", "assertionFailure("],
    instead: "use precondition or preconditionFailure, which release keeps",
    bad: [("Sources/Core/SMPGuard/A.swift", "assert(x > 0)")],
    good: [("Sources/Core/SMPGuard/A.swift", "precondition(x > 0)")],
    where: { _ in true })

  static let uncheckedReferences = Rule.banned(
    "no unchecked references", ["unowned(unsafe)", "unowned(safe)", "Unmanaged.passUnretained"],
    instead: "let the owner own it: pass a retained reference and release it in the last callback",
    bad: [("Sources/Host/SMPDaemon/A.swift", "unowned(unsafe) let x: X")],
    good: [("Sources/Host/SMPDaemon/A.swift", "weak let x: X?")],
    where: { _ in true })

  static let unsafeInPureTargets = Rule(
    name: "nothing unsafe in pure targets", applies: { $0.isUnder(pureFolders) },
    check: { file in
      let words = file.swift?.tokens.filter { $0.kind == .word && isUnsafe($0.text) } ?? []
      return words.map { ($0.line, "\($0.text) is banned in a pure target: use arrays, spans or Span-like views") }
    },
    bad: Rule.samples([
      ("Sources/Core/SMPGuard/A.swift", "unsafe f()"),
      ("Sources/Device/SMPWire/A.swift", "func f(_ x: UnsafePointer<Int>) {}"),
      ("Sources/Core/SMPGuard/A.swift", "final class A: @unchecked Sendable {}"),
    ]),
    good: Rule.samples([
      ("Sources/Core/SMPGuard/A.swift", "// unsafe\nlet unsafely = 1"),
      ("Sources/Host/SMPDaemon/A.swift", "unsafe f()"),
    ]))

  private static func isUnsafe(_ word: String) -> Bool {
    word == "unsafe" || word == "unchecked" || word.hasPrefix("Unsafe") || word.hasPrefix("withUnsafe")
  }

  /// On the line itself, the line before or the line after.
  static let explainedUnsafety = Rule(
    name: "unchecked sharing is explained", applies: { $0.swift != nil },
    check: { file in
      guard let swift = file.swift else { return [] }
      let patterns = ["@unchecked Sendable", "nonisolated(unsafe)"].map(CodePattern.init)
      return patterns.flatMap { pattern in
        pattern.lines(in: swift).filter { line in
          swift.commentLines.isDisjoint(with: [line - 1, line, line + 1])
        }.map { ($0, "\(pattern.written) needs a comment beside it: the invariant, and who keeps it") }
      }
    },
    bad: Rule.samples([
      ("Sources/Host/SMPDaemon/A.swift", "\nfinal class A: @unchecked Sendable {\n\n}"),
      ("Tests/XTests/A.swift", "nonisolated(unsafe) var x = 1"),
    ]),
    good: Rule.samples([
      ("Sources/Host/SMPDaemon/A.swift", "/// Kept by the mutex.\nfinal class A: @unchecked Sendable {}"),
      ("Sources/Host/SMPDaemon/A.swift", "final class A: @unchecked Sendable {\n  // Kept by the mutex.\n}"),
      ("Sources/Host/SMPDaemon/A.swift", "nonisolated(unsafe) var x = 1  // set before the threads start"),
    ]))

  static let readable = Rule(
    name: "these tests can read the file", applies: { $0.swift != nil },
    check: { file in
      let lines = file.swift?.unreadable ?? []
      return lines.map { ($0, "a literal that does not end here; write patterns as #/…/#, or teach SwiftText") }
    },
    bad: Rule.samples([("Sources/smpctl/A.swift", "let x = \"abc\nlet y = 1")]),
    good: Rule.samples([
      ("Sources/smpctl/A.swift", "let x = \"\"\"\n  abc \"quoted\" \\(y)\n  \"\"\"\nlet z = #\"a\"b\"#")
    ]))
}
