import DTMF

/// A press in the events of a detector.
struct Heard: Equatable {
    var key: Key
    var onset: Int
    /// Sample index at the end of the block in which it was decided.
    var decidedBy: Int
    var press: KeyPress?
}

/// Everything that `detector` tells of `samples` when it gets them in blocks of the sizes that `next` gives.
func listen(
    to samples: [Float], with detector: consuming Detector, blocks next: () -> Int = { 160 }
) -> (heard: [Heard], events: [DetectorEvent]) {
    var heard: [Heard] = []
    var events: [DetectorEvent] = []
    var position = 0
    func take(_ event: DetectorEvent) {
        events.append(event)
        switch event {
        case .decided(let key, let onset): heard.append(Heard(key: key, onset: onset, decidedBy: position))
        case .ended(let press): heard[heard.count - 1].press = press
        }
    }
    while position < samples.count {
        let count = min(max(1, next()), samples.count - position)
        let first = position
        position += count
        detector.process(samples.span.extracting(first..<first + count))
        for event in detector.events { take(event) }
    }
    detector.finish()
    for event in detector.events { take(event) }
    return (heard, events)
}

/// The keys that a detector hears in `samples`.
func keys(in samples: [Float], rate: Double = 8000, profile: DetectorProfile = .q24) -> String {
    String(listen(to: samples, with: Detector(sampleRate: rate, profile: profile)).heard.map(\.key.character))
}

/// All sixteen keys, `on` and `off` seconds each, with silence around them.
func allKeys(_ generator: ToneGenerator, on: Double = 0.05, off: Double = 0.05) -> [Float] {
    var generator = generator
    return generator.silence(seconds: 0.1) + generator.sequence(Key.allCases, on: on, off: off)
        + generator.silence(seconds: 0.1)
}

/// What a detector hears in ``allKeys(_:on:off:)`` when it hears all.
let sixteen = String(Key.allCases.map(\.character))

extension [Float] {
    /// The samples with white noise of `power` added.
    func withNoise(power: Double, seed: UInt64) -> [Float] {
        var random = Noise(seed: seed)
        let deviation = power.squareRoot()
        return map { $0 + Float(deviation * random.next()) }
    }
}
