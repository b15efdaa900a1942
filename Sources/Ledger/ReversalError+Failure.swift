package import Failures
internal import Gateway
internal import PaymentSession

/// A refund or void that the gateway at an address refused, or whose outcome is unknown.
package struct ReversalFailure: ReportableError, Sendable, Hashable {
    package let address: String
    package let error: ReversalError

    package init(address: String, error: ReversalError) {
        self.address = address
        self.error = error
    }

    package var failure: Failure {
        switch error {
        case .ledger(let error): error.failure
        case .gateway(let fault, _) where fault.leavesNothingDone:
            GatewayFailure(address: address, fault: fault).failure
        case .gateway(let fault, let key):
            Failure(
                .unavailable, code: "gateway.in-doubt", file: address, "gave no answer that counts: \(fault.words)",
                advice: "the money may have gone back; refund \(key.withoutCardNumbers) is open: "
                    + "tonewall ledger reconcile --gateway \(address) asks again")
        }
    }
}
