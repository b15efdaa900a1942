import DTMF

/// What a caller keys of one field.
struct FieldEntry: ~Copyable, Sendable {
    let field: CaptureField
    var digits = SensitiveDigits()
    /// When its keys came.
    var rhythm = KeyRhythm()
    /// What is left of the entry before it, where a timer cut that off and the caller has not noticed.
    private var cutOff: CutOffEntry
    /// When the field ends, however steadily keys come.
    var end: Duration

    init(_ field: CaptureField, after cutOff: CutOffEntry, end: Duration) {
        self.field = field
        self.cutOff = cutOff
        self.end = end
    }

    /// Whether `key` still belongs to the entry that was cut off; once one does not, no later one does.
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

    /// Empties it.
    mutating func clear() {
        digits.erase()
        rhythm = KeyRhythm()
    }
}

/// When the keys of an entry came.
struct KeyRhythm: Sendable, Hashable {
    private(set) var last: Duration?
    private(set) var longestPause: Duration = .zero

    mutating func add(_ time: Duration) {
        if let last { longestPause = max(longestPause, time - last) }
        last = time
    }
}

/// What a caller may still key of an entry that a timer has cut off, before the prompt to begin anew has reached him.
///
/// A key belongs to it that comes no later after the one before than one and a half times the caller's longest pause,
/// or within two seconds of the cut; as many as were missing at most, and the key that ends the field.
struct CutOffEntry: Sendable, Hashable {
    private var missing: Int
    private let pause: Duration
    private var end: Duration

    /// Nothing: no entry was cut off.
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
