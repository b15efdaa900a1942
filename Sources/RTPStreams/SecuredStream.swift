import Codecs
package import DTMF
package import RTPPackets
package import Suppression

/// One direction of a call's audio, from which digits are taken out packet by packet.
///
/// A packet is held until the suppressor has decided on all its samples: for 20 ms packets, until the next one comes.
/// It goes on as it came, with its own sequence number and timestamp; only samples that were removed are coded anew.
/// Telephone events, and what was not agreed on, go no further.
///
/// Times are in microseconds on any one clock. After the beginning nothing is allocated.
package struct SecuredStream: Sendable {
    /// How long a packet waits for those before it, and how long those that are held wait for one that is overdue.
    package static let reorderWait: Int64 = 15_000
    /// Longest gap in the timestamps that is filled; a longer one is a pause, in samples.
    private static let longestGap = 1_600
    /// Longest gap that is concealed by audio, in samples. What follows is silence (ITU-T G.711, appendix I: 60 ms).
    private static let longestConcealment = 480
    /// Microseconds of a sample.
    private static let sampleTime: Int64 = 125
    /// A sequence number further away than this begins another stream.
    private static let longestJump: Int64 = 3_000

    private var map: PayloadMap
    private var suppressor: Suppressor
    private var presses: PressReader
    private var slots = PacketSlots()
    /// Packets that wait for those before them, by sequence number.
    private var waiting: [HeldPacket] = []
    /// Packets whose samples the suppressor has, in order.
    private var held: [HeldPacket] = []
    private var source: UInt32?
    private var sequences = ExtendedCounter<UInt16>()
    private var timestamps = ExtendedCounter<UInt32>()
    private var nextSequence: Int64?
    private var nextTimestamp: Int64?
    /// Samples that the suppressor took, and gave.
    private var (taken, given) = (0, 0)
    /// Samples that were put in for a packet that was overdue.
    private var pausedBy = 0
    /// When the last packet with audio came.
    private var lastAudio: Int64 = 0
    /// The samples of the last packet with audio.
    private var lastBlock: [Float] = []
    /// Work space.
    private var block: [Float] = []
    private var clean: [Float] = []

    package private(set) var counts = StreamCounts()

    /// - Parameters:
    ///   - map: What was agreed on.
    ///   - configuration: How tones are removed.
    package init(_ map: PayloadMap, configuration: Suppressor.Configuration) {
        self.map = map
        suppressor = Suppressor(sampleRate: 8_000, channels: 1, configuration: configuration)
        presses = PressReader()
        waiting.reserveCapacity(PacketSlots.count)
        held.reserveCapacity(PacketSlots.count)
        block.reserveCapacity(2_048)
        lastBlock.reserveCapacity(PacketSlots.size)
        clean.reserveCapacity(4_096)
    }

    /// The keys that were pressed since ``forgetKeys()``, each once.
    package var keys: [Key] { presses.keys }
    /// Overwrites the keys.
    package mutating func forgetKeys() { presses.forget() }
    /// What was removed so far.
    package var removed: SuppressionCount { suppressor.counts[0] }

    /// Takes the audio that went before, none of which is held, so that a tone under way is known.
    package mutating func begin(after past: OpenHistory) {
        guard let last = past.last else { return }
        source = last.synchronizationSource
        nextSequence = sequences.extend(last.sequence) + 1
        nextTimestamp = timestamps.extend(last.timestamp) + Int64(last.payload.count)
        past.samples(into: &block)
        feed()
    }

    /// Takes another agreement, from the next packet on.
    package mutating func agree(on map: PayloadMap) { self.map = map }

    /// Takes a packet that came at `now`, and gives those that are due to `send`.
    package mutating func take(
        _ packet: Span<UInt8>, _ header: RTPHeader, at now: Int64, _ send: (Span<UInt8>) -> Void
    ) {
        counts.received += 1
        if let source, source != header.synchronizationSource { restart(send) }
        source = header.synchronizationSource
        if let nextSequence, abs(sequences.peek(header.sequence) - nextSequence) > Self.longestJump { restart(send) }
        let sequence = sequences.extend(header.sequence)
        guard sequence >= nextSequence ?? sequence, !waiting.contains(where: { $0.sequence == sequence }) else {
            counts.late += 1
            return
        }
        guard let slot = slots.store(packet) else {
            counts.refused += 1
            return advance(to: now, send)
        }
        let place = waiting.firstIndex { $0.sequence > sequence } ?? waiting.count
        waiting.insert(
            HeldPacket(
                slot: slot, length: packet.count, header: header, kind: map[header.payloadType], sequence: sequence,
                arrival: now), at: place)
        advance(to: now, send)
    }

    /// Gives the packets that are due at `now`.
    package mutating func advance(to now: Int64, _ send: (Span<UInt8>) -> Void) {
        while let first = waiting.first,
            first.sequence == nextSequence ?? first.sequence || now - first.arrival >= Self.reorderWait
        {
            waiting.removeFirst()
            let lost = Int(first.sequence - (nextSequence ?? first.sequence))
            counts.lost += lost
            nextSequence = first.sequence + 1
            consume(first, afterLoss: lost > 0)
        }
        let overdue = lastAudio + Int64(lastBlock.count) * Self.sampleTime + Self.reorderWait
        if !held.isEmpty, waiting.isEmpty, now >= overdue, pausedBy < suppressor.latency {
            feedGap(suppressor.latency, isConcealed: true)
            pausedBy += suppressor.latency
        }
        sendDue(send)
    }

    /// Ends the stream, and gives all that is held.
    package mutating func finish(_ send: (Span<UInt8>) -> Void) {
        consumeWaiting()
        clean.removeAll(keepingCapacity: true)
        suppressor.finish(into: &clean)
        distribute()
        sendDue(send)
        presses.finish(at: taken)
    }

    /// Lets go of the stream so far. The next packet begins another.
    private mutating func restart(_ send: (Span<UInt8>) -> Void) {
        consumeWaiting()
        feedGap(suppressor.latency, isConcealed: false)
        sendDue(send)
        lastBlock.removeAll(keepingCapacity: true)
        (sequences, timestamps, nextSequence, nextTimestamp) = (.init(), .init(), nil, nil)
        pausedBy = 0
    }

    private mutating func consumeWaiting() {
        for packet in waiting { consume(packet, afterLoss: true) }
        waiting.removeAll(keepingCapacity: true)
    }
}

extension SecuredStream {
    /// Takes a packet whose turn it is.
    ///
    /// - Parameter afterLoss: Whether packets before it are lost.
    private mutating func consume(_ packet: HeldPacket, afterLoss: Bool) {
        var packet = packet
        switch packet.kind {
        case .audio(let law):
            followTimestamp(of: packet.header, afterLoss: afterLoss)
            lastAudio = packet.arrival
            block.removeAll(keepingCapacity: true)
            slots.append(packet.header.payload, of: packet.slot, law, to: &block)
            lastBlock.removeAll(keepingCapacity: true)
            lastBlock.append(contentsOf: block)
            packet.samples = taken..<taken + block.count
            held.append(packet)
            feed()
        case .comfortNoise:
            packet.samples = taken..<taken
            held.append(packet)
        case .telephoneEvent(let clockRate):
            counts.events += 1
            slots.with(packet.slot, packet.header.payload) {
                presses.take(TelephoneEventPayload($0), packet.header, clockRate: clockRate, at: taken)
            }
            slots.release(packet.slot)
        case .unknown:
            counts.refused += 1
            slots.release(packet.slot)
        }
    }

    /// Gives the suppressor what the timestamps leave out.
    private mutating func followTimestamp(of header: RTPHeader, afterLoss: Bool) {
        let timestamp = timestamps.extend(header.timestamp)
        if let nextTimestamp {
            let gap = Int(clamping: timestamp - nextTimestamp) - pausedBy
            if gap > 0 { feedGap(min(gap, Self.longestGap), isConcealed: afterLoss) }
        }
        pausedBy = 0
        nextTimestamp = timestamp + Int64(header.payload.count)
    }

    /// Gives the suppressor samples that no packet holds: silence, or the last packet again where one was lost. A tone
    /// that was under way goes on, so that it is one press and not two.
    private mutating func feedGap(_ count: Int, isConcealed: Bool) {
        block.removeAll(keepingCapacity: true)
        let repeated = isConcealed && !lastBlock.isEmpty ? min(count, Self.longestConcealment) : 0
        for index in 0..<repeated { block.append(lastBlock[index % lastBlock.count]) }
        block.append(contentsOf: repeatElement(0, count: count - repeated))
        feed()
    }

    /// Gives the block to the suppressor, and what comes back to the packets that are held.
    private mutating func feed() {
        clean.removeAll(keepingCapacity: true)
        suppressor.process(block, into: &clean)
        taken += block.count
        distribute()
        presses.take(suppressor.keyEvents, at: taken)
    }

    /// Writes the samples that were given into the packets they belong to.
    private mutating func distribute() {
        let from = given
        given += clean.count
        for packet in held {
            let due = packet.samples.clamped(to: from..<given)
            guard !due.isEmpty, case .audio(let law) = packet.kind else { continue }
            let first = packet.header.payload.lowerBound + due.lowerBound - packet.samples.lowerBound
            let samples = clean[due.lowerBound - from..<due.upperBound - from]
            if slots.replace(packet.slot, from: first, by: samples, law) { counts.replaced += 1 }
        }
    }

    /// Sends the packets whose samples have all been given.
    private mutating func sendDue(_ send: (Span<UInt8>) -> Void) {
        while let first = held.first, first.samples.upperBound <= given {
            held.removeFirst()
            slots.with(first.slot, 0..<first.length, send)
            slots.release(first.slot)
            counts.sent += 1
        }
    }
}
