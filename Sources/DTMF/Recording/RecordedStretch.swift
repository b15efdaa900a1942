/// The presses of a stretch of a recording, which is there as a whole.
///
/// Tones that stand on the line are taken out, the common frequency error is found, and every segment is decided with
/// those around it. The detector of streams then adds what is too short for frames of 20 ms.
struct RecordedStretch: Sendable {
    /// The presses, in order; sample indices count from the beginning of the stretch, at 8 kHz.
    let presses: [KeyPress]

    /// The largest common frequency error at which the detector of streams still reads. Fraction of nominal.
    private static let streamTolerance = 0.012

    init(_ samples: [Float]) {
        let samples = SteadyTones(samples).removed(from: samples)
        let speed = SpeedError(ToneFrames(samples))
        let whole = RunDecision(isOffSpeed: speed.value != 0 && !speed.isAll).presses(among: speed.segments)
            .map { KeyPress($0, speedError: speed.value) }
        guard abs(speed.value) <= Self.streamTolerance else {
            presses = whole
            return
        }
        presses = ShortPresses(beside: whole).added(from: Self.heard(in: samples))
    }

    /// What the detector of streams hears.
    private static func heard(in samples: [Float]) -> [KeyPress] {
        var detector = Detector(sampleRate: Frame.rate)
        var presses: [KeyPress] = []
        func take(_ events: [DetectorEvent]) {
            for case .ended(let press) in events { presses.append(press) }
        }
        for first in stride(from: 0, to: samples.count, by: 4096) {
            detector.process(samples.span.extracting(first..<min(first + 4096, samples.count)))
            take(detector.events)
        }
        detector.finish()
        take(detector.events)
        return presses
    }
}

extension KeyPress {
    /// Largest ratio of signal to noise in dB that is told.
    private static let largestSignalToNoise = 90.0

    fileprivate init(_ evidence: PressEvidence, speedError: Double) {
        let noise = max(1 - evidence.share, .leastNormalMagnitude)
        self.init(
            key: evidence.key, start: Int((max(0, evidence.start) * Frame.rate).rounded()),
            end: Int((evidence.end * Frame.rate).rounded()),
            lowHz: evidence.key.lowHz * (1 + speedError) * (1 + evidence.low.error),
            highHz: evidence.key.highHz * (1 + speedError) * (1 + evidence.high.error),
            levelDBm0: Level.dBm0(amplitude: max(evidence.low.amplitude, evidence.high.amplitude)),
            twist: evidence.twist,
            signalToNoise: min(Decibel.ofPower(evidence.share / noise), Self.largestSignalToNoise))
    }
}

/// Presses too short for frames of 20 ms, as the detector of streams hears them, where others witness for them.
struct ShortPresses: Sendable {
    private let whole: [KeyPress]

    /// Presses like one that must lie around it.
    private static let witnesses = 3
    /// Samples by which a press may overlap another and be one of its own, 10 ms.
    private static let overlap = 80
    /// Samples after a press in which what is lower by so many dB is its tail.
    private static let tail = (samples: 960, fall: 8.0)

    init(beside whole: [KeyPress]) { self.whole = whole }

    /// The presses, and those of `heard` that are not among them.
    func added(from heard: [KeyPress]) -> [KeyPress] {
        let new = heard.filter { press in
            !whole.contains { $0.end - press.start > Self.overlap && press.end - $0.start > Self.overlap }
        }
        let all = (whole + new).sorted { $0.start < $1.start }
        return all.indices.filter { index in
            whole.contains(all[index]) || isWitnessed(index, in: all) && !isTail(index, in: all)
        }.map { all[$0] }
    }

    private func isWitnessed(_ index: Int, in all: [KeyPress]) -> Bool {
        let press = all[index]
        let reach = Int(RunDecision.reach * Frame.rate)
        return all.indices.count {
            $0 != index && abs(all[$0].start - press.start) <= reach
                && abs(all[$0].levelDBm0 - press.levelDBm0) <= RunDecision.closeness
                && abs(all[$0].twist - press.twist) <= RunDecision.closeness
                && Double(all[$0].end - all[$0].start) <= RunDecision.longer * Double(press.end - press.start)
        } >= Self.witnesses
    }

    private func isTail(_ index: Int, in all: [KeyPress]) -> Bool {
        all[..<index].contains {
            all[index].start - $0.end <= Self.tail.samples && $0.levelDBm0 - all[index].levelDBm0 >= Self.tail.fall
        }
    }
}
