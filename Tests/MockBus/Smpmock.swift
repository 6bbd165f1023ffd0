import CLinux
import Foundation
import Glibc
import StrictJSON

/// `smpmock`: simulated needle devices on a mock USB bus, in real time, for tests of an unmodified `smpd`.
///
///     smpmock [--realtime]
///     env UMOCKDEV_DIR=… umockdev-wrapper smpd …
///
/// Its first line is `UMOCKDEV_DIR=PATH`. A program started with that variable under `umockdev-wrapper` sees the mock
/// /sys and /dev instead of the real ones. `--realtime` asks SCHED_FIFO for the threads of the bus and the devices and
/// says on standard error where it is refused. Standard input takes one command a line; each is answered by one line
/// of JSON, `{"ok":true,…}` or `{"ok":false,"error":"…"}`. The end of input is `quit`. Programs that still hold a
/// device when smpmock ends are aborted by umockdev: end them first.
///
/// A PORT is bus and port, such as `1-2`, or a port of a hub there, such as `1-2.4`. A device is named by its port, or by its serial, plugged in or not: a serial
/// that was seen before is the same device, with its memory and its contact log. An ENDPOINT is `control`, `out`, `in`
/// or `interrupt`, or its address. A STATUS is an errno by number or by name, such as `EPROTO` or `-71`.
///
/// | command | what it does |
/// |---|---|
/// | `plug PORT SERIAL [WORD…]` | plugs a device in, under a new address; answers `node` and `devnum` |
/// | `unplug PORT` | pending URBs end with −108, udev hears of it, the node goes |
/// | `move PORT PORT` | the same device, plugged in as it was, at another port |
/// | `fault DEVICE WORD [ENDPOINT]` | a fault of the simulated device, by its word in Simulation.md |
/// | `clear DEVICE WORD` | takes that fault out again |
/// | `errno PORT ENDPOINT STATUS [COUNT] [taken]` | the next URBs end so; `taken`: after the device took them |
/// | `babble PORT ENDPOINT [COUNT]` | the next URBs get more than they asked for |
/// | `short PORT ENDPOINT BYTES [COUNT]` | the next URBs get or send no more than this |
/// | `withhold PORT ENDPOINT`, `release PORT ENDPOINT` | nothing passes or completes there until released |
/// | `stall PORT ENDPOINT`, `unstall PORT ENDPOINT` | stalled until unstalled or cleared by the host |
/// | `contacts DEVICE [AFTER]` | the needle's own log, from the contact after that number on |
/// | `witness DEVICE [AFTER]` | what else the witness saw, as in io.smpd.simulator |
/// | `describe DEVICE` | phase, needle, drive, hand, faults, counters |
/// | `times DEVICE [AFTER]` | when each URB of this plug after that number came and ended (CLOCK_BOOTTIME) |
/// | `hand DEVICE PLANFILE SESSION [PACE]` | gives the hand its job; PACE is milliseconds from dot to dot |
/// | `lay DEVICE` | takes the job away |
/// | `pedal DEVICE down` or `up` | the foot |
/// | `approach DEVICE X Y`, `withdraw DEVICE` | the handpiece, at a true place in micrometres |
/// | `reset DEVICE kept` or `lost` | power fails; the device comes back at its port when it has started |
/// | `driver PORT NAME` | a kernel driver holds the interface until it is disconnected |
/// | `busy PORT` | every claim is refused as busy |
/// | `list` | what is plugged in |
/// | `quit` | pulls every cable and ends |
///
/// Words of `plug`: `full` (speed; otherwise high), `norule` (the udev rule did not run: no `SMPD_RULE`), `busy`,
/// `driver=NAME`, `fault=WORD`, `withhold=ENDPOINT`, `stall=ENDPOINT`, `errno=ENDPOINT:STATUS[:COUNT]`, and one of
/// `good`, `wrong_class`, `wrong_subclass`, `missing_endpoint`, `wrong_endpoint_type`, `wrong_packet_size`,
/// `truncated_configuration`, `zero_length`, `other_vendor`, `other_serial`. They hold before any client sees the
/// device.
@main enum Smpmock {
  static func main() {
    let arguments = CommandLine.arguments.dropFirst()
    guard arguments.allSatisfy({ $0 == "--realtime" }) else {
      Terminal.complain("usage: smpmock [--realtime]")
      exit(64)
    }
    if !Wrapper.isOn { Wrapper.begin() }
    // A harness that ends early must not take smpmock's clean-up with it.
    signal(SIGPIPE, SIG_IGN)
    do {
      let bed = try Testbed(realtimePriority: arguments.isEmpty ? nil : 20)
      let bus = try MockBus(bed: bed, realtimePriority: arguments.isEmpty ? nil : 20)
      Terminal.say("UMOCKDEV_DIR=\(bed.root)")
      let desk = CommandDesk(bus: bus)
      while let line = readLine() {
        let (answer, isLast) = desk.answer(line)
        if isLast { bus.end() }
        Terminal.say(answer)
        if isLast { return }
      }
      bus.end()
    } catch {
      Terminal.complain("smpmock: \((error as? Refused)?.reason ?? "\(error)")")
      exit(1)
    }
  }
}

/// umockdev sends hot-plug events through libudev, which must see the mock /sys as well: smpmock runs under the same
/// wrapper as the programs in front of it.
enum Wrapper {
  private static let name = "umockdev-wrapper"

  static var isOn: Bool {
    ProcessInfo.processInfo.environment["LD_PRELOAD"]?.contains("libumockdev-preload") ?? false
  }

  /// Starts this program anew, in this process.
  static func begin() -> Never {
    let path = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
    let words = [name, path] + CommandLine.arguments.dropFirst()
    // Copies that live until the process is another one, or ends.
    var pointers = unsafe words.map { unsafe strdup($0) } + [nil]
    unsafe execvp(name, &pointers)
    Terminal.complain("smpmock: \(name) cannot be started (errno \(errno)); it is in Debian's package umockdev")
    exit(1)
  }
}
