import SMPDriver
import SMPInterface
import SMPLink
import SMPModel
import SMPSession
import SMPSimulator
import Testing

@testable import SMPDaemon

@Suite struct DeviceSentenceTests {
  static let problems: [DeviceProblem] =
    [
      PortObstacle.notPermitted(node: "/dev/bus/usb/001/002", ruleRan: false),
      .notPermitted(node: "/dev/bus/usb/001/002", ruleRan: true), .noNeedleInterface, .wrongEndpoints,
      .malformedDescriptors, .noSerial,
    ].map(DeviceProblem.port)
    + [LinkError.detached, .timedOut, .stalled, .overflowed, .notPermitted, .busy, .failed].map(DeviceProblem.link)
    + [Unusable.noAnswer, .broken, .notANeedleDevice, .version(oldest: 7, newest: 9)].map(DeviceProblem.unusable)
    + [
      .serialMismatch(bus: "SIM-A", device: "SIM-B"), .otherWorld(isSimulated: true), .otherWorld(isSimulated: false),
    ]

  @Test("every problem of a device has a reason and a remedy of its own") func sentences() {
    #expect(Set(Self.problems.map(\.reason)).count == Self.problems.count)
    for problem in Self.problems {
      #expect(!problem.reason.isEmpty && !problem.remedy.isEmpty, "\(problem)")
      #expect(!problem.reason.hasSuffix(".") && !problem.remedy.hasSuffix("."), "\(problem)")
    }
  }

  @Test("a device without permission: the rule has not run, or the daemon is somebody else") func permission() {
    let notRun = DeviceProblem.port(.notPermitted(node: "/dev/bus/usb/001/002", ruleRan: false))
    #expect(notRun.reason == "the rule 60-smpd.rules has not touched /dev/bus/usb/001/002")
    #expect(notRun.remedy.hasPrefix("udevadm control --reload && udevadm trigger"))
    let other = DeviceProblem.port(.notPermitted(node: "/dev/bus/usb/001/002", ruleRan: true))
    #expect(other.remedy.contains("systemctl restart smpd"))
    #expect(DeviceProblem.unusable(.version(oldest: 7, newest: 9)).reason.contains("versions 7 to 9"))
    #expect(DeviceProblem.serialMismatch(bus: "SIM-A", device: "SIM-B").reason.contains("SIM-A"))
  }

  @Test("a link that gets worse warns for as long as its alarm stands, and then no more") func linkAlarm() throws {
    let pair = Pair()
    #expect(pair.turn { pair.state == .ready })
    #expect(pair.board.newest.map { SessionInterface.Snapshot($0).warning } == .some(nil))
    // Every notice of the pedal is garbled on its way: each is absorbed, all together are an alarm.
    for _ in 0..<6 {
      for press in [true, false] {
        pair.first.inject(.corruptedFrame, on: .interruptIn)
        if press { pair.first.pressPedal() } else { pair.first.releasePedal() }
        let soon = pair.pacing.monotonic() + .milliseconds(200)
        pair.turn { pair.pacing.monotonic() >= soon }
      }
    }
    #expect(pair.state == .ready, "the alarm comes while everything works")
    let newest = try #require(pair.board.newest)
    let quality = try #require(newest.quality)
    #expect(quality.isAlarming)
    let warning = try #require(SessionInterface.Snapshot(newest).warning)
    #expect(warning.contains("the link to the device gets worse") && warning.contains("smpctl device show"))
    let link = DeviceInterface.Link(quality)
    #expect(link.alarming)
    #expect(link.garbledFrames >= 5)
    let later = pair.pacing.monotonic() + .seconds(15)
    pair.turn(limit: 200_000) { pair.pacing.monotonic() >= later }
    #expect(pair.board.newest.map { SessionInterface.Snapshot($0).warning } == .some(nil), "a quiet spell ends it")
  }
}
