import SMPPlanFile
import Testing

@Suite struct DaemonFileTests {
  private func parse(_ text: String) -> DaemonFileReading { DaemonFile.parse(Array(text.utf8)) }

  private func expectOne(
    _ text: String, at needle: String, _ words: String..., sourceLocation: SourceLocation = #_sourceLocation
  ) {
    let reading = parse(text)
    #expect(reading.file == nil, sourceLocation: sourceLocation)
    #expect(reading.problems.count == 1, "\(reading.problems)", sourceLocation: sourceLocation)
    guard let problem = reading.problems.first else { return }
    let place = Documents.place(needle, in: text, sourceLocation: sourceLocation)
    #expect(problem.line == place.line && problem.column == place.column, "\(problem)", sourceLocation: sourceLocation)
    let said = "\(problem.message) | \(problem.allowed ?? "") | \(problem.remedy)"
    for word in words { #expect(said.contains(word), "\(said)", sourceLocation: sourceLocation) }
  }

  private func spoilt(_ old: String, _ new: String, sourceLocation: SourceLocation = #_sourceLocation) -> String {
    Documents.replaced(DaemonFile.defaultText, old, new, sourceLocation: sourceLocation)
  }

  @Test("S13 unknown keys, doubled keys, other schemas, tags and aliases are refused at their place")
  func strangers() {
    expectOne(spoilt("station: station", "statoin: x"), at: "statoin", "unknown key", "`station`")
    expectOne(DaemonFile.defaultText + "guest: true\n", at: "guest", "unknown key", "delete it")
    expectOne(DaemonFile.defaultText + "socket: /run/x\n", at: "socket:", "more than once")
    expectOne(spoilt("schema: 1\n", "schema: 2\n"), at: "2\n\nstation", "schema 2", "update the software")
    expectOne(spoilt("station: station", "station: &s station"), at: "&s", "anchors")
    expectOne(
      spoilt("station: station", "station: &s station") + "device: *s\n", at: "*s", "aliases", "write the value out")
    expectOne(spoilt("station: station", "station: !!str station"), at: "!!str", "tags")
    expectOne("- station: a list is no configuration, however long it may be\n", at: "-", "must be a mapping")
    expectOne(spoilt("station: station", "station: [a, b]"), at: "[a", "one line of text")
  }

  @Test("S13 at the bound, and one past it")
  func bounds() {
    let name = String(repeating: "s", count: 64)
    #expect(parse(spoilt("station: station", "station: \(name)")).file?.station == name)
    expectOne(spoilt("station: station", "station: \(name)s"), at: name, "65 characters", "1 to 64")
    expectOne(
      spoilt("station: station", "station: \(String(repeating: "ü", count: 33))"), at: "üü", "66 bytes", "64 bytes")
    let path = "/" + String(repeating: "p", count: 101)
    #expect(parse(spoilt("/run/smpd/io.smpd ", path)).file?.socketPath == path)
    expectOne(spoilt("/run/smpd/io.smpd ", path + "p "), at: path, "103 characters", "102")
    for priority in ["1", "49"] {
      #expect(parse(spoilt("realtime-priority: 20", "realtime-priority: \(priority)")).file != nil)
    }
    expectOne(spoilt("realtime-priority: 20", "realtime-priority: 0"), at: "0              #", "1 to 49")
    expectOne(spoilt("realtime-priority: 20", "realtime-priority: 50"), at: "50  ", "1 to 49")
    expectOne(spoilt("realtime-priority: 20", "realtime-priority: -1"), at: "-1 ", "negative")
    expectOne(spoilt("realtime-priority: 20", "realtime-priority: high"), at: "high", "not a number")
  }

  @Test("S13 a path is absolute, a group is a name, a serial is printable")
  func wrong() {
    for key in ["limits: /etc/smpd/limits.yaml", "state: /var/lib/smpd", "socket: /run/smpd/io.smpd"] {
      let name = key.prefix { $0 != ":" }
      expectOne(spoilt(key, "\(name): ./here"), at: "./here", "no absolute path", "`\(name)`")
      expectOne(spoilt(key, "\(name): /"), at: "/   ", "no absolute path")
      expectOne(spoilt(key, "\(name): /there/"), at: "/there/", "no absolute path")
      expectOne(spoilt(key, "\(name): \"/a\\0b\""), at: "\"/a", "printable")
    }
    for group in ["1000", "-smp", "a b", "smp:x", "größe"] {
      expectOne(spoilt("operators-group: smp", "operators-group: \(group)"), at: group, "no name of a group")
    }
    expectOne(DaemonFile.defaultText + "device: Ä-1\n", at: "Ä-1", "no serial", "smpctl device list")
    let serial = String(repeating: "9", count: 32)
    #expect(parse(DaemonFile.defaultText + "device: \(serial)\n").file?.preferredSerial == serial)
    expectOne(DaemonFile.defaultText + "device: \(serial)9\n", at: serial, "33 characters")
  }

  @Test("S11 training is asked for in so many words, or not at all")
  func training() {
    #expect(parse(DaemonFile.defaultText).file?.training == false)
    #expect(parse(spoilt("training: no", "training: yes")).file?.training == true)
    for word in ["true", "No", "maybe"] {
      expectOne(spoilt("training: no", "training: \(word)"), at: word + " ", "yes or no")
    }
  }

  @Test("S13 a vendor and product is two times four hexadecimal digits, each pair once")
  func products() {
    let text = DaemonFile.defaultText + "devices:\n  - 16d0:0F3B\n  - \"1e10:0001\"\n"
    #expect(
      parse(text).file?.devices
        == [USBProduct(vendor: 0x16D0, product: 0x0F3B), USBProduct(vendor: 0x1E10, product: 0x0001)])
    #expect(parse(DaemonFile.defaultText + "devices: [16d0:0f3b, 16d0:0f3c]\n").file?.devices.count == 2)
    for wrong in ["16d0", "16d0-0f3b", "16d0:0f3", "16d0:0f3b0", "+6d0:0f3b", "16d0:-f3b", "16g0:0f3b", "0x16:0x0f"] {
      expectOne(DaemonFile.defaultText + "devices:\n  - \(wrong)\n", at: wrong, "no vendor and product", "lsusb")
    }
    expectOne(text + "  - 16D0:0f3b\n", at: "16D0:0f3b", "16d0:0f3b is known already")
    expectOne(text + "  - 1209:0001\n", at: "1209:0001\n", "always looked for")
    expectOne(DaemonFile.defaultText + "devices: 16d0:0f3b\n", at: "16d0:0f3b\n", "must be a list")
    expectOne(DaemonFile.defaultText + "devices:\n  - [16d0:0f3b]\n", at: "[16d0", "no vendor and product")
    let many = (0...16).map { "  - 16d0:\(1_000 + $0)\n" }.joined()
    expectOne(DaemonFile.defaultText + "devices:\n" + many, at: "- 16d0:1000", "17 items", "at most 16")
  }

  @Test("What is installed says the defaults, and nothing else") func defaults() {
    let reading = parse(DaemonFile.defaultText)
    #expect(reading.problems == [])
    #expect(reading.file == DaemonFile())
  }

  @Test("Every key may be absent, even all of them")
  func absent() {
    let lines = DaemonFile.defaultText.split(separator: "\n", omittingEmptySubsequences: false)
    for index in lines.indices {
      var rest = lines
      rest.remove(at: index)
      #expect(parse(rest.joined(separator: "\n")).file == DaemonFile(), "without line \(index + 1)")
    }
    for bare in ["", "\n", "# nothing yet\n", "  # nothing\r\n\t\r\n", "\u{FEFF}# nothing\n"] {
      #expect(parse(bare).file == DaemonFile())
    }
    // A comment may hold no more than a document may.
    #expect(parse("# \u{202E}txet\n").file == nil)
    #expect(DaemonFile.parse([UInt8](repeating: UInt8(ascii: "#"), count: DaemonFile.maximumBytes + 1)).file == nil)
  }

  @Test("What the default text only shows is understood once it is taken out of its comment")
  func shown() throws {
    let text = DaemonFile.defaultText.replacing("# device: ", with: "device: ")
      .replacing("# devices:\n#   - ", with: "devices:\n  - ")
    let file = try #require(parse(text).file)
    #expect(file.preferredSerial == "SMP-0042")
    #expect(file.devices == [USBProduct(vendor: 0x1209, product: 0x0002)])
  }

  @Test("Each key is read") func keys() throws {
    let file = try #require(
      parse(
        """
        station: "Studio 1"
        operators-group: pigment
        device: SIM-0001
        devices: [16d0:0f3b]
        limits: /srv/limits.yaml
        state: /srv/state
        socket: /run/other/io.smpd
        realtime-priority: 7
        """
      ).file)
    var expected = DaemonFile()
    expected.station = "Studio 1"
    expected.operatorsGroup = "pigment"
    expected.preferredSerial = "SIM-0001"
    expected.devices = [USBProduct(vendor: 0x16D0, product: 0x0F3B)]
    expected.limitsPath = "/srv/limits.yaml"
    expected.statePath = "/srv/state"
    expected.socketPath = "/run/other/io.smpd"
    expected.realtimePriority = 7
    #expect(file == expected)
    #expect(USBProduct("16D0:0f3b")?.description == "16d0:0f3b")
  }

  @Test("S13 every truncation and random damage is refused with a problem, or read")
  func damage() {
    let text = DaemonFile.defaultText + "device: SIM-0001\ndevices:\n  - 16d0:0f3b\n"
    let bytes = Array(text.utf8)
    func check(_ damaged: [UInt8], _ comment: String) {
      let reading = DaemonFile.parse(damaged)
      #expect(reading.file != nil || !reading.problems.isEmpty, "\(comment)")
      guard let file = reading.file else { return }
      #expect((1...49).contains(file.realtimePriority) && file.socketPath.hasPrefix("/"), "\(comment)")
      #expect((1...64).contains(file.station.utf8.count) && file.devices.count <= 16, "\(comment)")
    }
    for length in 0..<bytes.count { check(Array(bytes[..<length]), "\(length) bytes") }
    for seed in UInt64(1)...500 {
      var random = Seeded(seed)
      var damaged = bytes
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        damaged[Int.random(in: 0..<damaged.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      check(damaged, "seed \(seed)")
      let noise = (0..<Int.random(in: 0...300, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
      check(noise, "noise of seed \(seed)")
    }
  }
}
