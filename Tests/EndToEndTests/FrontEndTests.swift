import Foundation
import Testing

/// `smpsim usbredir` and `smpsim usbip`, as programs, with peers that are written from the protocols.
@Suite(.serialized, .ownThread) struct FrontEndTests {
  @Test("S13 what the commands cannot do is refused by name") func usage() throws {
    for command in [["usbredir", "/tmp/smpd-none"], ["usbip"]] {
      for wrong in [["--pace", "49"], ["--serial", "a b"], ["--speed", "super"]] {
        let refused = try Programs.run("smpsim", command + wrong)
        #expect(refused.status == 64 && refused.complaint.contains(wrong[0]), "\(refused)")
      }
    }
    let refused = try Programs.run("smpsim", ["usbip", "--port", "65536"])
    #expect(refused.status == 64 && refused.complaint.contains("--port"), "\(refused)")
    let nowhere = try Programs.run("smpsim", ["usbredir", "/tmp/smpd-none/there"])
    #expect(nowhere.status == 1 && nowhere.complaint.contains("/tmp/smpd-none"), "\(nowhere)")
  }

  @Test("The device is plugged into whoever listens, leaves by fault and signal, and is the same device each time")
  func redirection() throws {
    let device = try FrontEndProcess { ["usbredir", $0 + "/redir", "--serial", "SIM-R", "--speed", "full"] }
    let socket = device.directory.path + "/redir"
    #expect(device.greeting.contains("serving at \(socket) (simulated device SIM-R, seed 1, full speed"))
    #expect(try device.line() == "smpsim: waiting for QEMU at \(socket)")
    #expect(try device.permissions(socket + ".bench") == 0o600)
    let peer = try device.peer(Self.guest, socket)
    #expect(peer.status == 0, "\(peer)")
    #expect(try device.line() == "smpsim: plugged in at \(socket)")
    #expect(device.end() == 0)
    #expect(!FileManager.default.fileExists(atPath: socket + ".bench"))
  }

  @Test("The device is handed out over USB/IP to one host at a time, on the loopback interface alone")
  func usbip() throws {
    let device = try FrontEndProcess { _ in ["usbip", "--port", "0", "--serial", "SIM-I"] }
    let words = device.greeting.split(separator: " ")
    let place = try #require(words.first { $0.hasPrefix("127.0.0.1:") })
    let port = try #require(UInt16(place.dropFirst("127.0.0.1:".count)))
    let bench = device.directory.path + "/smpsim-usbip-\(port).bench"
    #expect(device.greeting.contains("SIM-I, seed 1, high speed") && device.greeting.contains("bench at \(bench)"))
    #expect(try device.permissions(bench) == 0o600)
    let sockets = try String(contentsOfFile: "/proc/net/tcp", encoding: .utf8)
    let hexadecimal = String(port, radix: 16, uppercase: true)
    let padded = String(repeating: "0", count: 4 - hexadecimal.count) + hexadecimal
    let listening = sockets.split(separator: "\n").filter { $0.contains(":\(padded) 00000000:0000 0A") }
    #expect(listening.count == 1 && listening[0].contains("0100007F:\(padded)"), "\(listening)")
    let taken = try Programs.run("smpsim", ["usbip", "--port", "\(port)"])
    #expect(taken.status == 1 && taken.complaint.contains("127.0.0.1:\(port)"), "\(taken)")
    let peer = try device.peer(Self.host, "\(port)", bench)
    #expect(peer.status == 0, "\(peer)")
    #expect(device.end() == 0)
    #expect(!FileManager.default.fileExists(atPath: bench))
  }

  // MARK: Peers

  /// What both need: whole reads, and the bench.
  private static let common = """
    import os, socket, struct, subprocess, sys
    def whole(s, n):
        data = b""
        while len(data) < n:
            more = s.recv(n - len(data))
            if not more: raise EOFError(len(data))
            data += more
        return data
    def ended(s):
        try:
            while s.recv(65536): pass
        except ConnectionResetError: pass
    def inject(bench, *words): subprocess.run([sys.argv[1], "inject", "--socket", bench, *words], check=True)

    """

  /// Listens as QEMU does. Full speed: the answers to a vendor request are two packets.
  private static let guest =
    common + """
      path, bench = sys.argv[2], sys.argv[2] + ".bench"
      listener = socket.socket(socket.AF_UNIX); listener.bind(path); listener.listen(1); listener.settimeout(30)
      class Guest:
          def __init__(self, hello=True):
              self.s, _ = listener.accept(); self.s.settimeout(30); self.long = False; self.number = 0
              assert self.next()[0] == 0
              if not hello: return
              self.s.sendall(struct.pack("<III64sI", 0, 68, 0, b"test", 0x72)); self.long = True
              kinds = [self.next() for _ in range(3)]
              assert [k[0] for k in kinds] == [4, 5, 1], kinds
              assert kinds[2][2] == struct.pack("<BBBBHHH", 1, 0, 0, 0, 0x1209, 1, 0x100), kinds
              self.send(6, b"\\x01")
              answers = [self.next() for _ in range(3)]
              assert [a[0] for a in answers] == [4, 5, 8] and answers[2][2] == b"\\x00\\x01", answers
          def next(self):
              kind, length, number = struct.unpack("<IIQ" if self.long else "<III", whole(self.s, 16 if self.long else 12))
              return kind, number, whole(self.s, length)
          def send(self, kind, body):
              self.number += 1
              self.s.sendall(struct.pack("<IIQ", kind, len(body), self.number) + body)
              return self.number
          def control(self, kind, request, value=0, length=0):
              self.send(100, struct.pack("<BBBBHHH", kind & 0x80, request, kind, 0, value, 0, length))
              while True:
                  kind, number, body = self.next()
                  if number == self.number and kind == 100: return body[3], body[10:]
      guest = Guest()
      status, text = guest.control(0x80, 6, 0x303, 255)
      assert status == 0 and text[2:].decode("utf-16-le") == "SIM-R", text
      status, capabilities = guest.control(0xC1, 1, length=512)
      assert status == 0 and b"SIM-R" in capabilities, capabilities
      guest.send(15, b"\\x82"); assert guest.next()[2] == b"\\x00\\x82"
      guest.send(101, struct.pack("<BBHIH", 0x81, 0, 512, 0, 0))
      assert guest.control(0x41, 3)[0] == 0
      inject(bench, "unplug"); ended(guest.s)
      inject(bench, "unplug", "--clear")
      again = Guest()
      status, frame = again.control(0xC1, 2, length=512)
      assert status == 0 and frame[6] == 5, ("stopped, as the last machine left it", frame)
      inject(bench, "reset_memory_kept"); ended(again.s)
      booted = Guest()
      status, frame = booted.control(0xC1, 2, length=512)
      assert status == 0 and frame[6] == 0, ("idle: it has started anew", frame)
      inject(bench, "hang")
      hung = booted.send(100, struct.pack("<BBBBHHH", 0x80, 2, 0xC1, 0, 0, 0, 512))
      assert booted.control(0x80, 8, length=1) == (0, b"\\x01"), "the bus goes on"
      booted.s.sendall(struct.pack("<IIQ", 21, 0, hung))
      kind, number, body = booted.next()
      assert (kind, number, body[3]) == (100, hung, 1), body
      inject(bench, "hang", "--clear")
      booted.s.close()
      # Nonsense instead of a hello: the device goes, and looks for the next one.
      odd = Guest(hello=False)
      odd.s.sendall(b"\\xff" * 12); ended(odd.s)
      # More than a socket holds: who reads late gets all of it, who never reads is left.
      late = Guest()
      asked = struct.pack("<BBBBHHH", 0x80, 6, 0x80, 0, 0x200, 0, 39)
      numbers = [late.send(100, asked) for _ in range(5000)]
      for number in numbers:
          answer = late.next()
          assert answer[:2] == (100, number) and len(answer[2]) == 49, answer
      try:
          for _ in range(100000): late.send(100, asked)
          raise AssertionError("never refused")
      except (BrokenPipeError, ConnectionResetError): pass
      Guest().s.close()
      os.unlink(path)
      """

  private static let host =
    common + """
      port, bench = int(sys.argv[2]), sys.argv[3]
      def connect():
          s = socket.create_connection(("127.0.0.1", port), 30); s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
          return s
      def listed():
          s = connect(); s.sendall(struct.pack(">HHI", 0x111, 0x8005, 0))
          version, code, status, count = struct.unpack(">HHII", whole(s, 12))
          assert (version, code, status) == (0x111, 5, 0)
          whole(s, count * 316); assert s.recv(1) == b""
          return count
      def ask():
          s = connect(); s.sendall(struct.pack(">HHI32s", 0x111, 0x8003, 0, b"1-1"))
          return s, struct.unpack(">HHI", whole(s, 8))[2]
      class Host:
          def __init__(self):
              self.s, status = ask(); assert status == 0, status
              record = whole(self.s, 312)
              self.device = struct.unpack(">I", record[288:292])[0] << 16 | struct.unpack(">I", record[292:296])[0]
              self.number = 0
              assert self.control(0, 9, 1) == (0, b"")
          def submit(self, endpoint, isIn, length, setup=bytes(8), data=b""):
              self.number += 1
              self.s.sendall(
                  struct.pack(">10I", 1, self.number, self.device, isIn, endpoint, 0, length, 0, 0, 0) + setup + data)
              return self.number
          def answer(self, isIn):
              kind, number, _, _, _, status, count = struct.unpack(">5Iii", whole(self.s, 28)); whole(self.s, 20)
              return kind, number, status, whole(self.s, count) if isIn and kind == 3 else b""
          def control(self, kind, request, value=0, length=0):
              isIn = 1 if kind & 0x80 and length else 0
              number = self.submit(0, isIn, length, struct.pack("<BBHHH", kind, request, value, 0, length))
              answer = self.answer(isIn); assert answer[:2] == (3, number), answer
              return answer[2:]
          def unlink(self, number):
              self.number += 1
              self.s.sendall(struct.pack(">6I24x", 2, self.number, self.device, 0, 0, number))
              answer = self.answer(0); assert answer[:2] == (4, self.number), answer
              return answer[2]
      assert listed() == 1
      host = Host()
      assert ask()[1] == 2, "busy"
      status, text = host.control(0x80, 6, 0x303, 255)
      assert status == 0 and text[2:].decode("utf-16-le") == "SIM-I", text
      assert b"SIM-I" in host.control(0xC1, 1, length=512)[1]
      assert host.control(0xC1, 9, length=512)[0] == -32
      waiting = host.submit(1, 1, 512)
      assert host.unlink(waiting) == -104 and host.unlink(waiting) == 0
      inject(bench, "hang")
      hung = host.submit(0, 1, 512, struct.pack("<BBHHH", 0xC1, 2, 0, 0, 512))
      assert host.control(0x80, 8, length=1) == (0, b"\\x01"), "the bus goes on"
      assert host.unlink(hung) == -104
      inject(bench, "hang", "--clear")
      assert host.control(0x41, 3)[0] == 0
      host.submit(1, 1, 512)
      inject(bench, "unplug"); ended(host.s)
      assert listed() == 0 and ask()[1] == 4
      inject(bench, "unplug", "--clear")
      assert listed() == 1
      again = Host()
      status, frame = again.control(0xC1, 2, length=512)
      assert status == 0 and frame[6] == 5, ("stopped, as the last host left it", frame)
      odd = connect(); odd.sendall(b"GET / HTTP/1.0\\r\\n\\r\\n"); ended(odd)
      again.s.sendall(b"\\xff" * 48); ended(again.s)
      last = Host(); last.s.close()
      assert any(ask()[1] == 0 for _ in range(1000))
      """
}
