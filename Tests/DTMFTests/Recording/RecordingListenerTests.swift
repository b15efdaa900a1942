import DTMF
import Glibc
import Support
import Testing

/// Presses that ``RecordingListener`` hears in one channel, given in blocks of `block` samples.
func recorded(_ samples: [Float], rate: Double = 8000, block: Int = 4096) -> [KeyPress] {
    var listener = RecordingListener(sampleRate: rate, channels: 1)
    var events: [ChannelEvent] = []
    for first in stride(from: 0, to: samples.count, by: block) {
        events += listener.process(samples.span.extracting(first..<min(first + block, samples.count)))
    }
    events += listener.finish()
    return events.presses(channels: 1)[0]
}

/// The keys of those presses.
func recordedKeys(_ samples: [Float], rate: Double = 8000) -> String {
    String(recorded(samples, rate: rate).map(\.key.character))
}

/// Keys on a line that does something to each of them, or to all.
struct Line {
    var random: SeededGenerator
    let keys: [Key]
    var on = 0.1
    var off = 0.1
    var twist = 0.0
    var offset = 0.0
    var level = -12.0

    init(seed: UInt64, count: Int = 12) {
        random = SeededGenerator(seed: seed)
        let all = Key.allCases
        var keys: [Key] = []
        for _ in 0..<count { keys.append(all[Int.random(in: 0..<all.count, using: &random)]) }
        self.keys = keys
    }

    var text: String { String(keys.map(\.character)) }

    /// The line, with `each` done to the tone of every press: 0…1 through it.
    mutating func samples(_ each: (_ sample: Float, _ place: Double) -> Float = { sample, _ in sample }) -> [Float] {
        var samples = [Float](repeating: 0, count: 2400)
        for key in keys {
            var generator = ToneGenerator(
                level: level, twist: twist, lowOffset: offset, highOffset: offset,
                lowPhase: .random(in: 0..<6, using: &random), highPhase: .random(in: 0..<6, using: &random))
            let tone = generator.tone(key, seconds: on)
            samples += tone.enumerated().map { each($1, Double($0) / Double(tone.count)) }
            samples += generator.silence(seconds: off)
        }
        return samples + [Float](repeating: 0, count: 3200)
    }
}

/// Keys after the effects of lines, rooms and recorders, and sounds that are not keys.
@Suite(.ownThread) struct RecordingListenerTests {
    static let seeds = 61...64 as ClosedRange<UInt64>

    @Test(arguments: seeds) func `a press that fades by 25 dB, or steps by 12, is one digit`(seed: UInt64) {
        var line = Line(seed: seed)
        line.on = 0.2
        let faded = line.samples { $0 * Float(pow(10, -25 * $1 / 20)) }
        #expect(recordedKeys(faded.withNoise(power: 1e-7, seed: 1)) == line.text)
        #expect(recordedKeys(line.samples { $1 < 0.5 ? $0 : $0 / 4 }) == line.text)
        #expect(recordedKeys(line.samples { $1 < 0.5 ? $0 / 3 : $0 }) == line.text)
    }

    @Test(arguments: seeds) func `an echo 30 to 100 ms later is not a digit`(seed: UInt64) {
        for (delay, gain) in [(240, 0.3), (400, 0.2), (600, 0.25), (800, 0.16)] as [(Int, Float)] {
            var line = Line(seed: seed)
            (line.on, line.off) = (0.08, 0.12)
            let dry = line.samples()
            let heard = recordedKeys(dry.indices.map { dry[$0] + ($0 < delay ? 0 : gain * dry[$0 - delay]) })
            #expect(heard == line.text, "\(delay) samples")
        }
    }

    @Test(arguments: seeds, [5.0, 10, 20, 30, 60]) func `flutter does not double`(seed: UInt64, hertz: Double) {
        var line = Line(seed: seed)
        line.on = 0.15
        let samples = line.samples { $0 * Float(0.65 + 0.35 * sin(2 * .pi * hertz * 0.15 * $1 + Double(seed))) }
        #expect(recordedKeys(samples) == line.text)
        let deep = line.samples { $0 * Float(0.5 + 0.5 * sin(2 * .pi * hertz * 0.15 * $1 + 1)) }
        #expect(recordedKeys(deep) == line.text)
    }

    @Test(arguments: seeds) func `a key pressed again in the echo of the first press is two digits`(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var dry: [Float] = [Float](repeating: 0, count: 2400)
        for _ in 0..<12 {
            var generator = ToneGenerator(
                lowPhase: .random(in: 0..<6, using: &random), highPhase: .random(in: 0..<6, using: &random))
            dry += generator.tone(.five, seconds: 0.08) + generator.silence(seconds: 0.04)
        }
        dry += [Float](repeating: 0, count: 1600)
        let wet = dry.indices.map { dry[$0] + ($0 < 240 ? 0 : 0.25 * dry[$0 - 240]) }
        #expect(recordedKeys(wet) == "555555555555")
    }

    @Test(arguments: seeds) func `a press overdriven by 22 dB is read`(seed: UInt64) {
        var line = Line(seed: seed)
        let limit = Float(2 * Level.amplitude(dBm0: line.level))
        #expect(recordedKeys(line.samples { sample, _ in min(max(sample * 12.6, -limit), limit) }) == line.text)
    }

    @Test(arguments: seeds, [425.0, 1004, 1100, 2100])
    func `a steady tone as loud as both does not hide keys`(seed: UInt64, hertz: Double) {
        var line = Line(seed: seed)
        let samples = line.samples()
        let tone = sines([hertz], level: line.level + 3, seconds: Double(samples.count) / 8000)
        #expect(recordedKeys(zip(samples, tone).map { $0 + $1 }) == line.text)
    }

    @Test(arguments: seeds) func `keys of a tape that is up to 6 % off speed are read, and measured`(seed: UInt64) {
        var line = Line(seed: seed)
        line.offset = .random(in: -0.06...0.06, using: &line.random)
        let presses = recorded(line.samples())
        #expect(presses.map(\.key) == line.keys, "\(line.offset)")
        for press in presses { #expect(abs(press.lowHz / press.key.lowHz - 1 - line.offset) < 0.001) }
    }

    @Test(arguments: seeds, [-18.0, 18]) func `a twist of 18 dB and −60 dBFS are read`(seed: UInt64, twist: Double) {
        var line = Line(seed: seed)
        (line.twist, line.level) = (twist, -12)
        #expect(recordedKeys(line.samples()) == line.text)
        (line.twist, line.level) = (0, -57)
        #expect(recordedKeys(line.samples().map { ($0 * 32768).rounded() / 32768 }) == line.text)
    }

    @Test(arguments: seeds) func `a key of 100 ms is read in noise as loud as the pair`(seed: UInt64) {
        var line = Line(seed: seed)
        let power = pow(Level.amplitude(dBm0: line.level), 2)
        #expect(recordedKeys(line.samples().withNoise(power: power, seed: seed)) == line.text)
        var lone = Line(seed: seed, count: 1)
        #expect(recordedKeys(lone.samples().withNoise(power: power / 2, seed: seed)) == lone.text)
    }

    @Test(arguments: seeds, [(0.05, 0.04), (0.06, 0.033), (0.03, 0.04)])
    func `a key pressed again after a short pause is two digits`(seed: UInt64, times: (on: Double, off: Double)) {
        var line = Line(seed: seed)
        (line.on, line.off) = times
        #expect(recordedKeys(line.samples()) == line.text)
        let twice = Key.allCases.flatMap { [$0, $0] }
        var generator = ToneGenerator(lowPhase: Double(seed))
        let samples = generator.silence(seconds: 0.2) + generator.sequence(twice, on: times.on, off: times.off)
        #expect(recordedKeys(samples) == String(twice.map(\.character)))
    }

    @Test(arguments: seeds) func `a press that a louder sound briefly hides is one digit`(seed: UInt64) {
        var line = Line(seed: seed)
        line.on = 0.3
        // Two tones beside the keypad's, 8 dB louder, for 60 ms.
        let loud = 2.5 * Level.amplitude(dBm0: line.level)
        let samples = line.samples { sample, place in
            let sound = sin(2 * .pi * 580 * 0.3 * place) + sin(2 * .pi * 1105 * 0.3 * place)
            return abs(place - 0.5) < 0.1 ? sample + Float(loud * sound) : sample
        }
        #expect(recordedKeys(samples) == line.text)
    }

    @Test func `a key held for seconds is one digit, off speed too`() {
        for offset in [0, 0.04] {
            var line = Line(seed: 7, count: 3)
            (line.on, line.off, line.offset) = (3, 0.3, offset)
            #expect(recordedKeys(line.samples()) == line.text, "\(offset)")
        }
    }

    @Test(arguments: [
        [697.0], [1209], [350, 440], [480, 620], [440, 480], [425], [950], [1428], [1100], [2100], [1300, 1500],
        [1380, 1500], [2130, 2750], [697, 770, 1209], [852, 1336, 1477], [770, 1336, 1000],
    ])
    func `single tones, call progress tones and triples are refused`(frequencies: [Double]) {
        let silence = [Float](repeating: 0, count: 1600)
        #expect(recordedKeys(silence + sines(frequencies, seconds: 1) + silence) == "")
    }

    @Test(arguments: seeds) func `a single press that is off by 3.5 % and bursts of 20 ms are refused`(seed: UInt64) {
        var line = Line(seed: seed, count: 1)
        line.offset = 0.035
        #expect(recordedKeys(line.samples()) == "")
        var bursts = Line(seed: seed)
        bursts.on = 0.020
        #expect(recordedKeys(bursts.samples()) == "")
    }

    @Test func `noise is refused`() {
        var random = Noise(seed: 4)
        #expect(recordedKeys((0..<160_000).map { _ in Float(0.13 * random.next()) }) == "")
    }
}

/// Channels, rates, blocks and length.
@Suite(.ownThread) struct RecordedChannelTests {
    @Test(arguments: [8000.0, 11_025, 44_100]) func `times are those of the file at every rate`(rate: Double) {
        var generator = ToneGenerator(sampleRate: rate)
        let samples =
            generator.silence(seconds: 0.5) + generator.tone(.seven, seconds: 0.1) + generator.silence(seconds: 0.5)
        let press = recorded(samples, rate: rate).first
        #expect(press?.key == .seven)
        #expect(abs(Double(press?.start ?? 0) / rate - 0.5) < 0.003)
        #expect(abs(Double(press?.end ?? 0) / rate - 0.6) < 0.003)
    }

    @Test(arguments: 1...3 as ClosedRange<UInt64>) func `the result does not depend on the size of blocks`(seed: UInt64)
    {
        let samples = DetectorTests.mixture(seed: seed)
        let whole = recorded(samples, block: samples.count)
        #expect(!whole.isEmpty && recorded(samples, block: 1) == whole && recorded(samples, block: 777) == whole)
    }

    @Test func `each channel is decoded separately`() {
        var (left, right) = (Line(seed: 3), Line(seed: 4))
        let frames = zip(left.samples(), right.samples()).flatMap { [$0, $1] }
        var listener = RecordingListener(sampleRate: 8000, channels: 2)
        let events = listener.process(frames.span) + listener.finish()
        func text(_ channel: Int) -> String {
            String(
                events.compactMap {
                    guard $0.channel == channel, case .decided(let key, _) = $0.event else { return nil }
                    return key.character
                })
        }
        #expect(text(0) == left.text && text(1) == right.text)
    }

    @Test func `keys at the boundary of five minutes are neither lost nor doubled`() {
        var line = Line(seed: 12, count: 60)
        let keys = line.samples()
        let quiet = [Float](repeating: 0, count: 2_400_000 - keys.count / 2)
        let presses = recorded(quiet + keys)
        #expect(presses.map(\.key) == line.keys)
        #expect(presses.first.map { abs($0.start - quiet.count - 2400) < 24 } == true)
    }
}
