public import DTMF

/// What the keys of a phone mean during a capture, and how long a caller may take.
///
/// Products differ in both, so a profile is a value: ``keyivr``, ``hash`` and ``slow`` are built in.
public struct KeypadProfile: Sendable, Hashable {
    /// What the profile is called on the command line and in a profile file.
    public var name: String
    /// Who is paid, for receipts; `nil` where the profile does not say.
    public var merchant: Merchant?
    /// Ends a field.
    public var submitKey: Key
    /// Empties the field so that the caller can begin it anew; `nil` where no key does.
    public var clearKey: Key?
    /// Ends the session for the caller; `nil` where no key does.
    public var cancelKey: Key?
    /// From the prompt to the first digit.
    public var firstDigitTimeout: Duration
    /// From one digit to the next key.
    public var interDigitTimeout: Duration
    /// From the prompt, or from the last key, to the key that ends the field: it begins anew with each key.
    public var fieldTimeout: Duration
    /// From the prompt to the key that ends the field, however steadily keys come.
    ///
    /// Unless told, so long that a caller who stays within the other times can key the longest card number: the first
    /// digit's time and nineteen times that between digits.
    public var fieldLimit: Duration
    /// From securing the line to the submission.
    public var sessionTimeout: Duration
    /// Whether a field that is full ends by itself: expiry, security code, and a card number whose length and check
    /// digit fit its brand. The key that ends a field does so, too.
    public var endsFullFields: Bool
    /// How often a caller may try one field, 1 to 9.
    public var attempts: Int
    /// How many cards one session may try, 1 to 9.
    public var cards: Int
    /// The same key again within this time of its release is the bounce of one press.
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
    /// How long a caller takes at most who stays within the times for the first digit and between digits.
    public static func usualLimit(_ firstDigit: Duration, _ interDigit: Duration) -> Duration {
        firstDigit + interDigit * 19
    }

    /// `*` ends a field and `#` clears it, as Key IVR's walk-through has it; the default.
    public static let keyivr = KeypadProfile(
        name: "keyivr", submitKey: .star, clearKey: .pound, firstDigitTimeout: .seconds(20),
        interDigitTimeout: .seconds(10), fieldTimeout: .seconds(60), sessionTimeout: .seconds(300))

    /// `#` ends a field and `*` cancels, as SignalWire pay, BCH VT3 and Amazon's C3 have it.
    public static let hash = KeypadProfile(
        name: "hash", submitKey: .pound, cancelKey: .star, firstDigitTimeout: .seconds(20),
        interDigitTimeout: .seconds(5), fieldTimeout: .seconds(60), sessionTimeout: .seconds(300))

    /// ``keyivr`` for unsteady hands and bouncing phones: three times the time, and a key repeated within 250 ms is one
    /// press.
    public static let slow = KeypadProfile(
        name: "slow", submitKey: .star, clearKey: .pound, firstDigitTimeout: .seconds(60),
        interDigitTimeout: .seconds(30), fieldTimeout: .seconds(180), sessionTimeout: .seconds(900),
        bounceGap: .milliseconds(250))

    /// The built-in profiles, the default first.
    public static let builtIn: [KeypadProfile] = [keyivr, hash, slow]

    /// The built-in profile called `name`; `nil` where none is.
    public init?(named name: String) {
        guard let profile = Self.builtIn.first(where: { $0.name == name }) else { return nil }
        self = profile
    }
}
