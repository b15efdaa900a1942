package import AudioIO
package import Failures
package import Gateway
internal import PaymentSession

extension OpenPayment {
    /// Takes the payment in a recorded call, and closes it.
    ///
    /// - Parameters:
    ///   - call: How the call is played.
    ///   - reader: The recording.
    ///   - files: The output files; `nil` for none.
    ///   - willLeave: Receives what the end of this process would leave open; `nil` once that is nothing.
    ///   - show: Receives each event of the session.
    /// - Throws: ``Failure`` with status 69 if the gateway's answer is no longer awaited, else the errors of reading,
    ///   writing and the ledger. The payment is closed, left or abandoned then.
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

    /// An order to stop ends the call like a hang-up.
    private func stop(_ willLeave: @escaping @Sendable (String?) -> Void) -> CallStop {
        CallStop(
            patience: terms.patience, isOrdered: host.isStopping,
            willWait: { [host, terms] in host.note("tonewall: \(terms.waitWords)") },
            awaits: { [terms] payment in willLeave(payment.map { "tonewall: \(terms.openWords($0))" }) })
    }
}

extension RecordedCall.Report {
    /// The name of the outcome.
    package var outcome: String { if case .ended(let end) = view.state { end.outcome } else { "open" } }

    /// The exit status of the played call; `nil` if the payment was approved.
    ///
    /// - Parameters:
    ///   - call: The recording's name.
    ///   - gateway: The gateway's address.
    ///   - fault: What was wrong with the gateway's last answer; `nil` if it was valid.
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
