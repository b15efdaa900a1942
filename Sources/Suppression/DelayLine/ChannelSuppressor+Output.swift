internal import Glibc

/// The output: each sample passes, is filled, or leaves without an echo.
extension ChannelSuppressor {
    /// The beep that may replace a tone: frequency in Hz and peak value.
    private static let beep = (hz: 500.0, amplitude: 0.05)
    /// Seconds of a block whose power is measured, and number of blocks. More than one is needed because a span may
    /// begin before its tone.
    private static let powerBlock = 0.005
    private static let powerBlocks = 12

    /// Seconds behind a filled span in which no speech is attenuated, if the span was as long: a receiver's block that
    /// began in the span holds too little speech.
    private static let unattenuated = 0.010

    /// Gives the oldest samples: unchanged, filled, or without an echo.
    ///
    /// - Parameters:
    ///   - count: Number of samples.
    ///   - echo: The part of each sample that is the echo of another leg's tone, or `nil`.
    ///   - block: Receives them from its first element on.
    ///   - removed: Learns which of them were a tone of this leg.
    ///   - events: Receives the removed spans that end here.
    mutating func emit(
        _ count: Int, echo: [Float]?, into block: inout [Float], removed: inout RemovedTone,
        _ events: inout [SuppressionEvent]
    ) {
        ring.copy(emitted..<emitted + count, into: &block)
        steadyTones.restore(emitted..<emitted + count, into: &block)
        var index = 0
        while index < count {
            let action = plan.action
            // An echo, and what may be revoked, are found sample by sample.
            let isUniform = action == .pass ? echo == nil && !isMuted : !confirmation.canRevoke
            let length = isUniform ? plan.run(count - index) : 0
            if length == 0 {
                block[index] = emit(block[index], echo: echo?[index] ?? 0, &removed, &events)
            } else if action == .pass {
                if open != nil { close(&events) }
                noise.learn(block.span.extracting(index..<index + length))
                removed.pass(emitted..<emitted + length)
            } else {
                fill(&block, index..<index + length, action, &removed, &events)
            }
            plan.advance(by: max(1, length))
            index += max(1, length)
        }
    }

    /// Fills samples that leave for one reason.
    private mutating func fill(
        _ block: inout [Float], _ range: Range<Int>, _ action: SampleAction, _ removed: inout RemovedTone,
        _ events: inout [SuppressionEvent]
    ) {
        begin(action.kind, last: emitted + range.count - 1, &events)
        guard var span = open else { return }
        let (first, amplitude) = (emitted - range.lowerBound, noise.amplitude(insteadOf: tonePower))
        for index in range {
            let (sample, filled) = (block[index], fill(at: first + index, amplitude))
            removed.note(first + index, sample, isRemoved: action.isOwnTone)
            span.before += Double(sample) * Double(sample)
            span.after += Double(filled) * Double(filled)
            block[index] = filled
        }
        open = span
    }

    private mutating func emit(
        _ sample: Float, echo: Float, _ removed: inout RemovedTone, _ events: inout [SuppressionEvent]
    ) -> Float {
        let decision = plan.decision
        let action = isRevoked(decision) ? .pass : decision.action
        removed.note(emitted, sample, isRemoved: action.isOwnTone)
        let surplus = emitted < unattenuatedUntil ? 0 : decision.surplus
        guard action != .pass || (echo != 0 || surplus != 0) && !isMuted else {
            if open != nil { close(&events) }
            if isMuted { return fill(at: emitted, noise.amplitude(insteadOf: .infinity)) }
            noise.learn(sample)
            return sample
        }
        begin(action == .pass && surplus != 0 ? .talkOff : action.kind, last: emitted, &events)
        let filled =
            switch action {
            case .pass: sample - echo - surplus
            case .cancel, .tailPair: sample - decision.cancelled
            case .press, .fragment, .echo, .tail: fill(at: emitted, noise.amplitude(insteadOf: tonePower))
            }
        open?.before += Double(sample) * Double(sample)
        open?.after += Double(filled) * Double(filled)
        return filled
    }

    /// Goes on with the open span, or begins one, for the samples that leave up to `last`.
    private mutating func begin(_ kind: SuppressionEvent.Kind, last: Int, _ events: inout [SuppressionEvent]) {
        if let open, open.kind != kind, !(open.kind.isTone && kind.isTone) { close(&events) }
        var span = open ?? (emitted, kind, 0, 0)
        if open == nil {
            tonePower = !kind.isTone || configuration.fill != .noise ? .infinity : power(of: emitted)
        }
        if kind == .press { span.kind = .press }
        open = span
        guard kind.isTone else { return }
        unattenuatedUntil = max(
            unattenuatedUntil, last + min(last - span.start, Int(Self.unattenuated * sampleRate)))
    }

    /// Whether the oldest sample was marked and is not a tone after all.
    @inline(__always) private mutating func isRevoked(_ decision: SuppressionPlan.Decision) -> Bool {
        guard confirmation.canRevoke, decision.action != .pass, !decision.isConfirmed, policy == .always else {
            return false
        }
        let (ring, sampleRate) = (ring, sampleRate)
        return confirmation.revokes(emitted) { range in
            ring.withSamples(range) { FragmentFit.explained($0, sampleRate: sampleRate) }
        }
    }

    /// What replaces sample `index`.
    @inline(__always) private func fill(at index: Int, _ amplitude: Float) -> Float {
        switch configuration.fill {
        case .silence: 0
        case .noise: noise.sample(at: index, amplitude: amplitude)
        case .beep: Float(Self.beep.amplitude * sin(2 * Double.pi * Self.beep.hz / sampleRate * Double(index)))
        }
    }

    /// Power of the loudest 5 ms block in the 60 ms from sample `start` on, as far as they were received; infinite if
    /// no block was.
    @inline(__always) private func power(of start: Int) -> Float {
        let block = Int(Self.powerBlock * sampleRate)
        let known = isOver ? ring.count : start + max(latency, 1)
        let end = min(start + Self.powerBlocks * block, known) - block
        var loudest: Float?
        for first in stride(from: start, through: end, by: block) {
            var energy: Float = 0
            for index in first..<first + block {
                let sample = ring[index]
                energy += sample * sample
            }
            loudest = max(loudest ?? 0, energy)
        }
        return loudest.map { $0 / Float(block) } ?? .infinity
    }

    /// Ends the span that is open.
    mutating func close(_ events: inout [SuppressionEvent]) {
        guard let span = open else { return }
        open = nil
        let event = SuppressionEvent(
            channel: channel, start: span.start, end: emitted, kind: span.kind,
            removedDB: span.after > 0 ? 10 * log10(span.before / span.after) : .infinity)
        count.add(event)
        events.append(event)
    }
}
