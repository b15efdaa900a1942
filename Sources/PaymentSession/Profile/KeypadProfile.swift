public import DTMF

/// The meaning of a phone's keys during a capture, and the times that a caller has.
///
/// Products differ in both, so a profile is a value. ``keyivr``, ``hash`` and ``slow`` are built in.
public struct KeypadProfile: Sendable, Hashable {
    /// The profile's name on the command line and in a profile file.
    public var name: String
    /// The payee on receipts; `nil` if the profile does not name one.
    public var merchant: Merchant?
    /// Ends a field.
    public var submitKey: Key
    /// Erases the field so that the caller can begin again; `nil` if there is no such key.
    public var clearKey: Key?
    /// Ends the session for the caller; `nil` if there is no such key.
    public var cancelKey: Key?
    /// From the prompt to the first digit.
    public var firstDigitTimeout: Duration
    /// From one digit to the next key.
    public var interDigitTimeout: Duration
    /// From the prompt, or from the last key, to the key that ends the field. It restarts with each key.
    public var fieldTimeout: Duration
    /// From the prompt to the key that ends the field, even if keys keep coming.
    ///
    /// By default a caller who stays within the other times can key the longest card number: the time for the first
    /// digit, and nineteen times that between digits.
    public var fieldLimit: Duration
    /// From securing the line to the submission.
    public var sessionTimeout: Duration
    /// Whether a complete field ends by itself: the expiry, the security code, and a card number with the right length
    /// and check digit for its brand. The submit key ends a field as well.
    public var endsFullFields: Bool
    /// Number of tries for one field, 1 to 9.
    public var attempts: Int
    /// Number of cards in one session, 1 to 9.
    public var cards: Int
    /// The same key again within this time of its release is a bounce of one press.
    public var bounceGap: Duration

    public init(
        name: String, submitKey: Key, clearKey: Key? = nil, cancelKey: Key? = nil, firstDigitTimeout: Duration,
        interDigitTimeout: Duration, fieldTimeout: Duration, fieldLimit: Duration? = nil, sessionTimeout: Duration,
        endsFullFields: Bool = false, attempts: Int = 3, cards: Int = 3, bounceGap: Duration = .zero,
        merchant: Merchant? = nil
    ) {
        self.name = name
        self.submitKey = submitKey
        self.clearKey = clearKey
        self.cancelKey = cancelKey
        self.firstDigitTimeout = firstDigitTimeout
        self.interDigitTimeout = interDigitTimeout
        self.fieldTimeout = fieldTimeout
        self.fieldLimit =
            fieldLimit ?? max(fieldTimeout, Self.usualLimit(firstDigitTimeout, interDigitTimeout))
        self.sessionTimeout = sessionTimeout
        self.endsFullFields = endsFullFields
        self.attempts = attempts
        self.cards = cards
        self.bounceGap = bounceGap
        self.merchant = merchant
    }
}

extension KeypadProfile {
    /// Longest time of a caller who stays within the times for the first digit and between digits.
    public static func usualLimit(_ firstDigit: Duration, _ interDigit: Duration) -> Duration {
        firstDigit + interDigit * 19
    }

    /// `*` ends a field and `#` erases it, as in Key IVR's walk-through. This is the default.
    public static let keyivr = KeypadProfile(
        name: "keyivr", submitKey: .star, clearKey: .pound, firstDigitTimeout: .seconds(20),
        interDigitTimeout: .seconds(10), fieldTimeout: .seconds(60), sessionTimeout: .seconds(300))

    /// `#` ends a field and `*` cancels, as in SignalWire pay, BCH VT3 and Amazon's C3.
    public static let hash = KeypadProfile(
        name: "hash", submitKey: .pound, cancelKey: .star, firstDigitTimeout: .seconds(20),
        interDigitTimeout: .seconds(5), fieldTimeout: .seconds(60), sessionTimeout: .seconds(300))

    /// ``keyivr`` for unsteady hands and bouncing phones: three times as long, and a key repeated within 250 ms is one
    /// press.
    public static let slow = KeypadProfile(
        name: "slow", submitKey: .star, clearKey: .pound, firstDigitTimeout: .seconds(60),
        interDigitTimeout: .seconds(30), fieldTimeout: .seconds(180), sessionTimeout: .seconds(900),
        bounceGap: .milliseconds(250))

    /// The built-in profiles, the default first.
    public static let builtIn: [KeypadProfile] = [keyivr, hash, slow]

    /// The built-in profile called `name`, or `nil`.
    public init?(named name: String) {
        guard let profile = Self.builtIn.first(where: { $0.name == name }) else { return nil }
        self = profile
    }
}
