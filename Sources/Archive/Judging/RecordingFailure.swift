package import AudioIO
package import Verification

/// Why a recording could not be read to its end.
package enum RecordingFailure: Error, Sendable, Hashable {
    /// It could not be opened or read.
    case audio(AudioFileError)
    /// Its rate or channels cannot be judged.
    case verification(VerificationError)
    /// Decoding stopped after `heard` of `promised` frames.
    case endsEarly(heard: Int, promised: Int)
    /// It holds no samples, so it cannot be called clean.
    case noSamples
    /// The digest could not be made; `reason` in the system's words.
    case digest(reason: String)
    /// It was written, replaced or removed while it was read.
    case changed
    /// It is no file any more, but a pipe, a socket or a device.
    case noFile
}
