import DTMF

/// The digits that a caller keys in one field.
struct FieldEntry: ~Copyable, Sendable {
    let field: CaptureField
    var digits = SensitiveDigits()
    /// The times of its keys.
    var rhythm = KeyRhythm()
    /// The rest of an earlier entry that a timer cut off, which the caller may still be keying.
    private var cutOff: CutOffEntry
    /// When the field ends, even if keys keep coming.
    var end: Duration

    init(_ field: CaptureField, after cutOff: CutOffEntry, end: Duration) {
        self.field = field
        self.cutOff = cutOff
        self.end = end
    }

    /// Whether `key` still belongs to the entry that was cut off. After the first key that does not, no key does.
    mutating func dropsLeftover(_ key: Key, of profile: KeypadProfile, at time: Duration) -> Bool {
        let isLeftover =
            switch key {
            case profile.submitKey: cutOff.takesEnd(at: time)
            case profile.clearKey: false
            default: key.digit != nil && cutOff.takesDigit(at: time)
            }
        if !isLeftover || key.digit == nil { cutOff = .none }
        return isLeftover
    }

    /// Erases the digits and the times.
    mutating func clear() {
        digits.erase()
        rhythm = KeyRhythm()
    }
}

/// The times of an entry's keys.
struct KeyRhythm: Sendable, Hashable {
    private(set) var last: Duration?
    private(set) var longestPause: Duration = .zero

    mutating func add(_ time: Duration) {
        if let last { longestPause = max(longestPause, time - last) }
        last = time
    }
}

/// The keys that a caller may still press for an entry that a timer has cut off, before hearing the prompt to begin
/// again.
///
/// A key belongs to it within two seconds of the cut, or within one and a half times the caller's longest pause after
/// the last key. At most the missing digits and the key that ends the field belong to it.
struct CutOffEntry: Sendable, Hashable {
    private var missing: Int
    private let pause: Duration
    private var end: Duration

    /// No entry was cut off.
    static let none = CutOffEntry(missing: 0, pause: .zero, end: .seconds(-1))

    private init(missing: Int, pause: Duration, end: Duration) {
        self.missing = missing
        self.pause = pause
        self.end = end
    }

    init(missing: Int, rhythm: KeyRhythm, at time: Duration) {
        let pause = max(.seconds(2), rhythm.longestPause * 3 / 2)
        self.init(missing: missing, pause: pause, end: max(time + .seconds(2), (rhythm.last ?? time) + pause))
    }

    mutating func takesDigit(at time: Duration) -> Bool {
        guard missing > 0, time <= end else { return false }
        missing -= 1
        end = time + pause
        return true
    }

    func takesEnd(at time: Duration) -> Bool { time <= end }
}
