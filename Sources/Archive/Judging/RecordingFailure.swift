package import AudioIO
package import Verification

/// Why a recording could not be heard to its end.
package enum RecordingFailure: Error, Sendable, Hashable {
    /// It could not be opened or read.
    case audio(AudioFileError)
    /// Its rate or channels cannot be judged.
    case verification(VerificationError)
    /// Decoding stopped `heard` frames in, of `promised`.
    case endsEarly(heard: Int, promised: Int)
    /// There is no sample in it: what was not heard is not clean.
    case noSamples
    /// The digest could not be made; `reason` in the system's words.
    case digest(reason: String)
    /// It was written to, replaced or removed while it was heard: what was heard is not what is there.
    case changed
    /// It is no file any more, but a pipe, a socket or a device.
    case noFile
}
