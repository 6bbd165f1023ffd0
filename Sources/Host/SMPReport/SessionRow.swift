internal import SMPModel
internal import SMPRecord

/// What the entries of one session add up to, for its row in `sessions`.
struct SessionRow: Sendable {
  private let course: String?
  private let simulated: Bool
  private let firstEntry: UInt64
  private var lastEntry: UInt64
  private var opening: SessionOpenedEntry?
  private var opened: WallTime?
  private var closed: WallTime?
  private var outcome: String?
  private var dotsMade: Int64 = 0
  private var dotsPresumed: Int64 = 0
  private var denials: Int64 = 0
  private var faults: Int64 = 0

  init(first entry: Entry) {
    course = entry.header.course
    simulated = entry.header.simulated
    firstEntry = entry.number
    lastEntry = entry.number
  }

  mutating func count(_ entry: Entry) {
    lastEntry = entry.number
    switch entry.body {
    case .sessionOpened(let body):
      opening = body
      opened = entry.header.wall
    case .sessionClosed(let body):
      closed = closed ?? entry.header.wall
      outcome = outcome ?? body.outcome.text
    case .dot(let dot):
      dotsMade += 1
      if dot.outcome == .presumed { dotsPresumed += 1 }
    case .denial: denials += 1
    case .fault: faults += 1
    case .journalCreated, .daemonStarted, .operatorAction, .tailAccepted, .confidentialErased, .planImported,
      .planAmended, .planAgreed, .planSigned, .courseAssessed, .courseAbandoned, .lotRegistered, .lotWithdrawn,
      .zoneOpened, .limitConfirmed, .stepOverridden, .handpieceRegistered, .setPoints, .paused, .supplyChanged,
      .comfortScored, .resumed,
      .disarmed, .uncertain, .resolved, .sessionSealed, .deviceAttached, .deviceDetached, .deviceRefused, .linkAlarm,
      .profilesIntended, .profilesLoaded, .selfTestIntended, .selfTest, .armIntended, .armed, .resumeIntended, .grant,
      .grantEnded, .unbiddenContact, .stop, .faultCleared, .lockedOut, .unlocked:
      break
    }
  }

  func cells(_ session: String) -> [Cell] {
    [
      .text(session), .text(ifAny: course), .integer(ifAny: opening?.number), .text(ifAny: opening?.serial.text),
      .text(ifAny: opening?.operatorName.hex), .text(ifAny: opening?.pigmentLot.text),
      .text(ifAny: opening?.cartridge.text), .text(ifAny: opening?.skin.text), .text(ifAny: opening?.plan.hex),
      .text(ifAny: opened.map(UniversalTime.text)), .text(ifAny: closed.map(UniversalTime.text)),
      .text(ifAny: outcome), .integer(ifAny: opening?.dotsPlanned), .integer(dotsMade), .integer(dotsPresumed),
      .integer(denials), .integer(faults), .flag(simulated), .integer(Int64(firstEntry)), .integer(Int64(lastEntry)),
    ]
  }
}
