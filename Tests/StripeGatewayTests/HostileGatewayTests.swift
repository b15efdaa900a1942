import GatewayHTTP
import Gateway
import StripeGateway
import PaymentSession
import Support
import Synchronization
import Testing

/// A gateway that lies, fails or attacks: nothing is approved that it does not say of this very order, and every
/// exchange ends.
@Suite(.timeLimit(.minutes(5)))
struct HostileGatewayTests {
    /// - Parameter seconds: The time of an exchange. Short ones are for gateways that never answer.
    private func client(_ url: String, seconds: Double = 1) throws -> PaymentIntentsGateway {
        var options = PaymentIntentsGateway.Options()
        options.exchange.requestTimeout = seconds / 2
        options.exchange.deadline = seconds
        options.exchange.settlementDeadline = seconds
        options.exchange.backoff = 0.01
        options.exchange.tries = 2
        return try PaymentIntentsGateway(url: url, key: "sk_test_1", options: options)
    }

    /// A gateway that answers as `reply` says. A payment without a card, by which a key is used up, it answers
    /// honestly.
    private func server(_ reply: HostileReply) throws -> ScriptedServer {
        let pages = Mutex(0)
        return try ScriptedServer { request, _ in
            if request.method == "POST", request.path == "/v1/payment_intents" {
                guard request.form["metadata[purpose]"] == "placeholder" else { return reply.payment(request) }
                let metadata =
                    #"{"purpose":"placeholder","session":"\#(request.form["metadata[session]"] ?? "")","#
                    + #""attempt":"\#(request.form["metadata[attempt]"] ?? "")"}"#
                return [
                    .reply(
                        HostileReply.intent(
                            request.form, ["status": #""requires_payment_method""#, "metadata": metadata]))
                ]
            }
            if request.method == "GET", request.path == "/v1/payment_intents" {
                return reply.list(
                    pages.withLock { pages in
                        pages += 1
                        return pages
                    })
            }
            return [.reply(#"{"error":{"type":"invalid_request_error"}}"#, status: "404 Not Found")]
        }
    }

    @Test(arguments: [[:], ["latest_charge": #""ch_1""#], ["latest_charge": "null"], ["payment_method": #""pm_1""#]])
    func `An honest answer is approved`(changes: [String: String]) async throws {
        let server = try server(.wrong("nothing", changes))
        defer { server.stop() }
        let answer = await (try client(server.url, seconds: 120)).pay(order(), with: card())
        #expect(answer.outcome == .approved(Approval(paymentID: "pi_1")))
    }

    @Test(arguments: HostileReply.wrongMembers + HostileReply.wrongTexts)
    func `An answer about another order is unknown`(reply: HostileReply) async throws {
        let server = try server(reply)
        defer { server.stop() }
        let answer = await (try client(server.url)).pay(order(), with: card())
        guard case .unknown(let name) = answer.outcome else {
            Issue.record("\(reply.testDescription): \(answer)")
            return
        }
        #expect(name == nil || name == "pi_1")
        #expect(answer.fault?.leavesNothingDone == false, "\(answer)")
    }

    @Test(arguments: HostileReply.wrongReplies)
    func `A malformed reply approves nothing, and the exchange ends`(reply: HostileReply) async throws {
        let server = try server(reply)
        defer { server.stop() }
        let answer = await (try client(server.url)).pay(order(), with: card())
        switch answer.outcome {
        // The key was used up by the look-up: whatever became of the request before, it takes nothing.
        case .unreachable: #expect(answer.fault?.leavesNothingDone == false)
        case .unknown: break
        case .approved, .declined, .rejected: Issue.record("\(reply.testDescription): \(answer)")
        }
    }

    @Test(arguments: HostileReply.wrongLists)
    func `A look-up without a result ends, and the payment is unknown`(reply: HostileReply) async throws {
        let server = try server(reply)
        defer { server.stop() }
        let answer = await (try client(server.url)).pay(order(), with: card())
        #expect(answer.outcome == .unknown(paymentID: nil), "\(answer)")
        #expect(server.requests.count <= 1100)
        #expect(server.requests.allSatisfy { $0.path.hasPrefix("/v1/payment_intents") })
    }

    @Test func `A list with an order twice, or with another amount, needs a person`() async throws {
        for (changes, name) in [(["amount": "1"], "pi_1" as String?), (["livemode": "true"], "pi_1"), ([:], nil)] {
            let forms = Mutex<[String: String]>([:])
            let reply = HostileReply(
                testDescription: "",
                payment: { request in
                    forms.withLock { $0 = request.form }
                    return []
                },
                list: { _ in
                    let form = forms.withLock { $0 }
                    let twice = changes.isEmpty ? "," + HostileReply.intent(form, ["id": #""pi_2""#]) : ""
                    return [
                        .reply(
                            #"{"object":"list","has_more":false,"data":[\#(HostileReply.intent(form, changes))\#(twice)]}"#
                        )
                    ]
                })
            let server = try server(reply)
            defer { server.stop() }
            let answer = await (try client(server.url)).pay(order(), with: card())
            #expect(answer.outcome == .unknown(paymentID: name))
        }
    }

    @Test(arguments: ["301 Moved", "302 Found", "303 See Other", "307 Temporary Redirect", "308 Permanent Redirect"])
    func `No redirect is followed`(status: String) async throws {
        let other = try ScriptedServer { request, _ in [.reply(HostileReply.intent(request.form))] }
        defer { other.stop() }
        let server = try server(.status(status, "Location: \(other.url)/v1/payment_intents\r\n"))
        defer { server.stop() }
        let answer = await (try client(server.url)).pay(order(), with: card())
        #expect(answer.outcome == .unknown(paymentID: nil))
        #expect(other.connections == 0)
    }

    @Test func `A gateway that answered and then disappeared may have taken the payment`() async throws {
        let holder = Mutex<ScriptedServer?>(nil)
        let server = try ScriptedServer { _, _ in
            holder.withLock { $0?.stop() }
            return [.reply("no JSON")]
        }
        holder.withLock { $0 = server }
        let answer = await (try client(server.url)).pay(order(), with: card())
        holder.withLock { $0 = nil }
        #expect(answer.outcome == .unknown(paymentID: nil))
        #expect(answer.fault == .badReply)
    }

    @Test(arguments: [
        ["amount": "1"], ["payment_intent": #""pi_2""#], ["metadata": #"{"refund":"x"}"#], ["object": #""charge""#],
        ["status": #""requires_action""#], ["id": #""re_\u001b[2J""#], ["amount": "-5"],
    ])
    func `A refund that is not the one asked for is unknown`(changes: [String: String]) async throws {
        let server = try ScriptedServer { request, _ in
            guard request.method == "POST" else { return [.reply(#"{"object":"list","has_more":false,"data":[]}"#)] }
            var members = [
                "id": #""re_1""#, "object": #""refund""#, "status": #""succeeded""#, "amount": "5",
                "payment_intent": #""pi_1""#, "metadata": #"{"refund":"\#(request.form["metadata[refund]"] ?? "")"}"#,
            ]
            members.merge(changes) { $1 }
            return [.reply("{" + members.map { "\"\($0)\":\($1)" }.joined(separator: ",") + "}")]
        }
        defer { server.stop() }
        let client = try client(server.url)
        await #expect {
            _ = try await client.refund(paymentID: "pi_1", amount: pounds(pence: 5), idempotencyKey: "r")
        } throws: { error in
            (error as? GatewayFault)?.leavesNothingDone == false
        }
    }
}
