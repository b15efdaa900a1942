import Support
import Testing

/// A way in which a gateway lies, fails or attacks: how it answers the request for a payment, and how look-ups.
struct HostileReply: CustomTestStringConvertible, Sendable {
    typealias Request = ScriptedServer.Request
    typealias Step = ScriptedServer.Step

    var testDescription: String
    /// The answer to a POST for a payment with a card.
    var payment: @Sendable (Request) -> [Step]
    /// What lists hold.
    var list: @Sendable (_ page: Int) -> [Step] = { _ in [.reply(#"{"object":"list","has_more":false,"data":[]}"#)] }

    /// A payment intent as an honest gateway writes it; `changes` are laid over it, as JSON, and an empty one takes a
    /// member out.
    static func intent(_ form: [String: String], _ changes: [String: String] = [:]) -> String {
        let metadata =
            #"{"session":"\#(form["metadata[session]"] ?? "")","attempt":"\#(form["metadata[attempt]"] ?? "")"}"#
        let charge =
            #"{"object":"charge","id":"ch_1","amount":\#(form["amount"] ?? "0"),"currency":"gbp","status":"succeeded","#
            + #""paid":true,"captured":true,"payment_intent":"pi_1"}"#
        var members = [
            "id": #""pi_1""#, "object": #""payment_intent""#, "livemode": "false", "status": #""succeeded""#,
            "amount": form["amount"] ?? "0", "amount_received": form["amount"] ?? "0", "currency": #""gbp""#,
            "metadata": metadata, "latest_charge": charge, "last_payment_error": "null",
        ]
        for (name, value) in changes { members[name] = value.isEmpty ? nil : value }
        return "{" + members.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }.joined(separator: ",") + "}"
    }

    /// An answer that is right but for these members; look-ups find nothing.
    static func wrong(_ what: String, _ changes: [String: String]) -> HostileReply {
        HostileReply(testDescription: what) { [.reply(intent($0.form, changes))] }
    }

    /// An answer whose text is made of the right one.
    static func text(_ what: String, _ change: @escaping @Sendable (String) -> String) -> HostileReply {
        HostileReply(testDescription: what) { [.reply(change(intent($0.form)))] }
    }

    /// Bytes instead of a reply.
    static func raw(_ what: String, _ steps: @escaping @Sendable (String) -> [Step]) -> HostileReply {
        HostileReply(testDescription: what) { steps(intent($0.form)) }
    }

    /// A status, with the right answer in its body.
    static func status(_ status: String, _ headers: String = "") -> HostileReply {
        .raw("status \(status)") { body in
            [.send(Array("HTTP/1.1 \(status)\r\n\(headers)Content-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8))]
        }
    }

    private static let ok = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

    static let wrongMembers: [HostileReply] = [
        .wrong("a larger amount", ["amount": "4201", "amount_received": "4201"]),
        .wrong("a smaller amount", ["amount": "42"]), .wrong("an amount as text", ["amount": #""4200""#]),
        .wrong("an amount with a fraction", ["amount": "4200.0"]), .wrong("an exponent", ["amount": "42e2"]),
        .wrong("a huge amount", ["amount": String(repeating: "9", count: 4000)]),
        .wrong("a negative amount", ["amount": "-4200"]), .wrong("no amount", ["amount": ""]),
        .wrong("less received", ["amount_received": "0"]), .wrong("received as text", ["amount_received": #""4200""#]),
        .wrong("another currency", ["currency": #""usd""#]), .wrong("no currency", ["currency": ""]),
        .wrong("another attempt", ["metadata": #"{"session":"x","attempt":"x-1"}"#]),
        .wrong("no metadata", ["metadata": ""]), .wrong("metadata that is a list", ["metadata": "[]"]),
        .wrong("live money for a test key", ["livemode": "true"]), .wrong("no word on live money", ["livemode": ""]),
        .wrong("another object", ["object": #""charge""#]), .wrong("no object", ["object": ""]),
        .wrong("no id", ["id": ""]), .wrong("an empty id", ["id": #""""#]),
        .wrong("an id that is a number", ["id": "1"]),
        .wrong("an id with escape sequences", ["id": #""pi_\u001b[31mred""#]),
        .wrong("an id that overrides direction", ["id": #""pi_\u202e1""#]),
        .wrong("an id with a path", ["id": #""../x""#]),
        .wrong("a long id", ["id": "\"pi_\(String(repeating: "a", count: 300))\""]),
        .wrong("an id that is a card number", ["id": #""4242424242424242""#]),
        .wrong("an unknown status", ["status": #""paid""#]),
        .wrong("a status in capitals", ["status": #""SUCCEEDED""#]),
        .wrong("money held, not taken", ["status": #""requires_capture""#]), .wrong("no status", ["status": "true"]),
        .wrong("a failed charge", ["latest_charge": #"{"status":"failed"}"#]),
        .wrong("an unpaid charge", ["latest_charge": #"{"paid":false}"#]),
        .wrong("a charge of less", ["latest_charge": #"{"amount":1}"#]),
        .wrong("a charge of another payment", ["latest_charge": #"{"payment_intent":"pi_2"}"#]),
    ]

    static let wrongTexts: [HostileReply] = [
        .text("cut in the middle") { String($0.prefix($0.count / 2)) }, .text("two answers") { $0 + $0 },
        .text("text after it") { $0 + "x" }, .text("a mark before it") { "\u{FEFF}" + $0 },
        .text("a list of one") { "[\($0)]" }, .text("nothing") { _ in "" }, .text("a page") { "<html>\($0)</html>" },
        .text("a status twice") { #"{"status":"requires_payment_method","# + $0.dropFirst() },
        .text("an amount twice") { #"{"amount":1,"# + $0.dropFirst() },
        .text("a name twice, once with an escape") { #"{"\u0061mount":1,"# + $0.dropFirst() },
        .text("an unpaired surrogate") { #"{"x":"\ud800","# + $0.dropFirst() },
        .text("a bare control character") { "{\"x\":\"\u{1}\"," + $0.dropFirst() },
        .text("too deep") {
            "{\"x\":\(String(repeating: "[", count: 100_000))\(String(repeating: "]", count: 100_000)),"
                + $0.dropFirst()
        },
        .text("deep and open") { _ in String(repeating: #"{"a":"#, count: 200_000) },
    ]

    static let wrongReplies: [HostileReply] = [
        .status("201 Created"), .status("202 Accepted"), .status("204 No Content"), .status("206 Partial Content"),
        .status("304 Not Modified"), .status("409 Conflict"), .status("402 Payment Required"),
        .status("500 Internal Server Error"), .status("503 Service Unavailable"), .status("999 What"),
        .status("099 What"), .status("2OO OK"),
        .raw("a gzip of nothing") {
            [.send(Array((ok + "Content-Encoding: gzip\r\nContent-Length: 3\r\n\r\nxyz").utf8) + Array($0.utf8))]
        },
        .raw("HTTP/0.9") { [.send(Array($0.utf8))] },
        .raw("another protocol") { _ in [.send(Array("220 mail\r\n".utf8)), .hold] },
        .raw("a length that is longer") { [.send(Array((ok + "Content-Length: 99999\r\n\r\n" + $0).utf8))] },
        .raw("a length that is shorter") { [.send(Array((ok + "Content-Length: 20\r\n\r\n" + $0).utf8))] },
        .raw("two lengths") {
            [.send(Array((ok + "Content-Length: 3\r\nContent-Length: \($0.utf8.count)\r\n\r\n" + $0).utf8))]
        },
        .raw("a chunk too large") {
            [.send(Array((ok + "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n" + $0).utf8))]
        },
        .raw("chunks without end") { _ in
            [
                .send(Array((ok + "Transfer-Encoding: chunked\r\n\r\n").utf8)),
                .flood(Array("400\r\n".utf8) + Array(repeating: 0x20, count: 1024) + [13, 10]),
            ]
        },
        .raw("a body without end") { _ in
            [.send(Array((ok + "\r\n").utf8)), .flood(Array(repeating: 0x20, count: 65536))]
        },
        .raw("headers without end") { _ in
            [.send(Array(ok.utf8)), .flood(Array("X-More: \(String(repeating: "a", count: 1000))\r\n".utf8))]
        },
        .raw("a header line without end") { _ in
            [.send(Array((ok + "X: ").utf8)), .flood(Array(repeating: 0x61, count: 65536))]
        },
        .raw("interim replies without end") { _ in [.flood(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))] },
        .raw("early hints without end") { _ in [.flood(Array("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n".utf8))] },
        .raw("a switch of protocols") {
            [.send(Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n".utf8) + Array($0.utf8))]
        },
        .raw("a body drop by drop") { [.send(Array((ok + "\r\n").utf8)), .drip(Array($0.utf8), milliseconds: 100)] },
        .raw("a head drop by drop") { [.drip(Array((ok + "\r\n" + $0).utf8), milliseconds: 100)] },
        .raw("silence") { _ in [.hold] }, .raw("a reset") { _ in [.reset] }, .raw("no answer") { _ in [] },
        .raw("half a body, then a reset") {
            [.send(Array((ok + "Content-Length: \($0.utf8.count)\r\n\r\n" + $0.prefix(40)).utf8)), .reset]
        },
        HostileReply(testDescription: "a refusal that names a payment which was taken") {
            [
                .reply(
                    #"{"error":{"type":"invalid_request_error","payment_intent":\#(intent($0.form))}}"#,
                    status: "400 Bad Request")
            ]
        },
        HostileReply(testDescription: "a decline that names a payment which was taken") {
            [
                .reply(
                    #"{"error":{"type":"card_error","payment_intent":\#(intent($0.form))}}"#,
                    status: "402 Payment Required")
            ]
        },
    ]

    private static func page(_ number: Int, of items: [String], more: Bool = true) -> [Step] {
        [.reply(#"{"object":"list","has_more":\#(more),"data":[\#(items.joined(separator: ","))]}"#)]
    }

    private static func silent(_ what: String, list: @escaping @Sendable (Int) -> [Step]) -> HostileReply {
        HostileReply(testDescription: what, payment: { _ in [] }, list: list)
    }

    static let wrongLists: [HostileReply] = [
        .silent("a list without end") { page($0, of: [#"{"id":"pi_other\#($0)"}"#]) },
        .silent("a list in a circle") { page($0, of: [#"{"id":"pi_other\#($0 % 3)"}"#]) },
        .silent("more of nothing") { page($0, of: []) },
        .silent("a list that is none") { _ in [.reply(#"{"object":"list","data":{},"has_more":false}"#)] },
        .silent("a list that is silent") { _ in [.hold] },
        .silent("a list drop by drop") { _ in [.drip(Array(repeating: 0x20, count: 5000), milliseconds: 50)] },
        .silent("a list that leads on by a path") { page($0, of: [#"{"id":"../../v1/refunds?x="}"#]) },
    ]

    static let all = wrongMembers + wrongTexts + wrongReplies + wrongLists
}
