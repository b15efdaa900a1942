public import GRDB

/// One payment session: an amount that a caller is asked to pay.
public struct SessionRecord: Sendable, Hashable, Codable, FetchableRecord, PersistableRecord {
    public static let databaseTableName = "session"

    public var id: String
    /// In the currency's minor unit.
    public var amount: Int
    public var currency: String
    public var reference: String?
    /// `open`, or the word for how it ended.
    public var state: String
    /// Milliseconds since 1970.
    public var opened: Int
    /// Milliseconds since 1970.
    public var closed: Int?
}

/// Money that was taken.
public struct ChargeRecord: Sendable, Hashable, Codable, FetchableRecord, PersistableRecord {
    public static let databaseTableName = "charge"

    /// Where the money is.
    public enum State: String, Sendable, Codable { case taken, voided, refunded, partlyRefunded = "partly-refunded" }

    /// The gateway's name for the payment.
    public var payment: String
    /// The attempt that took it.
    public var attempt: String
    /// In the currency's minor unit.
    public var amount: Int
    public var currency: String
    public var state: State
    /// Given back so far, refunds under way included.
    public var refunded: Int
    /// Milliseconds since 1970.
    public var taken: Int
}

/// Money given back; written before it is asked for.
public struct RefundRecord: Sendable, Hashable, Codable, FetchableRecord, PersistableRecord {
    public static let databaseTableName = "refund"

    /// What is known of it.
    public enum State: String, Sendable, Codable { case sending, done, failed, unknown }

    /// The idempotency key.
    public var key: String
    public var payment: String
    /// In the currency's minor unit.
    public var amount: Int
    /// Whether the payment was to be called off, rather than its money sent back.
    public var isVoid: Bool
    public var state: State
    /// The gateway's name for it.
    public var refund: String?
    /// Milliseconds since 1970.
    public var asked: Int
    /// Milliseconds since 1970.
    public var answered: Int?
}

/// A receipt that was sent to a payer.
public struct ReceiptRecord: Sendable, Hashable, Codable, FetchableRecord, PersistableRecord {
    public static let databaseTableName = "receipt"

    /// Unique.
    public var id: String
    public var payment: String
    /// An e-mail address.
    public var address: String
    /// Milliseconds since 1970.
    public var sent: Int
}
