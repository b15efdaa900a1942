internal import CurlClient
internal import Foundation
public import PaymentSession

/// The client of a gateway in the shape of Stripe's PaymentIntents, for telephone orders.
///
/// One payment is one `POST /v1/payment_intents` that is confirmed at once, marked `moto`, under the idempotency key of session and attempt.
/// Card data goes into its body alone, which lies in locked memory and is wiped.
public struct PaymentIntentsGateway: PaymentGateway {
    /// How patient the client is, and how it hands a card over.
    public struct Options: Sendable {
        /// How a card gets to the gateway.
        public enum CardEntry: Sendable {
            /// Within the request for the payment (`payment_method_data`): one request a payment.
            case inline
            /// By a request of its own (`POST /v1/payment_methods`), for gateways that take a card no other way.
            case paymentMethodFirst
        }

        public var cardEntry = CardEntry.inline
        /// Whether the gateway can list payments by the time of their making; one that cannot is asked for all of them.
        public var listsByTime = true
        /// Seconds for a connection to stand.
        public var connectTimeout = 5.0
        /// Seconds for one reply.
        public var requestTimeout = 10.0
        /// Seconds for all repetitions of one request together.
        public var deadline = 30.0
        /// Seconds for finding out, once the deadline is over, what became of a payment.
        public var settlementDeadline = 20.0
        /// Requests sent at most, the first among them.
        public var tries = 4
        /// Seconds before the first repetition; doubled for each further one, up to four seconds, and shortened by chance to half at most.
        public var backoff = 0.25

        public init() {}
    }

    let baseURL: String
    let key: String
    let options: Options

    /// A client of the gateway at `url` (such as `https://api.example.com`) with its secret key.
    ///
    /// - Throws: ``GatewayFault/badAddress``, or ``GatewayFault/insecureAddress`` for plain `http` to another machine.
    public init(url: String, key: String, options: Options = Options()) throws(GatewayFault) {
        guard let components = URLComponents(string: url), let host = components.host, !host.isEmpty,
            components.query == nil, components.user == nil, !key.utf8.contains(where: { $0 < 0x21 || $0 > 0x7E })
        else { throw .badAddress }
        switch components.scheme?.lowercased() {
        case "https": break
        case "http":
            guard host == "localhost" || host == "[::1]" || host == "::1" || host.hasPrefix("127.") else {
                throw .insecureAddress
            }
        default: throw .badAddress
        }
        baseURL = url.hasSuffix("/") ? String(url.dropLast()) : url
        self.key = key
        self.options = options
    }

    public func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        let sentAt = Int(Date().timeIntervalSince1970)
        let amount: Int
        do throws(GatewayFault) {
            amount = try order.protocolCharge
        } catch {
            guard case .refused(let status, let code) = error else {
                return GatewayAnswer(outcome: .unreachable, fault: error)
            }
            return GatewayAnswer(outcome: .rejected(status: status, code: code), fault: error)
        }
        let form = RequestForm()
        form.add(order, amount: amount)
        form.add("confirm", "true")
        form.add("payment_method_types[]", "card")
        form.add("payment_method_options[card][moto]", "true")
        form.add("expand[]", "latest_charge")
        switch options.cardEntry {
        case .inline: form.add(card, under: "payment_method_data")
        case .paymentMethodFirst:
            let method = RequestForm()
            method.add(card, under: "")
            let answer = await repeated(
                .post, "/v1/payment_methods", body: method.body, idempotencyKey: order.idempotencyKey + "-card")
            method.body.wipe()
            guard case .reply(let reply) = answer.ending, reply.status == 200,
                let named = decoded(NamedReply.self, reply.body)
            else {
                // No payment was asked for yet, so nothing can have been taken, whatever became of the card.
                return GatewayAnswer(outcome: Self.refusal(answer) ?? .unreachable, fault: answer.fault)
            }
            form.add("payment_method", named.id.text)
        }
        // The card's own pages are given back before the request goes out.
        _ = consume card
        let answer = await repeated(
            .post, "/v1/payment_intents", body: form.body, idempotencyKey: order.idempotencyKey)
        form.body.wipe()
        var conclusion = await conclude(order, answer, sentAt: sentAt)
        conclusion.secondsWaiting += answer.secondsWaiting
        return conclusion
    }

    /// The outcome of a payment whose requests are over.
    private func conclude(_ order: PaymentOrder, _ answer: Exchange, sentAt: Int) async -> GatewayAnswer {
        if case .reply(let reply) = answer.ending {
            if reply.status == 200, let intent = decoded(IntentReply.self, reply.body) {
                return await finish(intent, fault: answer.fault)
            }
            if let refusal = Self.refusal(answer) { return GatewayAnswer(outcome: refusal, fault: answer.fault) }
        }
        guard answer.mayHaveArrived || answer.isAccepted else {
            return GatewayAnswer(outcome: .unreachable, fault: answer.fault)
        }
        var settled = await settle(order, sentAt: sentAt)
        if case .unknown = settled.outcome { settled.fault = answer.fault ?? settled.fault }
        if case .unreachable = settled.outcome { settled.fault = answer.fault ?? settled.fault }
        return settled
    }

    /// The refusal in a 4xx reply; `nil` where there is none, or where an earlier repetition may have got through.
    private static func refusal(_ answer: Exchange) -> PaymentOutcome? {
        guard case .reply(let reply) = answer.ending, (400..<500).contains(reply.status), reply.status != 409,
            reply.status != 429
        else { return nil }
        let error = decoded(ErrorReply.self, reply.body)?.error
        if reply.status == 402 { return .declined(Decline(error, paymentID: error?.paymentIntent?.id.text)) }
        guard !answer.mayHaveArrived else { return nil }
        return .rejected(status: reply.status, code: reply.errorCode)
    }

    /// A gateway's name for a thing as a part of a path: nothing but letters, digits and `_`.
    static func pathPart(_ name: String) -> String {
        String(
            name.unicodeScalars.filter {
                $0.properties.isAlphabetic && $0.isASCII || $0 == "_" || ("0"..."9").contains($0)
            })
    }
}
