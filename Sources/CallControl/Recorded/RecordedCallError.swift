package import AudioIO
internal import Codecs
internal import MediaCore

/// Why a recording cannot be played as a call.
package enum RecordedCallError: Error, Sendable, Hashable {
    /// The recording has one channel, so the agent's leg is missing.
    case agentLegMissing(path: String)
    /// The recording has more than two channels.
    case tooManyLegs(path: String, channels: Int)
    /// Tones cannot be detected at this sample rate.
    case sampleRate(path: String, hz: Int)

    /// Throws unless `reader` gives a caller and an agent at a rate at which keys can be detected.
    package static func check(_ reader: AudioReader) throws(RecordedCallError) {
        let format = reader.format
        guard format.channels != 1 else { throw .agentLegMissing(path: reader.name) }
        guard format.channels == CallMedia.channels else {
            throw .tooManyLegs(path: reader.name, channels: format.channels)
        }
        guard CallMedia.sampleRates.contains(format.sampleRate) else {
            throw .sampleRate(path: reader.name, hz: format.sampleRate)
        }
    }
}
