package import AudioIO
package import Verification

/// Why a recording could not be read to its end.
package enum RecordingFailure: Error, Sendable, Hashable {
    /// It could not be opened or read.
    case audio(AudioFileError)
    /// Its sample rate or its number of channels is not supported.
    case verification(VerificationError)
    /// Decoding stopped after `heard` of `promised` frames.
    case endsEarly(heard: Int, promised: Int)
    /// It holds no samples, so it cannot be called clean.
    case noSamples
    /// The digest could not be computed; `reason` in the system's words.
    case digest(reason: String)
    /// It was written, replaced or removed while it was read.
    case changed
    /// It is now a pipe, a socket or a device instead of a file.
    case noFile
}
