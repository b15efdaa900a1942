internal import CCurl
internal import Synchronization

/// What libcurl keeps of one transfer; used by one thread at a time.
///
/// Handles are kept for the next request, since a new one costs as much as the request does. Between requests one holds
/// nothing of them: it is reset, and what it gives back is wiped.
@safe struct CurlHandle: Identifiable, @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    var id: Int { unsafe Int(bitPattern: pointer) }

    init(_ pointer: UnsafeMutableRawPointer) { unsafe self.pointer = pointer }

    private static let free = Mutex<[CurlHandle]>([])

    /// A handle without a transfer; `nil` where there is no memory for one.
    static func take() -> CurlHandle? {
        if let handle = free.withLock({ $0.popLast() }) { return handle }
        return unsafe curl_easy_init().map { unsafe CurlHandle($0) }
    }

    /// Forgets the transfer.
    func giveBack() {
        unsafe curl_easy_reset(pointer)
        Self.free.withLock { $0.append(self) }
    }
}
