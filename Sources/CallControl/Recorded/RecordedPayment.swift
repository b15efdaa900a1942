package import AudioIO
package import Failures
package import Gateway
internal import PaymentSession

extension OpenPayment {
    /// Takes the payment that a recorded call holds, and closes it.
    ///
    /// - Parameters:
    ///   - call: How the call is played.
    ///   - reader: The recording.
    ///   - files: What the call leaves; `nil` for nothing.
    ///   - willLeave: Is told what an end of this process would leave open, and `nil` once that is nothing.
    ///   - show: Is given each event of the session as it happens.
    /// - Throws: ``Failure`` with status 69 where the gateway's answer is no longer waited for, else what reading,
    ///   writing and the ledger throw. The payment is closed, left or abandoned then.
    package func play(
        _ call: RecordedCall, _ reader: AudioReader, leaving files: RecordedCallFiles? = nil,
        willLeave: @escaping @Sendable (String?) -> Void = { _ in }, show: @escaping @Sendable (CallEvent) -> Void
    ) async throws -> RecordedCall.Report {
        let screen = Task { [events = await session.events()] in for await event in events { show(event) } }
        let report: RecordedCall.Report
        do {
            report = try await call.play(
                reader, through: session, stop: stop(willLeave), hear: { files?.hear($0) },
                write: { try files?.write($0) })
        } catch {
            await abandon()
            if await session.directive.isOver { await screen.value } else { screen.cancel() }
            throw error
        }
        if report.isLeftOpen {
            leave()
            throw Failure(
                .unavailable, code: "payment.left-open", terms.openWords(await session.identity))
        }
        await screen.value
        try await close()
        try files?.finish(try await receipt(), removed: report.removed)
        return report
    }

    /// An order to stop ends the call as a hang-up does.
    private func stop(_ willLeave: @escaping @Sendable (String?) -> Void) -> CallStop {
        CallStop(
            patience: terms.patience, isOrdered: host.isStopping,
            willWait: { [host, terms] in host.note("tonewall: \(terms.waitWords)") },
            awaits: { [terms] payment in willLeave(payment.map { "tonewall: \(terms.openWords($0))" }) })
    }
}

extension RecordedCall.Report {
    /// The outcome's name.
    package var outcome: String { if case .ended(let end) = view.state { end.outcome } else { "open" } }

    /// What the played call comes to for a shell; `nil` where the payment was approved.
    ///
    /// - Parameters:
    ///   - call: The recording's name.
    ///   - gateway: The gateway's address.
    ///   - fault: Why the gateway's last answer is no answer; `nil` where it is one.
    package func failure(call: String, gateway: String, fault: GatewayFault?) -> Failure? {
        guard case .ended(let end) = view.state else {
            return Failure(.software, code: "payment.not-ended", file: call, "the session did not end")
        }
        switch end {
        case .approved: return nil
        case .gatewayUnreachable:
            return Failure(
                .unavailable, code: "gateway.unreachable", file: gateway,
                "took no payment\(fault.map { ": \($0.words)" } ?? "")", advice: "check its address; nothing is taken")
        case .unknown:
            return Failure(
                .unavailable, code: "gateway.in-doubt", file: gateway,
                "gave no answer that counts: \((fault ?? .badReply).words)",
                advice: "the payment may have been taken: look it up before trying again")
        case .rejected(let refusal):
            return Failure(
                .unavailable, code: "gateway.rejected", file: gateway,
                "refused the request with status \(refusal); nothing is taken",
                advice: refusal.isOfKey ? "check TONEWALL_GATEWAY_KEY or --key-file" : "see the gateway's own log")
        case .failed(let part):
            return Failure(
                .software, code: "payment.failed", file: call, "not paid: the \(part.words) failed")
        case .timedOut where !heardKeys:
            return Failure(
                .finding, code: "payment.no-keys", file: call,
                "not paid: the caller entered nothing, and the time was up",
                advice: "check that the caller is on the left channel and pressed keys")
        default:
            return Failure(
                .finding, code: "payment.not-paid", file: call,
                "not paid: \(end.outcome.replacing("-", with: " ")), \(end.detail(view))")
        }
    }
}
