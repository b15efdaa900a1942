import Foundation
import PaymentSession
import Support
import Testing

@testable import GatewayHTTP
@testable import StripeGateway

/// Mutants of a gateway's replies. They never trap, and never approve another order.
struct ReplyMutantTests {
    @Test func `A mutant is read as Foundation reads it, and an approval belongs to this order`() throws {
        let order = order()
        let form = [
            "amount": "4200", "metadata[session]": order.sessionID, "metadata[attempt]": order.idempotencyKey,
        ]
        let intent = HostileReply.intent(form)
        let seeds = [
            intent,
            HostileReply.intent(
                form, ["status": #""requires_payment_method""#, "last_payment_error": #"{"code":"x"}"#]),
            #"{"error":{"type":"card_error","code":"x","payment_intent":\#(intent)}}"#,
            #"{"object":"list","has_more":true,"data":[\#(intent),{"id":"pi_2","\u00e9\ud83d\ude00":[1,-2,3.5e+7,null]}]}"#,
        ].map { Array($0.utf8) }
        var read = 0
        try forEachMutant(of: seeds, usually: 2000) { bytes in
            guard let json = ReplyJSON(bytes) else { return }
            read += 1
            // It refuses numbers beyond a Double's, which are no amounts.
            guard let other = try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) else {
                return
            }
            guard let reply = IntentReply(json), reply.answers(order, isTest: true) else {
                _ = ErrorReply(json).map { Decline($0, paymentID: nil) }
                _ = try? Page(json)
                return
            }
            let members = try #require(other as? [String: Any])
            #expect(members["amount"] as? Int == 4200 && members["object"] as? String == "payment_intent")
            #expect((members["metadata"] as? [String: String])?["attempt"] == order.idempotencyKey)
            if case .approved(let approval) = reply.outcome {
                #expect(members["status"] as? String == "succeeded")
                #expect(approval.paymentID.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F })
            }
        }
        #expect(read > 0)
    }

    @Test(arguments: [
        ("0", ReplyJSON.int(0)), ("-7", .int(-7)), ("9223372036854775807", .int(.max)),
        ("9223372036854775808", .otherNumber),
        ("1.0", .otherNumber), ("1e2", .otherNumber), (#""a\n\u00e9\ud83d\ude00""#, .string("a\né😀")),
        (" [ ] ", .array([])),
        (#"{"a":null,"b":[true,false]}"#, .object(["a": .null, "b": .array([.bool(true), .bool(false)])])),
    ])
    func `JSON is read`(text: String, value: ReplyJSON) { #expect(ReplyJSON(Array(text.utf8)) == value) }

    @Test(arguments: [
        "", " ", "01", "-", "1.", ".5", "1e", "+1", "nul", "truee", "[1,]", "[1 2]", "{\"a\"}", "{a:1}", #"{"a":1,}"#,
        #"{"a":1,"a":1}"#, #""\x""#, #""\u12g4""#, #""\ud800""#, #""\ud800\u0041""#, #""\udc00""#, "\"a", "\"\u{1}\"",
        "[1]x",
        "{}{}", "\u{FEFF}{}", "NaN", "Infinity", "'a'", "/* */1",
    ])
    func `Invalid or ambiguous JSON is refused`(text: String) {
        #expect(ReplyJSON(Array(text.utf8)) == nil)
    }

    @Test func `Depth is limited`() {
        func nested(_ depth: Int) -> [UInt8] {
            Array((String(repeating: "[", count: depth) + String(repeating: "]", count: depth)).utf8)
        }
        #expect(ReplyJSON(nested(ReplyJSON.depth)) != nil)
        #expect(ReplyJSON(nested(ReplyJSON.depth + 1)) == nil)
        #expect(ReplyJSON([0x22, 0xFF, 0x22]) == nil)
    }
}
