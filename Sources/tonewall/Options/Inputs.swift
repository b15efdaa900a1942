import Codecs
import Failures
import StreamSuppression
import AudioIO

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

/// What every command does about a file that holds or promises more than was heard of it.
enum Hearing {
    /// An error where it is known, before the first sample is read, that a part will not be heard.
    static func refuseUnheard(_ reader: AudioReader) throws {
        guard reader.unheard.isEmpty else { throw AudioFileError.unheard(path: reader.name, parts: reader.unheard) }
    }

    /// At the end: a line for each oddity that was heard all the same; an error where a part was not heard.
    static func report(_ reader: AudioReader) throws {
        for remark in reader.remarks { Report.note("tonewall: \(inputName(reader.name)): \(remark)") }
        try refuseUnheard(reader)
    }
}
