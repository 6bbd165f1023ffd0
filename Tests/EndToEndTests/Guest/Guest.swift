import Foundation
import Testing

/// A machine with a real kernel (rungs 2 and 3 of the ladder), ended with the test.
///
/// Emulated by QEMU, without KVM. What is asked is done by `Tests/Guest/agent` at the other end of a serial port.
final class Guest {
  enum Image: String {
    /// busybox, udevd, smpd and smpctl; a USB host controller, and the device on it outside, in real time (rung 2).
    case small
    /// A whole Debian with systemd as its first process, and a second disk with the package (rung 3). The device runs
    /// inside, and the time of all of them is what the processor has worked: a busy machine makes nobody late.
    case debian
  }

  /// Ends a guest that hangs: a normal one is over in minutes, on a busy machine too.
  private static let patienceSeconds = 1_500
  private static let store = Programs.repository.appendingPathComponent(".build/guest")

  let directory: URL
  private let process = Process()
  private let commands = Pipe()
  private let answers = Pipe()
  /// Where QEMU waits for a device to be plugged in.
  var usbSocket: String { directory.appendingPathComponent("usb").path }
  /// Where QEMU hands on what `socat` in the guest says for the bench.
  var benchSocket: String { directory.appendingPathComponent("bench").path }
  private var processPath: String { directory.appendingPathComponent("pid").path }
  private var consolePath: String { directory.appendingPathComponent("console").path }

  /// Set by `make test` and `make guest-test`, which have made what is booted; by nobody else.
  static var areMade: Bool { ProcessInfo.processInfo.environment["SMPD_GUESTS"] == "all" }

  /// Prints each command and what it took, for whoever wants the tests quicker.
  private static let isTraced = ProcessInfo.processInfo.environment["SMPD_GUEST_TRACE"] != nil

  /// Boots; the agent answers when this returns.
  init(_ image: Image) throws {
    directory = URL(fileURLWithPath: "/tmp/smpd-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments =
      ["timeout", "-s", "KILL", "\(Self.patienceSeconds)", "qemu-system-x86_64"] + hardware + system(image)
    process.standardInput = commands
    process.standardOutput = answers
    process.standardError = FileHandle.nullDevice
    try process.run()
    guard try answers.fileHandleForReading.line() == "agent" else { throw Silent(console: console) }
  }

  deinit {
    // A test's child inherits blocked signals, and QEMU leaves SIGTERM blocked: nothing of a guest is worth asking.
    if let text = try? String(contentsOfFile: processPath, encoding: .utf8),
      let number = Int32(text.trimmingCharacters(in: .whitespacesAndNewlines))
    {
      kill(number, SIGKILL)
    }
    process.waitUntilExit()
    try? FileManager.default.removeItem(at: directory)
  }

  /// The guest said nothing, or no more.
  struct Silent: Error { let console: String }

  private var hardware: [String] {
    [
      // Named, because `kvm` with `tcg` behind it does not fall back where /dev/kvm opens and cannot run a guest.
      // And a plain processor: what the newest can do costs an emulator half its speed.
      "-accel", "tcg", "-M", "q35", "-cpu", "qemu64", "-smp", "1", "-m", "1024", "-nodefaults", "-no-reboot",
      "-display", "none", "-pidfile", processPath, "-serial", "file:\(consolePath)",
      "-chardev", "stdio,id=agent,signal=off", "-device", "isa-serial,chardev=agent,index=1",
    ]
  }

  private func system(_ image: Image) -> [String] {
    let start = [
      "-kernel", stored("vmlinux"), "-initrd", stored("\(image).cpio"), "-append",
      "console=ttyS0 quiet loglevel=3 panic=-1 tsc=reliable mitigations=off",
    ]
    switch image {
    case .small:
      return start + [
        "-device", "qemu-xhci,id=x", "-chardev", "socket,id=usb,path=\(usbSocket),server=on,wait=off",
        "-device", "usb-redir,chardev=usb,bus=x.0",
      ]
    case .debian:
      return start + [
        // Two nanoseconds for each instruction, and where nothing is to be done the next timer is due at once.
        "-icount", "shift=1,sleep=off", "-rtc", "clock=vm",
        "-drive", "file=\(stored("debian.ext4")),format=raw,if=virtio,readonly=on",
        "-drive", "file=\(stored("package.ext4")),format=raw,if=virtio,readonly=on",
        "-device", "virtio-serial-pci", "-chardev", "socket,id=bench,path=\(benchSocket),server=on,wait=off",
        "-device", "virtserialport,chardev=bench,name=bench",
      ]
    }
  }

  private func stored(_ name: String) -> String { Self.store.appendingPathComponent(name).path }

  /// What the kernel and the first process said.
  var console: String { (try? String(contentsOfFile: consolePath, encoding: .utf8)) ?? "" }

  /// Waits inside, where the time is the guest's: until the command line says yes.
  func wait(_ condition: String, seconds: Int = 120, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let waited = try run("timeout \(seconds) sh -c 'until \(condition); do sleep 0.2; done'")
    try #require(waited.status == 0, "never came: \(condition)", sourceLocation: sourceLocation)
  }

  /// Runs a command line as root, or as another user of the guest. Standard error is in the output.
  @discardableResult
  func run(_ command: String, as user: String = "root") throws -> Outcome {
    let quoted = command.replacingOccurrences(of: "'", with: "'\\''")
    let line = user == "root" ? command : "su \(user) -s /bin/sh -c '\(quoted)'"
    // The guest's terminal takes a line of 4,095 bytes.
    precondition(line.utf8.count < 4_000 && !line.contains("\n"), "a command is one line")
    let began = Date()
    defer { if Self.isTraced { print(String(format: "guest: %5.1f s  %@", Date().timeIntervalSince(began), line)) } }
    try commands.fileHandleForWriting.write(contentsOf: Data((line + "\n").utf8))
    let head = try answers.fileHandleForReading.line()?.split(separator: " ").compactMap { Int($0) } ?? []
    guard head.count == 2 else { throw Silent(console: console) }
    var said = Data()
    while said.count < head[1] {
      guard let more = try answers.fileHandleForReading.read(upToCount: head[1] - said.count), !more.isEmpty else {
        throw Silent(console: console)
      }
      said.append(more)
    }
    return Outcome(status: Int32(head[0]), output: String(decoding: said, as: UTF8.self), complaint: "")
  }
}
