internal import CurlClient
public import Gateway
internal import GatewayHTTP
public import PaymentSession

extension PaymentIntentsGateway {
    public func settle(_ order: PaymentOrder, sentAt: Int) async -> GatewayAnswer {
        await settle(order, sentAt: sentAt, until: Deadline(after: options.exchange.settlementDeadline))
    }

    /// Settles an order that was sent. If an answer said that it was taken (`wasAccepted`), a look-up without a result
    /// settles nothing.
    func settle(
        _ order: PaymentOrder, sentAt: Int, wasAccepted: Bool = false, until deadline: Deadline
    ) async -> GatewayAnswer {
        var fault: GatewayFault?
        repeat {
            do throws(GatewayFault) {
                if let intent = try await find(order, sentAt: sentAt, until: deadline) {
                    return await finish(intent, order, fault: nil, until: deadline)
                }
                if wasAccepted { return GatewayAnswer(outcome: .unknown(paymentID: nil), fault: .badReply) }
                switch try await useUpKey(of: order, until: deadline) {
                case .nothingTaken: return GatewayAnswer(outcome: .unreachable)
                case .alreadyUsed:
                    // Its request has finished since the first look-up. Either the payment exists now, or the gateway
                    // failed.
                    if let intent = try await find(order, sentAt: sentAt, until: deadline) {
                        return await finish(intent, order, fault: nil, until: deadline)
                    }
                    return GatewayAnswer(outcome: .unknown(paymentID: nil), fault: fault)
                case .underWay: fault = .timedOut
                }
            } catch {
                // An earlier fault is more informative than a passed deadline.
                fault = error == .timedOut ? fault ?? error : error
                if error.lasts { break }
            }
            await deadline.pause(options.exchange.backoff * 2)
        } while !deadline.isOver
        return GatewayAnswer(outcome: .unknown(paymentID: nil), fault: fault)
    }

    /// The payment for `order`, created about the time when the order was sent, or `nil`.
    ///
    /// - Throws: ``GatewayFault/wrongReply`` if there are several.
    private func find(
        _ order: PaymentOrder, sentAt: Int, until deadline: Deadline
    ) async throws(GatewayFault) -> IntentReply? {
        let allowance = 300
        let latest = sentAt + allowance + Int(options.exchange.deadline + options.exchange.settlementDeadline)
        let range = options.listsByTime ? "&created[gte]=\(sentAt - allowance)&created[lte]=\(latest)" : ""
        let path = "/v1/payment_intents?limit=100\(range)&expand[]=data.latest_charge"
        return try await firstPage(of: path, until: deadline) { items throws(GatewayFault) in
            let found = items.filter {
                $0["metadata"]?["attempt"]?.text == order.idempotencyKey
                    && $0["metadata"]?["purpose"]?.text != Self.placeholder
            }
            guard let first = found.first else { return nil }
            guard found.count == 1, let intent = IntentReply(first) else { throw .wrongReply }
            return intent
        }
    }

    /// The first result of `find` over the pages of a list, or `nil`.
    ///
    /// - Throws: ``GatewayFault/badReply`` if the list has an ID twice or has no end, ``GatewayFault/timedOut`` after
    ///   the deadline.
    func firstPage<Found: Sendable>(
        of path: String, until deadline: Deadline, _ find: ([ReplyJSON]) throws(GatewayFault) -> Found?
    ) async throws(GatewayFault) -> Found? {
        var seen: Set<GatewayName> = []
        var cursor = ""
        while seen.count < Self.mostPages {
            let answer = await send(.get, path + cursor, until: deadline)
            let page = try Page(try answer.success())
            if let found = try find(page.items) { return found }
            guard let next = page.next else { return nil }
            guard seen.insert(next).inserted else { throw .badReply }
            cursor = "&starting_after=" + next.text
        }
        throw .badReply
    }

    /// Largest number of pages: fifty thousand payments within the minutes of the look-up.
    private static let mostPages = 500

    private enum KeyUse {
        /// The key was unused and is used up now. No request under it will ever take money.
        case nothingTaken
        /// A request under the key has been answered.
        case alreadyUsed
        /// A request under the key is still in progress.
        case underWay
    }

    /// Sends a payment without a card under the order's key. The gateway refuses it if the key has been used.
    private func useUpKey(of order: PaymentOrder, until deadline: Deadline) async throws(GatewayFault) -> KeyUse {
        let form = FormBody()
        // Only the key counts. An earlier version may have sent the order in another unit.
        form.add(order, amount: (try? order.protocolCharge) ?? order.amount)
        form.add("metadata[purpose]", Self.placeholder)
        let answer = await send(
            .post, "/v1/payment_intents", body: form, idempotencyKey: order.idempotencyKey, until: deadline)
        if answer.reply?.status == 409 { return .underWay }
        if answer.usesKeyOfAnother { return .alreadyUsed }
        guard let intent = IntentReply(try answer.success()), intent.isFor(order), !intent.holdsMoney,
            intent.metadata["purpose"] == Self.placeholder
        else { throw .wrongReply }
        // This is for tidiness only, because a payment without a card takes no money.
        _ = await cancelPayment(intent.id, until: deadline)
        return .nothingTaken
    }

    private static let placeholder = "placeholder"

    /// The outcome of a payment that the gateway knows. A payment in progress is awaited, and one that cannot continue
    /// is cancelled.
    ///
    /// A payment that differs from the order is neither approved nor cancelled. A person must check it.
    func finish(
        _ intent: IntentReply, _ order: PaymentOrder, fault: GatewayFault?, until deadline: Deadline
    ) async -> GatewayAnswer {
        var intent = intent
        var fault = fault
        while true {
            guard intent.answers(order, isTest: isTest) else {
                let name = intent.isFor(order) ? intent.id.text : nil
                return GatewayAnswer(outcome: .unknown(paymentID: name), fault: .wrongReply)
            }
            if let outcome = intent.outcome {
                return GatewayAnswer(outcome: outcome, token: intent.token, fault: fault)
            }
            if intent.isStuck, await cancelPayment(intent.id, until: deadline) {
                return GatewayAnswer(outcome: .declined(intent.refusalOnceCalledOff), fault: fault)
            }
            guard intent.isStuck || intent.status == "processing" else {
                return GatewayAnswer(outcome: .unknown(paymentID: intent.id.text), fault: .wrongReply)
            }
            await deadline.pause(options.exchange.backoff)
            guard !deadline.isOver else { break }
            let path = "/v1/payment_intents/\(intent.id.text)?expand[]=latest_charge"
            let answer = await send(.get, path, until: deadline)
            if let newer = IntentReply(try? answer.success()), newer.id == intent.id {
                intent = newer
            } else {
                fault = answer.fault ?? .badReply
            }
        }
        return GatewayAnswer(outcome: .unknown(paymentID: intent.id.text), fault: fault ?? .stillWorking)
    }

    /// Cancels the payment. Returns whether it succeeded.
    private func cancelPayment(_ payment: GatewayName, until deadline: Deadline) async -> Bool {
        do throws(GatewayFault) {
            try await cancel(payment.text, key: "\(payment.text)-cancel", until: deadline)
            return true
        } catch {
            return false
        }
    }
}
