package import AudioIO
internal import Codecs
package import DTMF
package import Failures
internal import StreamSuppression
internal import TextFormats

/// The keys of one recording or stream, block by block.
package struct KeyReading {
    /// Number of frames read so far.
    package private(set) var framesRead = 0
    private let reader: AudioReader
    private let profile: DetectorProfile
    private let channel: Int?
    /// The listener of a stream, or the listener of a whole file. One of the two is set.
    private var live: KeyListener?
    private var whole: RecordingListener?
    private var loudest: LoudestLevel
    private var samples: [Float] = []
    private var isOver = false
    private var hasKeys = false

    /// A profile for whole files decodes a stream as ``DetectorProfile/q24`` does.
    ///
    /// - Parameter channel: The only channel whose keys are reported, counted from 0; `nil` for all channels.
    /// - Throws: ``Failure`` if keys cannot be detected at the input's sample rate, or if there is no such channel.
    package init(_ reader: AudioReader, profile: DetectorProfile = .q24, channel: Int? = nil) throws {
        try reader.refuseRate(outside: SuppressedStream.sampleRates)
        let (rate, channels) = (Double(reader.format.sampleRate), reader.format.channels)
        if let channel, !(0..<channels).contains(channel) {
            throw Failure(
                .usage, code: "audio.no-channel", file: reader.name, "has \(channels) channel(s), counted from 0",
                advice: "choose one of them")
        }
        (self.reader, self.channel) = (reader, channel)
        self.profile = profile.hearsWholeFiles && reader.isStream ? .q24 : profile
        if self.profile.hearsWholeFiles {
            whole = RecordingListener(sampleRate: rate, channels: channels)
        } else {
            live = KeyListener(sampleRate: rate, channels: channels, profile: self.profile)
        }
        loudest = LoudestLevel(sampleRate: rate, channels: channels)
    }

    /// The events of the next block, in order of time; `nil` after the last one.
    package mutating func next() throws(AudioFileError) -> [ChannelEvent]? {
        if isOver { return nil }
        let count = try reader.read(frames: 4096, into: &samples)
        framesRead += count
        isOver = count == 0
        let block = samples
        var heard =
            (isOver ? live?.finish() ?? whole?.finish() : live?.process(block.span) ?? whole?.process(block.span)) ?? []
        if let channel { heard.removeAll { $0.channel != channel } }
        hasKeys = hasKeys || !heard.isEmpty
        // The level is needed only if there is no key.
        if isOver { loudest.finish() } else if !hasKeys { loudest.process(block.span) }
        return heard
    }

    /// If no key was found: the highest level, and what to try; `nil` otherwise.
    package var nothingFound: Failure? {
        guard isOver, !hasKeys else { return nil }
        let level = "its loudest 10 ms lie at \(fixed(loudest.dBm0, decimals: 1)) dBm0"
        let (what, advice): (String, String)
        if loudest.dBm0 < Self.silence {
            (what, advice) = ("it is silent", "see that this is the right file, channel and format")
        } else if whole != nil {
            (what, advice) = (level, "tonewall verify finds shorter pieces of keys, too")
        } else if loudest.dBm0 < profile.minimumLevel {
            (what, advice) = (
                "\(level), under the \(Int(profile.minimumLevel)) of profile \(profile.name)",
                profile == .sensitive ? "make it louder" : "try --detector-profile sensitive"
            )
        } else {
            (what, advice) = (
                level,
                profile == .sensitive
                    ? "tonewall verify finds shorter pieces of keys, too" : "try --detector-profile sensitive"
            )
        }
        return Failure(
            .finding, code: "keys.none", file: inputName(reader.name), "no key was found; \(what)", advice: advice)
    }

    /// Level in dBm0 below which audio is called silent.
    private static let silence = -80.0
}
