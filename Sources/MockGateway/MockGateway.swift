package import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// A payment gateway for trials: a real HTTP server on the loopback address, with an API like Stripe's PaymentIntents.
///
/// It accepts the public test cards, makes the checks of a gateway before an issuer is asked, keeps replies by
/// idempotency key, and fails in the ways of ``Fault``. No card number is kept: each is reduced on arrival to its
/// brand, last four digits, a keyed hash and the behaviour of its issuer.
package final class MockGateway: Sendable {
    /// A secret key that it accepts. Any other key that begins with `sk_test_` works too.
    package static let testKey = "sk_test_tonewall"

    /// Its address: `http://127.0.0.1:PORT`.
    package let url: String
    private let listener: any Channel
    private let registry: ConnectionRegistry

    private init(url: String, listener: any Channel, registry: ConnectionRegistry) {
        self.url = url
        self.listener = listener
        self.registry = registry
    }

    /// A running gateway.
    ///
    /// - Parameters:
    ///   - port: The port on 127.0.0.1; 0 chooses a free one.
    ///   - faults: The faults to simulate.
    ///   - state: An SQLite file for its data, created if it is missing; `nil` to forget all data at the end.
    ///   - clock: The clock for the expiry of cards and for time stamps.
    /// - Throws: ``MockGatewayError`` if the port or the file cannot be used.
    package static func start(
        port: UInt16 = 0, faults: [Fault] = [], state: String? = nil, clock: @escaping @Sendable () -> Date = { Date() }
    ) async throws(MockGatewayError) -> MockGateway {
        let service: GatewayService
        do {
            service = try GatewayService(faults: faults, state: try state.map(StateFile.init), clock: clock)
        } catch {
            throw .stateUnusable(path: state ?? "")
        }
        let registry = ConnectionRegistry()
        let listener: any Channel
        do {
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: Int(port))
            listener = try await bootstrap(service, registry).bind(to: address).get()
        } catch {
            throw .cannotListen(port: port)
        }
        guard let bound = listener.localAddress?.port else { throw .cannotListen(port: port) }
        await service.resume()
        return MockGateway(url: "http://127.0.0.1:\(bound)", listener: listener, registry: registry)
    }

    private static func bootstrap(_ service: GatewayService, _ registry: ConnectionRegistry) -> ServerBootstrap {
        ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 1024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            // A reply is sent at once, without waiting for an earlier one (RFC 896).
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            // A client that has closed its sending half may still wait for the reply.
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let connection = ConnectionGuard(registry: registry)
                    let decoder = HTTPRequestDecoder(
                        leftOverBytesStrategy: .dropBytes, limitConfiguration: WireLimits.decoder)
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(connection)
                    try pipeline.addHandler(HTTPResponseEncoder())
                    try pipeline.addHandler(ByteToMessageHandler(decoder))
                    try pipeline.addHandler(HTTPServerPipelineHandler())
                    try pipeline.addHandler(RequestHandler(service: service, connection: connection))
                }
            }
    }

    /// Closes every connection and the port.
    package func stop() async {
        try? await listener.close().get()
        registry.close()
    }

    /// Serves until the task that waits is cancelled or the port fails.
    package func wait() async {
        await withTaskCancellationHandler {
            try? await listener.closeFuture.get()
        } onCancel: {
            listener.close(promise: nil)
        }
    }
}

/// A reason for not starting.
package enum MockGatewayError: Error, Sendable, Equatable {
    /// The port is in use, or this user may not use it.
    case cannotListen(port: UInt16)
    /// The state file cannot be read or created, or is of another kind.
    case stateUnusable(path: String)
    /// Its process does not start, or does not print its address.
    case cannotStart
}
