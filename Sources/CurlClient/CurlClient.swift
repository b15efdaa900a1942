internal import CCurl

/// HTTP by libcurl. After the reply, no part of a request's body stays in memory.
///
/// libcurl lets its caller supply allocators and the body, so bodies can be wiped. It uses the system's TLS, which the
/// distribution keeps current, and it adds no build time. Each request has its own connection, so the caller knows
/// about every attempt. Only the request determines the destination and the trusted authorities. Environment, user
/// files and redirects are ignored.
package enum CurlClient {
    /// Largest number of bytes in a reply's body.
    package static let replyLimit = 4 << 20

    /// Largest number of bytes in a reply's headers, including interim replies (1xx).
    static let headerLimit = 64 << 10

    private static let initialized: Bool = {
        ForeignSettings.forget()
        return ccurl_global_init_wiping() == CURLE_OK
    }()

    /// The reply to `request`.
    ///
    /// - Throws: ``HTTPFailure`` if there is no complete reply. A status of 400 or above is a reply.
    package static func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPReply {
        guard initialized, let loop = CurlEventLoop.shared, let handle = CurlHandle.take() else {
            throw .other(code: UInt32(CURLE_FAILED_INIT.rawValue))
        }
        let result = await withCheckedContinuation { continuation in
            let transfer = Transfer(request, over: handle, continuation)
            if transfer.prepare() { loop.start(transfer) } else { transfer.end(CURLE_URL_MALFORMAT) }
        }
        return try result.get()
    }
}
