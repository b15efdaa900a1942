import Codecs
import RTPStreams
import SessionDescription

/// What of an SDP the relay can carry: audio whose samples it can hear, and telephone events.
///
/// A codec that cannot be decoded would carry keys past the suppressor. It is taken out, so that both parties agree on
/// one that can be.
enum CodecFilter {
    /// Takes out what the relay cannot carry. A section of which no audio is left is rejected.
    static func apply(to section: inout MediaSection) {
        guard !section.isRejected else { return }
        guard section.kind == "audio", section.transport == "RTP/AVP" || section.transport == "RTP/AVPF" else {
            return section.reject()
        }
        section.removeFormats { kind(of: $0) == .unknown }
        section.setRTCPMux(false)
        section.removeAttributes(["crypto", "fingerprint", "setup", "ssrc", "extmap", "mid", "rtcp-rsize"])
        let hasAudio = section.rtpFormats.contains {
            if case .audio = kind(of: $0) { true } else { false }
        }
        if !hasAudio { section.reject() }
    }

    /// What the payload types of a section stand for.
    static func payloads(of section: MediaSection) -> [UInt8: PayloadMap.Kind] {
        Dictionary(section.rtpFormats.map { ($0.payloadType, kind(of: $0)) }, uniquingKeysWith: { first, _ in first })
    }

    private static func kind(of format: RTPFormat) -> PayloadMap.Kind {
        switch (format.name.lowercased(), format.clockRate, format.channels) {
        case ("pcmu", 8_000, 1): .audio(.mu)
        case ("pcma", 8_000, 1): .audio(.a)
        case ("cn", 8_000, 1): .comfortNoise
        case ("telephone-event", let rate, 1): .telephoneEvent(clockRate: rate)
        default: .unknown
        }
    }
}
