internal import FlyingSocks
internal import Glibc
internal import Synchronization

/// Sockets whose replies go out at once.
///
/// FlyingFox writes a reply's head and its body apart. Over a connection that was used before, the system would hold the second until the other
/// side has acknowledged the first (RFC 896), which it takes 40 ms for. Accepted sockets have the option from the one that listens.
final class PromptSockets: AsyncSocketPool {
    private let pool: any AsyncSocketPool
    private let isSet = Mutex(false)

    init(_ pool: any AsyncSocketPool) { self.pool = pool }

    func prepare() async throws { try await pool.prepare() }

    func run() async throws { try await pool.run() }

    func suspendSocket(_ socket: Socket, untilReadyFor events: Socket.Events) async throws {
        // The first that is waited for is the one that listens.
        isSet.withLock { isSet in
            guard !isSet else { return }
            var on: Int32 = 1
            let size = socklen_t(MemoryLayout<Int32>.size)
            isSet = unsafe setsockopt(socket.file.rawValue, Int32(IPPROTO_TCP), TCP_NODELAY, &on, size) == 0
        }
        try await pool.suspendSocket(socket, untilReadyFor: events)
    }
}
