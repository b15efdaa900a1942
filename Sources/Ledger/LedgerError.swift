/// An error of a ledger.
package enum LedgerError: Error, Sendable, Hashable {
    /// There is no file with this name.
    case notFound(path: String)
    /// The file cannot be opened or created.
    case cannotOpen(path: String, StoreFailure)
    /// The file is not a ledger, or is damaged.
    case notALedger(path: String, StoreFailure)
    /// The ledger's key is missing. Without it, the audit log can neither grow nor be checked.
    case keyMissing(path: String)
    /// The key file cannot be read, or holds no key.
    case keyUnreadable(path: String)
    /// The database refused a change.
    case writeFailed(path: String, StoreFailure)
    /// The disk lost a write. The ledger refuses further writes, because they could not prove that it is back.
    case notOnDisk(path: String, StoreFailure)
    /// The ledger knows no such session or payment.
    case noSuch(kind: String, name: String)
    /// Several payments match `name`.
    case ambiguous(name: String, candidates: [String])
    /// The session, whose state is `state`, took no money.
    case nothingTaken(session: String, state: String)
    /// A text may hold a card number; `field` names it.
    case cardNumber(field: String)
    /// The refund exceeds what is left of the payment.
    case refundTooLarge(left: Int, currency: String)
    /// The payment was refunded in full.
    case nothingLeft
    /// An earlier refund of the payment is open. A second one could return the same money again.
    case refundOpen(key: String, isUnderWay: Bool)
    /// A refund was requested under this key before.
    case refundKeyUsed(key: String)
    /// The outcome of the attempt or refund is known; `state` is the word for it.
    case alreadyFinal(key: String, state: String)
    /// The process that sent the attempt or refund is still waiting for its outcome.
    case underWay(key: String)
    /// Money was taken, but the gateway's ID of the payment is missing.
    case paymentNameMissing(key: String)
    /// The ledger already has a session with this name. A name is used once.
    case sessionExists(path: String, name: String)
    /// The session has ended with `state`. An ended session does not change.
    case sessionEnded(name: String, state: String)
    /// The ledger holds payments of this kind only.
    case holdsOtherKind(path: String, PaymentKind)
    /// Other users may read or write the ledger's file at `path`, and its permissions cannot be changed.
    case readableByOthers(path: String)
    /// The payment with this ID was taken by another attempt.
    case paymentTakenByAnotherAttempt(payment: String)
}
