import Foundation
import SeededLife

// make simulate: so many lives from fresh seeds; each failure is told with its acts and its replay.

/// At once, whoever reads it.
private func tell(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

private func fail(_ text: String) -> Never {
  tell(text)
  exit(64)
}

var seeds = 100
var first: UInt64 = 1
var arguments = CommandLine.arguments.dropFirst()
while let name = arguments.popFirst() {
  guard let text = arguments.popFirst() else { fail("simulate: \(name) needs a number") }
  switch name {
  case "--seeds": if let number = Int(text), number > 0 { seeds = number } else { fail("simulate: no count: \(text)") }
  case "--first": if let number = UInt64(text) { first = number } else { fail("simulate: no seed: \(text)") }
  default: fail("simulate: \(name) is unknown; there are --seeds N and --first SEED")
  }
}

var tally = LifeTally()
var failures = 0
let clock = ContinuousClock()
let began = clock.now
for seed in first..<first + UInt64(seeds) {
  do {
    let report = try Life(seed: seed, isTelling: seeds == 1).run()
    tally += report.tally
    if !report.isSound {
      failures += 1
      tell(report.story)
    }
  } catch {
    failures += 1
    tell("seed \(seed): \(error)\n  again: make simulate SEEDS=1 SEED=\(seed)")
  }
}
let elapsed = clock.now - began
let tenths = Int(Double(seeds) / (elapsed / .seconds(1)) * 10)
tell(
  "seeds \(first) to \(first + UInt64(seeds) - 1): \(failures) failed; \(tenths / 10).\(tenths % 10) seeds/s; \(tally)")
exit(failures == 0 ? 0 : 1)
