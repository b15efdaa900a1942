internal import NIOCore

/// Limits one client, and ends its connection so that the client can still read the reason.
///
/// It is the handler next to the socket. It counts incoming bytes, limits the time of each phase, and writes refusals
/// itself, without the encoder, because no reply is in progress then.
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        /// No byte of a request has arrived.
        case idle
        /// This many bytes of a request have arrived.
        case reading(bytes: Int)
        /// Requests are complete and their replies in progress. For a short time there may be more than one.
        case serving(requests: Int)
        /// Reading has ended, and everything is written.
        case closing
    }

    private let registry: ConnectionRegistry
    private var phase = Phase.idle
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?
    /// How the connection ends after the reply in progress.
    private var ending: Ending?

    private enum Ending {
        case quiet
        case refusal(WireRefusal)
    }

    init(registry: ConnectionRegistry) {
        self.registry = registry
    }

    // MARK: Orders of the request handler

    /// Notes that a request is complete.
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

    /// Notes that writing of a reply begins.
    func beginReply() { startTimer(WireLimits.exchange) { $0.cut() } }

    /// Notes that a reply is written.
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

    /// Ends the connection at once, even during a reply.
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
        // The request handler may hold back reading. Remaining input is read and dropped.
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

    /// Closes the connection after an error of the decoder. A reply in progress is still sent, and the client can read
    /// the refusal.
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

    /// Closes the sending half, and waits briefly for the client to read the reply. If the whole connection were closed
    /// at once, input that still arrives would destroy the reply.
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
