import ArgumentParser

/// Numbers of the command line that are held to a range as they are read, so that nothing later has to fear one.
enum NumberOption {
    /// Reads a finite number in `range`; `words` say what is right.
    static func within(_ range: ClosedRange<Double>, _ words: String) -> @Sendable (String) throws -> Double {
        { text in
            // "nan" is in no range, and "inf" in none that ends.
            guard let number = Double(text), range.contains(number) else { throw ValidationError(words) }
            return number
        }
    }
}
