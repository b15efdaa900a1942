internal import Currencies
package import Failures
internal import PaymentSession

// Names of sessions, payments and refunds are shown in full, because a person may have to type them again. Only
// possible card numbers in them are masked.

extension LedgerError: ReportableError {
    package var failure: Failure {
        switch self {
        // Errors of the ledger's files.
        case .notFound(let path):
            Failure(.noInput, code: "ledger.not-found", file: path, "no such ledger", advice: "check the name")
        case .cannotOpen(let path, let reason):
            Failure(
                .cannotCreate, code: "ledger.cannot-open", file: path, "cannot be opened: \(reason)",
                advice: "check the folder and its permissions")
        case .notALedger(let path, let reason):
            Failure(
                .dataError, code: "ledger.damaged", file: path, "is no ledger, or is damaged: \(reason)",
                advice: "restore it from a copy")
        case .keyMissing(let path):
            Failure(
                .noInput, code: "ledger.key-missing", file: path, "the ledger's key is missing",
                advice: "restore it from a copy; no other will do")
        case .keyUnreadable(let path):
            Failure(
                .noInput, code: "ledger.key-unreadable", file: path, "the ledger's key cannot be read",
                advice: "check the file and its permissions")
        case .writeFailed(let path, let reason):
            Failure(
                .inputOutput, code: "ledger.unwritten", file: path, "cannot be written: \(reason)",
                advice: "check the disk")
        case .notOnDisk(let path, let reason):
            Failure(
                .inputOutput, code: "ledger.lost-write", file: path,
                "a write was lost on its way to the disk: \(reason); nothing more is written",
                advice: "mend or free the disk, then tonewall ledger verify, and reconcile with --gateway URL")
        case .holdsOtherKind(let path, let kind):
            Failure(
                .usage, code: "ledger.other-kind", file: path,
                kind == .real
                    ? "holds real payments, and the mock or a key for tests is named"
                    : "holds test payments, and a key for real ones is named",
                advice: "name another ledger, or the gateway and key that it belongs to")
        case .readableByOthers(let path):
            Failure(
                .inputOutput, code: "ledger.exposed", file: path,
                "others may read or write it, and its permissions cannot be changed", advice: "its owner: chmod 600")
        // Errors of a request.
        case .noSuch(let kind, let name):
            Failure(
                .dataError, code: "ledger.unknown-name", "the ledger has no \(kind) \(name.withoutCardNumbers)",
                advice: "see tonewall ledger list")
        case .cardNumber(let field):
            Failure(
                .usage, code: "ledger.card-number", "the \(field) may hold a card number, which is not kept",
                advice: "write something else")
        case .ambiguous(let name, let candidates):
            Failure(
                .usage, code: "ledger.ambiguous",
                "\(name.withoutCardNumbers) means several payments: "
                    + candidates.map(\.withoutCardNumbers).joined(separator: ", "), advice: "name one of them")
        case .nothingTaken(let session, let state):
            Failure(
                .finding, code: "ledger.no-money", "session \(session.withoutCardNumbers) took no money: \(state)",
                advice: "see tonewall ledger show")
        case .paymentNameMissing(let key):
            Failure(
                .usage, code: "ledger.payment-missing",
                "the ledger has no payment for attempt \(key.withoutCardNumbers)",
                advice: "add --payment, the gateway's name for it")
        case .sessionExists(let path, let name):
            Failure(
                .usage, code: "ledger.session-known", file: path,
                "has a session \(name) already; nothing is done under its name again",
                advice: "leave --session out or choose another name; see tonewall ledger show")
        // Reasons to refuse a refund or a settlement.
        case .refundTooLarge(let left, let currency):
            Failure(
                .finding, code: "refund.too-large",
                "only \(Currency.text(of: left, in: currency)) is left to give back",
                advice: "give back less")
        case .nothingLeft:
            Failure(.finding, code: "refund.nothing-left", "the payment has been given back in whole")
        case .refundOpen(let key, let isUnderWay):
            Failure(
                .finding, code: "refund.open",
                isUnderWay
                    ? "refund \(key.withoutCardNumbers) of this payment still waits for its answer"
                    : "nobody knows yet what became of refund \(key.withoutCardNumbers) of this payment",
                advice: isUnderWay
                    ? "let it end first"
                    : "ask with tonewall ledger reconcile --gateway URL; what stays open: tonewall ledger settle")
        case .refundKeyUsed(let key):
            Failure(
                .finding, code: "refund.key-used", "refund \(key.withoutCardNumbers) was asked for before",
                advice: "see tonewall ledger show")
        case .alreadyFinal(let key, let state):
            Failure(.finding, code: "ledger.settled", "\(key.withoutCardNumbers) is settled already: \(state)")
        case .underWay(let key):
            Failure(
                .finding, code: "ledger.under-way", "\(key.withoutCardNumbers) still waits for its answer",
                advice: "let it end first")
        case .sessionEnded(let name, let state):
            Failure(
                .finding, code: "ledger.session-ended", "session \(name.withoutCardNumbers) has ended: \(state)",
                advice: "see tonewall ledger show")
        case .paymentTakenByAnotherAttempt(let payment):
            Failure(
                .finding, code: "ledger.payment-of-another",
                "payment \(payment.withoutCardNumbers) is another attempt's", advice: "look at the gateway again")
        }
    }
}
