import Failures
import Gateway
import Ledger
import MockGateway
import ProcessIO
import Secrets

/// Money that was not given back, or of which nobody knows whether it was.
struct ReversalFailed: ReportableError {
    var url: String
    var error: ReversalError

    var failure: Failure {
        switch error {
        case .ledger(let error): error.failure
        case .gateway(let fault, _) where fault.leavesNothingDone:
            GatewayUnavailable(url: url, fault: fault).failure
        case .gateway(let fault, let key):
            Failure(
                .unavailable, file: url, "gave no answer that counts: \(fault.words)",
                advice: "the money may have gone back; refund \(Report.named(key)) is open: "
                    + "tonewall ledger reconcile --gateway \(url) asks again")
        }
    }
}

/// A fault of the gateway at an address; the address is what the reader can act on.
struct GatewayUnavailable: ReportableError {
    var url: String
    var fault: GatewayFault

    var failure: Failure {
        switch fault {
        case .notRecorded: Failure(.inputOutput, "the ledger cannot be written", advice: "check the disk")
        case .memoryNotLocked:
            Failure(
                .software, code: "payment.memory-not-locked", file: url, "was not asked: \(fault.words)",
                advice: LockedMemory.Refusal.advice)
        case .refused: Failure(.finding, file: url, "nothing was done: \(fault.words)")
        case .badAddress, .insecureAddress:
            Failure(.usage, "the gateway's address cannot be used: \(fault.words)", advice: "as https://pay.example")
        case .cannotConnect, .untrusted:
            Failure(.unavailable, file: url, "cannot be reached: \(fault.words)", advice: "check its address")
        case .timedOut, .closedEarly, .badReply, .wrongReply, .stillWorking, .serverError:
            Failure(
                .unavailable, file: url, "gave no answer that counts: \(fault.words)",
                advice: "the payment may have been taken: look it up before trying again")
        }
    }
}

extension MockGatewayError: ReportableError {
    var failure: Failure {
        switch self {
        case .cannotListen(let port):
            Failure(.unavailable, "port \(port) on 127.0.0.1 cannot be had", advice: "choose another with --port, or 0")
        case .stateUnusable(let path):
            Failure(
                .dataError, file: path, "is no state file that can be used", advice: "give another name, or remove it")
        case .cannotStart:
            Failure(
                .unavailable, "the mock gateway cannot be started", advice: "name a gateway with --gateway URL")
        }
    }
}

extension LedgerError: ReportableError {
    var failure: Failure {
        switch self {
        case .notFound(let path): Failure(.noInput, file: path, "no such ledger", advice: "check the name")
        case .cannotOpen(let path, let reason):
            Failure(
                .cannotCreate, file: path, "cannot be opened: \(reason)", advice: "check the folder and its permissions"
            )
        case .notALedger(let path, let reason):
            Failure(.dataError, file: path, "is no ledger, or is damaged: \(reason)", advice: "restore it from a copy")
        case .keyMissing(let path):
            Failure(
                .noInput, file: path, "the ledger's key is missing", advice: "restore it from a copy; no other will do")
        case .keyUnreadable(let path):
            Failure(
                .noInput, file: path, "the ledger's key cannot be read", advice: "check the file and its permissions")
        case .writeFailed(let path, let reason):
            Failure(.inputOutput, file: path, "cannot be written: \(reason)", advice: "check the disk")
        case .notOnDisk(let path, let reason):
            Failure(
                .inputOutput, file: path, "a write was lost on its way to the disk: \(reason); nothing more is written",
                advice: "mend or free the disk, then tonewall ledger verify, and reconcile with --gateway URL")
        case .noSuch(let kind, let name):
            Failure(.dataError, "the ledger has no \(kind) \(Report.named(name))", advice: "see tonewall ledger list")
        case .cardNumber(let field):
            Failure(.usage, "the \(field) may hold a card number, which is not kept", advice: "write something else")
        case .ambiguous(let name, let candidates):
            Failure(
                .usage,
                "\(Report.named(name)) means several payments: "
                    + candidates.map(Report.named).joined(separator: ", "), advice: "name one of them")
        case .nothingTaken(let session, let state):
            Failure(
                .finding, "session \(Report.named(session)) took no money: \(state)",
                advice: "see tonewall ledger show")
        case .refundTooLarge(let left, let currency):
            Failure(.finding, "only \(sum(left, currency)) is left to give back", advice: "give back less")
        case .nothingLeft: Failure(.finding, "the payment has been given back in whole")
        case .refundOpen(let key, let isUnderWay):
            Failure(
                .finding,
                isUnderWay
                    ? "refund \(Report.named(key)) of this payment still waits for its answer"
                    : "nobody knows yet what became of refund \(Report.named(key)) of this payment",
                advice: isUnderWay
                    ? "let it end first"
                    : "ask with tonewall ledger reconcile --gateway URL; what stays open: tonewall ledger settle")
        case .refundKeyUsed(let key):
            Failure(.finding, "refund \(Report.named(key)) was asked for before", advice: "see tonewall ledger show")
        case .alreadyFinal(let key, let state):
            Failure(.finding, "\(Report.named(key)) is settled already: \(state)")
        case .underWay(let key):
            Failure(.finding, "\(Report.named(key)) still waits for its answer", advice: "let it end first")
        case .paymentNameMissing(let key):
            Failure(
                .usage, "the ledger has no payment for attempt \(Report.named(key))",
                advice: "add --payment, the gateway's name for it")
        case .sessionExists(let path, let name):
            Failure(
                .usage, file: path, "has a session \(name) already; nothing is done under its name again",
                advice: "leave --session out or choose another name; see tonewall ledger show")
        case .sessionEnded(let name, let state):
            Failure(.finding, "session \(Report.named(name)) has ended: \(state)", advice: "see tonewall ledger show")
        case .holdsOtherKind(let path, let kind):
            Failure(
                .usage, file: path,
                kind == .real
                    ? "holds real payments, and the mock or a key for tests is named"
                    : "holds test payments, and a key for real ones is named",
                advice: "name another ledger, or the gateway and key that it belongs to")
        case .readableByOthers(let path):
            Failure(
                .inputOutput, file: path, "others may read or write it, and its permissions cannot be changed",
                advice: "its owner: chmod 600")
        case .paymentTakenByAnotherAttempt(let payment):
            Failure(
                .finding, "payment \(Report.named(payment)) is another attempt's", advice: "look at the gateway again")
        }
    }
}

extension GatewayFault {
    /// What went wrong, as the rest of a sentence about the gateway.
    var words: String {
        switch self {
        case .notRecorded: "the ledger could not be written"
        case .memoryNotLocked: "no memory can be locked for the request"
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
        case .refused(let status, let code): "it refused with status \(status)\(code.map { " \($0)" } ?? "")"
        }
    }
}
