internal import CCurl
internal import Glibc
internal import Secrets

/// A running request and its reply so far. One thread uses it at a time.
@safe final class Transfer: @unchecked Sendable {
    let handle: CurlHandle
    private let request: HTTPRequest
    private let done: CheckedContinuation<Result<HTTPReply, HTTPFailure>, Never>
    private var headers: UnsafeMutablePointer<curl_slist>?
    /// Number of bytes of the body that libcurl has taken.
    private var sent = 0
    /// The part of libcurl's buffer that holds a secret body, locked until it is wiped.
    private var upload: UnsafeMutableRawBufferPointer?
    private var reply: [UInt8] = []
    /// Number of bytes in the reply's headers.
    private var headerBytes = 0
    /// Number of header lines in this reply that state its body's length.
    private var lengths = 0
    /// Whether an unencrypted connection to another machine was refused.
    private var isRefused = false

    /// - Parameter done: Resumed with the reply or the failure.
    init(
        _ request: HTTPRequest, over handle: CurlHandle,
        _ done: CheckedContinuation<Result<HTTPReply, HTTPFailure>, Never>
    ) {
        self.request = request
        self.handle = handle
        self.done = done
    }

    /// Sets the handle's options; `false` if the address is invalid or libcurl refuses an option. The request is not
    /// sent then.
    func prepare() -> Bool {
        guard let address = HTTPAddress(request.url.prefix { $0 != "?" }.description) else { return false }
        return prepareMessage() && prepareLimits() && prepareRoute(isEncrypted: address.isEncrypted)
    }

    private func set(_ options: [(CURLoption, Int)]) -> Bool {
        options.allSatisfy { option, value in unsafe ccurl_set_long(handle.pointer, option, value) == CURLE_OK }
    }

    private func set(_ option: CURLoption, _ text: String?) -> Bool {
        unsafe ccurl_set_string(handle.pointer, option, text) == CURLE_OK
    }

    /// Sets the message: address, headers, method and body.
    private func prepareMessage() -> Bool {
        for (name, value) in request.headers { unsafe headers = curl_slist_append(headers, "\(name): \(value)") }
        // Without this, libcurl sends "Expect: 100-continue" before a long body and waits up to a second.
        unsafe headers = curl_slist_append(headers, "Expect:")
        let handle = unsafe handle.pointer
        guard set(CURLOPT_URL, request.url), set(CURLOPT_USERAGENT, "tonewall"),
            unsafe ccurl_set_list(handle, CURLOPT_HTTPHEADER, headers) == CURLE_OK
        else { return false }
        // The event loop keeps the transfer alive as long as the handle is in use.
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe ccurl_set_writer(handle, writeReply, context)
        unsafe ccurl_set_header_reader(handle, readHeader, context)
        if request.body != nil { unsafe ccurl_set_reader(handle, readBody, context) }
        let isMethodSet =
            switch request.method {
            case .get: set([(CURLOPT_HTTPGET, 1)])
            case .post: set([(CURLOPT_POST, 1)])
            case .delete: set(CURLOPT_CUSTOMREQUEST, "DELETE")
            }
        guard isMethodSet, request.method == .post || request.body != nil else { return isMethodSet }
        return set([(CURLOPT_POSTFIELDSIZE, request.body?.count ?? 0)])
    }

    /// Sets the time limits and the kind of connection.
    private func prepareLimits() -> Bool {
        set([
            (CURLOPT_NOSIGNAL, 1),
            // The end of a transfer does not wait for a resolver that hangs.
            (CURLOPT_QUICK_EXIT, 1),
            (CURLOPT_CONNECTTIMEOUT_MS, Int(max(0.001, min(request.connectTimeout, Self.longest)) * 1000)),
            (CURLOPT_TIMEOUT_MS, Int(max(0.001, min(request.timeout, Self.longest)) * 1000)),
            // HTTP/2 would copy a body into memory that is not wiped.
            (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
            // This is the smallest upload buffer of libcurl, so there is less to wipe.
            (CURLOPT_UPLOAD_BUFFERSIZE, 16 * 1024),
            // Each request has its own connection. If a reused connection is dead, libcurl sends the request again and
            // reports only the second attempt, although the first may have had an effect.
            (CURLOPT_FRESH_CONNECT, 1), (CURLOPT_FORBID_REUSE, 1),
        ])
    }

    /// The longest time limit in seconds: a day, which fits in libcurl's milliseconds.
    private static let longest = 86_400.0

    /// Sets the proxy, the trusted authorities and the rule for plain `http`.
    private func prepareRoute(isEncrypted: Bool) -> Bool {
        let proxy = isEncrypted ? request.route.proxy : nil
        guard set(CURLOPT_PROTOCOLS_STR, "http,https"), set(CURLOPT_REDIR_PROTOCOLS_STR, "https"),
            // An empty proxy turns proxies off, regardless of the environment.
            set(CURLOPT_PROXY, proxy ?? ""), set(CURLOPT_NOPROXY, proxy == nil ? "*" : ""),
            set([
                (CURLOPT_FOLLOWLOCATION, 0), (CURLOPT_HTTP09_ALLOWED, 0), (CURLOPT_DISALLOW_USERNAME_IN_URL, 1),
                (CURLOPT_NETRC, Int(CURL_NETRC_IGNORED.rawValue)), (CURLOPT_SSL_VERIFYPEER, 1),
                (CURLOPT_SSL_VERIFYHOST, 2), (CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2)),
                (CURLOPT_HTTPPROXYTUNNEL, proxy == nil ? 0 : 1), (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
            ])
        else { return false }
        if let authorities = request.route.authorities {
            guard set(CURLOPT_CAINFO, authorities), set(CURLOPT_CAPATH, nil) else { return false }
        }
        guard !isEncrypted else { return true }
        let context = unsafe Unmanaged.passUnretained(self).toOpaque()
        return unsafe ccurl_set_opener(handle.pointer, openSocket, context) == CURLE_OK
    }

    /// Releases the handle and resumes the caller with the result.
    func end(_ code: CURLcode) {
        let result = result(code)
        handle.giveBack()
        unlockUpload()
        unsafe curl_slist_free_all(headers)
        done.resume(returning: result)
    }

    private func result(_ code: CURLcode) -> Result<HTTPReply, HTTPFailure> {
        guard code == CURLE_OK else { return .failure(failure(code)) }
        var status = 0
        unsafe ccurl_get_long(handle.pointer, CURLINFO_RESPONSE_CODE, &status)
        guard (200..<600).contains(status) else { return .failure(.badReply) }
        return .success(HTTPReply(status: status, body: reply, seconds: time(CURLINFO_TOTAL_TIME)))
    }

    private func time(_ info: CURLINFO) -> Double {
        var seconds = 0.0
        unsafe ccurl_get_double(handle.pointer, info, &seconds)
        return seconds
    }

    /// Whether a byte of the request may have reached the server. With TLS this needs a finished handshake.
    private var mayHaveSent: Bool {
        if sent > 0 { return true }
        guard request.url.lowercased().hasPrefix("https") else { return time(CURLINFO_CONNECT_TIME) > 0 }
        return time(CURLINFO_APPCONNECT_TIME) > 0
    }

    private func failure(_ code: CURLcode) -> HTTPFailure {
        guard mayHaveSent else {
            if isRefused { return .insecure }
            switch code {
            case CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL: return .badAddress
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR,
                CURLE_SSL_INVALIDCERTSTATUS, CURLE_SSL_CERTPROBLEM:
                return .untrusted
            default: return .cannotConnect
            }
        }
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return .timedOut
        case CURLE_WEIRD_SERVER_REPLY, CURLE_WRITE_ERROR, CURLE_BAD_CONTENT_ENCODING, CURLE_UNSUPPORTED_PROTOCOL:
            return .badReply
        case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_SEND_FAIL_REWIND:
            return .closedEarly
        default: return .other(code: UInt32(code.rawValue))
        }
    }

    /// Copies the next bytes of the body to libcurl's buffer. Returns their number.
    fileprivate func read(into bytes: UnsafeMutableRawBufferPointer) -> Int {
        guard let body = request.body, sent < body.count else { return 0 }
        if case .locked = body, unsafe !lockUpload(bytes, for: body) { return Int(CURL_READFUNC_ABORT) }
        let length = unsafe body.copy(from: sent, to: bytes)
        sent += length
        return length
    }

    /// Locks the part of libcurl's buffer that the body uses; `false` if the system does not allow it.
    private func lockUpload(_ bytes: UnsafeMutableRawBufferPointer, for body: HTTPBody) -> Bool {
        unlockUpload()
        let used = unsafe UnsafeMutableRawBufferPointer(rebasing: bytes[..<min(bytes.count, body.count)])
        guard unsafe BorrowedMemory.lock(UnsafeRawBufferPointer(used)) else { return false }
        unsafe upload = used
        return true
    }

    private func unlockUpload() {
        guard let used = unsafe upload else { return }
        unsafe BorrowedMemory.unlock(UnsafeRawBufferPointer(used))
        unsafe upload = nil
    }

    /// Wipes libcurl's copy of the body once all of it is sent, because libcurl would keep it until the reply comes. It
    /// is called between two calls of libcurl.
    func wipeUpload() {
        guard let upload = unsafe upload, let body = request.body, sent == body.count, ccurl_keeps_body() else {
            return
        }
        var taken: curl_off_t = 0
        guard unsafe ccurl_get_sent(handle.pointer, &taken) == CURLE_OK, taken >= body.count else { return }
        unsafe explicit_bzero(upload.baseAddress!, upload.count)
        unlockUpload()
    }

    /// Takes the next bytes of the reply; `false` if it is too long.
    fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard reply.count + bytes.count <= CurlClient.replyLimit else { return false }
        unsafe reply.append(contentsOf: bytes)
        return true
    }

    /// Checks a header line; `false` if the headers are too long, or state the body's length more than once. libcurl
    /// would choose one of the lengths.
    fileprivate func take(header line: UnsafeRawBufferPointer) -> Bool {
        headerBytes += line.count
        guard headerBytes <= CurlClient.headerLimit else { return false }
        func begins(_ word: StaticString) -> Bool {
            unsafe line.prefix(word.utf8CodeUnitCount).map { $0 | 0x20 }.elementsEqual(word.description.utf8)
        }
        if begins("http/") { lengths = 0 }
        if begins("content-length:") || begins("transfer-encoding:") { lengths += 1 }
        return lengths <= 1
    }

    /// A socket for an unencrypted request; -1 if the address belongs to another machine.
    fileprivate func open(_ address: UnsafePointer<curl_sockaddr>) -> curl_socket_t {
        guard unsafe ccurl_is_for_loopback(address) else {
            isRefused = true
            return -1
        }
        return unsafe ccurl_open(address)
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

private func readHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    unsafe transfer(context).take(header: UnsafeRawBufferPointer(start: bytes, count: size * count)) ? size * count : 0
}

private func openSocket(
    _ context: UnsafeMutableRawPointer?, _ purpose: curlsocktype, _ address: UnsafeMutablePointer<curl_sockaddr>?
) -> curl_socket_t {
    guard let address = unsafe address else { return -1 }
    return unsafe transfer(context).open(address)
}
