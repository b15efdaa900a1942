import DTMF
import Testing

/// ITU-T Q.24, Annex A, the AT&T column, clause by clause.
@Suite struct Q24Tests {
    @Test(arguments: [0.015, -0.015, 0.01, 0])
    func `frequency: both tones 1.5 % off are accepted, in either sense`(offset: Double) {
        for opposite in [1.0, -1] {
            let tones = allKeys(
                ToneGenerator(lowOffset: offset, highOffset: offset * opposite, lowPhase: 1, highPhase: 2))
            #expect(keys(in: tones) == sixteen)
        }
    }

    @Test(arguments: [0.035, -0.035, 0.045, -0.06])
    func `frequency: one or both tones 3.5 % off are refused`(offset: Double) {
        for (low, high) in [(offset, 0), (0, offset), (offset, offset)] {
            #expect(keys(in: allKeys(ToneGenerator(lowOffset: low, highOffset: high))) == "")
        }
    }

    @Test(arguments: [0.0, -3, -12, -25, -36])
    func `level: 0 to −25 dBm0 a tone, and on to −36, are accepted`(level: Double) {
        #expect(keys(in: allKeys(ToneGenerator(level: level))) == sixteen)
    }

    @Test(arguments: [-55.0, -60])
    func `level: −55 dBm0 and less are refused`(level: Double) {
        #expect(keys(in: allKeys(ToneGenerator(level: level))) == "")
    }

    @Test(arguments: [4.0, 8, 0, -4, -8, -10])
    func `twist: +4 to −8 dB, and the +8 and −10 of real lines, are accepted`(twist: Double) {
        #expect(keys(in: allKeys(ToneGenerator(level: -6, twist: twist))) == sixteen)
    }

    @Test(arguments: [(0.040, 0.040), (0.045, 0.045), (0.060, 0.033), (0.1, 0.1)])
    func `timing: 40 ms tones and 40 ms pauses, and 33 ms after 60, are accepted`(on: Double, off: Double) {
        #expect(keys(in: allKeys(ToneGenerator(), on: on, off: off)) == sixteen)
        let twice = Key.allCases.flatMap { [$0, $0] }
        var generator = ToneGenerator(highPhase: 0.7)
        let tones = generator.sequence(twice, on: on, off: off) + generator.silence(seconds: 0.1)
        #expect(keys(in: tones) == String(twice.map(\.character)))
    }

    @Test(arguments: [0.010, 0.015, 0.020, 0.023], 0..<8)
    func `timing: tones of 23 ms and less are refused`(on: Double, phase: Int) {
        let generator = ToneGenerator(lowPhase: Double(phase) * 0.8, highPhase: Double(phase) * 2.1)
        #expect(keys(in: allKeys(generator, on: on, off: 0.1)) == "")
    }

    @Test(arguments: [0.005, 0.010, 0.020])
    func `interruption: a break of 10 ms, and a lost packet of 20, does not split a key`(gap: Double) {
        var generator = ToneGenerator()
        var samples = generator.silence(seconds: 0.1)
        for key in Key.allCases {
            var tone = generator.tone(key, seconds: 0.12)
            for n in 400..<400 + Int(gap * 8000) { tone[n] = 0 }
            samples += tone + generator.silence(seconds: 0.08)
        }
        #expect(keys(in: samples) == sixteen)
    }

    @Test(arguments: [(0.008, -10.0), (0.020, -10), (0.030, -16)])
    func `echo: a copy up to 20 ms late and 10 dB down is tolerated`(delay: Double, level: Double) {
        let tones = allKeys(ToneGenerator(), off: 0.07)
        let late = Int(delay * 8000)
        let gain = Float(Level.amplitude(dBm0: level) / Level.amplitude(dBm0: 0))
        let samples = tones.indices.map { tones[$0] + ($0 >= late ? gain * tones[$0 - late] : 0) }
        #expect(keys(in: samples) == sixteen)
    }
}
