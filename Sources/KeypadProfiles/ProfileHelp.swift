internal import DTMF
public import PaymentSession

extension ProfileFile {
    /// The section of a command's help that describes the format.
    public static let help = """
        KEYPAD FILES
          A YAML file. Lines that are left out come from 'base', a built-in profile.
            name: clinic
            merchant: Clinic Ltd    # payee on receipts, 1 to 64 characters
            base: keyivr
            keys: {submit: "#", clear: none, cancel: "*"}    # *, #, A, B, C or D
            timeouts: {first-digit: 20, inter-digit: 8, field: 60, field-limit: 200, session: 300}    # seconds
            auto-end: false         # true: a full field ends automatically
            attempts: 3             # tries for a field, 1 to 9
            cards: 2                # cards in a session, 1 to 9
            bounce-gap: 0.25        # seconds within which a repeated key is one press
        """
}

extension KeypadProfile {
    /// The built-in profiles and what their keys do, for a command's help.
    public static let help = builtIn.map(\.words).joined(separator: "; ")

    /// `keyivr (* ends a field, # clears it; 20 s to the first digit, 10 s between digits, 210 s a field)`
    private var words: String {
        var keys = ["\(submitKey.character) ends a field"]
        if let clearKey { keys.append("\(clearKey.character) clears it") }
        if let cancelKey { keys.append("\(cancelKey.character) cancels the payment") }
        let times = [
            "\(firstDigitTimeout.components.seconds) s to the first digit",
            "\(interDigitTimeout.components.seconds) s between digits", "\(fieldLimit.components.seconds) s a field",
        ]
        return "\(name) (\(keys.joined(separator: ", ")); \(times.joined(separator: ", ")))"
    }
}
