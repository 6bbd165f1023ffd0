package import SMPInterface
internal import SMPJournal
package import SMPModel
internal import SMPSession
internal import StrictJSON
package import Varlink
package import VarlinkServer

/// What a handler works with: the ways to the owner, to the librarian and to the newest snapshot.
package struct ControlContext: Sendable {
  package let queue: OwnerQueue
  package let board: Board
  package let librarian: Worker
  package let library: Library
  package let rights: Rights
  /// The host's wall clock.
  package let wall: @Sendable () -> WallTime
  package let realtime: @Sendable () -> RealtimeRights?
  /// What the daemon finds of the machine around it. Called on the librarian's thread.
  package let surroundings: @Sendable () -> [Finding]
  package init(
    queue: OwnerQueue, board: Board, librarian: Worker, library: Library, rights: Rights,
    wall: @escaping @Sendable () -> WallTime, realtime: @escaping @Sendable () -> RealtimeRights?,
    surroundings: @escaping @Sendable () -> [Finding]
  ) {
    self.queue = queue
    self.board = board
    self.librarian = librarian
    self.library = library
    self.rights = rights
    self.wall = wall
    self.realtime = realtime
    self.surroundings = surroundings
  }
}

/// Serves the methods of one interface.
package protocol InterfaceHandler: Sendable {
  static var interface: any Interface.Type { get }
  /// The methods that change nothing, such as `Describe`: observers may call these, and no others.
  static var looking: Set<String> { get }
  /// On the server's event loop: decides, hands over, returns.
  func handle(_ call: ControlCall) throws(Failure)
}

/// One call with its way back.
package struct ControlCall: Sendable {
  package let call: VarlinkCall
  package let responder: VarlinkResponder
  package let interface: any Interface.Type
  let context: ControlContext

  /// The method without its interface: `Start`.
  package var method: String { String(call.method.dropFirst(interface.name.count + 1)) }

  /// The parameters as the method's type has them. They fit its IDL already, so a failure here is ours.
  package func parameters<Parameters: InterfaceRecord>(_ type: Parameters.Type) throws(Failure) -> Parameters {
    do throws(InterfaceError) {
      return try Parameters(call.parameters)
    } catch {
      throw .outOfRange(
        parameter: error.member, minimum: 0, maximum: 0, remedy: "give a value of type \(error.expected)")
    }
  }

  package func finish(_ reply: some InterfaceRecord) { responder.finish(reply.json) }
  package func fail(_ failure: Failure) { responder.fail(failure.name(in: interface), failure.parameters) }

  /// A method of the interface that this version does not have.
  package func failAsUnknown() { responder.fail(.methodNotImplemented(call.method)) }

  /// Does `job` on the librarian's thread and answers with what it returns.
  package func onLibrarian<Reply: InterfaceRecord>(
    _ job: @escaping @Sendable (Library) throws(Failure) -> Reply
  ) {
    queueForLibrarian { [self] in
      do throws(Failure) { finish(try job(context.library)) } catch { fail(error) }
    }
  }

  /// Does `job` on the librarian's thread, unless whoever called has left before its turn came: nobody could hear what
  /// came of it. A call that wants no answer is done all the same.
  package func queueForLibrarian(_ job: @escaping @Sendable () -> Void) {
    let taken = context.librarian.post { [self] in
      if call.oneway || !responder.isCancelled { job() }
    }
    if !taken { fail(.busy) }
  }

  /// Judges an act on what the journal says, and records it only if the journal still says so: nothing that counts comes in
  /// between.
  /// - Parameters:
  ///   - body: the reply, and what must be durable before it is given. On the librarian's thread.
  ///   - completing: makes the reply whole once the act is durable. On the owner's thread; must not wait.
  package func judge<Reply: InterfaceRecord>(
    isTrial: Bool?, completing: @escaping @Sendable (Reply) -> Reply = { $0 },
    _ body: @escaping @Sendable (Library) throws(Failure) -> (Reply, [EntryDraft])
  ) {
    queueForLibrarian { [self] in
      do throws(Failure) {
        let basedOn = context.library.store.lastNumber
        let (reply, drafts) = try body(context.library)
        if isTrial == true {
          finish(reply)
        } else {
          askOwner(.record(drafts, basedOn: basedOn)) { _ in completing(reply) }
        }
      } catch {
        fail(error)
      }
    }
  }

  /// The same for an act of one entry.
  package func judge<Reply: InterfaceRecord>(
    isTrial: Bool?, _ body: @escaping @Sendable (Library) throws(Failure) -> (Reply, EntryDraft)
  ) {
    judge(isTrial: isTrial) { (library) throws(Failure) in
      let (reply, draft) = try body(library)
      return (reply, [draft])
    }
  }

  /// Gives the owner a command and answers with what `reply` makes of the outcome.
  /// - Parameter whenOver: called once before the answer, whatever the answer is. On the owner's thread or the caller's;
  ///   must not wait.
  package func askOwner<Reply: InterfaceRecord>(
    _ command: OwnerCommand, whenOver: @escaping @Sendable () -> Void = {},
    _ reply: @escaping @Sendable (Published) throws(Failure) -> Reply
  ) {
    let taken = context.queue.post(
      call: OwnerCall(command, actor: call.peer.uid) { [self] outcome in
        whenOver()
        do throws(Failure) { finish(try reply(try outcome.published())) } catch { fail(error) }
      })
    guard !taken else { return }
    whenOver()
    fail(.busy)
  }
}

extension Failure {
  /// Bounded queues say so instead of growing.
  static var busy: Failure {
    .wrongState(state: "busy", expected: ["idle"], remedy: "too many calls wait already: try again in a moment")
  }
}

extension OwnerReply {
  /// The snapshot after a command that was done; otherwise why it was not.
  package func published() throws(Failure) -> Published {
    switch self {
    case .done(let published): return published
    case .refused(let refusal, let published):
      throw refusal.failure(zones: published.snapshot.session?.order.profile.zones ?? [])
    case .outdated:
      throw .wrongState(
        state: "outdated", expected: ["ready"], remedy: "what this was judged by has changed meanwhile: try again")
    case .journalFailed(let error): throw .journalFailed(reason: error.standstill, remedy: error.wayOn)
    case .shuttingDown:
      throw .wrongState(state: "shutting_down", expected: ["running"], remedy: "start the daemon again")
    }
  }
}

/// The varlink service on the control socket: finds the handler, nothing more.
package struct ControlService: VarlinkService {
  package let identity = VarlinkIdentity(
    vendor: "smpd", product: "smpd", version: Release.version, url: "https://github.com/smpd/smpd")
  package let interfaces: [VarlinkInterface]
  private let handlers: [any InterfaceHandler]
  /// Every method that is not for looking, with what an observer is told who calls it.
  private let commands: [String: VarlinkError]
  private let context: ControlContext

  package init(context: ControlContext, handlers: [any InterfaceHandler]) throws(DaemonError) {
    self.context = context
    self.handlers = handlers
    var parsed: [VarlinkInterface] = []
    var commands: [String: VarlinkError] = [:]
    for handler in handlers {
      let interface = type(of: handler).interface
      do {
        parsed.append(try VarlinkInterface.parse(interface.text))
      } catch {
        preconditionFailure("our own interface \(interface.name) does not parse: \(error)")
      }
      let failure = Failure.notPermitted(
        needed: "operator", remedy: "ask the administrator to add you to the operators' group, or use smpctl stop")
      for method in parsed.last?.methods ?? [] where !type(of: handler).looking.contains(method.name) {
        commands["\(interface.name).\(method.name)"] = VarlinkError(failure.name(in: interface), failure.parameters)
      }
    }
    interfaces = parsed
    self.commands = commands
  }

  package func precedence(of peer: VarlinkPeer) -> VarlinkPrecedence {
    switch context.rights.standing(of: peer) {
    case .stranger: .low
    case .observer: .middle
    case .operator: .high
    }
  }

  /// Who may not look gets the same answer to everything, and so learns nothing; who may only look is told what it takes.
  package func refusal(of method: String, to peer: VarlinkPeer) -> VarlinkError? {
    if method.hasPrefix(VarlinkServiceInterface.name + ".") { return nil }
    switch context.rights.standing(of: peer) {
    case .operator: return nil
    case .stranger: return .permissionDenied
    case .observer: return commands[method]
    }
  }

  package func handle(_ call: VarlinkCall, _ reply: VarlinkResponder) {
    for handler in handlers {
      let interface = type(of: handler).interface
      guard call.method.hasPrefix(interface.name + ".") else { continue }
      let control = ControlCall(call: call, responder: reply, interface: interface, context: context)
      do throws(Failure) { try handler.handle(control) } catch { control.fail(error) }
      return
    }
    reply.fail(.methodNotFound(call.method))
  }
}
