internal import CCurl
internal import Foundation
internal import Synchronization

/// The one thread that carries every request which is under way, through libcurl's multi interface.
///
/// A thread for each would have fifty of them ask for the processor at once, and everything else of this process wait behind them.
@safe final class Carrier: Sendable {
    /// Carries all of them; `nil` where libcurl has no memory for it.
    static let shared: Carrier? = Carrier()

    /// The longest sleep, in milliseconds; whoever has a request rings, and libcurl knows its own times.
    private static let sleep: Int32 = 60_000

    /// libcurl's own state; but for the bell it is the thread's alone.
    private nonisolated(unsafe) let multi: UnsafeMutableRawPointer
    private let newcomers = Mutex<[Transfer]>([])

    private init?() {
        guard let multi = unsafe curl_multi_init() else { return nil }
        unsafe self.multi = multi
        let thread = Thread { [self] in work() }
        thread.name = "gateway"
        // As little as libcurl and TLS take.
        thread.stackSize = 512 << 10
        thread.start()
    }

    /// Carries a transfer, and tells it what came of it.
    func carry(_ transfer: Transfer) {
        newcomers.withLock { $0.append(transfer) }
        unsafe curl_multi_wakeup(multi)
    }

    private func work() -> Never {
        var underWay: [CurlHandle.ID: Transfer] = [:]
        while true {
            for transfer in newcomers.withLock({ newcomers in
                defer { newcomers = [] }
                return newcomers
            }) {
                if unsafe curl_multi_add_handle(multi, transfer.handle.pointer) == CURLM_OK {
                    underWay[transfer.handle.id] = transfer
                } else {
                    transfer.end(CURLE_FAILED_INIT)
                }
            }
            var running: Int32 = 0
            unsafe curl_multi_perform(multi, &running)
            var code = CURLE_OK
            while let ended = unsafe ccurl_multi_next(multi, &code) {
                unsafe curl_multi_remove_handle(multi, ended)
                unsafe underWay.removeValue(forKey: CurlHandle(ended).id)?.end(code)
            }
            unsafe curl_multi_poll(multi, nil, 0, Self.sleep, nil)
        }
    }
}
