import Foundation
import Testing

@Suite struct RuleTests {
  /// One rule: its terms, in order, split at the commas outside quotes.
  private static func rules(_ text: String) -> [[String]] {
    text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      var terms = [""]
      var isQuoted = false
      for character in line {
        if character == "\"" { isQuoted.toggle() }
        if character == ",", !isQuoted { terms.append("") } else { terms[terms.count - 1].append(character) }
      }
      return terms.map { $0.trimmingCharacters(in: .whitespaces) }
    }
  }

  @Test("the node is the daemon's alone, finally; the device stays awake, has a link and brings the daemon")
  func content() throws {
    let terms = Self.rules(try Tool.text("udev/60-smpd.rules")).flatMap { $0 }
    for term in [
      #"OWNER:="smpd""#, #"GROUP:="root""#, #"MODE:="0600""#, #"ATTR{power/control}="on""#,
      #"SYMLINK+="smp/$attr{serial}""#, #"TAG+="systemd""#, #"ENV{SYSTEMD_WANTS}+="smpd.service""#,
      #"ENV{SMPD_RULE}="1""#, #"ATTR{idVendor}=="1209""#, #"ATTR{idProduct}=="0001""#,
      #"ENV{ID_USB_INTERFACES}!="*:ff5301:*""#,
    ] { #expect(terms.contains(term), "\(term)") }
    #expect(!terms.contains { $0.contains("uaccess") || $0.hasPrefix("RUN") || $0.hasPrefix("PROGRAM") })
    #expect(Self.rules(try Tool.text("udev/72-smpd.rules")) == [[#"ENV{SMPD_RULE}=="1""#, #"TAG="systemd""#]])
  }

  /// udevd's own rules and ours, before a device that is none.
  ///
  /// In a private mount namespace, so that rules, nodes and udev's notes are nobody else's.
  private struct Device {
    var interface: [UInt8] = [0xFF, 0x53, 0x01]
    var serial = "SMP-0042"
    var pair = ("1209", "0001")
    var isComposite = false

    /// A full descriptor: device, configuration, interface, its end points, and another interface before it.
    private var descriptors: String {
      func number(_ text: String) -> [UInt8] {
        let value = UInt16(text, radix: 16) ?? 0
        return [UInt8(value & 0xFF), UInt8(value >> 8)]
      }
      let device = [18, 1, 0, 2, 0, 0, 0, 64] + number(pair.0) + number(pair.1) + [0, 1, 1, 2, 3, 1]
      let other: [UInt8] = [9, 4, 0, 0, 0, 3, 1, 1, 0]
      let ours = [9, 4, isComposite ? 1 : 0, 0, 3] + interface + [0]
      let ends: [UInt8] = [7, 5, 1, 2, 0, 2, 0, 7, 5, 0x81, 2, 0, 2, 0, 7, 5, 0x82, 3, 64, 0, 1]
      let content = (isComposite ? other : []) + ours + ends
      let configuration = [9, 2, UInt8(9 + content.count), 0, isComposite ? 2 : 1, 1, 0, 0x80, 50]
      return (device + configuration + content).map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    private var record: String {
      """
      P: /devices/pci0000:00/usb1/1-1
      N: bus/usb/001/002
      E: DEVTYPE=usb_device
      E: SUBSYSTEM=usb
      E: BUSNUM=001
      E: DEVNUM=002
      E: DEVNAME=/dev/bus/usb/001/002
      E: MAJOR=189
      E: MINOR=1
      A: busnum=1\\n
      A: devnum=2\\n
      A: idVendor=\(pair.0)\\n
      A: idProduct=\(pair.1)\\n
      A: serial=\(serial)\\n
      A: power/control=auto\\n
      H: descriptors=\(descriptors)

      """
    }

    /// What udev would do, line by line.
    func plugged(rules: [String: String] = [:]) throws -> [String] {
      let folder = try Folder()
      try folder.write("device", record)
      for name in ["60-smpd.rules", "72-smpd.rules"] {
        try folder.write("rules.d/" + name, try Tool.text("udev/" + name))
      }
      for (name, text) in rules { try folder.write("rules.d/" + name, text) }
      try folder.write("passwd", "root:x:0:0::/:/bin/sh\nsmpd:x:990:990::/:/bin/false\n")
      let script = """
        set -eu
        mount --make-rprivate /
        mount --bind "$0/passwd" /etc/passwd
        mount -t tmpfs none /run
        mkdir -p /run/udev
        cp -r "$0/rules.d" /run/udev/
        mount -t tmpfs none /dev
        mknod -m 666 /dev/null c 1 3
        exec umockdev-run -d "$0/device" -- sh -c '
          udevadm test --action=add /sys/devices/pci0000:00/usb1/1-1 2>&1
          echo "power: $(cat /sys/devices/pci0000:00/usb1/1-1/power/control)"'
        """
      let said = try Tool.run("unshare", "--mount", "sh", "-c", script, folder.path)
      #expect(said.status == 0, "\(said.text)")
      return said.text.split(separator: "\n").map(String.init)
    }
  }

  private static let canPlug: ConditionTrait = .enabled(
    if: Tool.has("umockdev-run", "udevadm", "unshare") && Tool.isRoot, "needs root and apt-get install umockdev udev")

  private func expectOurs(_ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    // The last word on the node is the one that holds.
    for (word, value) in [("OWNER", "990"), ("GROUP", "0"), ("MODE", "0600")] {
      let last = lines.last { $0.contains(".rules:") && $0.contains(" \(word) ") }
      #expect(last?.hasSuffix(" \(word) \(value)") == true, "\(lines)", sourceLocation: sourceLocation)
    }
    for line in ["SMPD_RULE=1", "SYSTEMD_WANTS=smpd.service", "CURRENT_TAGS=:systemd:"] {
      #expect(lines.contains(line), "\(line)", sourceLocation: sourceLocation)
    }
    // The stand-in for the kernel's file keeps what was longer.
    #expect(lines.last?.hasPrefix("power: on") == true, sourceLocation: sourceLocation)
    #expect(!lines.contains { $0.contains("uaccess") && !$0.contains(".rules") }, sourceLocation: sourceLocation)
    #expect(!lines.contains { $0.contains("RUN 'uaccess'") }, sourceLocation: sourceLocation)
    // What is wrong with a rule is said with its file and line.
    let wrong = ["Invalid", "Unknown", "ignoring", "Failed to"]
    #expect(
      !lines.contains { line in line.contains("-smpd") && wrong.contains { line.contains($0) } },
      sourceLocation: sourceLocation)
  }

  private func expectNotOurs(_ lines: [String], sourceLocation: SourceLocation = #_sourceLocation) {
    #expect(!lines.contains { $0.hasPrefix("SMPD_RULE") || $0.contains("OWNER") }, sourceLocation: sourceLocation)
    #expect(lines.contains { $0.hasPrefix("ID_VENDOR_ID=") }, "the device was not seen", sourceLocation: sourceLocation)
    #expect(lines.last == "power: auto", sourceLocation: sourceLocation)
  }

  @Test("another device with the shared test number, or another maker's, is left alone", canPlug)
  func strangers() throws {
    for interface: [UInt8] in [[0xFF, 0x53, 0x02], [0xFF, 0x00, 0x01], [0x03, 0x53, 0x01]] {
      expectNotOurs(try Device(interface: interface).plugged())
    }
    expectNotOurs(try Device(pair: ("16d0", "0001")).plugged())
    expectNotOurs(try Device(pair: ("1209", "0002")).plugged())
  }

  @Test("ours is the daemon's, alone or behind another interface", canPlug, arguments: [false, true])
  func ours(isComposite: Bool) throws {
    let lines = try Device(isComposite: isComposite).plugged()
    expectOurs(lines)
    #expect(lines.contains("DEVLINKS=/dev/smp/SMP-0042"))
  }

  @Test("no rule of others gives it away", canPlug, arguments: ["50-a", "61-a", "71-a", "99-a"])
  func taken(_ name: String) throws {
    let theirs = #"ATTR{idVendor}=="1209", TAG+="uaccess", MODE="0666", OWNER="root", GROUP="root""# + "\n"
    let lines = try Device().plugged(rules: [name + ".rules": theirs])
    // A tag that is set after the last rule that looks at it gives nobody anything.
    expectOurs(name == "99-a" ? lines.map { $0.replacingOccurrences(of: "uaccess:", with: "") } : lines)
  }

  @Test(
    "a serial that is a path, or two, gets no link; the rest holds", canPlug,
    arguments: ["../../sda", "A B", ".hidden", "a/b", "x,y", "$attr"])
  func oddSerial(_ serial: String) throws {
    let lines = try Device(serial: serial).plugged()
    expectOurs(lines)
    #expect(!lines.contains { $0.hasPrefix("DEVLINKS") })
  }

  @Test("another maker's pair is added as the comment says", canPlug) func anotherMaker() throws {
    let comment = try Tool.text("udev/60-smpd.rules").split(separator: "\n").first { $0.contains("16d0\"") }
    let line = String(try #require(comment).drop { $0 == "#" || $0 == " " })
    let lines = try Device(pair: ("16d0", "1234")).plugged(rules: ["59-smpd-local.rules": line + "\n"])
    expectOurs(lines)
    expectNotOurs(try Device(pair: ("16d0", "1235")).plugged(rules: ["59-smpd-local.rules": line + "\n"]))
  }
}
