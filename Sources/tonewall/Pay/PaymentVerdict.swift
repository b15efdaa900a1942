import CallControl
import Failures
import Gateway
import PaymentSession

/// What a played call comes to for a shell.
struct PaymentVerdict {
    private let report: RecordedCall.Report
    private let call: String
    private let gateway: String
    private let fault: GatewayFault?

    init(_ report: RecordedCall.Report, call: String, gateway: String, fault: GatewayFault?) {
        self.report = report
        self.call = call
        self.gateway = gateway
        self.fault = fault
    }

    /// The outcome's name.
    var outcome: String { if case .ended(let end) = report.view.state { end.outcome } else { "open" } }

    /// `nil` where the payment was approved.
    var failure: Failure? {
        guard case .ended(let end) = report.view.state else {
            return Failure(.software, file: call, "the session did not end")
        }
        switch end {
        case .approved: return nil
        case .gatewayUnreachable:
            let words = fault.map { ": \($0.words)" } ?? ""
            return Failure(
                .unavailable, file: gateway, "took no payment\(words)", advice: "check its address; nothing is taken")
        case .unknown:
            return Failure(
                .unavailable, file: gateway, "gave no answer that counts: \((fault ?? .badReply).words)",
                advice: "the payment may have been taken: look it up before trying again")
        case .rejected(let status, let code):
            let word = code.map { " \($0)" } ?? ""
            return Failure(
                .unavailable, file: gateway, "refused the request with status \(status)\(word); nothing is taken",
                advice: status == 401 ? "check TONEWALL_GATEWAY_KEY or --key-file" : "see the gateway's own log")
        case .failed(let part): return Failure(.software, file: call, "not paid: the \(part.words) failed")
        case .timedOut where !report.heardKeys:
            return Failure(
                .finding, file: call, "not paid: the caller entered nothing, and the time was up",
                advice: "check that the caller is on the left channel and pressed keys")
        default:
            return Failure(
                .finding, file: call, "not paid: \(end.outcome.replacing("-", with: " ")), \(end.detail(report.view))")
        }
    }
}
