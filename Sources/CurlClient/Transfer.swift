internal import CCurl

/// A request on its way and what has come back of it so far; used by one thread at a time.
@safe final class Transfer: @unchecked Sendable {
    let handle: CurlHandle
    private let request: HTTPRequest
    private let done: CheckedContinuation<Result<HTTPReply, HTTPFailure>, Never>
    private var headers: UnsafeMutablePointer<curl_slist>?
    /// Bytes of the request's body.
    private var sent = 0
    private var reply: [UInt8] = []

    /// - Parameter done: Told of the reply, or of a reason for having none.
    init(
        _ request: HTTPRequest, over handle: CurlHandle,
        _ done: CheckedContinuation<Result<HTTPReply, HTTPFailure>, Never>
    ) {
        self.request = request
        self.handle = handle
        self.done = done
    }

    /// Tells the handle what to do; `false` where the address is none.
    func prepare() -> Bool {
        let handle = unsafe handle.pointer
        guard unsafe ccurl_set_string(handle, CURLOPT_URL, request.url) == CURLE_OK else { return false }
        unsafe ccurl_set_string(handle, CURLOPT_PROTOCOLS_STR, "http,https")
        unsafe ccurl_set_long(handle, CURLOPT_NOSIGNAL, 1)
        unsafe ccurl_set_long(handle, CURLOPT_FOLLOWLOCATION, 0)
        unsafe ccurl_set_long(handle, CURLOPT_CONNECTTIMEOUT_MS, Int(request.connectTimeout * 1000))
        unsafe ccurl_set_long(handle, CURLOPT_TIMEOUT_MS, max(1, Int(request.timeout * 1000)))
        unsafe ccurl_set_long(handle, CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        unsafe ccurl_set_string(handle, CURLOPT_USERAGENT, "tonewall")
        // The smallest upload buffer that libcurl takes; less to wipe.
        unsafe ccurl_set_long(handle, CURLOPT_UPLOAD_BUFFERSIZE, 16 * 1024)
        // Each request goes over a connection of its own. Over a kept one that turns out to be dead libcurl sends a request again by itself and
        // tells of the second try alone, though the first may have been acted on.
        unsafe ccurl_set_long(handle, CURLOPT_FRESH_CONNECT, 1)
        unsafe ccurl_set_long(handle, CURLOPT_FORBID_REUSE, 1)
        for (name, value) in request.headers { unsafe headers = curl_slist_append(headers, "\(name): \(value)") }
        // libcurl would ask for leave before a long body and wait a second for it.
        unsafe headers = curl_slist_append(headers, "Expect:")
        unsafe ccurl_set_list(handle, CURLOPT_HTTPHEADER, headers)
        switch request.method {
        case .get: unsafe ccurl_set_long(handle, CURLOPT_HTTPGET, 1)
        case .post: unsafe ccurl_set_long(handle, CURLOPT_POST, 1)
        case .delete: unsafe ccurl_set_string(handle, CURLOPT_CUSTOMREQUEST, "DELETE")
        }
        // Whoever carries the transfer holds it as long as the handle is in use.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_set_writer(handle, writeReply, context)
        if request.body != nil { unsafe ccurl_set_reader(handle, readBody, context) }
        if request.method == .post || request.body != nil {
            unsafe ccurl_set_long(handle, CURLOPT_POSTFIELDSIZE, request.body?.count ?? 0)
        }
        return true
    }

    /// Gives the handle back, and tells what came of the request.
    func end(_ code: CURLcode) {
        let result = result(code)
        handle.giveBack()
        unsafe curl_slist_free_all(headers)
        done.resume(returning: result)
    }

    private func result(_ code: CURLcode) -> Result<HTTPReply, HTTPFailure> {
        guard code == CURLE_OK else {
            let failure = failure(code)
            return .failure(failure.nothingWasSent && sent > 0 ? .closedEarly : failure)
        }
        var status = 0
        unsafe ccurl_get_long(handle.pointer, CURLINFO_RESPONSE_CODE, &status)
        var seconds = 0.0
        unsafe ccurl_get_double(handle.pointer, CURLINFO_TOTAL_TIME, &seconds)
        return .success(HTTPReply(status: status, body: reply, seconds: seconds))
    }

    private func failure(_ code: CURLcode) -> HTTPFailure {
        switch code {
        case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return .badAddress
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT: return .cannotConnect
        case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE: return .untrusted
        case CURLE_OPERATION_TIMEDOUT:
            var sent = 0
            unsafe ccurl_get_long(handle.pointer, CURLINFO_REQUEST_SIZE, &sent)
            return sent == 0 ? .cannotConnect : .timedOut
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND:
            return .closedEarly
        case CURLE_WEIRD_SERVER_REPLY, CURLE_WRITE_ERROR, CURLE_BAD_CONTENT_ENCODING:
            return .badReply
        default: return .other(code: UInt32(code.rawValue))
        }
    }

    /// Copies the next bytes of the request's body; how many.
    fileprivate func read(into bytes: UnsafeMutableRawBufferPointer) -> Int {
        guard let body = request.body else { return 0 }
        return unsafe body.withBytes { held in
            let length = min(bytes.count, held.count - sent)
            if length > 0 {
                unsafe bytes.baseAddress?.copyMemory(from: held.baseAddress! + sent, byteCount: length)
                sent += length
            }
            return length
        }
    }

    /// Takes the next bytes of the reply; `false` where it grows too long.
    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard reply.count + bytes.count <= CurlClient.replyLimit else { return false }
        unsafe reply.append(contentsOf: bytes)
        return true
    }
}

private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer {
    unsafe Unmanaged<Transfer>.fromOpaque(context!).takeUnretainedValue()
}

private func readBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    unsafe transfer(context).read(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
}

private func writeReply(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    unsafe transfer(context).take(UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}
