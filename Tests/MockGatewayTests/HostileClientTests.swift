import CurlClient
import Foundation
import MockGateway
import Support
import Testing

/// Requests that violate HTTP/1.1 or a limit, and the mock's replies.
private struct Attack: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var bytes: [UInt8]
    var statuses: Set<Int>

    init(_ name: String, _ text: String, _ statuses: Int...) {
        testDescription = name
        bytes = Array(text.utf8)
        self.statuses = Set(statuses)
    }

    static let fields = "Host: x\r\nAuthorization: Bearer \(MockGateway.testKey)\r\n"
    static let get = "GET /v1/charges HTTP/1.1\r\n" + fields
    private static let post = "POST /v1/customers HTTP/1.1\r\n" + fields
    private static let chunked = post + "Transfer-Encoding: chunked\r\n\r\n"

    private static func header(_ lines: String, _ statuses: Int = 400) -> Attack {
        Attack(lines.debugDescription, post + lines + "\r\nname=Ada", statuses)
    }

    private static func chunks(_ text: String, _ status: Int = 400) -> Attack {
        Attack("chunks " + text.prefix(40).debugDescription, chunked + text, status)
    }

    static let framing: [Attack] = [
        header("Content-Length: 8\r\nContent-Length: 8\r\n"), header("Content-Length: 8\r\nContent-Length: 3\r\n"),
        header("Content-Length: 8, 8\r\n"), header("Content-Length: 8\r\nTransfer-Encoding: chunked\r\n"),
        header("Transfer-Encoding: chunked\r\nContent-Length: 8\r\n"), header("Content-Length: +8\r\n"),
        header("Content-Length: -8\r\n"), header("Content-Length: 0x8\r\n"), header("Content-Length: \r\n"),
        header("Content-Length: 1 1\r\n"), header("Content-Length: 99999999999999999999\r\n"),
        header("Content-Length: 9999999999\r\n", 413), header("Content-Length: 8.0\r\n"),
        header("Content-Length : 8\r\n"), header("X: a\r\n b\r\nContent-Length: 8\r\n"),
        header("Content-Length:\r\n 8\r\n"), header(" X: a\r\nContent-Length: 8\r\n"),
        header("X: a\0b\r\nContent-Length: 8\r\n"), header("X\0: a\r\nContent-Length: 8\r\n"),
        header("X: a\rY: b\r\nContent-Length: 8\r\n"), header("X: a\nContent-Length: 8\r\n"),
        header("garbage\r\nContent-Length: 8\r\n"), header(": a\r\nContent-Length: 8\r\n"),
        header("Transfer-Encoding: identity\r\n", 501), header("Transfer-Encoding: xchunked\r\n", 501),
        header("Transfer-Encoding: gzip, chunked\r\n", 501), header("Transfer-Encoding: \u{B}chunked\r\n"),
        header("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n"),
        header("Host: y\r\nContent-Length: 8\r\n"), header("Expect: x\r\nContent-Length: 8\r\n", 417),
        header("Authorization: Bearer x\r\nContent-Length: 8\r\n"),
        header("Idempotency-Key: a\r\nIdempotency-Key: b\r\nContent-Length: 8\r\n"),
        chunks("0x8\r\nname=Ada\r\n0\r\n\r\n"), chunks("-8\r\nname=Ada\r\n0\r\n\r\n"),
        chunks("8 \r\nname=Ada\r\n0\r\n\r\n"), chunks("8\nname=Ada\r\n0\r\n\r\n"),
        chunks("8\r\nname=Ada\n0\r\n\r\n"), chunks("ffffffffffffffffff\r\nname"), chunks("\r\nname=Ada"),
        chunks("8\r\nname=Ada!\r\n0\r\n\r\n"), chunks("8;\0\r\nname=Ada\r\n0\r\n\r\n"),
        chunks("8\r\nname=Ada\r\n0\r\nContent-Length: 5\r\n\r\n"), chunks("g\r\n"),
        Attack("bare line feeds", "GET /v1/charges HTTP/1.1\nHost: x\n\n", 400),
        Attack("no host", "GET / HTTP/1.1\r\n\r\n", 400), Attack("HTTP/0.9", "GET /v1/charges\r\n\r\n", 400),
        Attack("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
        Attack("HTTP/1.2", "GET / HTTP/1.2\r\n\(fields)\r\n", 400),
        Attack("chunks in HTTP/1.0", "POST / HTTP/1.0\r\n\(fields)Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
        Attack("a tunnel", "CONNECT x:1 HTTP/1.1\r\n\(fields)\r\n", 400),
        Attack("no path", "OPTIONS * HTTP/1.1\r\n\(fields)\r\n", 400),
        Attack("no method", "G@T / HTTP/1.1\r\n\(fields)\r\n", 400), Attack("another protocol", "EHLO x\r\n\r\n", 400),
        Attack("TLS", "\u{16}\u{3}\u{1}\u{2}\0\u{1}\0" + String(repeating: "a", count: 200), 400),
        Attack("NUL in the path", "GET /v1/\0 HTTP/1.1\r\n\(fields)\r\n", 400),
    ]

    static let excess: [Attack] = [
        Attack("a header of 1 MB", get + "X: \(String(repeating: "a", count: 1 << 20))\r\n\r\n", 431),
        Attack("300 headers", get + (0..<300).map { "X\($0): y\r\n" }.joined() + "\r\n", 431),
        Attack("a long path", "GET /\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\n\(fields)\r\n", 431),
        Attack("empty lines without end", String(repeating: "\r\n", count: 2 << 20), 413),
        Attack("spaces without end", get + "X:" + String(repeating: " ", count: 4 << 20), 413, 431),
        Attack(
            "2 MB of body", post + "Content-Length: 2000000\r\n\r\n" + String(repeating: "a", count: 2_000_000), 413),
        Attack(
            "2 MB of chunks",
            chunked + String(repeating: "1000\r\n\(String(repeating: "a", count: 4096))\r\n", count: 512),
            413),
        Attack("a chunk's extension of 4 MB", chunked + "8;" + String(repeating: "a", count: 4 << 20), 413),
    ]
}

/// Clients that attack the mock gateway, and what becomes of others meanwhile.
@Suite(.ownThread, .timeLimit(.minutes(5)))
struct HostileClientTests {
    private func status(_ text: String) -> Int? { text.split(separator: " ").dropFirst().first.flatMap { Int($0) } }

    @Test(arguments: Attack.framing + Attack.excess)
    private func `A request that is wrong is refused, and its connection closed`(attack: Attack) async throws {
        let mock = try await MockGateway.start()
        let client = RawClient(mock.url)
        client.send(attack.bytes)
        let (text, isClosed) = client.readToEnd()
        #expect(isClosed)
        #expect(status(text).map(attack.statuses.contains) == true, "\(text.prefix(200))")
        #expect(text.components(separatedBy: "HTTP/1.1 ").count == 2, "one reply, and nothing after it")
        await mock.stop()
    }

    @Test(arguments: [
        "POST /v1/customers HTTP/1.1\r\n\(Attack.fields)Content-Length: 8\r\n\r\nname=Ada",
        "POST /v1/customers HTTP/1.1\r\n\(Attack.fields)Transfer-Encoding: chunked\r\n\r\n4\r\nname\r\n4\r\n=Ada\r\n0\r\n\r\n",
        "POST /v1/customers HTTP/1.1\r\n\(Attack.fields)Transfer-Encoding: Chunked\r\n\r\n008;a=\"b\"\r\nname=Ada\r\n0\r\nX: y\r\n\r\n",
        "POST /v1/customers HTTP/1.1\r\n\(Attack.fields)Expect: 100-continue\r\nContent-Length: 8\r\n\r\nname=Ada",
        "\r\nPOST http://x/v1/customers HTTP/1.1\r\n\(Attack.fields)content-length: 8\r\n\r\nname=Ada",
        "POST /v1/customers HTTP/1.0\r\n\(Attack.fields)Content-Length: 8\r\n\r\nname=Ada",
        "POST /v1/customers HTTP/1.1\r\n\(Attack.fields)Upgrade: h2c\r\nConnection: upgrade\r\nContent-Length: 8\r\n\r\nname=Ada",
    ])
    func `A valid request is served with every valid framing`(request: String) async throws {
        let mock = try await MockGateway.start()
        let client = RawClient(mock.url)
        client.send(Array(request.utf8))
        client.finishSending()
        let (text, isClosed) = client.readToEnd()
        #expect(isClosed)
        #expect(text.contains("HTTP/1.1 200 OK") && text.contains(#""name":"Ada""#), "\(text)")
        await mock.stop()
    }

    @Test func `Requests over one connection are answered in their order, up to one that is wrong`() async throws {
        let mock = try await MockGateway.start()
        let client = RawClient(mock.url)
        let paths = ["/v1/charges", "/v1/refunds", "/v1/customers"]
        let requests = paths.map { "GET \($0) HTTP/1.1\r\n\(Attack.fields)\r\n" }.joined()
        client.send(Array((requests + "G\0T / HTTP/1.1\r\n\r\n").utf8))
        let (text, isClosed) = client.readToEnd()
        #expect(isClosed)
        let places = paths.compactMap { path in text.range(of: #""url":"\#(path)""#)?.lowerBound }
        #expect(places.count == 3 && places == places.sorted())
        #expect(text.components(separatedBy: "HTTP/1.1 200 OK").count == 4)
        await mock.stop()
    }

    @Test func `A client that half-closes after its requests gets every reply`() async throws {
        let mock = try await MockGateway.start(faults: [Fault(.slow, delay: 0.3, times: 2, appliesToLookUps: true)])
        let client = RawClient(mock.url)
        client.send(Array(String(repeating: Attack.get + "\r\n", count: 5).utf8))
        client.finishSending()
        let (text, isClosed) = client.readToEnd()
        #expect(isClosed && text.components(separatedBy: "HTTP/1.1 200 OK").count == 6)
        await mock.stop()
    }

    @Test func `Slow and silent clients do not delay others`() async throws {
        let mock = try await MockGateway.start()
        var clients: [RawClient] = []
        // More connections than the limit.
        for number in 0..<450 {
            let client = RawClient(mock.url)
            switch number % 6 {
            case 0: break
            case 1: client.send([UInt8(ascii: "G")])
            case 2: client.send(Array((Attack.get + "X: ").utf8))
            case 3: client.send(Array((Attack.get + "Content-Length: 100\r\n\r\na").utf8))
            case 4: client.send(Array(String(repeating: Attack.get + "\r\n", count: 20).utf8))
            default:
                client.send(
                    Array(
                        "POST /v1/customers HTTP/1.1\r\n\(Attack.fields)Transfer-Encoding: chunked\r\n\r\n7fffffff\r\n"
                            .utf8))
            }
            clients.append(client)
            guard number % 50 == 49 else { continue }
            let reply = try await CurlClient.send(
                HTTPRequest(
                    .get, mock.url + "/v1/charges",
                    headers: [(name: "Authorization", value: "Bearer \(MockGateway.testKey)")], timeout: 60))
            #expect(reply.status == 200)
        }
        withExtendedLifetime(clients) {}
        await mock.stop()
    }

    @Test func `A connection in service is not closed for waiting ones`() async throws {
        let mock = try await MockGateway.start(faults: [Fault(.slow, delay: 3, times: 1, appliesToLookUps: true)])
        let served = RawClient(mock.url)
        served.send(Array((Attack.get + "Connection: close\r\n\r\n").utf8))
        // It is being served once the fault is used up.
        while try await !String(
            decoding: CurlClient.send(HTTPRequest(.get, mock.url + "/admin/faults", timeout: 60)).body, as: UTF8.self
        ).contains("[]") {}
        let idle = (0..<420).map { _ in RawClient(mock.url) }
        #expect(served.readToEnd().text.hasPrefix("HTTP/1.1 200 OK"))
        withExtendedLifetime(idle) {}
        await mock.stop()
    }
}
