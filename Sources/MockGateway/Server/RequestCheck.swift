internal import NIOHTTP1

/// Refuses requests that the decoder accepts but RFC 9112 forbids or the gateway does not support.
enum RequestCheck {
    /// The reason to refuse a request with this head; `nil` if it is acceptable.
    static func refusal(of head: HTTPRequestHead) -> WireRefusal? {
        let hosts = head.headers["Host"].count
        guard hosts == 1 || hosts == 0 && head.version != .http1_1 else { return .badRequest }
        // Methods of other protocols (RTSP, ICE) arrive as raw methods.
        if case .RAW = head.method { return .badRequest }
        guard head.method != .CONNECT, target(head.uri) != nil else { return .badRequest }
        if let refusal = refusalOfFraming(head) { return refusal }
        for name in ["Authorization", "Idempotency-Key"] where head.headers[name].count > 1 { return .badRequest }
        guard head.headers["Expect"].allSatisfy({ $0.lowercased() == "100-continue" }) else {
            return .expectationFailed
        }
        return nil
    }

    /// If two readers disagree about the end of a body, they see different requests after it (request smuggling).
    private static func refusalOfFraming(_ head: HTTPRequestHead) -> WireRefusal? {
        let lengths = head.headers["Content-Length"]
        let encodings = head.headers["Transfer-Encoding"]
        guard lengths.count <= 1, encodings.count <= 1, lengths.isEmpty || encodings.isEmpty else {
            return .badRequest
        }
        if let length = lengths.first {
            guard (1...18).contains(length.utf8.count), length.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let bytes = Int(length)
            else { return .badRequest }
            guard bytes <= WireLimits.body else { return .tooLong }
        }
        if let encoding = encodings.first {
            guard head.version == .http1_1 else { return .badRequest }
            guard encoding.lowercased() == "chunked" else { return .unknownEncoding }
        }
        return nil
    }

    /// Whether a `Host` header names this machine. A request without the header does.
    static func namesThisMachine(_ host: String?) -> Bool {
        guard let host else { return true }
        let name = host.hasPrefix("[") ? host.prefix { $0 != "]" }.dropFirst() : host.prefix { $0 != ":" }
        return ["127.0.0.1", "localhost", "::1"].contains(name.lowercased())
    }

    /// Path and query of a request's target, `/v1/charges?limit=3` with or without scheme and host; `nil` if there is
    /// no path.
    /// it has none.
    static func target(_ uri: String) -> (path: Substring, query: Substring)? {
        var target = uri[...]
        if let scheme = target.firstRange(of: "://"), !target.hasPrefix("/") {
            guard let path = target[scheme.upperBound...].firstIndex(of: "/") else { return nil }
            target = target[path...]
        }
        guard target.hasPrefix("/") else { return nil }
        let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        return (parts[0], parts.count > 1 ? parts[1] : "")
    }
}
