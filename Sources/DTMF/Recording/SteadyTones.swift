import Glibc

/// A tone that lasts for seconds: dial tone, ringback, an answering or a test tone, a harmonic of hum.
struct SteadyTone: Sendable {
    var hz: Double
    var amplitude: Double
    /// First and last frame of ``SteadyTones`` with the tone.
    var frames: ClosedRange<Int>
}

/// Finds the steady tones of a stretch and removes them. A key beside a tone of the same level can then be detected.
struct SteadyTones: Sendable {
    /// The steady tones, loudest first.
    private(set) var tones: [SteadyTone] = []
    private let frameCount: Int

    /// Length of a spectrum and distance to the next, in samples. A quarter of a second separates tones 8 Hz apart.
    private static let length = 2048
    private static let hop = 1024
    private static let binWidth = Frame.rate / Double(length)
    /// Bins that are searched: 100 to 3,500 Hz.
    private static let bins = Int(100 / binWidth)..<Int(3500 / binWidth)
    /// Least number of spectra with the tone, 2 s, and largest number in a row in which another sound may hide it.
    private static let leastSpectra = 16
    private static let patience = 1
    /// Least amplitude: −70 dB relative to full scale, and −30 dB relative to the loudest tone.
    private static let leastAmplitude = 3e-4
    private static let leastShare = 0.03
    /// Largest change of an amplitude from its running mean: 3 dB.
    private static let change = 0.7...1.42
    /// Weight of the newest amplitude in that mean.
    private static let newest = 0.2
    /// Largest number of tones removed, and least distance in bins between two of them.
    private static let most = 6
    private static let apart = 3
    /// A tone closer than this to one of the keypad's stays, because it may be a held key. Fraction of nominal.
    private static let keyTolerance = 0.022
    /// Held keys: largest common error of the tones, and its difference between them, as fractions. Also the number of
    /// spectra by which one tone may begin or end before the other.
    private static let largestError = 0.067
    private static let sameError = 0.006
    private static let inStep = 2

    init(_ samples: [Float]) {
        frameCount = samples.count < Self.length ? 0 : (samples.count - Self.length) / Self.hop + 1
        guard frameCount >= Self.leastSpectra else { return }
        let transform = FourierTransform(size: Self.length)
        let spectra = (0..<frameCount).map { transform.amplitudes(samples, at: $0 * Self.hop) }
        var found = Self.bins.flatMap { Self.runs(of: $0, in: spectra) }
        found.sort { $0.amplitude > $1.amplitude }
        for tone in found where tone.amplitude >= Self.leastShare * found[0].amplitude && tones.count < Self.most {
            let isNew = tones.allSatisfy {
                abs($0.hz - tone.hz) > Double(Self.apart) * Self.binWidth || !$0.frames.overlaps(tone.frames)
            }
            if isNew { tones.append(tone) }
        }
        let all = tones
        tones.removeAll { tone in
            ToneFrequency.distance(of: tone.hz) < Self.keyTolerance || all.contains { Self.isKey(tone, $0) }
        }
    }

    /// Whether two tones are a held key in a recording that is off speed: the same error, at the same time.
    private static func isKey(_ tone: SteadyTone, _ other: SteadyTone) -> Bool {
        guard abs(tone.frames.lowerBound - other.frames.lowerBound) <= inStep,
            abs(tone.frames.upperBound - other.frames.upperBound) <= inStep
        else { return false }
        return Key.allCases.contains { key in
            let (low, high) = (min(tone.hz, other.hz) / key.lowHz - 1, max(tone.hz, other.hz) / key.highHz - 1)
            return abs(low - high) <= sameError && abs(low) <= largestError
        }
    }

    /// The stretches of spectra in which `bin` is a peak of steady amplitude.
    private static func runs(of bin: Int, in spectra: [[Float]]) -> [SteadyTone] {
        var found: [SteadyTone] = []
        var (first, last, mean) = (0, -1, 0.0)
        func close() {
            if last - first + 1 >= leastSpectra { found.append(tone(at: bin, in: spectra, first...last)) }
        }
        for (index, spectrum) in spectra.enumerated() {
            let amplitude = Double(max(spectrum[bin - 1], spectrum[bin], spectrum[bin + 1]))
            let stands = amplitude >= leastAmplitude && (bin - 1...bin + 1).contains { isPeak($0, spectrum) }
            if stands, last >= first, change.contains(amplitude / mean) {
                last = index
                mean += newest * (amplitude - mean)
            } else if last < first || index - last > patience {
                close()
                (first, last, mean) = stands ? (index, index, amplitude) : (0, -1, 0)
            }
        }
        close()
        return found
    }

    private static func isPeak(_ bin: Int, _ spectrum: [Float]) -> Bool {
        spectrum[bin] >= spectrum[bin - 1] && spectrum[bin] > spectrum[bin + 1]
    }

    /// The tone near `bin`, from the mean of its spectra.
    private static func tone(at bin: Int, in spectra: [[Float]], _ frames: ClosedRange<Int>) -> SteadyTone {
        func mean(_ bin: Int) -> Double { frames.reduce(0) { $0 + Double(spectra[$1][bin]) } / Double(frames.count) }
        var peak = bin
        for other in bin - 1...bin + 1 where mean(other) > mean(peak) { peak = other }
        let at = mean(peak)
        let place = FourierTransform.place(below: mean(peak - 1), at: at, above: mean(peak + 1))
        return SteadyTone(hz: (Double(peak) + place) * binWidth, amplitude: at, frames: frames)
    }
}

// MARK: - Removal

extension SteadyTones {
    /// Samples averaged before a tone is smoothed, and averages in the smoothing window: 0.3 s, about 7 Hz.
    private static let block = 20
    private static let smoothing = 120
    /// Samples beyond its spectra in which a tone is also removed.
    private static let margin = 1000

    /// `samples` without the tones.
    func removed(from samples: [Float]) -> [Float] {
        var samples = samples
        for tone in tones { Self.remove(tone, from: &samples, in: range(of: tone, in: samples.count)) }
        return samples
    }

    private func range(of tone: SteadyTone, in count: Int) -> Range<Int> {
        let first = tone.frames.lowerBound == 0 ? 0 : max(0, tone.frames.lowerBound * Self.hop - Self.margin)
        let isLast = tone.frames.upperBound >= frameCount - 2
        return first..<(isLast ? count : min(count, tone.frames.upperBound * Self.hop + Self.length + Self.margin))
    }

    private static func remove(_ tone: SteadyTone, from samples: inout [Float], in range: Range<Int>) {
        let turn = Complex(angle: -2 * .pi * tone.hz / Frame.rate)
        var averages: [Complex] = []
        for first in stride(from: range.lowerBound, to: range.upperBound, by: block) {
            var phase = Complex(angle: -2 * .pi * (tone.hz / Frame.rate * Double(first)).remainder(dividingBy: 1))
            var sum = Complex()
            let end = min(first + block, range.upperBound)
            for index in first..<end {
                sum += phase * Double(samples[index])
                phase = phase * turn
            }
            averages.append(sum * (1 / Double(end - first)))
        }
        let smooth = smoothed(averages)
        for (number, first) in stride(from: range.lowerBound, to: range.upperBound, by: block).enumerated() {
            var phase = Complex(angle: 2 * .pi * (tone.hz / Frame.rate * Double(first)).remainder(dividingBy: 1))
            for index in first..<min(first + block, range.upperBound) {
                // The line through the centres of this block and of its nearer neighbour.
                let place = (Double(index - first) + 0.5) / Double(block) - 0.5
                let other = min(max(number + (place < 0 ? -1 : 1), 0), smooth.count - 1)
                let here = smooth[number] + (smooth[other] - smooth[number]) * abs(place)
                samples[index] -= Float(2 * (here * phase).real)
                phase = phase * turn.conjugate
            }
        }
    }

    /// `values` smoothed with a Hann window, which is cut off at the ends.
    private static func smoothed(_ values: [Complex]) -> [Complex] {
        let half = smoothing / 2
        let weights = (-half...half).map { 0.5 + 0.5 * cos(.pi * Double($0) / Double(half + 1)) }
        return values.indices.map { index in
            var sum = Complex()
            var weight = 0.0
            for other in max(0, index - half)...min(values.count - 1, index + half) {
                sum += values[other] * weights[other - index + half]
                weight += weights[other - index + half]
            }
            return sum * (1 / weight)
        }
    }
}
