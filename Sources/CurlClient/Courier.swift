internal import CCurl
internal import Dispatch
internal import Foundation
internal import Synchronization

/// A thread with a libcurl handle of its own, which carries one request after another.
///
/// libcurl's simple interface blocks, so each request that is under way has a courier to itself. One that is back waits for the next errand: a new
/// thread and a new handle cost as much as a request. Between errands the handle holds nothing of a request: it is reset, and what it gives
/// back is wiped.
final class Courier: Sendable {
    /// What is done with the handle, on the courier's thread, and what is told of it once the courier is free again.
    typealias Errand = @Sendable (CurlHandle) -> @Sendable () -> Void

    /// Seconds that a courier waits for its next errand before it goes.
    private static let patience = 30.0
    /// Those who wait, the last to come back at the end: it is sent first, so that the others may go.
    private static let waiting = Mutex<[Courier]>([])

    private let errand = Mutex<Errand?>(nil)
    private let bell = DispatchSemaphore(value: 0)

    private init() {}

    /// Sends a courier on `errand`, a new one where none waits.
    static func send(on errand: @escaping Errand) {
        if let courier = waiting.withLock({ $0.popLast() }) {
            courier.give(errand)
            return
        }
        let courier = Courier()
        courier.give(errand)
        let thread = Thread { courier.work() }
        // As little as libcurl and TLS take.
        thread.stackSize = 512 << 10
        thread.start()
    }

    private func give(_ errand: @escaping Errand) {
        self.errand.withLock { $0 = errand }
        bell.signal()
    }

    private func work() {
        let handle = CurlHandle()
        // The handle's buffers go back through the wiping allocators here.
        defer { handle.cleanUp() }
        while waitForErrand() {
            guard let errand = errand.withLock({ $0.take() }) else { continue }
            let report = errand(handle)
            handle.reset()
            Self.waiting.withLock { $0.append(self) }
            report()
        }
    }

    /// Whether there is an errand; `false` where none came and none will.
    private func waitForErrand() -> Bool {
        guard bell.wait(timeout: .now() + Self.patience) == .timedOut else { return true }
        let hasGone = Self.waiting.withLock { waiting in
            guard let place = waiting.firstIndex(where: { $0 === self }) else { return false }
            waiting.remove(at: place)
            return true
        }
        if hasGone { return false }
        // Somebody has taken it out of the line in this very moment, and rings.
        bell.wait()
        return true
    }
}

/// What libcurl keeps of one transfer; used by one thread.
@safe struct CurlHandle {
    /// `nil` where there was no memory for it.
    let pointer: UnsafeMutableRawPointer?

    init() { unsafe pointer = curl_easy_init() }

    /// Forgets the transfer.
    func reset() {
        if let pointer = unsafe pointer { unsafe curl_easy_reset(pointer) }
    }

    func cleanUp() { unsafe curl_easy_cleanup(pointer) }
}
