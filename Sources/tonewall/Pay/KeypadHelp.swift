import DTMF
import PaymentSession

extension KeypadProfile {
    /// The built-in profiles and what their keys do, for `--help`.
    static let help = builtIn.map(\.words).joined(separator: "; ")

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
