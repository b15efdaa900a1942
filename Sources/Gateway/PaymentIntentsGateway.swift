internal import CurlClient
internal import Glibc
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

        /// The proxy that an `https` gateway is reached through, `http://HOST:PORT` or `socks5h://HOST:PORT`; `nil` for none. No environment
        /// variable names one.
        public var proxy: String?
        /// A PEM file of the authorities that the gateway's certificate is held against; `nil` for the system's.
        public var authorities: String?

        public init() {}
    }

    let baseURL: String
    let key: String
    let options: Options
    /// Whether the key moves no money; replies have to say the same.
    let isTest: Bool

    /// A client of the gateway at `url` (such as `https://api.example.com`) with its secret key.
    ///
    /// Card data goes in clear to this machine alone: each address that a plain `http` host has is looked at here, and the one that is
    /// connected to once more with each request.
    /// - Throws: ``GatewayFault/badAddress``, or ``GatewayFault/insecureAddress`` for plain `http` to another machine or through a proxy.
    public init(url: String, key: String, options: Options = Options()) throws(GatewayFault) {
        guard let address = HTTPAddress(url), !key.utf8.contains(where: { $0 < 0x21 || $0 > 0x7E }) else {
            throw .badAddress
        }
        if !address.isEncrypted, options.proxy != nil || !address.isThisMachine() { throw .insecureAddress }
        if let proxy = options.proxy, HTTPAddress(proxy: proxy) == nil { throw .badAddress }
        baseURL = address.text
        self.key = key
        self.options = options
        isTest = key.contains("_test_")
    }

    public func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        let sentAt = time(nil)
        let deadline = Deadline(after: options.deadline)
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
            let answer = await handOver(card, for: order, until: deadline)
            guard let named = Self.paymentMethod(in: answer) else {
                // No payment was asked for yet, so nothing can have been taken, whatever became of the card.
                return GatewayAnswer(
                    outcome: Self.refusal(answer, of: order) ?? .unreachable, fault: answer.fault ?? .wrongReply)
            }
            form.add("payment_method", named.text)
        }
        // The card's own pages are given back before the request goes out.
        _ = consume card
        let answer = await repeated(
            .post, "/v1/payment_intents", body: form.body, idempotencyKey: order.idempotencyKey, until: deadline)
        form.body.wipe()
        var conclusion = await conclude(order, answer, sentAt: sentAt)
        conclusion.secondsWaiting += answer.secondsWaiting
        return conclusion
    }

    /// Gives the card to the gateway in a request of its own.
    private func handOver(
        _ card: borrowing CardDetails, for order: PaymentOrder, until deadline: Deadline
    ) async -> Exchange {
        let form = RequestForm()
        form.add(card, under: "")
        defer { form.body.wipe() }
        return await repeated(
            .post, "/v1/payment_methods", body: form.body, idempotencyKey: order.idempotencyKey + "-card",
            until: deadline)
    }

    /// The outcome of a payment whose requests are over.
    private func conclude(_ order: PaymentOrder, _ answer: Exchange, sentAt: Int) async -> GatewayAnswer {
        let deadline = Deadline(after: options.settlementDeadline)
        let isAccepted = answer.reply?.status == 200
        if isAccepted, let intent = IntentReply(answer.json), intent.isFor(order) {
            return await finish(intent, order, fault: answer.fault, until: deadline)
        }
        if let refusal = Self.refusal(answer, of: order) { return GatewayAnswer(outcome: refusal, fault: answer.fault) }
        guard answer.mayHaveArrived || isAccepted else {
            return GatewayAnswer(outcome: .unreachable, fault: answer.fault)
        }
        var settled = await settle(
            order, sentAt: sentAt, wasAccepted: answer.wasAccepted || isAccepted, until: deadline)
        switch settled.outcome {
        // What the look-up met says nothing about what was asked for.
        case .unknown, .unreachable:
            settled.fault = answer.openFault ?? (isAccepted ? .wrongReply : answer.fault) ?? settled.fault
        case .approved, .declined, .rejected: break
        }
        return settled
    }

    /// The refusal in a 4xx reply; `nil` where there is none, or where an earlier repetition may have got through.
    private static func refusal(_ answer: Exchange, of order: PaymentOrder) -> PaymentOutcome? {
        guard let status = answer.reply?.status, (400..<500).contains(status), status != 429, !answer.isOpen else {
            return nil
        }
        if status == 402 {
            let error = ErrorReply(answer.json)
            let intent = error?.intent.flatMap { $0.isFor(order) ? $0 : nil }
            return .declined(Decline(error, paymentID: intent?.id.text))
        }
        guard !answer.mayHaveArrived else { return nil }
        return .rejected(status: status, code: answer.errorCode)
    }

    /// The name of the payment method that a request made.
    private static func paymentMethod(in answer: Exchange) -> GatewayName? {
        guard let json = try? answer.success(), json["object"]?.text == "payment_method" else { return nil }
        return GatewayName(json["id"]?.text)
    }
}
