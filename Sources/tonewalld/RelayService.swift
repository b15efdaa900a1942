internal import Glibc
import RTPMedia
import Synchronization
import TrunkRelay

/// How often the process was asked to end.
private let asked = Atomic<Int>(0)

/// The life of the server: it serves until TERM, then ends as soon as its calls have ended. A second TERM ends it at
/// once.
enum RelayService {
    /// Time between two looks for calls that fell silent, in microseconds.
    private static let sweep: Int64 = 1_000_000

    static func run(_ server: consuming NGServer) {
        let ask: @convention(c) (Int32) -> Void = { _ in asked.add(1, ordering: .relaxed) }
        signal(SIGTERM, ask)
        signal(SIGINT, ask)
        var nextSweep = MediaLoop.now + sweep
        while true {
            server.serve(milliseconds: 200)
            let count = asked.load(ordering: .relaxed)
            if count > 0 { server.registry.isDraining = true }
            if count > 1 || count == 1 && server.registry.count == 0 { return }
            let now = MediaLoop.now
            guard now >= nextSweep else { continue }
            nextSweep = now + sweep
            _ = server.registry.endSilentCalls(at: now)
        }
    }
}
