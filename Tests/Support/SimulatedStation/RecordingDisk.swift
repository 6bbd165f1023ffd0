internal import CRecordingDisk
internal import Foundation
internal import Synchronization

/// One thing SQLite does to a file.
package enum DiskOperation: Hashable, Sendable {
  case open, write, truncate, sync, delete
}

/// What becomes of disk operations that go wrong.
package struct DiskTrouble: Hashable, Sendable {
  package enum Kind: CaseIterable, Hashable, Sendable {
    /// There is no room for what is written.
    case full
    /// The device fails to write.
    case failingWrite
    /// The device fails to make durable what was written.
    case failingSync
  }
  package let kind: Kind
  /// So many operations of the kind still go well, then none.
  package let after: Int
  package init(_ kind: Kind, after: Int) {
    self.kind = kind
    self.after = after
  }
}

/// The disk under one directory: knows of every file what is written and what of it is durable, tells each operation,
/// and fails when told to. Its syncs are simulated; nothing waits for a real one.
///
/// Called on the thread of whoever works with the database. The moment's closure is called outside every lock.
package final class RecordingDisk: Sendable {
  package let directory: String
  private struct State: Sendable {
    var files: [String: FileImage] = [:]
    var trouble: DiskTrouble?
    var counted = 0
    var operations: UInt64 = 0
    var moment: (@Sendable (DiskOperation, String, _ done: Bool) -> Void)?
  }
  private let state = Mutex(State())
  /// The watch and the context it was given; -1 once it has ended.
  private let watch = Mutex<(number: Int32, context: UInt)>((-1, 0))

  /// Watches a directory from here on; no database in it is open yet.
  package init(_ directory: String) {
    self.directory = directory
    precondition(crd_install() == 0, "the layer over SQLite's files can be installed")
    // Released in `end`, after the last connection.
    let context = unsafe Unmanaged.passRetained(self).toOpaque()
    let address = UInt(bitPattern: context)
    let number = unsafe crd_watch(directory, context) { context, event in
      guard let context = unsafe context, let event = unsafe event else { return 0 }
      return unsafe RecordingDisk.hear(context, event)
    }
    precondition(number >= 0, "a directory more can be watched")
    watch.withLock { $0 = (number, address) }
  }

  /// Every connection to the directory's databases is closed.
  package func end() {
    let (number, address) = watch.withLock { watch in
      defer { watch = (-1, 0) }
      return watch
    }
    guard number >= 0, let context = unsafe UnsafeMutableRawPointer(bitPattern: address) else { return }
    crd_unwatch(number)
    moment = nil
    // The reference that the watch held, given back once.
    unsafe Unmanaged<RecordingDisk>.fromOpaque(context).release()
  }

  /// Called before and after each operation on a file whose name is given.
  package var moment: (@Sendable (DiskOperation, String, _ done: Bool) -> Void)? {
    get { state.withLock { $0.moment } }
    set { state.withLock { $0.moment = newValue } }
  }

  /// From here on.
  package var trouble: DiskTrouble? {
    get { state.withLock { $0.trouble } }
    set {
      state.withLock { state in
        state.trouble = newValue
        state.counted = 0
      }
    }
  }

  /// Operations that changed something so far.
  package var operations: UInt64 { state.withLock { $0.operations } }

  package var files: [String: FileImage] { state.withLock { $0.files } }

  // MARK: What SQLite does

  /// `context` is the retained disk of the watch, and `event` lives as long as the call.
  private static func hear(_ context: UnsafeMutableRawPointer, _ event: UnsafePointer<crd_event>) -> Int32 {
    let disk = unsafe Unmanaged<RecordingDisk>.fromOpaque(context).takeUnretainedValue()
    let event = unsafe event.pointee
    guard let path = unsafe event.path, let operation = unsafe DiskOperation(event.operation) else { return 0 }
    let name = unsafe String(String(cString: path).dropFirst(disk.directory.utf8.count + 1))
    if unsafe event.done == 0 { return disk.before(operation, name) }
    var bytes: [UInt8] = []
    if let written = unsafe event.bytes {
      bytes = unsafe Array(UnsafeRawBufferPointer(start: written, count: Int(event.count)))
    }
    disk.after(operation, name, bytes, unsafe Int(event.offset))
    return 0
  }

  private func before(_ operation: DiskOperation, _ name: String) -> Int32 {
    let isMemory = name.hasSuffix("-shm")
    if operation != .open, !isMemory { moment?(operation, name, false) }
    return state.withLock { state in
      if let trouble = state.trouble, trouble.kind.concerns(operation) {
        state.counted += 1
        if state.counted > trouble.after { return trouble.kind.code }
      }
      return operation == .sync ? Int32(CRD_SKIP) : 0
    }
  }

  private func after(_ operation: DiskOperation, _ name: String, _ bytes: [UInt8], _ offset: Int) {
    state.withLock { state in
      state.operations += 1
      switch operation {
      case .open:
        // What was there before anybody watched has long been durable.
        if state.files[name] == nil { state.files[name] = FileImage(durable: Self.read(directory + "/" + name)) }
      case .write: state.files[name]?.write(bytes, at: offset)
      case .truncate: state.files[name]?.truncate(to: offset)
      case .sync: state.files[name]?.sync()
      case .delete: state.files[name] = nil
      }
    }
    if operation != .open { moment?(operation, name, true) }
  }

  package static func read(_ path: String) -> [UInt8] {
    FileManager.default.contents(atPath: path).map(Array.init) ?? []
  }
}

extension DiskOperation {
  fileprivate init?(_ operation: crd_operation) {
    switch operation {
    case CRD_OPEN: self = .open
    case CRD_WRITE: self = .write
    case CRD_TRUNCATE: self = .truncate
    case CRD_SYNC: self = .sync
    case CRD_DELETE: self = .delete
    default: return nil
    }
  }
}

extension DiskTrouble.Kind {
  fileprivate func concerns(_ operation: DiskOperation) -> Bool {
    switch self {
    case .full, .failingWrite: operation == .write
    case .failingSync: operation == .sync
    }
  }

  /// As SQLite's own file system reports it (sqlite3.h): SQLITE_FULL, SQLITE_IOERR_WRITE, SQLITE_IOERR_FSYNC.
  fileprivate var code: Int32 {
    switch self {
    case .full: 13
    case .failingWrite: 10 | 3 << 8
    case .failingSync: 10 | 4 << 8
    }
  }
}
