internal import FlyingFox
internal import FlyingSocks
public import Foundation

/// A payment gateway to try things on: a real HTTP server on the loopback address, in the shape of Stripe's PaymentIntents.
///
/// It takes the public test cards, checks what a gateway checks before any issuer is asked, keeps replies by idempotency key, and fails
/// in the ways that ``Fault`` names. No card number is kept: each is reduced on arrival to its brand, last four digits, a keyed hash and what
/// its issuer will say.
public final class MockGateway: Sendable {
    /// A secret key that it takes; any other that begins with `sk_test_` will do too.
    public static let testKey = "sk_test_tonewall"

    /// Where it listens: `http://127.0.0.1:PORT`.
    public let url: String
    private let server: HTTPServer
    private let running: Task<Void, any Error>

    private init(url: String, server: HTTPServer, running: Task<Void, any Error>) {
        self.url = url
        self.server = server
        self.running = running
    }

    /// A running gateway.
    ///
    /// - Parameters:
    ///   - port: The port on 127.0.0.1; 0 takes a free one.
    ///   - faults: What is to go wrong.
    ///   - state: An SQLite file that what it knows is kept in, made where there is none; without, it forgets everything at its end.
    ///   - clock: The time it goes by: for the expiry of cards, and for time stamps.
    /// - Throws: ``MockGatewayError`` where the port or the file cannot be had.
    public static func start(
        port: UInt16 = 0, faults: [Fault] = [], state: String? = nil, clock: @escaping @Sendable () -> Date = { Date() }
    ) async throws(MockGatewayError) -> MockGateway {
        let service: GatewayService
        do {
            service = try GatewayService(faults: faults, state: try state.map(StateFile.init), clock: clock)
        } catch {
            throw .stateUnusable(path: state ?? "")
        }
        let address: sockaddr_in
        do {
            address = try sockaddr_in.inet(ip4: "127.0.0.1", port: port)
        } catch {
            throw .cannotListen(port: port)
        }
        let configuration = HTTPServer.Configuration(
            address: address, timeout: 4000, pool: PromptSockets(HTTPServer.defaultPool()), logger: .disabled)
        let server = HTTPServer(config: configuration, handler: FlyingFoxHandler(service: service))
        let running = Task { try await server.run() }
        do {
            try await server.waitUntilListening(timeout: 60)
        } catch {
            running.cancel()
            throw .cannotListen(port: port)
        }
        guard case .ip4(_, port: let bound) = await server.listeningAddress else {
            running.cancel()
            throw .cannotListen(port: port)
        }
        await service.resume()
        return MockGateway(url: "http://127.0.0.1:\(bound)", server: server, running: running)
    }

    /// Closes every connection and the port.
    public func stop() async {
        await server.stop()
        running.cancel()
        _ = await running.result
    }

    /// Serves until the task that waits is cancelled or the server fails.
    public func wait() async {
        await withTaskCancellationHandler {
            _ = await running.result
        } onCancel: {
            running.cancel()
        }
    }
}

/// A reason for not starting.
public enum MockGatewayError: Error, Sendable, Equatable {
    /// The port is taken, or not ours to take.
    case cannotListen(port: UInt16)
    /// The state file cannot be read or made, or is none.
    case stateUnusable(path: String)
}
