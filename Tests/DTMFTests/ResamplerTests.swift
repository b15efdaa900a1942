import Testing

@testable import DTMF

import Glibc

/// Conversion to 8 kHz.
@Suite struct ResamplerTests {
    /// What comes out for a sine of peak value 1.
    private func resampled(_ hz: Double, from rate: Double, seconds: Double = 0.4) -> [Float] {
        var resampler = Resampler(from: rate)
        var output: [Float] = []
        for n in 0..<Int(seconds * rate) {
            resampler.push(Float(sin(2 * .pi * hz * Double(n) / rate)))
            while let sample = resampler.next() { output.append(sample) }
        }
        return output
    }

    @Test(arguments: [6000.0, 8001, 11025, 16000, 22050, 44100, 48000, 96000, 192_000])
    func `a sine in the band of the keys comes out at the same time and level`(rate: Double) {
        for hz in [350.0] + ToneFrequency.all {
            let output = resampled(hz, from: rate)
            #expect(abs(Double(output.count) - 0.4 * Frame.rate) < 0.01 * Frame.rate)
            // The first samples lie within the filter's reach of the beginning.
            for k in 40..<output.count {
                let expected = Float(sin(2 * .pi * hz * Double(k) / Frame.rate))
                #expect(abs(output[k] - expected) < 0.01, "\(hz) Hz, sample \(k)")
                if abs(output[k] - expected) >= 0.01 { return }
            }
        }
    }

    @Test(arguments: [16000.0, 44100, 48000])
    func `a sine that would alias into the band is removed`(rate: Double) {
        for hz in [5500.0, 6664, 7303] where hz < rate / 2 {
            let largest = resampled(hz, from: rate).dropFirst(40).reduce(Float(0)) { max($0, abs($1)) }
            #expect(largest < 0.01, "\(hz) Hz: \(largest)")
        }
    }

    @Test func `samples come out as soon as the filter's reach is known, and none is lost over a long stream`() {
        var resampler = Resampler(from: 44100)
        var count = 0
        for n in 0..<441_000 {
            resampler.push(0)
            while resampler.next() != nil { count += 1 }
            let due = Double(n) / 44100 * Frame.rate
            #expect(Double(count) <= due + 1 && Double(count) >= due - 10)
            if Double(count) > due + 1 || Double(count) < due - 10 { return }
        }
    }

    @Test func `the taps of a windowed sinc add up to one`() {
        for corner in [0.1, 0.25, 0.46] {
            let taps = WindowedSinc.taps(at: (-20...20).map(Double.init), corner: corner) { 1 - abs($0) / 21 }
            #expect(abs(taps.reduce(0, +) - 1) < 1e-5)
            #expect(zip(taps, taps.reversed()).allSatisfy { abs($0 - $1) < 1e-7 })
        }
    }
}
