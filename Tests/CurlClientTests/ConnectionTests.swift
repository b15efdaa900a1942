import CurlClient
import Foundation
import Support
import Testing

/// The connections of requests.
struct ConnectionTests {
    @Test(arguments: [HTTPRequest.Method.get, .post, .delete])
    func `Each request uses its own connection, and is sent once`(method: HTTPRequest.Method) async throws {
        let server = try RawServer(reply: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}", keepsOnce: true)
        defer { server.stop() }
        for _ in 0..<5 { _ = try await CurlClient.send(HTTPRequest(method, server.url + "/")) }
        #expect(server.connections == 5)
        #expect(server.text.components(separatedBy: "\(method.rawValue) / ").count - 1 == 5)
    }
}
