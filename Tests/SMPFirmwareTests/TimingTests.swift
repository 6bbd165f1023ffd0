import Foundation
import SMPFirmware
import SMPModel
import Testing

/// The numbers a maker reads are the ones the firmware keeps, and they fit one another.
@Suite struct TimingTests {
  @Test("the article's table of times is the firmware's")
  func article() throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../../Sources/Device/SMPWire/SMPWire.docc/DeviceProtocol.md")
    let text = try String(contentsOf: file, encoding: .utf8)
    let section = try #require(text.components(separatedBy: "## Timing\n").last?.components(separatedBy: "\n## ").first)
    let times = section.split(separator: "\n").filter { $0.hasPrefix("|") }.dropFirst(2).map { line in
      line.split(separator: "|").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? ""
    }
    let kept = [
      Bounds.grantLifetime, Bounds.leaseLifetime, Bounds.leasePeriod, Bounds.stopLatency, Timing.selfTest,
      Timing.ramp, Timing.brake, Timing.leaving, Timing.pedalRelease, Bounds.replyTimeout,
    ]
    #expect(
      times
        == kept.map { $0.milliseconds < 1_000 ? "\($0.milliseconds) ms" : "\($0.seconds) s" })
  }

  @Test("the numbers fit one another")
  func relations() {
    #expect(Timing.selfTest > Bounds.stopLatency, "a stop has time to prove itself")
    #expect(Timing.brake > Bounds.stopLatency, "a slow stop fails its test before it is a fault")
    #expect(Bounds.leaseLifetime >= Bounds.leasePeriod + Bounds.leasePeriod + Bounds.leasePeriod)
    #expect(Bounds.grantLifetime < Bounds.leaseLifetime)
    #expect(Timing.pedalRelease > Bounds.leaseLifetime)
    let reach = Timing.sightingLifetime.microseconds * Timing.handSpeed
    #expect(reach >= Bounds.chartExtent.micrometres, "readings too old to compare could be anywhere")
  }
}
