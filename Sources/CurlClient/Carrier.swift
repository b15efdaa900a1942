internal import CCurl
internal import Foundation
internal import Synchronization

/// The one thread that carries every request which is under way, through libcurl's multi interface.
///
/// A thread for each would have fifty of them ask for the processor at once, and everything else of this process wait
/// behind them.
@safe final class Carrier: Sendable {
    /// Carries all of them; `nil` where libcurl has no memory for it.
    static let shared: Carrier? = Carrier()

    /// The longest sleep, in milliseconds; whoever has a request rings, and libcurl knows its own times.
    private static let sleep: Int32 = 60_000

    /// Those who wait to be carried, and libcurl's own state; but for the bell that is the thread's alone.
    @safe private struct State: @unchecked Sendable {
        var newcomers: [Transfer] = []
        var multi: UnsafeMutableRawPointer
    }

    private let state: Mutex<State>

    private init?() {
        guard let multi = unsafe curl_multi_init() else { return nil }
        state = unsafe Mutex(State(multi: multi))
        let thread = Thread { [self] in work() }
        thread.name = "gateway"
        // As little as libcurl and TLS take.
        thread.stackSize = 512 << 10
        thread.start()
    }

    /// Carries a transfer, and tells it what came of it.
    func carry(_ transfer: Transfer) {
        state.withLock { state in
            state.newcomers.append(transfer)
            unsafe curl_multi_wakeup(state.multi)
        }
    }

    private func work() -> Never {
        var underWay: [CurlHandle.ID: Transfer] = [:]
        while true {
            let (newcomers, multi) = unsafe takeNewcomers()
            for transfer in newcomers {
                if unsafe curl_multi_add_handle(multi, transfer.handle.pointer) == CURLM_OK {
                    underWay[transfer.handle.id] = transfer
                } else {
                    transfer.end(CURLE_FAILED_INIT)
                }
            }
            var running: Int32 = 0
            unsafe curl_multi_perform(multi, &running)
            var code = CURLE_OK
            var ended: [(transfer: Transfer, code: CURLcode)] = []
            while let handle = unsafe ccurl_multi_next(multi, &code) {
                unsafe curl_multi_remove_handle(multi, handle)
                if let transfer = unsafe underWay.removeValue(forKey: CurlHandle(handle).id) {
                    ended.append((transfer, code))
                }
            }
            for transfer in underWay.values { transfer.wipeUpload() }
            // Before anybody is told that his request is over, nothing is left of it.
            if !ended.isEmpty, underWay.isEmpty { unsafe renew(multi) }
            for (transfer, code) in ended { transfer.end(code) }
            unsafe curl_multi_poll(state.withLock { unsafe $0.multi }, nil, 0, Self.sleep, nil)
        }
    }

    private func takeNewcomers() -> ([Transfer], UnsafeMutableRawPointer) {
        unsafe state.withLock { state in
            defer { state.newcomers = [] }
            return unsafe (state.newcomers, state.multi)
        }
    }

    /// Gives back, wiped, what libcurl holds for all transfers, once none is under way: from 8.7 on that is the buffer
    /// which bodies went through.
    private func renew(_ multi: UnsafeMutableRawPointer) {
        guard let fresh = unsafe curl_multi_init() else { return }
        state.withLock { state in
            unsafe state.multi = fresh
            // A ring may have gone to the one that is left.
            unsafe curl_multi_wakeup(fresh)
        }
        unsafe curl_multi_cleanup(multi)
    }
}
