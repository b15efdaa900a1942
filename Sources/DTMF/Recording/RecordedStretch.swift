/// The presses of a stretch of a recording that is complete in memory.
///
/// Steady tones on the line are removed, and the common frequency error is found. Each segment is then judged together
/// with those around it. Last, the stream detector adds presses that are too short for frames of 20 ms.
struct RecordedStretch: Sendable {
    /// The presses, in order. Sample indices count from the beginning of the stretch, at 8 kHz.
    let presses: [KeyPress]

    /// The largest common frequency error at which the stream detector still works, as a fraction of nominal.
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

    /// The presses that the stream detector finds.
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
    /// Largest signal-to-noise ratio in dB that is reported.
    private static let largestSignalToNoise = 90.0

    fileprivate init(_ evidence: PressEvidence, speedError: Double) {
        self.init(
            key: evidence.key, start: Int((max(0, evidence.start) * Frame.rate).rounded()),
            end: Int((evidence.end * Frame.rate).rounded()),
            lowHz: evidence.key.lowHz * (1 + speedError) * (1 + evidence.low.error),
            highHz: evidence.key.highHz * (1 + speedError) * (1 + evidence.high.error),
            levelDBm0: Level.dBm0(amplitude: max(evidence.low.amplitude, evidence.high.amplitude)),
            twist: evidence.twist,
            signalToNoise: min(evidence.signalToNoise, Self.largestSignalToNoise))
    }
}

/// Adds presses that are too short for frames of 20 ms. The stream detector found them, and presses around them confirm
/// them.
struct ShortPresses: Sendable {
    private let whole: [KeyPress]

    /// Number of similar presses that must lie around a short one.
    private static let witnesses = 3
    /// Largest overlap of two separate presses, in samples: 10 ms.
    private static let overlap = 80
    /// A press is the tail of another if it follows within `samples` and lies `fall` dB or more below it.
    private static let tail = (samples: 960, fall: 8.0)

    init(beside whole: [KeyPress]) { self.whole = whole }

    /// All presses: those already found, and those of `heard` that are new and confirmed.
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
