internal import CurlClient
public import Gateway
public import GatewayHTTP
internal import Glibc
public import PaymentSession

/// A client for gateways with an API like Stripe's PaymentIntents, for telephone orders.
///
/// One payment is one `POST /v1/payment_intents`. It is confirmed at once, marked `moto`, and sent under the
/// idempotency key of session and attempt. Card data is only in its body, which is in locked memory and is wiped.
public struct PaymentIntentsGateway: PaymentGateway {
    /// How a card is sent, and the client's time limits.
    public struct Options: Sendable {
        /// How a card is sent to the gateway.
        public enum CardEntry: Sendable {
            /// Within the request for the payment (`payment_method_data`): one request a payment.
            case inline
            /// In a separate earlier request (`POST /v1/payment_methods`), for gateways that require that.
            case paymentMethodFirst
        }

        public var cardEntry = CardEntry.inline
        /// Whether the gateway can list payments by creation time. Otherwise a look-up lists all payments.
        public var listsByTime = true
        /// Time limits, repetitions and route of its requests.
        public var exchange = ExchangeOptions()

        public init() {}
    }

    let connection: GatewayConnection
    let key: String
    let options: Options
    /// Whether the key is a test key, with which no money moves. Replies must agree.
    let isTest: Bool

    /// A client of the gateway at `url` (such as `https://api.example.com`) with its secret key.
    ///
    /// Plain `http` is only for this machine.
    ///
    /// - Throws: `GatewayFault/badAddress`, or `GatewayFault/insecureAddress` for plain `http` to another machine or
    ///   through a proxy.
    public init(url: String, key: String, options: Options = Options()) throws(GatewayFault) {
        guard !key.utf8.contains(where: { $0 < 0x21 || $0 > 0x7E }) else { throw .badAddress }
        connection = try GatewayConnection(url: url, options: options.exchange)
        self.key = key
        self.options = options
        isTest = key.contains("_test_")
    }

    public func pay(_ order: PaymentOrder, with card: consuming CardDetails) async -> GatewayAnswer {
        let sentAt = time(nil)
        let deadline = Deadline(after: options.exchange.deadline)
        let amount: Int
        do throws(GatewayFault) {
            amount = try order.protocolCharge
        } catch {
            guard case .refused(let refusal) = error else {
                return GatewayAnswer(outcome: .unreachable, fault: error)
            }
            return GatewayAnswer(outcome: .rejected(refusal), fault: error)
        }
        let form = FormBody()
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
                // No payment was requested yet, so no money can have been taken.
                return GatewayAnswer(
                    outcome: Self.refusal(answer, of: order) ?? .unreachable, fault: answer.fault ?? .wrongReply)
            }
            form.add("payment_method", named.text)
        }
        // The pages of the digits are wiped before the request is sent.
        _ = consume card
        let answer = await send(
            .post, "/v1/payment_intents", body: form, idempotencyKey: order.idempotencyKey, until: deadline)
        form.bytes.wipe()
        var conclusion = await conclude(order, answer, sentAt: sentAt)
        conclusion.secondsWaiting += answer.secondsWaiting
        return conclusion
    }

    /// Sends the card in a separate request.
    private func handOver(
        _ card: borrowing CardDetails, for order: PaymentOrder, until deadline: Deadline
    ) async -> Exchange<ReplyJSON> {
        let form = FormBody()
        form.add(card, under: "")
        defer { form.bytes.wipe() }
        return await send(
            .post, "/v1/payment_methods", body: form, idempotencyKey: order.idempotencyKey + "-card",
            until: deadline)
    }

    /// The outcome of a payment after its requests.
    private func conclude(_ order: PaymentOrder, _ answer: Exchange<ReplyJSON>, sentAt: Int) async -> GatewayAnswer {
        let deadline = Deadline(after: options.exchange.settlementDeadline)
        let isAccepted = answer.reply?.status == 200
        if isAccepted, let intent = IntentReply(answer.body), intent.isFor(order) {
            return await finish(intent, order, fault: answer.fault, until: deadline)
        }
        if let refusal = Self.refusal(answer, of: order) { return GatewayAnswer(outcome: refusal, fault: answer.fault) }
        guard answer.isInDoubt || isAccepted else {
            return GatewayAnswer(outcome: .unreachable, fault: answer.fault)
        }
        var settled = await settle(
            order, sentAt: sentAt, wasAccepted: answer.wasAccepted || isAccepted, until: deadline)
        switch settled.outcome {
        // A fault of the look-up does not tell the outcome of the payment.
        case .unknown, .unreachable:
            settled.fault = answer.doubt ?? (isAccepted ? .wrongReply : answer.fault) ?? settled.fault
        case .approved, .declined, .rejected: break
        }
        return settled
    }

    /// The refusal in a 4xx reply; `nil` for any other reply, or if an earlier attempt may have had an effect.
    private static func refusal(_ answer: Exchange<ReplyJSON>, of order: PaymentOrder) -> PaymentOutcome? {
        guard let status = answer.reply?.status, (400..<500).contains(status), status != 429, !answer.endsInDoubt else {
            return nil
        }
        if status == 402 {
            let error = ErrorReply(answer.body)
            let intent = error?.intent.flatMap { $0.isFor(order) ? $0 : nil }
            return .declined(Decline(error, paymentID: intent?.id.text))
        }
        guard !answer.isInDoubt else { return nil }
        return .rejected(answer.refusal(status))
    }

    /// The ID of the payment method that a request created.
    private static func paymentMethod(in answer: Exchange<ReplyJSON>) -> GatewayName? {
        guard let json = try? answer.success(), json["object"]?.text == "payment_method" else { return nil }
        return GatewayName(json["id"]?.text)
    }
}
