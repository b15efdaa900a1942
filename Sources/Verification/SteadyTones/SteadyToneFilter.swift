internal import Glibc

/// Takes the tones that last for a second or more, such as a dial tone or hum, out of one channel.
///
/// A key under such a tone is then as clear as a key alone. A tone counts if windows of half a second, each overlapping
/// the last by half, show it three times at the same frequency and level. Between the windows' middles the tone is
/// interpolated. Beyond the first and the last one it goes on, as far as taking it out lowers the power.
struct SteadyToneFilter {
    /// Largest change of a tone's frequency in Hz, and of its power as a ratio (1.5 dB), from one window to the next.
    private static let drift = 1.0
    private static let change = 1.42
    /// Largest number of tones above `humHz`. A telephone's tones have two, a chord has more.
    private static let mostTones = 2
    private static let humHz = 200.0
    /// Largest distance of a held key's tones from nominal, as a fraction.
    private static let keyOffset = 0.025
    /// Length in seconds of the parts of which each is filtered or not.
    private static let part = 0.025
    /// Windows after the one that begins a block that must be known for the block to be filtered.
    private static let ahead = 4
    /// Windows kept: also the two before.
    private static let kept = ahead + 3

    private var finder: SteadyToneFinder
    private let sampleRate: Double
    /// Samples from one window to the next, half a window.
    private let step: Int
    private let part: Int
    /// Samples from the block that is filtered next on.
    private var samples: [Float] = []
    /// Tones of the last windows; the last one is that of window `windows - 1`. Window w covers blocks w and w + 1.
    private var tones: [[SteadyTone]] = []
    private var windows = 0
    /// Number of blocks filtered.
    private var blocks = 0

    init(sampleRate: Double) {
        self.sampleRate = sampleRate
        finder = SteadyToneFinder(sampleRate: sampleRate)
        step = finder.spectrum.length / 2
        part = max(1, Int((Self.part * sampleRate).rounded()))
    }

    /// Takes samples, and appends filtered ones to `output`, 1.5 s late.
    mutating func process(_ block: Span<Float>, into output: inout [Float]) {
        unsafe block.withUnsafeBufferPointer { unsafe samples.append(contentsOf: $0) }
        while (windows - blocks + 2) * step <= samples.count {
            link(findTones(at: (windows - blocks) * step))
            if windows > blocks + Self.ahead { filter(into: &output) }
        }
    }

    /// Appends the rest, as if silence followed.
    mutating func finish(into output: inout [Float]) {
        let left = samples.count
        let wanted = output.count + left
        let silence = [Float](repeating: 0, count: (Self.ahead + 2) * step)
        process(silence.span, into: &output)
        output.append(contentsOf: samples.prefix(max(0, wanted - output.count)))
        output.removeLast(max(0, output.count - wanted))
        samples = []
    }

    private mutating func findTones(at start: Int) -> [SteadyTone] {
        let samples = samples
        return finder.tones(samples.span, at: start)
    }

    /// Adds the tones of the next window, and links those that it shares with the window before.
    private mutating func link(_ found: [SteadyTone]) {
        var found = found
        let last = tones.count - 1
        if last >= 0 {
            for new in found.indices {
                guard let old = tones[last].firstIndex(where: { isSame($0, found[new]) }) else { continue }
                found[new].before = min(2, tones[last][old].before + 1)
                refine(&tones[last][old], &found[new])
                tones[last][old].after = 1
                guard last > 0, let older = tones[last - 1].firstIndex(where: { isSame($0, tones[last][old]) }) else {
                    continue
                }
                tones[last - 1][older].after = 2
            }
        }
        tones.append(found)
        if tones.count > Self.kept { tones.removeFirst() }
        windows += 1
    }

    private func isSame(_ a: SteadyTone, _ b: SteadyTone) -> Bool {
        abs(a.frequency - b.frequency) * sampleRate < 2 * .pi * Self.drift && a.power < Self.change * b.power
            && b.power < Self.change * a.power
    }

    /// Corrects both frequencies by the phase from one middle to the next.
    private func refine(_ old: inout SteadyTone, _ new: inout SteadyTone) {
        let expected = old.phasor(at: step)
        let error = SteadyTone.product(new.phasor, SIMD2(expected.x, -expected.y))
        let correction = atan2(error.y, error.x) / Double(step)
        new.frequency = old.frequency + correction
        old.frequency = new.frequency
    }

    /// The steady tones of window `index`, none if they are music.
    private func steady(_ index: Int) -> [SteadyTone] {
        let at = index - (windows - tones.count)
        guard tones.indices.contains(at) else { return [] }
        let steady = tones[at].filter(\.isSteady)
        func hz(_ tone: SteadyTone) -> Double { tone.frequency * sampleRate / (2 * .pi) }
        func isOf(_ group: ToneGroup, _ tone: SteadyTone) -> Bool { abs(group.offset(of: hz(tone))) < Self.keyOffset }
        let isKeyHeld = steady.contains { isOf(.low, $0) } && steady.contains { isOf(.high, $0) }
        let others = isKeyHeld ? steady.filter { !isOf(.low, $0) && !isOf(.high, $0) } : steady
        return others.count { hz($0) > Self.humHz } > Self.mostTones ? [] : others
    }

    /// Filters the oldest block.
    private mutating func filter(into output: inout [Float]) {
        var sum = [Float](repeating: 0, count: step)
        // The middle of window b is the end of block b, that of window b - 1 its beginning.
        let (left, right) = (steady(blocks - 1), steady(blocks))
        for tone in left {
            let goesOn = right.contains { isSame($0, tone) }
            add(tone, to: &sum, from: 0, gain: goesOn ? (1, 0) : (1, 1))
        }
        for tone in right {
            let wasThere = left.contains { isSame($0, tone) }
            add(tone, to: &sum, from: -step, gain: wasThere ? (0, 1) : (1, 1))
        }
        // A tone that ends or begins beyond the next middle.
        for tone in steady(blocks - 2) where !left.contains(where: { isSame($0, tone) }) {
            add(tone, to: &sum, from: step, gain: (1, 1))
        }
        for tone in steady(blocks + 1) where !right.contains(where: { isSame($0, tone) }) {
            add(tone, to: &sum, from: -2 * step, gain: (1, 1))
        }
        for start in stride(from: 0, to: step, by: part) { subtract(sum, start..<min(start + part, step)) }
        output.append(contentsOf: samples.prefix(step))
        samples.removeFirst(step)
        blocks += 1
    }

    /// Adds `tone` with a gain that goes from one value to another. The block begins `offset` samples after its middle.
    private func add(_ tone: SteadyTone, to sum: inout [Float], from offset: Int, gain: (Float, Float)) {
        var now = tone.phasor(at: offset)
        let turn = SteadyTone.turn(tone.frequency)
        let slope = (gain.1 - gain.0) / Float(step)
        for index in 0..<step {
            sum[index] += (gain.0 + slope * Float(index)) * Float(now.x)
            now = SteadyTone.product(now, turn)
        }
    }

    /// Subtracts `tones` from a part of the oldest block, if this lowers its power.
    private mutating func subtract(_ tones: [Float], _ part: Range<Int>) {
        var (before, after) = (Float(0), Float(0))
        for index in part {
            let (sample, rest) = (samples[index], samples[index] - tones[index])
            before += sample * sample
            after += rest * rest
        }
        // A NaN fails this comparison.
        if after < before { for index in part { samples[index] -= tones[index] } }
    }
}
