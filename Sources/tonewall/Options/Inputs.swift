import AudioIO
import Pipeline

/// What every command that listens asks of an input's rate.
enum ToneRange {
    /// Refuses a rate at which keys cannot be told.
    static func check(_ reader: AudioReader) throws {
        let (rate, rates) = (reader.format.sampleRate, SuppressedStream.sampleRates)
        guard rates.contains(rate) else {
            throw Failure(
                .dataError, file: inputName(reader.name),
                "has a rate of \(rate) Hz; keys are told at \(rates.lowerBound) to \(rates.upperBound) Hz",
                advice: "resample it, as with sox IN -r 8000 OUT")
        }
    }
}

/// What every command does about a header that promises more than there is.
enum Shortfalls {
    /// An error where it is known before the first sample is read that the file was cut.
    static func refuseCut(_ reader: AudioReader) throws {
        if let shortfall = reader.shortfall, !shortfall.isOpenEnded { try report(reader) }
    }

    /// A warning where the header's writer could not know the length; an error where the file was cut.
    static func report(_ reader: AudioReader) throws {
        guard let shortfall = reader.shortfall else { return }
        guard shortfall.isOpenEnded else {
            throw AudioFileError.truncated(path: reader.name, expected: shortfall.expected, found: shortfall.found)
        }
        Report.note(
            "tonewall: \(inputName(reader.name)): its header claims \(shortfall.expected) bytes of samples, "
                + "\(shortfall.found) are there (all of them were read)")
    }
}
