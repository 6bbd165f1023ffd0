import SMPDaemon
import SMPInterface
import SMPModel
import SMPSimulator
import StrictJSON
import Synchronization
import Testing
import Varlink

@testable import smpsim

/// `io.smpd.simulator`, the same for a device in this process and for one behind a link.
@Suite struct BenchTests {
  static func work(dots: Int64 = 3, living: [ChartPosition] = []) -> HandWork {
    let corners = [(0, 0), (20_000, 0), (20_000, 20_000), (0, 20_000)].map {
      ChartPosition(x: Int32($0.0), y: Int32($0.1))
    }
    return HandWork(
      zones: [
        HandZone(
          index: ZoneIndex(number: 2), outline: Outline(corners: corners), dots: dots, spacing: .micrometres(1_200),
          discDensity: .perSquareMetre(250_000), dwell: .milliseconds(120)),
        HandZone(
          index: ZoneIndex(number: 0), outline: Outline(corners: corners), dots: 0, spacing: .micrometres(900),
          discDensity: nil, dwell: .milliseconds(80)),
      ], living: living, zoneOrder: .strict, edge: .micrometres(100))
  }

  static func bench(
    _ device: SimulatedDevice, cableMoved: @escaping @Sendable (Bool) -> Void = { _ in }
  ) -> LocalBench {
    LocalBench(
      device: device, facts: LocalBench.Facts(seed: 1, automaticHand: false, fast: false), catchUp: {}, wake: {},
      cableMoved: cableMoved)
  }

  static func device() -> SimulatedDevice {
    SimulatedDevice(SimulatedDeviceConfiguration(seed: 1), startingAt: MonotonicTime(nanoseconds: 1_000_000_000))
  }

  @Test("the hand's job is the same on the other side of the wire, living dots and all") func job() throws {
    let work = Self.work(living: [ChartPosition(x: -1_000_000, y: 7), ChartPosition(x: 1_000_000, y: -7)])
    let wish = try SimulatorInterface.TakeUp.Parameters(work.parameters.json)
    #expect(try HandWork(wish) == work)
  }

  @Test("S13 a job no plan could have is refused by name, and the hand does nothing") func badJobs() throws {
    let device = Self.device()
    let bench = Self.bench(device)
    let good = Self.work().parameters.json
    func refused(_ change: (inout JSONObject) -> Void, _ parameter: String) {
      var json = good
      change(&json)
      do throws(VarlinkError) {
        _ = try bench.answer("TakeUp", json)
        Issue.record("\(parameter) was taken")
      } catch {
        #expect(error.name == "io.smpd.simulator.OutOfRange" && error.parameters["parameter"]?.string == parameter)
      }
      #expect(device.handProgress.isEmpty)
    }
    func zone(_ member: String, _ value: JSON) -> (inout JSONObject) -> Void {
      { json in
        guard case .array(var zones)? = json["zones"], case .object(var zone) = zones[0] else { return }
        zone[member] = value
        zones[0] = .object(zone)
        json["zones"] = .array(zones)
      }
    }
    refused({ $0["zones"] = .array([]) }, "zones")
    refused({ $0["living"] = .array([.integer(1)]) }, "living")
    refused({ $0["living"] = .array([.integer(1_000_001), .integer(0)]) }, "living")
    refused({ $0["edgeMicrometres"] = .integer(-1) }, "edgeMicrometres")
    refused(zone("outline", .array([])), "outline")
    refused(zone("index", .integer(32)), "index")
    refused(zone("dots", .integer(100_001)), "dots")
    refused(zone("spacingMicrometres", .integer(-1)), "spacingMicrometres")
    refused(zone("discDensityPerSquareMetre", .integer(-1)), "discDensityPerSquareMetre")
    refused(zone("dwellMilliseconds", .integer(60_001)), "dwellMilliseconds")
    var dry = good
    dry["dryRun"] = .bool(true)
    #expect(try bench.answer("TakeUp", dry)["job"]?.bool == false)
    #expect(try bench.answer("TakeUp", good)["job"]?.bool == true)
    #expect(device.handProgress.map(\.zone.number) == [2, 0])
    #expect(try !bench.ask(SimulatorInterface.LayDown.self, .init()).job)
  }

  @Test("the cable is told of when it moves, and only then; what is there is told as it is") func cable() throws {
    let moves = Mutex<[Bool]>([])
    let device = Self.device()
    let bench = Self.bench(device) { isPlugged in moves.withLock { $0.append(isPlugged) } }
    func inject(_ fault: SimulatorInterface.Fault, clear: Bool? = nil, dryRun: Bool? = nil) throws -> [String] {
      try bench.ask(SimulatorInterface.Inject.self, .init(fault: fault, clear: clear, dryRun: dryRun)).active.map(
        \.rawValue)
    }
    #expect(try inject(.unplug, clear: true) == [])
    #expect(try inject(.unplug, dryRun: true) == [])
    #expect(try inject(.unplug) == ["unplug"])
    #expect(try !bench.ask(SimulatorInterface.Describe.self, NoMembers()).plugged)
    #expect(try inject(.resetMemoryLost).contains("unplug"))
    #expect(try !bench.ask(SimulatorInterface.Describe.self, NoMembers()).powered)
    #expect(try inject(.resetMemoryLost, clear: true) == ["reset_memory_kept"], "still dark")
    #expect(moves.withLock { $0 } == [false, true])
    device.advance(to: device.now + .seconds(1))
    let now = try bench.ask(SimulatorInterface.Describe.self, NoMembers())
    #expect(now.powered && now.plugged && now.still && !now.inSkin && now.phase == .idle && now.active == [])
    let seen = try bench.ask(SimulatorInterface.Witness.self, .init()).sightings
    #expect(seen.map(\.sight) == [.started, .powerFailed, .started])
    #expect(try bench.ask(SimulatorInterface.Witness.self, .init(after: seen[1].number)).sightings == [seen[2]])
  }

  @Test("the witness has a word of the interface for everything it sees") func words() {
    let phases = DevicePhase.allCases.map { Sighting.Sight.phase($0) }
    let sights = [.hostCame, .hostLeft, .driveTurned, .driveRested, .powerFailed, .started] + phases
    let words = sights.map { SimulatorInterface.Sight($0) }
    #expect(Set(words) == Set(SimulatorInterface.Sight.allCases).subtracting([.unknown]))
  }

  @Test("a bench whose device process is not there says how to start it") func nobody() {
    do throws(VarlinkError) {
      _ = try RemoteBench(path: "/tmp/smpd-no-such-device.bench").ask(SimulatorInterface.LayDown.self, .init())
      Issue.record("somebody answered")
    } catch {
      #expect(error.name == "io.smpd.simulator.NoDevice")
      #expect(error.parameters["remedy"]?.string?.contains("smpsim device SOCKET") == true)
    }
  }
}
