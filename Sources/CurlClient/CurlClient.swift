internal import CCurl

/// HTTP by libcurl, with nothing of a request's body left in memory once the reply is in.
///
/// libcurl is the library of choice for three reasons: its allocators and the reading of the body are in our hands (so bodies are wiped),
/// its TLS is the system's and is kept current by the distribution, and it costs no build time.
/// Each request goes over a connection of its own, so that every try is one that the caller knows of.
public enum CurlClient {
    /// Bytes of reply taken at most.
    public static let replyLimit = 4 << 20

    private static let initialized: Bool = ccurl_global_init_wiping() == CURLE_OK

    /// The reply to `request`.
    ///
    /// - Throws: ``HTTPFailure`` where no whole reply came. A status of 400 or above is a reply, not a failure.
    public static func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPReply {
        guard initialized else { throw .other(code: UInt32(CURLE_FAILED_INIT.rawValue)) }
        let result: Result<HTTPReply, HTTPFailure> = await withCheckedContinuation { continuation in
            Courier.send { handle in
                let result = Result { () throws(HTTPFailure) in try perform(request, with: handle) }
                return { continuation.resume(returning: result) }
            }
        }
        return try result.get()
    }

    private static func perform(
        _ request: HTTPRequest, with handle: CurlHandle
    ) throws(HTTPFailure) -> HTTPReply {
        guard let handle = unsafe handle.pointer else { throw .other(code: UInt32(CURLE_FAILED_INIT.rawValue)) }
        var headers: UnsafeMutablePointer<curl_slist>?
        defer { unsafe curl_slist_free_all(headers) }
        for (name, value) in request.headers { unsafe headers = curl_slist_append(headers, "\(name): \(value)") }
        // libcurl would ask for leave before a long body and wait a second for it.
        unsafe headers = curl_slist_append(headers, "Expect:")

        let transfer = Transfer(body: request.body)
        try unsafe configure(handle, for: request, headers: headers)
        let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
        unsafe ccurl_set_writer(handle, writeReply, context)
        if let body = request.body {
            unsafe ccurl_set_reader(handle, readBody, context)
            unsafe ccurl_set_long(handle, CURLOPT_POSTFIELDSIZE, body.count)
        }
        let code = withExtendedLifetime(transfer) { unsafe curl_easy_perform(handle) }
        guard code == CURLE_OK else {
            let failure = unsafe failure(code, handle)
            throw failure.nothingWasSent && transfer.sent > 0 ? .closedEarly : failure
        }
        var status = 0
        unsafe ccurl_get_long(handle, CURLINFO_RESPONSE_CODE, &status)
        var seconds = 0.0
        unsafe ccurl_get_double(handle, CURLINFO_TOTAL_TIME, &seconds)
        return HTTPReply(status: status, body: transfer.reply, seconds: seconds)
    }

    private static func configure(
        _ handle: UnsafeMutableRawPointer, for request: HTTPRequest, headers: UnsafeMutablePointer<curl_slist>?
    ) throws(HTTPFailure) {
        guard unsafe ccurl_set_string(handle, CURLOPT_URL, request.url) == CURLE_OK else { throw .badAddress }
        unsafe ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        unsafe ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        unsafe ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        unsafe ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(request.connectTimeout * 1000))
        unsafe ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, Int(request.timeout * 1000)))
        unsafe ccurl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        unsafe ccurl_set_string(handle, CURLOPT_USERAGENT, "tonewall")
        // The smallest upload buffer that libcurl takes; less to wipe.
        unsafe ccurl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, 16 * 1024)
        unsafe ccurl_set_list(handle, CURLOPT_HTTPHEADER, headers)
        // Each request goes over a connection of its own. Over a kept one that turns out to be dead libcurl sends a request again by itself and
        // tells of the second try alone, though the first may have been acted on.
        unsafe ccurl_set_long(handle, CURLOPT_FORBID_REUSE, 1)
        switch request.method {
        case .get: unsafe ccurl_set_long(handle, CURLOPT_HTTPGET, 1)
        case .post: unsafe ccurl_set_long(handle, CURLOPT_POST, 1)
        case .delete: unsafe ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, "DELETE")
        }
        if request.method == .post, request.body == nil { unsafe ccurl_set_long(handle, CURLOPT_POSTFIELDSIZE, 0) }
    }

    private static func failure(_ code: CURLcode, _ handle: UnsafeMutableRawPointer) -> HTTPFailure {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return .badAddress
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: return .cannotConnect
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE: return .untrusted
        case CURLE_OPERATION_TIMEDOUT:
            var sent = 0
            unsafe ccurl_get_long(handle, CURLINFO_REQUEST_SIZE, &sent)
            return sent == 0 ? .cannotConnect : .timedOut
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND:
            return .closedEarly
        case CURLE_WEIRD_SERVER_REPLY, CURLE_WRITE_ERROR, CURLE_BAD_CONTENT_ENCODING:
            return .badReply
        default: return .other(code: UInt32(code.rawValue))
        }
    }
}

/// The state that libcurl's callbacks work on: how far the body is read, and what has come back.
private final class Transfer {
    let body: LockedBuffer?
    var sent = 0
    var reply: [UInt8] = []

    init(body: LockedBuffer?) {
        self.body = body
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer {
    unsafe Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
}

private func readBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let transfer = unsafe transfer(context)
    guard let body = transfer.body, let bytes = unsafe bytes else { return 0 }
    return unsafe body.withBytes { held in
        let length = min(size * count, held.count - transfer.sent)
        if length > 0 {
            unsafe UnsafeMutableRawPointer(bytes).copyMemory(from: held.baseAddress! + transfer.sent, byteCount: length)
            transfer.sent += length
        }
        return length
    }
}

private func writeReply(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    let transfer = unsafe transfer(context)
    let length = size * count
    guard let bytes = unsafe bytes, transfer.reply.count + length <= CurlClient.replyLimit else { return 0 }
    unsafe transfer.reply.append(contentsOf: UnsafeRawBufferPointer(start: bytes, count: length))
    return length
}
