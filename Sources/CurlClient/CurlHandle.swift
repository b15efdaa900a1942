internal import CCurl
internal import Synchronization

/// libcurl's state of one transfer. One thread uses it at a time.
///
/// Handles are kept for later requests, because a new one costs as much as a request. A handle is reset between
/// requests, and the memory that it releases is wiped.
@safe struct CurlHandle: Identifiable, @unchecked Sendable {
    let pointer: UnsafeMutableRawPointer
    var id: Int { unsafe Int(bitPattern: pointer) }

    init(_ pointer: UnsafeMutableRawPointer) { unsafe self.pointer = pointer }

    private static let free = Mutex<[CurlHandle]>([])

    /// A handle without a transfer; `nil` if there is no memory for one.
    static func take() -> CurlHandle? {
        if let handle = free.withLock({ $0.popLast() }) { return handle }
        return unsafe curl_easy_init().map { unsafe CurlHandle($0) }
    }

    /// Resets the handle and keeps it for the next request.
    func giveBack() {
        unsafe curl_easy_reset(pointer)
        Self.free.withLock { $0.append(self) }
    }
}
