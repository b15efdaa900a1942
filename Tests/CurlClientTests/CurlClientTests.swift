import Secrets
import Support
import Testing

@testable import CurlClient

/// What a request comes to: a whole reply, or the failure that says whether anything was sent.
@Suite(.timeLimit(.minutes(2))) struct CurlClientTests {
    private func send(
        _ steps: [ScriptedServer.Step], timeout: Double = 30
    ) async throws -> Result<HTTPReply, HTTPFailure> {
        let server = try ScriptedServer { _, _ in steps }
        defer { server.stop() }
        do throws(HTTPFailure) {
            return .success(try await CurlClient.send(HTTPRequest(.get, server.url + "/", timeout: timeout)))
        } catch { return .failure(error) }
    }

    private func failure(_ steps: [ScriptedServer.Step], timeout: Double = 30) async throws -> HTTPFailure? {
        if case .failure(let failure) = try await send(steps, timeout: timeout) { failure } else { nil }
    }

    @Test(arguments: ["200 OK", "402 Payment Required", "404 Not Found", "500 Oops", "302 Found"])
    func `a complete reply is a reply, whatever its status, and redirects are not followed`(status: String) async throws
    {
        let reply = try await send([
            .send(
                Array(
                    "HTTP/1.1 \(status)\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 4\r\n\r\nbody".utf8))
        ]).get()
        #expect(reply.status == Int(status.prefix(3)) && reply.body == Array("body".utf8))
    }

    @Test func `a reply that comes a byte at a time is whole`() async throws {
        let text = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n3\r\ncde\r\n0\r\n\r\n"
        let reply = try await send([.drip(Array(text.utf8), milliseconds: 1)]).get()
        #expect(reply.body == Array("abcde".utf8))
    }

    @Test func `a body beyond the limit is refused, and one at the limit is not`() async throws {
        func head(_ length: Int) -> ScriptedServer.Step {
            .send(Array("HTTP/1.1 200 OK\r\nContent-Length: \(length)\r\n\r\n".utf8))
        }
        let most = [UInt8](repeating: 0x20, count: CurlClient.replyLimit)
        #expect(try await send([head(most.count), .send(most)]).get().body.count == CurlClient.replyLimit)
        #expect(try await failure([head(most.count + 1), .send(most + [0x20])]) == .badReply)
        // Nor is one whose length is not said.
        #expect(try await failure([.send(Array("HTTP/1.1 200 OK\r\n\r\n".utf8)), .flood(most)]) == .badReply)
    }

    @Test func `headers without end are refused`() async throws {
        let line = Array("X-Filler: \(String(repeating: "x", count: 1000))\r\n".utf8)
        #expect(try await failure([.send(Array("HTTP/1.1 200 OK\r\n".utf8)), .flood(line)]) == .badReply)
        let interim = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)
        #expect(try await failure([.flood(interim)]) == .badReply)
    }

    @Test func `what is not HTTP is refused`() async throws {
        #expect(try await failure([.send(Array("SSH-2.0-OpenSSH_9.2\r\n".utf8))]) == .badReply)
    }

    @Test func `a connection that ends early, or is silent, leaves open what was done`() async throws {
        let head = ScriptedServer.Step.send(Array("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".utf8))
        for steps in [[], [.reset], [head], [head, .reset]] as [[ScriptedServer.Step]] {
            let failure = try await failure(steps)
            #expect(failure == .closedEarly && failure?.nothingWasSent == false)
        }
        for steps in [[.hold], [head, .hold]] as [[ScriptedServer.Step]] {
            let failure = try await failure(steps, timeout: 0.3)
            #expect(failure == .timedOut && failure?.nothingWasSent == false)
        }
    }

    @Test func `without a listener, nothing was sent`() async throws {
        let server = try ScriptedServer { _, _ in [] }
        let url = server.url
        server.stop()
        for (address, wanted) in [
            (url, HTTPFailure.cannotConnect), ("no address", .badAddress), ("ftp://127.0.0.1/", .badAddress),
        ] {
            await #expect(throws: wanted) { _ = try await CurlClient.send(HTTPRequest(.post, address)) }
            #expect(wanted.nothingWasSent)
        }
    }

    @Test func `a body in locked memory is sent byte for byte, of every length`() async throws {
        var generator = SeededGenerator(seed: 25)
        for length in [0, 1, 4095, 4096, 4097, 16_384, Int.random(in: 16_385..<30_000, using: &generator)] {
            let text = String((0..<length).map { _ in "abcdefghij".randomElement(using: &generator) ?? "a" })
            let server = try ScriptedServer { _, _ in [.reply("{}")] }
            defer { server.stop() }
            let buffer = try #require(LockedBuffer(capacity: max(1, length + 5)))
            buffer.append("text=".utf8.span)
            buffer.append(text.utf8.span)
            let request = HTTPRequest(.post, server.url + "/", body: .locked(buffer), timeout: 30)
            #expect(try await CurlClient.send(request).status == 200)
            #expect(server.requests.first?.form["text"] ?? "" == text, "\(length) bytes")
        }
    }
}

/// Which variables of the environment a process that may see a card forgets.
struct ForeignSettingsTests {
    @Test(arguments: [
        "SSLKEYLOGFILE", "CURL_HOME", "CURL_CA_BUNDLE", "OPENSSL_CONF", "OSSL_TRACE", "SSL_CERT_FILE", "SSL_CERT_DIR",
        "http_proxy", "HTTPS_PROXY", "all_proxy", "No_Proxy", "HOSTALIASES", "RES_OPTIONS", "RESOLV_MULTI", "NETRC",
    ])
    func `settings that could redirect a card are removed`(name: String) { #expect(ForeignSettings.isForeign(name)) }

    @Test(arguments: ["PATH", "HOME", "TONEWALL_GATEWAY_KEY", "LANG", "XDG_STATE_HOME", "SSLISH", "PROXY", "TZ"])
    func `other settings stay`(name: String) { #expect(!ForeignSettings.isForeign(name)) }
}
