internal import CCurl

/// HTTP by libcurl. Nothing of a request's body is left in memory once the reply is in.
///
/// libcurl lets its caller supply the allocators and feed the body, so bodies can be wiped. Its TLS is the system's,
/// which the distribution keeps current. It costs no build time. Each request has a connection of its own, so the
/// caller knows of every try. The request alone says where it goes and whom it trusts: environment, user files and
/// redirects are ignored.
package enum CurlClient {
    /// Most bytes of a reply's body.
    package static let replyLimit = 4 << 20

    /// Most bytes of a reply's headers, including those of interim replies (1xx).
    static let headerLimit = 64 << 10

    private static let initialized: Bool = {
        ForeignSettings.forget()
        return ccurl_global_init_wiping() == CURLE_OK
    }()

    /// The reply to `request`.
    ///
    /// - Throws: ``HTTPFailure`` without a whole reply. A status of 400 or above is a reply.
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
