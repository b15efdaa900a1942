import Glibc
import Testing

@testable import Suppression

/// The low-pass filter before the onset detector.
@Suite struct DecimatorTests {
    /// What comes out for half a second of a sine of peak value 1.
    private func decimated(_ hz: Double, rate: Double) -> (samples: [Float], decimator: Decimator) {
        var decimator = Decimator(sampleRate: rate)
        var output: [Float] = []
        for n in 0..<Int(rate / 2) {
            if let sample = decimator.take(Float(sin(2 * Double.pi * hz * Double(n) / rate))) { output.append(sample) }
        }
        return (output, decimator)
    }

    @Test(arguments: [8000.0, 11025, 16000, 24000, 44100, 48000, 96000])
    func `A key's tone keeps its level and is delayed by the filter's delay`(rate: Double) {
        for hz in [697.0, 1209, 1633] {
            let (output, decimator) = decimated(hz, rate: rate)
            #expect(output.count == Int(rate / 2) / decimator.factor)
            for k in 30..<output.count {
                let time = Double((k + 1) * decimator.factor - 1 - decimator.delay) / rate
                #expect(abs(output[k] - Float(sin(2 * Double.pi * hz * time))) < 0.01)
                if abs(output[k] - Float(sin(2 * Double.pi * hz * time))) >= 0.01 { return }
            }
        }
    }

    @Test(arguments: [16000.0, 44100, 48000])
    func `A tone that would alias onto a key is removed`(rate: Double) {
        let low = rate / Double(Decimator(sampleRate: rate).factor)
        for hz in [low - 697, low - 1633] {
            let largest = decimated(hz, rate: rate).samples.dropFirst(30).reduce(Float(0)) { max($0, abs($1)) }
            #expect(largest < 0.02, "\(hz) Hz: \(largest)")
        }
    }
}
