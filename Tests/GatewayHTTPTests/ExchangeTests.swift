import CurlClient
import Gateway
import Testing

@testable import GatewayHTTP

/// What one request and its repetitions leave open, whatever shape a gateway's protocol has.
@Suite struct ExchangeTests {
    private static let whole = HTTPReply(status: 200, body: [])

    @Test func `a doubt stays, whatever follows`() {
        var exchange = Exchange<Int>()
        let settles = exchange.note(HTTPFailure.timedOut)
        #expect(!settles)
        #expect(exchange.isInDoubt && exchange.endsInDoubt)
        let ends = exchange.note(Self.whole, ReplyReading(body: 1, verdict: .settled()))
        #expect(ends)
        #expect(exchange.isInDoubt && !exchange.endsInDoubt)
        #expect(exchange.doubt == .timedOut && exchange.body == 1)
    }

    @Test func `a failure before the request was sent leaves no doubt`() {
        var exchange = Exchange<Int>()
        let settles = exchange.note(HTTPFailure.cannotConnect)
        #expect(!settles)
        let ends = exchange.note(HTTPFailure.untrusted)
        #expect(ends)
        #expect(!exchange.isInDoubt && exchange.fault == .untrusted)
    }

    @Test func `a refusal may leave an earlier try in doubt`() {
        var exchange = Exchange<Int>()
        let settles = exchange.note(Self.whole, ReplyReading(body: nil, verdict: .settled(doubt: .wrongReply)))
        #expect(settles)
        #expect(exchange.doubt == .wrongReply)
    }

    @Test(arguments: 100...599, [200, 201])
    func `a status alone settles nothing that a body could deny`(status: Int, success: Int) {
        switch ReplyReading<Int>.Verdict(status: status, success: success) {
        case nil: #expect(status == success || (400..<500).contains(status) && ![408, 409, 429].contains(status))
        case .inDoubt(_, let wasAccepted): #expect(wasAccepted == (status < 400))
        case .notDone: #expect(status == 429)
        case .settled: Issue.record("settled by \(status)")
        }
    }
}
