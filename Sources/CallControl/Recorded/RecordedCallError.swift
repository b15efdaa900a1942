package import AudioIO
internal import Codecs
internal import MediaCore

/// Why a recording cannot be played as a call.
package enum RecordedCallError: Error, Sendable, Hashable {
    /// The recording has one channel: the agent's leg is missing.
    case agentLegMissing(path: String)
    /// The recording has more than a caller and an agent.
    case tooManyLegs(path: String, channels: Int)
    /// Tones cannot be told apart at this rate.
    case sampleRate(path: String, hz: Int)

    /// Throws where what `reader` reads is not a caller and an agent at a rate that keys can be told at.
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
