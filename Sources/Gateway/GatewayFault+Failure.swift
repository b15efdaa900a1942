package import Failures
internal import SecretProtocols

extension GatewayFault {
    /// The fault as the rest of a sentence about the gateway.
    package var words: String {
        switch self {
        case .notRecorded: "the ledger could not be written"
        case .badAddress: "it is no http or https address"
        case .insecureAddress: "card data would leave this machine unencrypted"
        case .cannotConnect: "no connection comes about"
        case .untrusted: "its certificate does not prove its name"
        case .timedOut: "no answer came in time"
        case .closedEarly: "the connection closed before the answer was whole"
        case .badReply: "its answer cannot be read"
        case .wrongReply: "its answer is not about this payment"
        case .stillWorking: "it is still working on it"
        case .serverError(let status): "it failed with status \(status)"
        case .memoryNotLocked: "no memory can be locked for the request"
        case .refused(let refusal): "it refused with status \(refusal)"
        }
    }
}

/// A fault of the gateway at an address, on which the reader can act.
package struct GatewayFailure: ReportableError, Sendable, Hashable {
    package let address: String
    package let fault: GatewayFault

    package init(address: String, fault: GatewayFault) {
        self.address = address
        self.fault = fault
    }

    package var failure: Failure {
        switch fault {
        case .notRecorded:
            Failure(.inputOutput, code: "ledger.unwritten", "the ledger cannot be written", advice: "check the disk")
        case .memoryNotLocked:
            Failure(
                .software, code: "payment.memory-not-locked", file: address, "was not asked: \(fault.words)",
                advice: lockedMemoryAdvice)
        case .refused:
            Failure(.finding, code: "gateway.refused", file: address, "nothing was done: \(fault.words)")
        case .badAddress, .insecureAddress:
            Failure(
                .usage, code: "gateway.address", "the gateway's address cannot be used: \(fault.words)",
                advice: "as https://pay.example")
        case .cannotConnect, .untrusted:
            Failure(
                .unavailable, code: "gateway.unreachable", file: address, "cannot be reached: \(fault.words)",
                advice: "check its address")
        case .timedOut, .closedEarly, .badReply, .wrongReply, .stillWorking, .serverError:
            Failure(
                .unavailable, code: "gateway.in-doubt", file: address, "gave no answer that counts: \(fault.words)",
                advice: "the payment may have been taken: look it up before trying again")
        }
    }
}
