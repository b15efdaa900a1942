internal import CCurl
internal import Foundation
internal import Synchronization

/// The event loop of all HTTP requests: one thread over libcurl's multi interface.
///
/// With one thread for each request, fifty requests would compete for the processor, and the rest of the process would
/// wait.
@safe final class CurlEventLoop: Sendable {
    /// The loop of this process; `nil` if libcurl has no memory for one.
    static let shared: CurlEventLoop? = CurlEventLoop()

    /// The longest sleep in milliseconds. A new transfer wakes the loop, and libcurl knows its own deadlines.
    private static let sleep: Int32 = 60_000

    /// Transfers waiting for their turn, and libcurl's own state. Except for waking up, only the loop's thread uses
    /// that state.
    @safe private struct State: @unchecked Sendable {
        var waiting: [Transfer] = []
        var multi: UnsafeMutableRawPointer
    }

    private let state: Mutex<State>

    private init?() {
        guard let multi = unsafe curl_multi_init() else { return nil }
        state = unsafe Mutex(State(multi: multi))
        let thread = Thread { [self] in run() }
        thread.name = "gateway"
        // This is as little as libcurl and TLS need.
        thread.stackSize = 512 << 10
        thread.start()
    }

    /// Starts a transfer. Its end is reported on the loop's thread.
    func start(_ transfer: Transfer) {
        state.withLock { state in
            state.waiting.append(transfer)
            unsafe curl_multi_wakeup(state.multi)
        }
    }

    private func run() -> Never {
        var running: [CurlHandle.ID: Transfer] = [:]
        while true {
            let (waiting, multi) = unsafe takeWaiting()
            for transfer in waiting {
                if unsafe curl_multi_add_handle(multi, transfer.handle.pointer) == CURLM_OK {
                    running[transfer.handle.id] = transfer
                } else {
                    transfer.end(CURLE_FAILED_INIT)
                }
            }
            var count: Int32 = 0
            unsafe curl_multi_perform(multi, &count)
            let ended = unsafe removeEnded(from: multi, &running)
            for transfer in running.values { transfer.wipeUpload() }
            // No part of a request may be in memory when its end is reported.
            if !ended.isEmpty, running.isEmpty { unsafe renew(multi) }
            for (transfer, code) in ended { transfer.end(code) }
            unsafe curl_multi_poll(state.withLock { unsafe $0.multi }, nil, 0, Self.sleep, nil)
        }
    }

    private func takeWaiting() -> ([Transfer], UnsafeMutableRawPointer) {
        unsafe state.withLock { state in
            defer { state.waiting = [] }
            return unsafe (state.waiting, state.multi)
        }
    }

    /// Removes the finished transfers from libcurl and from `running`, and returns them.
    private func removeEnded(
        from multi: UnsafeMutableRawPointer, _ running: inout [CurlHandle.ID: Transfer]
    ) -> [(transfer: Transfer, code: CURLcode)] {
        var ended: [(transfer: Transfer, code: CURLcode)] = []
        var code = CURLE_OK
        while let handle = unsafe ccurl_multi_next(multi, &code) {
            unsafe curl_multi_remove_handle(multi, handle)
            if let transfer = unsafe running.removeValue(forKey: CurlHandle(handle).id) {
                ended.append((transfer, code))
            }
        }
        return ended
    }

    /// Wipes and releases what libcurl holds for all transfers. From libcurl 8.7 on that is the buffer of bodies. No
    /// transfer may be running.
    private func renew(_ multi: UnsafeMutableRawPointer) {
        guard let fresh = unsafe curl_multi_init() else { return }
        state.withLock { state in
            unsafe state.multi = fresh
            // A wake-up may have been sent to the old handle.
            unsafe curl_multi_wakeup(fresh)
        }
        unsafe curl_multi_cleanup(multi)
    }
}
