internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// Serves the requests of one connection in sequence.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let service: GatewayService
    private let connection: ConnectionGuard
    private var head: HTTPRequestHead?
    private var body: [UInt8] = []

    init(service: GatewayService, connection: ConnectionGuard) {
        self.service = service
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let refusal = RequestCheck.refusal(of: head) { return connection.refuse(refusal) }
            self.head = head
            body = []
            if !head.headers["Expect"].isEmpty {
                context.writeAndFlush(
                    wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
            }
        case .body(let part):
            guard head != nil else { return }
            guard body.count + part.readableBytes <= WireLimits.body else {
                head = nil
                return connection.refuse(.tooLong)
            }
            body.append(contentsOf: part.readableBytesView)
        case .end:
            guard let head else { return }
            self.head = nil
            serve(head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        head = nil
        switch error as? HTTPParserError {
        case .headerOverflow?: connection.refuse(.headTooLong)
        case _?: connection.refuse(.badRequest)
        case nil: connection.cut()
        }
    }

    private func serve(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard let target = RequestCheck.target(head.uri) else { return connection.refuse(.badRequest) }
        let request = WireRequest(
            method: head.method.rawValue,
            path: target.path.split(separator: "/").map { $0.removingPercentEncoding ?? String($0) },
            query: Array(target.query.utf8), body: body, authorization: head.headers.first(name: "Authorization"),
            idempotencyKey: head.headers.first(name: "Idempotency-Key"),
            comesFromPage: !head.headers["Origin"].isEmpty
                || !RequestCheck.namesThisMachine(head.headers.first(name: "Host")))
        body = []
        connection.beginServing()
        let loop = context.eventLoop
        let way = NIOLoopBound((handler: self, context: context), eventLoop: loop)
        Task { [service] in
            let reply = await service.reply(to: request)
            loop.execute { way.value.handler.send(reply, to: head, way.value.context) }
        }
    }

    private func send(_ reply: WireReply, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        guard context.channel.isActive, reply.ending != .closedUnanswered else { return connection.cut() }
        connection.beginReply()
        // A request to upgrade the protocol is answered in HTTP/1.1, and nothing is read after it.
        let keeps = request.version == .http1_1 && request.isKeepAlive && request.headers["Upgrade"].isEmpty
        var headers = HTTPHeaders([
            ("Content-Type", "application/json"), ("Content-Length", String(reply.body.count)),
            ("Request-Id", "req_\(UInt64.random(in: 0 ... .max))"),
        ])
        if reply.isReplayed { headers.add(name: "Idempotent-Replayed", value: "true") }
        if !keeps { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: reply.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        let isHalf = reply.ending == .closedMidReply
        if request.method != .HEAD {
            let bytes = isHalf ? reply.body.prefix(reply.body.count / 2) : reply.body[...]
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: bytes)))), promise: nil)
        }
        let done = context.eventLoop.makePromise(of: Void.self)
        let way = NIOLoopBound((connection: connection, context: context), eventLoop: context.eventLoop)
        done.futureResult.whenComplete { _ in
            if isHalf { return way.value.connection.cut() }
            if !keeps { way.value.context.close(promise: nil) }
            way.value.connection.endReply()
        }
        guard isHalf else { return context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: done) }
        context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(ByteBuffer()))), promise: done)
    }
}
