// The fuzzer's program: smpfuzz TARGET [libFuzzer's options and corpora]. Built and started by Tests/Fuzz/run.
import FuzzBodies
import Glibc

private typealias Callback = @convention(c) (UnsafePointer<UInt8>?, Int) -> Int32

/// libFuzzer's own loop; the library has no header for Swift.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>, _ callback: Callback
) -> Int32

private func say(_ text: String) {
  // The bytes are lent for the length of the call.
  _ = unsafe Array("smpfuzz: \(text)\n".utf8).withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

private func run(_ target: FuzzTarget, _ bytes: UnsafePointer<UInt8>?, _ count: Int) -> Int32 {
  do throws(BrokenPromise) {
    // Lent for the length of the call, and copied at once.
    try target.run(unsafe Array(UnsafeBufferPointer(start: bytes, count: count)))
    return 0
  } catch {
    say("\(target.rawValue): \(error)")
    // libFuzzer keeps the input of an abort.
    abort()
  }
}

/// A C function cannot capture, so each target has its own.
private func callback(_ target: FuzzTarget) -> Callback {
  switch target {
  case .frames: { unsafe run(.frames, $0, $1) }
  case .descriptors: { unsafe run(.descriptors, $0, $1) }
  case .varlink: { unsafe run(.varlink, $0, $1) }
  case .idl: { unsafe run(.idl, $0, $1) }
  case .plan: { unsafe run(.plan, $0, $1) }
  case .export: { unsafe run(.export, $0, $1) }
  case .usbredir: { unsafe run(.usbredir, $0, $1) }
  case .usbip: { unsafe run(.usbip, $0, $1) }
  }
}

guard CommandLine.arguments.count > 1, let target = FuzzTarget(rawValue: CommandLine.arguments[1]) else {
  say("name a target first: \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
  exit(2)
}
// smpfuzz TARGET --seeds DIRECTORY: writes the inputs that are made from the code.
if CommandLine.arguments.count == 4, CommandLine.arguments[2] == "--seeds" {
  for (number, seed) in target.seeds.enumerated() {
    let path = CommandLine.arguments[3] + "/seed-\(number).bin"
    guard let file = unsafe fopen(path, "w") else {
      say("\(path) cannot be written")
      exit(2)
    }
    // The bytes are lent for the length of the call.
    _ = unsafe seed.withUnsafeBytes { unsafe fwrite($0.baseAddress, 1, $0.count, file) }
    unsafe fclose(file)
  }
  exit(0)
}
// libFuzzer shall not take the target's name for a corpus. The texts are the process's own and outlive everything.
private var arguments =
  unsafe CommandLine.arguments.indices.filter { $0 != 1 }.map { unsafe CommandLine.unsafeArgv[$0] } + [nil]
private var count = Int32(unsafe arguments.count - 1)
let status = unsafe arguments.withUnsafeMutableBufferPointer { list -> Int32 in
  guard var first = list.baseAddress else { return 2 }
  return unsafe runDriver(&count, &first, callback(target))
}
exit(status)
