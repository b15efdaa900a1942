public import Currencies

// Each element of a session has a type of its own. Its conformances are its column of the table in Outlet.disclosed.

/// The number of digits keyed in a field.
public struct DigitCount: AgentDisclosable, DashboardDisclosable, Hashable {
    public static var element: DataElement { .digitCount }
    public let count: Int
    public init(_ count: Int) { self.count = count }
    public var disclosed: String { String(count) }
}

extension CardBrand: AgentDisclosable, DashboardDisclosable, WebhookDisclosable, ReceiptDisclosable, LedgerDisclosable {
    public static var element: DataElement { .brand }
    public var disclosed: String { rawValue }
}

/// The last four digits of a valid number.
public struct LastFour:
    AgentDisclosable, DashboardDisclosable, WebhookDisclosable, ReceiptDisclosable, LedgerDisclosable, Hashable
{
    public static var element: DataElement { .lastFour }
    public let disclosed: String
    /// The last four of `digits`, or all of them if there are fewer.
    public init(_ digits: String) { disclosed = String(digits.suffix(4)) }
}

extension MaskedCard {
    /// The last four digits as an element.
    public var ending: LastFour { LastFour(lastFour) }
}

extension CardExpiry: AgentDisclosable, DashboardDisclosable, LedgerDisclosable {
    public static var element: DataElement { .expiry }
    public var disclosed: String { printed }
}

/// An amount with its currency.
public struct Money:
    AgentDisclosable, DashboardDisclosable, LogDisclosable, WebhookDisclosable, ReceiptDisclosable, LedgerDisclosable,
    CallerDisclosable, Hashable
{
    public static var element: DataElement { .amount }
    /// In the currency's minor unit (ISO 4217).
    public let minorUnits: Int
    public let currency: Currency

    /// Returns `nil` if `currency` is not an ISO 4217 code.
    public init?(_ minorUnits: Int, _ currency: String) {
        guard let currency = Currency(currency) else { return nil }
        self.minorUnits = minorUnits
        self.currency = currency
    }

    public var disclosed: String { currency.text(of: minorUnits) }

    /// In major units, without the currency's code: `42.00`.
    public var decimal: String { currency.decimal(of: minorUnits) }
}

/// The payee, under the name that customers know.
public struct Merchant: ReceiptDisclosable, LedgerDisclosable, Hashable {
    public static var element: DataElement { .merchant }
    public let disclosed: String

    /// The merchant called `text`. Returns `nil` if `text` is empty, longer than 64 characters, holds a control
    /// character or may hold a card number.
    public init?(_ text: String) {
        let isPlain = text.unicodeScalars.allSatisfy {
            $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
        }
        guard (1...64).contains(text.count), text.contains(where: { !$0.isWhitespace }), isPlain,
            !text.mayHoldCardNumber
        else { return nil }
        disclosed = text
    }
}

/// A date and time with its offset from UTC.
public struct Moment: ReceiptDisclosable, LedgerDisclosable, Hashable {
    public static var element: DataElement { .moment }
    public let disclosed: String
    /// The time in `text`, such as `2026-11-21 22:00:00 +01:00`.
    public init(_ text: String) { disclosed = text.withoutCardNumbers }
}

/// The kind of order: by mail or telephone (MOTO), without the card present.
public struct OrderKind: ReceiptDisclosable, Hashable {
    public static var element: DataElement { .orderKind }
    public let disclosed = "telephone order (MOTO)"
    public init() {}
}

/// Money of a payment that was returned.
public struct MoneyBack: ReceiptDisclosable, LedgerDisclosable, Hashable {
    public static var element: DataElement { .moneyBack }
    public let disclosed: String
    /// - Parameters:
    ///   - amount: The amount returned.
    ///   - moment: When the gateway confirmed it.
    ///   - isVoid: Whether the payment was voided before its money moved.
    public init(_ amount: Money, at moment: Moment, isVoid: Bool) {
        disclosed = "\(amount.disclosed) on \(moment.disclosed)" + (isVoid ? ", payment called off" : "")
    }
}

/// An account or invoice number.
public struct Reference:
    AgentDisclosable, DashboardDisclosable, WebhookDisclosable, ReceiptDisclosable, LedgerDisclosable, Hashable
{
    public static var element: DataElement { .reference }
    public let disclosed: String
    /// The reference `text`. Possible card numbers in it are masked.
    public init(_ text: String) { disclosed = text.withoutCardNumbers }
}

/// A session's name.
public struct SessionName: DashboardDisclosable, LogDisclosable, WebhookDisclosable, LedgerDisclosable, Hashable {
    public static var element: DataElement { .sessionID }
    public let disclosed: String
    /// The name `text`. Possible card numbers in it are masked.
    public init(_ text: String) { disclosed = text.withoutCardNumbers }
}

/// The name of a call.
public struct CallName: DashboardDisclosable, LogDisclosable, WebhookDisclosable, Hashable {
    public static var element: DataElement { .callID }
    public let disclosed: String
    /// The name `text`. Possible card numbers in it are masked.
    public init(_ text: String) { disclosed = text.withoutCardNumbers }
}

/// The key of an attempt, the same for every repetition of its request.
public struct IdempotencyKey: DashboardDisclosable, LogDisclosable, WebhookDisclosable, LedgerDisclosable, Hashable {
    public static var element: DataElement { .idempotencyKey }
    public let disclosed: String
    /// The key `text`. Possible card numbers in it are masked.
    public init(_ text: String) { disclosed = text.withoutCardNumbers }
}

/// The mark of a payment in which no money moves.
public struct TestMark:
    AgentDisclosable, DashboardDisclosable, LogDisclosable, WebhookDisclosable, ReceiptDisclosable, LedgerDisclosable,
    Hashable
{
    public static var element: DataElement { .test }
    public let disclosed = "TEST: no money moves"
    public init() {}
}

/// The gateway's identifier of a payment.
public struct PaymentName:
    AgentDisclosable, DashboardDisclosable, LogDisclosable, WebhookDisclosable, ReceiptDisclosable, LedgerDisclosable,
    Hashable
{
    public static var element: DataElement { .paymentID }
    public let disclosed: String
    /// The identifier `text`. Possible card numbers in it are masked.
    public init(_ text: String) { disclosed = text.withoutCardNumbers }
}

/// The number of the card within its session, from 1.
public struct AttemptNumber:
    AgentDisclosable, DashboardDisclosable, LogDisclosable, WebhookDisclosable, LedgerDisclosable, Hashable
{
    public static var element: DataElement { .attempt }
    public let number: Int
    public init(_ number: Int) { self.number = number }
    public var disclosed: String { String(number) }
}

/// The result of a session in one word.
public struct OutcomeWord:
    AgentDisclosable, DashboardDisclosable, LogDisclosable, WebhookDisclosable, ReceiptDisclosable, LedgerDisclosable,
    CallerDisclosable, Hashable
{
    public static var element: DataElement { .outcome }
    public let disclosed: String

    /// A payment that was voided or refunded after its session.
    public static let voided = OutcomeWord(word: "voided")
    public static let refunded = OutcomeWord(word: "refunded")
    public static let partlyRefunded = OutcomeWord(word: "partly-refunded")
    /// A payment that was approved.
    public static let approved = OutcomeWord(word: "approved")

    private init(word: String) { disclosed = word }

    /// The word for `end`.
    public init(_ end: SessionEnd) {
        disclosed =
            switch end {
            case .approved: "approved"
            case .declined: "declined"
            case .cancelled: "cancelled"
            case .voided(_, .failed): "void-failed"
            case .voided: "voided"
            case .timedOut: "timed-out"
            case .tooManyAttempts: "too-many-attempts"
            case .callerHungUp: "hung-up"
            case .lineLost: "line-lost"
            case .gatewayUnreachable: "unreachable"
            case .rejected: "rejected"
            case .unknown: "unknown"
            case .failed: "failed"
            }
    }
}

extension GatewayCode: AgentDisclosable, DashboardDisclosable, LogDisclosable, WebhookDisclosable, LedgerDisclosable {
    public static var element: DataElement { .refusalDetail }
    public var disclosed: String { description }
}

/// The reason why a field is asked for again, in the vocabulary of payment products (SignalWire pay).
public struct FieldErrorCode: AgentDisclosable, DashboardDisclosable, LogDisclosable, CallerDisclosable, Hashable {
    public static var element: DataElement { .fieldError }
    public let disclosed: String
    public init(_ error: FieldError, in field: CaptureField) { disclosed = error.code(for: field) }
}

extension IssuerCheck: AgentDisclosable, DashboardDisclosable, LedgerDisclosable {
    public static var element: DataElement { .issuerChecks }
    public var disclosed: String { rawValue }
}

/// The gateway's token for a card: the identifier of a saved payment method.
public struct CardToken: LedgerDisclosable, Hashable {
    public static var element: DataElement { .token }
    public let disclosed: String

    /// The token `text`. Returns `nil` if it is longer than 255 characters, has characters other than letters, digits,
    /// `_` and `-`, or may hold a card number.
    public init?(_ text: String) {
        let isName = text.unicodeScalars.allSatisfy {
            $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "_" || $0 == "-")
        }
        guard isName, (1...255).contains(text.utf8.count), !text.mayHoldCardNumber else { return nil }
        disclosed = text
    }
}
