package import CurlClient
package import Gateway

/// A gateway's address and the route to it, for any protocol.
package struct GatewayConnection: Sendable {
    private let baseURL: String
    package let options: ExchangeOptions

    /// Requests to the gateway at `url`, such as `https://api.example.com`.
    ///
    /// Plain `http` is only for this machine. All addresses of the host are checked here. The address of each
    /// connection is checked again with each request.
    ///
    /// - Throws: ``GatewayFault/badAddress``, or ``GatewayFault/insecureAddress`` for plain `http` to another machine
    ///   or through a proxy.
    package init(url: String, options: ExchangeOptions) throws(GatewayFault) {
        guard let address = HTTPAddress(url) else { throw .badAddress }
        if !address.isEncrypted, options.proxy != nil || !address.isThisMachine() { throw .insecureAddress }
        if let proxy = options.proxy, HTTPAddress(proxy: proxy) == nil { throw .badAddress }
        baseURL = address.text
        self.options = options
    }

    /// Sends the same request until a reply settles it, the attempts are used up or the deadline has passed.
    ///
    /// - Parameters:
    ///   - path: Path and query after the address.
    ///   - headers: They include the idempotency key if the request changes anything.
    ///   - read: The protocol's interpretation of a reply.
    package func send<Body>(
        _ method: HTTPRequest.Method, _ path: String, headers: [(name: String, value: String)],
        body: SecretBytes? = nil, until deadline: Deadline, reading read: (HTTPReply) -> ReplyReading<Body>
    ) async -> Exchange<Body> {
        var exchange = Exchange<Body>()
        if let body, body.buffer == nil {
            exchange.refuse(.memoryNotLocked)
            return exchange
        }
        for attempt in 1...max(1, options.tries) {
            let left = deadline.left
            guard left > 0 else { break }
            var request = HTTPRequest(
                method, baseURL + path, headers: headers, body: body?.buffer.map(HTTPBody.locked),
                connectTimeout: min(options.connectTimeout, left), timeout: min(options.requestTimeout, left))
            request.route = HTTPRoute(proxy: options.proxy, authorities: options.authorities)
            do throws(HTTPFailure) {
                let reply = try await CurlClient.send(request)
                if exchange.note(reply, read(reply)) { return exchange }
            } catch {
                if exchange.note(error) { return exchange }
            }
            let pause = min(4, options.backoff * Double(1 << min(attempt - 1, 16))) * Double.random(in: 0.5...1)
            guard attempt < options.tries, pause < deadline.left else { break }
            await deadline.pause(pause)
        }
        return exchange
    }
}
