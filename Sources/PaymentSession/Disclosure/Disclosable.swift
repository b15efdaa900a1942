/// An element of a session that may be disclosed somewhere.
///
/// ``SensitiveDigits`` cannot conform, because it cannot be copied and has no text. A key does not conform either.
public protocol DisclosableElement: Sendable {
    /// The kind of element.
    static var element: DataElement { get }
    /// The text that is disclosed.
    var disclosed: String { get }
}

/// May be shown to the agent.
public protocol AgentDisclosable: DisclosableElement {}
/// May be heard in a recording. No element conforms.
public protocol RecordingDisclosable: DisclosableElement {}
/// May be written to the event stream.
public protocol DashboardDisclosable: DisclosableElement {}
/// May be logged.
public protocol LogDisclosable: DisclosableElement {}
/// May be sent to another system.
public protocol WebhookDisclosable: DisclosableElement {}
/// May be printed on a receipt.
public protocol ReceiptDisclosable: DisclosableElement {}
/// May be stored in the ledger.
public protocol LedgerDisclosable: DisclosableElement {}
/// May be spoken to the caller.
public protocol CallerDisclosable: DisclosableElement {}
