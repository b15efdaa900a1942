import Secrets
import Testing

@testable import MockGateway

struct WebhookSignatureTests {
    @Test func `A webhook's signature is the code of its time and body`() {
        let signature = WebhookSender.signature(of: Array("{}".utf8), at: 12, secret: "whsec_1")
        #expect(signature == "t=12,v1=" + HMAC(key: Array("whsec_1".utf8)).hexadecimal(Array("12.{}".utf8)))
    }
}
