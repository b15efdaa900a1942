internal import DTMF

/// Finds the steady tones of a leg: peaks of the spectrum that keep their frequency and their level for half a second.
///
/// A tone near one of the keypad's is left, because it may be a key that is held down.
struct SteadyToneSearch: Sendable {
    /// Limits of the search. A hop is 1 ms.
    enum Threshold {
        /// Samples of a spectrum, at the rate of the onset detector. 128 ms separate 440 and 480 Hz.
        static let length = 1024
        /// Hops from one spectrum to the next.
        static let hops = 64
        /// Successive spectra with the tone.
        static let spectra = 5
        /// Range of frequencies in Hz, and distance from the keypad's tones, as a fraction.
        static let hz = 100.0...3500.0
        static let keyDistance = 0.04
        /// Least amplitude: −45 dB relative to full scale. Largest ratio of the loudest peak's amplitude to that of
        /// another.
        static let amplitude: Float = 0.005
        static let ratio: Float = 8
        /// Largest difference in Hz and in amplitude between two spectra.
        static let drift = 0.7
        static let change: ClosedRange<Float> = 0.92...1.09
        /// Least distance in Hz between two tones.
        static let distance = 15.0
        /// Hops of a block whose power is compared, number of blocks, and largest ratio between them: 10 dB. A tone
        /// fills the pauses of speech.
        static let block = 16
        static let blocks = 8
        static let range: Float = 10
        /// Least power of each block, mean square: −45 dB relative to a full-scale sine.
        static let power: Float = 1.6e-5
        /// Number of times in a row that the blocks are compared before the first spectrum.
        static let comparisons = 4
    }

    private struct Candidate {
        var hz: Double
        var amplitude: Float
        var spectra = 1
        var isSeen = true
    }

    /// Peak value of a tone at the centre of each bin. It lies on the stack.
    struct Spectrum {
        private static let transform = FourierTransform(size: Threshold.length)
        private var amplitudes = InlineArray<512, Float>(repeating: 0)

        /// The spectrum of the samples from `first` on.
        init(_ ring: borrowing SampleRing, from first: Int) {
            var result = amplitudes.mutableSpan
            ring.withSamples(first..<first + Threshold.length) { samples in
                unsafe samples.withUnsafeBufferPointer {
                    guard let samples = $0.baseAddress else { return }
                    unsafe Self.transform.amplitudes(samples, mask: Threshold.length - 1, from: 0, into: &result)
                }
            }
        }

        func amplitude(at bin: Int) -> Float { amplitudes[bin] }
    }

    private static let most = 8
    private var candidates: [Candidate] = []

    init() { candidates.reserveCapacity(Self.most) }

    /// Number of times in a row that the sound may have held a steady tone.
    private var comparisons = 0

    /// Whether the sound may hold a steady tone. Most sound holds none, and costs no spectrum.
    mutating func isWorthSpectrum(_ bank: borrowing ToneBank) -> Bool {
        guard Self.mayHold(bank) else {
            comparisons = 0
            candidates.removeAll(keepingCapacity: true)
            return false
        }
        comparisons += 1
        return comparisons >= Threshold.comparisons
    }

    private static func mayHold(_ bank: borrowing ToneBank) -> Bool {
        var (least, most) = (Float.infinity, Float(0))
        for block in 0..<Threshold.blocks {
            let power = bank.total(length: Threshold.block, age: block * Threshold.block)
            (least, most) = (min(least, power), max(most, power))
        }
        return least > Threshold.power && most < Threshold.range * least
    }

    /// Takes the spectrum of the newest samples. Calls `found` with the frequency in Hz and the amplitude of each tone
    /// that has been steady long enough.
    mutating func take(
        _ spectrum: borrowing Spectrum, sampleRate: Double, found: (_ hz: Double, _ amplitude: Double) -> Void
    ) {
        let width = sampleRate / Double(Threshold.length)
        let bins = Int(Threshold.hz.lowerBound / width)...Int(min(Threshold.hz.upperBound, 0.45 * sampleRate) / width)
        var loudest: Float = 0
        for bin in bins { loudest = max(loudest, spectrum.amplitude(at: bin)) }
        let least = max(Threshold.amplitude, loudest / Threshold.ratio)
        for index in candidates.indices { candidates[index].isSeen = false }
        for bin in bins {
            let amplitude = spectrum.amplitude(at: bin)
            guard amplitude > least else { continue }
            let (below, above) = (spectrum.amplitude(at: bin - 1), spectrum.amplitude(at: bin + 1))
            guard amplitude > below, amplitude >= above else { continue }
            let place = FourierTransform.place(below: Double(below), at: Double(amplitude), above: Double(above))
            let hz = (Double(bin) + place) * width
            if ToneFrequency.distance(of: hz) > Threshold.keyDistance { note(hz, amplitude) }
        }
        candidates.removeAll { !$0.isSeen }
        for candidate in candidates where candidate.spectra >= Threshold.spectra {
            found(candidate.hz, Double(candidate.amplitude))
        }
    }

    private mutating func note(_ hz: Double, _ amplitude: Float) {
        for index in candidates.indices where !candidates[index].isSeen {
            guard abs(candidates[index].hz - hz) < Threshold.drift,
                Threshold.change.contains(amplitude / candidates[index].amplitude)
            else { continue }
            candidates[index].hz = hz
            candidates[index].amplitude = amplitude
            candidates[index].spectra += 1
            candidates[index].isSeen = true
            return
        }
        if candidates.count < Self.most { candidates.append(Candidate(hz: hz, amplitude: amplitude)) }
    }
}
