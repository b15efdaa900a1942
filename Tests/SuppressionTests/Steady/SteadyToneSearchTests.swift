import DTMF
import Glibc
import Support
import Testing

@testable import Suppression

@Suite struct SteadyToneSearchTests {
    private typealias Threshold = SteadyToneSearch.Threshold

    /// The tones that are found in `sound` at 8 kHz.
    private static func found(in sound: [Float]) -> [(hz: Double, amplitude: Double)] {
        var search = SteadyToneSearch()
        var bank = ToneBank(sampleRate: 8000)
        var ring = SampleRing(keeping: Threshold.length)
        var found: [(hz: Double, amplitude: Double)] = []
        for start in stride(from: 0, to: sound.count - 7, by: 8) {
            ring.append(sound.span.extracting(start..<start + 8))
            bank.takeHop(ring)
            guard bank.hops % Threshold.hops == 0, search.isWorthSpectrum(bank) else { continue }
            let spectrum = SteadyToneSearch.Spectrum(ring, from: start + 8 - Threshold.length)
            search.take(spectrum, sampleRate: 8000) { hz, amplitude in found.append((hz, amplitude)) }
        }
        return found
    }

    @Test func `any tone that is not near a tone of the keypad is found within a second`() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<40 {
            let hz = Double.random(in: 150...3400, using: &generator)
            let amplitude = Double.random(in: 0.02...0.5, using: &generator)
            let isNearKey = ToneFrequency.all.contains { abs(hz / $0 - 1) < Threshold.keyDistance + 0.001 }
            var sound = Sound(seed: 4)
            sound.silence(1)
            for index in sound.samples.indices {
                sound.samples[index] = Float(amplitude * sin(2 * .pi * hz / 8000 * Double(index)))
            }
            sound.addNoise(0.002)
            let tones = Self.found(in: sound.samples)
            if let tone = tones.first {
                #expect(abs(tone.hz - hz) < 0.5 && abs(tone.amplitude / amplitude - 1) < 0.2, "\(hz): \(tone)")
            } else {
                #expect(isNearKey, "\(hz) Hz")
            }
        }
    }

    @Test func `a key that is held down is not found, whatever its error`() {
        for key in Key.allCases {
            for error in [-0.035, -0.018, 0, 0.018, 0.035] {
                var sound = Sound(seed: 5)
                _ = sound.press(key, 2, offset: error)
                sound.addNoise(0.002)
                #expect(Self.found(in: sound.samples).isEmpty, "\(key), \(error)")
            }
        }
    }

    @Test func `a voice holds none`() {
        var sound = Sound(seed: 6)
        sound.voice(20)
        #expect(Self.found(in: sound.samples).isEmpty)
    }
}
