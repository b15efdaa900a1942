/// A reason for which a ledger cannot be used.
package enum LedgerError: Error, Sendable, Hashable {
    /// There is no file of this name.
    case notFound(path: String)
    /// The file cannot be opened or made.
    case cannotOpen(path: String, StoreFailure)
    /// The file is no ledger, or is damaged.
    case notALedger(path: String, StoreFailure)
    /// The ledger's key is gone; without it nothing can be added to the audit log or proved by it.
    case keyMissing(path: String)
    /// The key's file cannot be read, or holds no key.
    case keyUnreadable(path: String)
    /// The database refused a change.
    case writeFailed(path: String, StoreFailure)
    /// The disk lost something that was written; the ledger takes nothing more, since no later write could prove that
    /// it is back.
    case notOnDisk(path: String, StoreFailure)
    /// The ledger knows no such session or payment.
    case noSuch(kind: String, name: String)
    /// Several payments are meant by `name`.
    case ambiguous(name: String, candidates: [String])
    /// The session, which stands as `state` says, took no money.
    case nothingTaken(session: String, state: String)
    /// A text may hold a card number; `field` names it.
    case cardNumber(field: String)
    /// More was to be given back than is left.
    case refundTooLarge(left: Int, currency: String)
    /// The payment has been refunded in whole.
    case nothingLeft
    /// An earlier refund of the payment is open; another could refund its money twice.
    case refundOpen(key: String, isUnderWay: Bool)
    /// A refund was asked for under this key before.
    case refundKeyUsed(key: String)
    /// The outcome of the attempt or refund is known: the word for its state.
    case alreadyFinal(key: String, state: String)
    /// The process that sent the attempt or refund still waits for its outcome.
    case underWay(key: String)
    /// Money was taken, but the gateway's name for the payment is missing.
    case paymentNameMissing(key: String)
    /// The ledger has a session of this name. A name is used once.
    case sessionExists(path: String, name: String)
    /// The session has ended, as `state` says; nothing changes that.
    case sessionEnded(name: String, state: String)
    /// The ledger holds payments of this kind, and not of the other.
    case holdsOtherKind(path: String, PaymentKind)
    /// Others may read or write the ledger's file at `path`, and its permissions cannot be changed.
    case readableByOthers(path: String)
    /// The payment of this name was taken by another attempt.
    case paymentTakenByAnotherAttempt(payment: String)
}
