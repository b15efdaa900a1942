/// Takes the echo of what was taken out of each leg out of the others, and leaves what else they carry.
///
/// It works where samples leave: what was taken out of one leg is known by then, and its echo comes 12 ms later or more, so that
/// no look-ahead is needed. Until a path is known nothing is done. It learns from keys alone, so that speech neither teaches it nor is
/// touched by it between keys.
struct EchoCanceller: Sendable {
    /// Seconds by which an echo is late.
    private static let (earliest, latest) = (0.012, 0.160)
    /// Seconds of a press that are learned from at a time.
    private static let longest = 0.080
    /// Seconds either side of a moment in which the power of what else is heard is measured.
    private static let breadth = 0.032
    /// Pieces of presses after which it is known that there is no echo: under speech two or three presses tell.
    private static let piecesThatTell = 6
    /// The most gain in power of a path that is not known: 10 dB down.
    private static let mostUnknownGain: Float = 0.1

    /// One leg's past.
    private struct Line: Sendable {
        var soundDecimator: Decimator
        var toneDecimator: Decimator
        var soundBand: KeyBand
        var toneBand: KeyBand
        /// Rings at the low rate, of the keys' band alone: what the leg carried, and what of it was taken out.
        var sound: [Float]
        var tone: [Float]
        /// A ring at the full rate: what was taken out.
        var taken: [Float]
        /// The newest frame of which something was taken out.
        var lastTaken = Int.min / 2
        /// Low-rate samples of a press that was not learned from yet.
        var press: Range<Int>?
    }

    private let channels: Int
    private let factor: Int
    /// The low rate, in Hz.
    private let rate: Double
    /// In samples of the low rate.
    private let earliest: Int
    private let lags: Int
    private let longest: Int
    private var lines: [Line]
    /// From one leg to another.
    private var paths: [EchoPath]
    private var now = 0
    /// Blocks either side of one in which the sound's power is measured.
    private let breadth: Int
    /// What is learned from; see ``EchoPath/learn(_:power:_:weights:)``.
    private var tone: [Float]
    private var power: [Float]
    private var sound: [Float]
    private var weights: [Float]

    init(sampleRate: Double, channels: Int) {
        self.channels = channels
        let decimator = Decimator(sampleRate: sampleRate)
        factor = decimator.factor
        let rate = sampleRate / Double(factor)
        self.rate = rate
        earliest = Int(Self.earliest * rate)
        lags = Int((Self.latest - Self.earliest) * rate) / 64 * 64
        longest = Int(Self.longest * rate) / EchoPath.block * EchoPath.block
        let (earliest, lags, longest) = (earliest, lags, longest)
        // A piece is learned from a block after its last echo at the latest.
        let past = longest + earliest + lags + EchoPath.block + 1
        func ring(_ least: Int) -> [Float] {
            var size = 1
            while size < least { size *= 2 }
            return Array(repeating: 0, count: size)
        }
        let line = Line(
            soundDecimator: decimator, toneDecimator: decimator, soundBand: KeyBand(sampleRate: rate),
            toneBand: KeyBand(sampleRate: rate), sound: ring(past), tone: ring(past),
            taken: ring((earliest + lags + EchoPath.taps) * factor + 1))
        lines = Array(repeating: line, count: channels)
        paths = Array(repeating: EchoPath(lags: lags), count: channels * channels)
        tone = Array(repeating: 0, count: longest)
        sound = Array(repeating: 0, count: longest + lags)
        power = Array(repeating: 0, count: longest / EchoPath.block)
        weights = Array(repeating: 0, count: sound.count / EchoPath.block)
        breadth = Int(Self.breadth * rate) / EchoPath.block
    }

    /// How late the echo of `source` may be on `leg` that ``echo(on:)`` does not give, in milliseconds; `nil` where there is none.
    ///
    /// - Parameter isAssumed: Whether there may be one until a press has shown that there is none.
    func unknownDelays(from source: Int, to leg: Int, isAssumed: Bool) -> ClosedRange<Int>? {
        let path = paths[source * channels + leg]
        if let first = path.first {
            guard !path.isWhole else { return nil }
            let delay = Int(1000 * Double(earliest + first + EchoPath.taps / 2) / rate)
            return delay...delay
        }
        guard path.isHeard ?? isAssumed else { return nil }
        return Int(1000 * Self.earliest)...Int(1000 * Self.latest)
    }

    /// The most of a pair's power on `source` that may come back on `leg`; 0 where there is no echo.
    ///
    /// - Parameters:
    ///   - pair: The two frequencies, in Hz.
    ///   - isAssumed: Whether there may be an echo though none was heard.
    func mostGain(of pair: SIMD2<Double>, from source: Int, to leg: Int, isAssumed: Bool) -> Float {
        guard !isAssumed else { return Self.mostUnknownGain }
        let path = paths[source * channels + leg]
        guard path.piecesWithout ?? 0 < Self.piecesThatTell else { return 0 }
        guard path.isWhole else { return Self.mostUnknownGain }
        let turn = pair * (2 * Double.pi / rate)
        return min(Self.mostUnknownGain, 4 * max(path.gain(at: turn[0]), path.gain(at: turn[1])))
    }

    /// The echo in the next sample that leaves `leg`.
    @inline(__always) func echo(on leg: Int) -> Float {
        var echo: Float = 0
        for source in 0..<channels where source != leg {
            // Nothing was taken out lately: most of the time.
            guard now - lines[source].lastTaken <= (earliest + lags) * factor else { continue }
            echo += answer(of: source, on: leg)
        }
        return echo
    }

    private func answer(of source: Int, on leg: Int) -> Float {
        let index = source * channels + leg
        guard let first = paths[index].first else { return 0 }
        let mask = lines[source].taken.count - 1
        var echo: Float = 0
        for tap in 0..<EchoPath.taps {
            let late = (earliest + first + tap) * factor
            echo += paths[index].response[tap] * lines[source].taken[(now - late) & mask]
        }
        return echo
    }

    /// Notes the sample that has just left `leg`: what it carried, and how much of that was a tone that was taken out.
    @inline(__always) mutating func note(_ carried: Float, taken: Float, on leg: Int) {
        lines[leg].taken[now & (lines[leg].taken.count - 1)] = taken
        let low = now / factor
        if taken != 0 {
            lines[leg].lastTaken = now
            lines[leg].press = (lines[leg].press?.lowerBound ?? low)..<(low + 1)
        }
        if let sample = lines[leg].soundDecimator.take(carried) {
            lines[leg].sound[low & (lines[leg].sound.count - 1)] = lines[leg].soundBand.take(sample)
        }
        if let sample = lines[leg].toneDecimator.take(taken) {
            lines[leg].tone[low & (lines[leg].tone.count - 1)] = lines[leg].toneBand.take(sample)
        }
    }

    /// Goes on to the next frame, once every leg's sample was noted.
    @inline(__always) mutating func advance() {
        now += 1
        guard now % (factor * EchoPath.block) == 0 else { return }
        for leg in 0..<channels {
            guard let press = lines[leg].press else { continue }
            let end = min(press.upperBound, press.lowerBound + longest)
            guard now / factor >= end + earliest + lags else { continue }
            lines[leg].press = end < press.upperBound ? end..<press.upperBound : nil
            learn(from: press.lowerBound..<end, of: leg)
        }
    }

    private mutating func learn(from press: Range<Int>, of source: Int) {
        let count = press.count / EchoPath.block * EchoPath.block
        guard count > 0 else { return }
        for index in 0..<count {
            tone[index] = lines[source].tone[(press.lowerBound + index) & (lines[source].tone.count - 1)]
        }
        for block in 0..<count / EchoPath.block { power[block] = Self.energy(of: tone, block) }
        for leg in 0..<channels where leg != source {
            let mask = lines[leg].sound.count - 1
            for index in 0..<(count + lags) {
                sound[index] = lines[leg].sound[(press.lowerBound + earliest + index) & mask]
            }
            weigh(count + lags)
            // Taken out of the value while the path, another part of it, is at work.
            var (tone, power, sound, weights) = ([Float](), [Float](), [Float](), [Float]())
            swap(&tone, &self.tone)
            swap(&power, &self.power)
            swap(&sound, &self.sound)
            swap(&weights, &self.weights)
            paths[source * channels + leg].learn(
                tone.span.extracting(first: count), power: power.span.extracting(first: count / EchoPath.block),
                sound.span.extracting(first: count + lags),
                weights: weights.span.extracting(first: (count + lags) / EchoPath.block))
            swap(&tone, &self.tone)
            swap(&power, &self.power)
            swap(&sound, &self.sound)
            swap(&weights, &self.weights)
        }
        // Of a key that was learned from no sample is left.
        for index in tone.indices { tone[index] = 0 }
        for index in sound.indices { sound[index] = 0 }
    }

    /// Weighs the first `count` samples of ``sound`` by the power around them.
    private mutating func weigh(_ count: Int) {
        let blocks = count / EchoPath.block
        var sum: Float = 0
        var held = 0..<0
        for block in 0..<blocks {
            let wanted = max(0, block - breadth)..<min(blocks, block + breadth)
            while held.upperBound < wanted.upperBound {
                sum += Self.energy(of: sound, held.upperBound)
                held = held.lowerBound..<(held.upperBound + 1)
            }
            while held.lowerBound < wanted.lowerBound {
                sum -= Self.energy(of: sound, held.lowerBound)
                held = (held.lowerBound + 1)..<held.upperBound
            }
            // A word that breaks off is louder than what is around it, and would weigh more than all the rest.
            let loudness = max(sum / Float(held.count), Self.energy(of: sound, block)) / Float(EchoPath.block)
            weights[block] = 1 / (loudness + 1e-9)
        }
        for index in 0..<count { sound[index] *= weights[index / EchoPath.block] }
    }

    private static func energy(of samples: [Float], _ block: Int) -> Float {
        var energy: Float = 0
        let first = block * EchoPath.block
        for index in first..<first + EchoPath.block { energy += samples[index] * samples[index] }
        return energy
    }
}
