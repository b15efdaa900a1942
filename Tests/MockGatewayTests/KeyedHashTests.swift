import KeyedHash
import Testing

@testable import MockGateway

/// RFC 4231, section 4: test cases for HMAC-SHA-256.
struct KeyedHashTests {
    @Test(arguments: [
        (
            [UInt8](repeating: 0x0B, count: 20), Array("Hi There".utf8),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            Array("Jefe".utf8), Array("what do ya want for nothing?".utf8),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xAA, count: 20), [UInt8](repeating: 0xDD, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            [UInt8](repeating: 0xAA, count: 131), Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
    ])
    func `Codes are those of RFC 4231`(key: [UInt8], message: [UInt8], code: String) {
        let hash = KeyedHash(key: key)
        // One after another: each begins anew.
        for _ in 0..<3 { #expect(hash.hexadecimal(message) == code) }
    }

    @Test func `A webhook's signature is the code of its time and body`() {
        let signature = WebhookSender.signature(of: Array("{}".utf8), at: 12, secret: "whsec_1")
        #expect(signature == "t=12,v1=" + KeyedHash(key: Array("whsec_1".utf8)).hexadecimal(Array("12.{}".utf8)))
    }
}

struct IdempotencyStoreTests {
    private func isProceed(_ decision: IdempotencyStore.Decision) -> Bool {
        if case .proceed = decision { true } else { false }
    }

    @Test func `A reply is kept for its key and request`() {
        var store = IdempotencyStore()
        #expect(isProceed(store.begin("k", request: [1])))
        guard case .refuse(let busy) = store.begin("k", request: [1]) else {
            Issue.record("not busy")
            return
        }
        #expect(busy.status == 409)
        _ = store.finish("k", status: 500, body: [7])
        guard case .replay(let entry) = store.begin("k", request: [1]) else {
            Issue.record("not replayed")
            return
        }
        #expect(entry.status == 500 && entry.body == [7])
        guard case .refuse(let other) = store.begin("k", request: [2]) else {
            Issue.record("not refused")
            return
        }
        #expect(other.type == "idempotency_error")
    }

    @Test(arguments: [400, 404, 409, 429, 0]) func `A refusal of the request is not kept`(status: Int) {
        var store = IdempotencyStore()
        _ = store.begin("k", request: [1])
        #expect(store.finish("k", status: status, body: []) == nil)
        #expect(isProceed(store.begin("k", request: [2])))
    }

    @Test func `A key has 1 to 255 characters`() {
        var store = IdempotencyStore()
        #expect(isProceed(store.begin(String(repeating: "k", count: 255), request: [])))
        #expect(!isProceed(store.begin(String(repeating: "k", count: 256), request: [])))
        #expect(!isProceed(store.begin("", request: [])))
    }
}
