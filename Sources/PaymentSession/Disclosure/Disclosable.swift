/// An element of a session that may be disclosed somewhere.
///
/// ``SensitiveDigits`` cannot conform: it cannot be copied, and has no text. Neither does a key.
public protocol DisclosableElement: Sendable {
    /// Which element it is.
    static var element: DataElement { get }
    /// The text that is disclosed.
    var disclosed: String { get }
}

/// May be shown to the agent.
public protocol AgentDisclosable: DisclosableElement {}
/// May be heard in a recording; nothing may.
public protocol RecordingDisclosable: DisclosableElement {}
/// May be told in the event stream.
public protocol DashboardDisclosable: DisclosableElement {}
/// May be logged.
public protocol LogDisclosable: DisclosableElement {}
/// May be told to another system.
public protocol WebhookDisclosable: DisclosableElement {}
/// May stand on a receipt.
public protocol ReceiptDisclosable: DisclosableElement {}
/// May be kept.
public protocol LedgerDisclosable: DisclosableElement {}
/// May be said to the caller.
public protocol CallerDisclosable: DisclosableElement {}
