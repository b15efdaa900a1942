import CurlClient
import Foundation
import Support
import Testing

/// Requests over connections that were kept from earlier ones.
struct ConnectionTests {
    private static let reply = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"

    private func body() -> LockedBuffer {
        let body = LockedBuffer(capacity: 16)
        body.append(contentsOf: Array("amount=1".utf8))
        return body
    }

    @Test func `A connection that dies under a request leaves it in doubt, and the request is not sent again unasked`()
        async throws
    {
        let server = try RawServer(reply: Self.reply, keepsOnce: true)
        defer { server.stop() }
        var sent = 0
        var failure: HTTPFailure?
        // Whether a connection is used again is up to what else this process sends meanwhile.
        while failure == nil, sent < 200 {
            sent += 1
            do throws(HTTPFailure) {
                _ = try await CurlClient.send(HTTPRequest(.post, server.url + "/", body: body()))
            } catch {
                failure = error
            }
        }
        #expect(failure == .closedEarly)
        #expect(failure?.nothingWasSent == false)
        #expect(server.text.components(separatedBy: "POST / ").count - 1 == sent)
        #expect(server.connections < sent)
    }

    @Test(arguments: [HTTPRequest.Method.post, .delete])
    func `A request without a body that changes something goes over a connection of its own`(method: HTTPRequest.Method)
        async throws
    {
        let server = try RawServer(reply: Self.reply, keepsOnce: true)
        defer { server.stop() }
        for _ in 0..<5 { _ = try await CurlClient.send(HTTPRequest(method, server.url + "/")) }
        #expect(server.connections == 5)
    }
}
