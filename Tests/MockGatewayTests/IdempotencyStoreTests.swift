import Testing

@testable import MockGateway

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

    @Test(arguments: [400, 404, 409, 429, 0]) func `The refusal of a request is not kept`(status: Int) {
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
