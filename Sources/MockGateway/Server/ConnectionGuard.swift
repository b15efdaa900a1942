internal import NIOCore

/// Holds one client to the limits, and ends its connection so that it can still read why.
///
/// It stands next to the socket. It counts what comes, gives each phase its time, and writes refusals itself, past the
/// encoder: they come at moments at which no reply is in progress.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        /// No byte of a request has come.
        case idle
        /// This many bytes of a request have come.
        case reading(bytes: Int)
        /// Requests are complete and their replies in progress; for a moment there may be more than one.
        case serving(requests: Int)
        /// Nothing is read any more, and everything is written.
        case closing
    }

    private let registry: ConnectionRegistry
    private var phase = Phase.idle
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    /// What ends the connection once the reply that is in progress has gone.
    private var ending: Ending?

    private enum Ending {
        case quiet
        case refusal(WireRefusal)
    }

    init(registry: ConnectionRegistry) {
        self.registry = registry
    }

    // MARK: Orders of the request handler

    /// A request is whole.
    func beginServing() {
        guard let context else { return }
        switch phase {
        case .closing: return
        case .serving(let requests): phase = .serving(requests: requests + 1)
        case .idle, .reading:
            phase = .serving(requests: 1)
            registry.note(context.channel, isServed: true)
        }
        timer?.cancel()
    }

    /// A reply begins to be written.
    func beginReply() { startTimer(WireLimits.exchange) { $0.cut() } }

    /// A reply is written.
    func endReply() {
        guard let context, case .serving(let requests) = phase else { return }
        timer?.cancel()
        guard requests == 1 else {
            phase = .serving(requests: requests - 1)
            return
        }
        registry.note(context.channel, isServed: false)
        becomeIdle()
        switch ending {
        case .refusal(let refusal): refuse(refusal)
        case .quiet: sendFinalReply(context)
        case nil: break
        }
    }

    /// Ends the connection with a refusal, after the reply that is in progress.
    func refuse(_ refusal: WireRefusal) {
        guard let context else { return }
        switch phase {
        case .closing: return
        case .serving: ending = .refusal(refusal)
        case .idle, .reading:
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: refusal.bytes)), promise: nil)
            sendFinalReply(context)
        }
    }

    /// Ends the connection at once, whatever is in progress.
    func cut() {
        phase = .closing
        timer?.cancel()
        context?.close(mode: .all, promise: nil)
    }

    // MARK: The connection

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        timer?.cancel()
        self.context = nil
    }

    func channelActive(context: ChannelHandlerContext) {
        guard registry.admit(context.channel) else { return cut() }
        becomeIdle()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        phase = .closing
        registry.leave(context.channel)
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let count = unwrapInboundIn(data).readableBytes
        switch phase {
        case .closing: return
        case .serving: break
        case .idle:
            phase = .reading(bytes: count)
            startTimer(WireLimits.exchange) { $0.refuse(.timeout) }
        case .reading(let bytes):
            guard bytes + count <= WireLimits.request else { return refuse(.tooLong) }
            phase = .reading(bytes: bytes + count)
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // The request handler may hold reading back; what still comes is read and dropped.
        if case .closing = phase { context.read() }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        context.fireUserInboundEventTriggered(event)
        guard case ChannelEvent.inputClosed = event else { return }
        switch phase {
        case .closing: cut()
        case .serving: ending = ending ?? .quiet
        case .idle, .reading: sendFinalReply(context)
        }
    }

    func triggerUserOutboundEvent(context: ChannelHandlerContext, event: Any, promise: EventLoopPromise<Void>?) {
        guard event is ConnectionRegistry.Cut else {
            return context.triggerUserOutboundEvent(event, promise: promise)
        }
        cut()
        promise?.succeed()
    }

    /// A decoder that has failed closes the connection; a reply that is in progress still goes out, and the refusal is
    /// read.
    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .all else { return context.close(mode: mode, promise: promise) }
        promise?.succeed()
        switch phase {
        case .closing: break
        case .serving: ending = ending ?? .quiet
        case .idle, .reading: sendFinalReply(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { cut() }

    // MARK: Phases

    private func becomeIdle() {
        phase = .idle
        startTimer(WireLimits.idle) { $0.cut() }
    }

    /// Closes our half, and waits a little for the client to read it: to close at once what it still sends on would
    /// take the reply from it.
    private func sendFinalReply(_ context: ChannelHandlerContext) {
        phase = .closing
        context.close(mode: .output, promise: nil)
        context.read()
        startTimer(WireLimits.lingering) { $0.cut() }
    }

    private func startTimer(_ time: TimeAmount, _ action: @escaping (ConnectionGuard) -> Void) {
        timer?.cancel()
        timer = context?.eventLoop.assumeIsolated().scheduleTask(in: time) { [weak self] in
            if let self { action(self) }
        }
    }
}
