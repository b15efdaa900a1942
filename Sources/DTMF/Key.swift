/// One of the sixteen keys of a DTMF keypad.
///
/// Each key is a pair of tones, one of the low and one of the high group (ITU-T Q.23). The raw value is
/// `4 * row + column`, so that the row names the low tone and the column the high one.
public enum Key: UInt8, CaseIterable, Sendable, Hashable {
    case one, two, three, a
    case four, five, six, b
    case seven, eight, nine, c
    case star, zero, pound, d

    /// The key of a pair of tones; `row` and `column` are 0 to 3.
    public init(row: Int, column: Int) {
        precondition((0..<4).contains(row) && (0..<4).contains(column), "row and column are 0 to 3")
        self = Key.allCases[4 * row + column]
    }

    /// The key labelled with `character`, in upper or lower case; `nil` if there is no such key.
    public init?(_ character: Character) {
        let printed = Character(character.uppercased())
        guard let key = Key.allCases.first(where: { $0.character == printed }) else { return nil }
        self = key
    }

    /// The character printed on the key: `0`–`9`, `*`, `#`, `A`–`D`.
    public var character: Character {
        let printed: StaticString = "123A456B789C*0#D"
        return unsafe Character(Unicode.Scalar(printed.utf8Start[Int(rawValue)]))
    }

    /// The value of the digit, 0 to 9; `nil` for `*`, `#` and `A`–`D`.
    public var digit: UInt8? {
        if self == .zero { return 0 }
        return row < 3 && column < 3 ? UInt8(3 * row + column + 1) : nil
    }

    /// Index of the low tone in ``ToneFrequency/low``, 0 to 3.
    public var row: Int { Int(rawValue) / 4 }

    /// Index of the high tone in ``ToneFrequency/high``, 0 to 3.
    public var column: Int { Int(rawValue) % 4 }

    /// Nominal frequency of the low tone in Hz.
    public var lowHz: Double { ToneFrequency.low[row] }

    /// Nominal frequency of the high tone in Hz.
    public var highHz: Double { ToneFrequency.high[column] }
}

/// The eight signalling frequencies in Hz (ITU-T Q.23, clause 5).
public enum ToneFrequency {
    /// The low group: rows 1 to 4 of the keypad.
    public static let low: [Double] = [697, 770, 852, 941]
    /// The high group: columns 1 to 4 of the keypad.
    public static let high: [Double] = [1209, 1336, 1477, 1633]
    /// Low group, then high group: the lane order of every eight-wide value in this module.
    public static let all: [Double] = low + high

    /// Distance of `hz` from the nearest tone, as a fraction of that tone.
    package static func distance(of hz: Double) -> Double {
        var least = Double.infinity
        for tone in all { least = min(least, abs(hz / tone - 1)) }
        return least
    }
}
