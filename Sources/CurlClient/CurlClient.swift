internal import CCurl

/// HTTP by libcurl, with nothing of a request's body left in memory once the reply is in.
///
/// libcurl is the library of choice for three reasons: its allocators and the reading of the body are in our hands (so
/// bodies are wiped), its TLS is the system's and is kept current by the distribution, and it costs no build time. Each
/// request goes over a connection of its own, so that every try is one that the caller knows of. Where it goes, and
/// whom it trusts, is in the request alone: no environment, no file of the user's, no redirect has a say.
package enum CurlClient {
    /// Bytes of reply taken at most.
    package static let replyLimit = 4 << 20

    /// Bytes of reply headers taken at most, those of interim replies (1xx) among them.
    static let headerLimit = 64 << 10

    private static let initialized: Bool = {
        ForeignSettings.forget()
        return ccurl_global_init_wiping() == CURLE_OK
    }()

    /// The reply to `request`.
    ///
    /// - Throws: ``HTTPFailure`` where no whole reply came. A status of 400 or above is a reply, not a failure.
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
