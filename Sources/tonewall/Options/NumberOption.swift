import ArgumentParser

/// Checks the range of a number on the command line when it is read, so that later code need not.
enum NumberOption {
    /// Reads a finite number in `range`. `words` state the range in the error.
    static func within(_ range: ClosedRange<Double>, _ words: String) -> @Sendable (String) throws -> Double {
        { text in
            // No range contains "nan", and no finite range contains "inf".
            guard let number = Double(text), range.contains(number) else { throw ValidationError(words) }
            return number
        }
    }
}
