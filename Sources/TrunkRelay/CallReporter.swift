internal import Glibc
import NGControl
import RTPMedia
import Synchronization

/// Reports of calls, as `query` and `delete` give them.
enum CallReporter {
    /// Microseconds since 1970.
    static var wallClock: Int64 {
        var time = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }

    /// - Parameter loopTime: Now, by the clock of the media loops.
    static func report(_ call: RelayCall, loopTime: Int64) -> CallReport {
        let wall = wallClock
        let tags = [0, 1].filter { !call.parties[$0].tag.isEmpty }.map { side in
            let other = TagReport.Link(tag: call.parties[1 - side].tag)
            return TagReport(
                tag: call.parties[side].tag, label: call.parties[side].label, created: Int(call.created / 1_000_000),
                hears: [other], heardBy: [other],
                medias: call.sections.enumerated().compactMap { index, section in
                    section.map { media($0, index, side, wall - loopTime) }
                })
        }
        return CallReport(
            created: Int(call.created), lastSignal: Int((call.lastSignal + wall - loopTime) / 1_000_000), tags: tags)
    }

    private static func media(_ section: RelayCall.Section, _ index: Int, _ side: Int, _ offset: Int64) -> MediaReport {
        let (received, sent) = (section.meters[side], section.meters[1 - side])
        let last = received.lastArrival.load(ordering: .relaxed)
        let source = received.source.load(ordering: .relaxed)
        let stream = StreamReport(
            local: nil, lastPacket: last == 0 ? 0 : Int((last + offset) / 1_000_000), ssrc: source == 0 ? nil : source,
            isConfirmed: last != 0, received: counts(received), sent: counts(sent))
        return MediaReport(index: index + 1, streams: [stream])
    }

    private static func counts(_ meter: StreamMeter) -> PacketCounts {
        PacketCounts(
            packets: meter.packets.load(ordering: .relaxed), bytes: meter.bytes.load(ordering: .relaxed),
            errors: meter.foreign.load(ordering: .relaxed))
    }
}
