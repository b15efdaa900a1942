import CurlClient
import DTMF
import Gateway
import GatewayHTTP
import PaymentSession
import Secrets
import Support
import Testing

/// A body of another shape than a form, as a second gateway would write one: it needs nothing of the card's own code.
private struct JSONBody {
    let bytes = SecretBytes()

    func add(_ name: String, _ digits: borrowing SensitiveDigits) {
        bytes.append((bytes.isEmpty ? "{" : ",").utf8.span)
        bytes.append("\"\(name)\":\"".utf8.span)
        bytes.append(digits)
        bytes.append(UInt8(ascii: "\""))
    }

    func end() { bytes.append(UInt8(ascii: "}")) }
}

@Suite struct SecretBodyTests {
    private func digits(_ text: String) throws -> SensitiveDigits {
        var digits = SensitiveDigits()
        for character in text {
            let appending = digits.append(try #require(Key(character)), in: LockedMemory())
            #expect(appending == .held)
        }
        return digits
    }

    private func text(_ bytes: SecretBytes) -> String {
        unsafe bytes.buffer?.withBytes { unsafe String(decoding: $0, as: UTF8.self) } ?? "no memory"
    }

    @Test func `a form percent-encodes all but digits, letters and a few signs`() throws {
        let form = FormBody()
        form.add("card[number]", try digits("4242424242424242"))
        form.add("name", "Zoë & sons=1+1 50%")
        #expect(text(form.bytes) == "card[number]=4242424242424242&name=Zo%C3%AB%20%26%20sons%3D1%2B1%2050%25")
    }

    @Test func `a request without locked memory is not sent, and leaves no doubt`() async throws {
        let connection = try GatewayConnection(url: "http://127.0.0.1:1", options: ExchangeOptions())
        let body = SecretBytes(buffer: nil)
        body.append(try digits("4242424242424242"))
        #expect(body.isEmpty)
        let exchange: Exchange<Int> = await connection.send(
            .post, "/v1/payments", headers: [], body: body, until: Deadline(after: 60)
        ) { _ in ReplyReading(body: nil, verdict: .settled()) }
        #expect(exchange.fault == .memoryNotLocked && !exchange.isInDoubt && exchange.reply == nil)
        #expect(GatewayFault.memoryNotLocked.leavesNothingDone && GatewayFault.memoryNotLocked.lasts)
    }

    @Test func `a body of another shape takes digits through the same door, and arrives as written`() async throws {
        let body = JSONBody()
        body.add("number", try digits("4000056655665556"))
        body.add("cvc", try digits("123"))
        body.end()
        #expect(text(body.bytes) == #"{"number":"4000056655665556","cvc":"123"}"#)
        let server = try ScriptedServer { _, _ in [.reply("{}")] }
        let connection = try GatewayConnection(url: server.url, options: ExchangeOptions())
        let exchange: Exchange<Int> = await connection.send(
            .post, "/payments", headers: [(name: "Content-Type", value: "application/json")], body: body.bytes,
            until: Deadline(after: 60)
        ) { _ in ReplyReading(body: 1, verdict: .settled()) }
        #expect(exchange.body == 1 && server.requests.map(\.body) == [text(body.bytes)])
        body.bytes.wipe()
        #expect(body.bytes.isEmpty && text(body.bytes).isEmpty)
    }
}
