import Testing

@testable import DTMF

import Glibc

/// The model of a window: interference is projected out, two tones are fitted.
@Suite struct PairModelTests {
    private let model = PairModel()
    private let tones = CorrelationBank(frequencies: ToneFrequency.all, count: Frame.window)
    private let interference = CorrelationBank(frequencies: PairModel.interferenceFrequencies, count: Frame.window)

    /// Share of the energy of `samples` that the model leaves without interference.
    private func shareLeft(_ samples: [Float]) -> Double {
        var history = SampleHistory()
        history.append(samples.span, from: 0, count: Frame.window)
        let energy = samples.reduce(0) { $0 + $1 * $1 }
        let left = model.energyLeft(
            tones: tones.correlate(history, at: 0), interference: interference.correlate(history, at: 0),
            energy: energy)
        return Double(left / energy)
    }

    /// The same by Gram–Schmidt in double precision.
    private func plainShareLeft(_ samples: [Float]) -> Double {
        var basis: [[Double]] = []
        func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
        func without(_ vector: [Double]) -> [Double] {
            var rest = vector
            // Twice, since the low frequencies are nearly parallel in 10 ms.
            for _ in 0..<2 {
                for known in basis {
                    let share = dot(rest, known)
                    for n in rest.indices { rest[n] -= share * known[n] }
                }
            }
            return rest
        }
        for hz in PairModel.interferenceFrequencies.prefix(5) {
            for function in [cos, sin] as [(Double) -> Double] {
                let wave = (0..<Frame.window).map { function(2 * .pi * hz / Frame.rate * (Double($0) - 39.5)) }
                let rest = without(wave)
                let length = dot(rest, rest).squareRoot()
                if length > 1e-9 { basis.append(rest.map { $0 / length }) }
            }
        }
        let all = samples.map(Double.init)
        let rest = without(all)
        return dot(rest, rest) / dot(all, all)
    }

    @Test(arguments: 1...5 as ClosedRange<UInt64>)
    func `the remainder of noise is that of a plain projection`(seed: UInt64) {
        let samples = Array(noiseHistory(seed: seed, count: Frame.window).samples)
        #expect(abs(shareLeft(samples) - plainShareLeft(samples)) < 1e-3)
    }

    @Test func `hum, dial tone and an offset leave no remainder`() {
        for frequencies in [[60.0], [160], [350, 440], [60, 440]] {
            let samples = sines(frequencies, seconds: 0.01).map { $0 + 0.05 }
            #expect(abs(shareLeft(samples)) < 1e-3, "\(frequencies)")
        }
    }

    @Test(arguments: Key.allCases)
    func `a key keeps the part that the interference does not explain`(key: Key) {
        for phase in stride(from: 0.0, to: 6, by: 0.5) {
            var generator = ToneGenerator(lowPhase: phase, highPhase: 2 * phase)
            let samples = generator.tone(key, seconds: 0.01)
            let left = shareLeft(samples)
            #expect(abs(left - plainShareLeft(samples)) < 1e-3 && left > 0.8, "phase \(phase): \(left)")
        }
    }
}

/// Linear systems in double precision.
@Suite struct LinearSystemTests {
    @Test(arguments: 1...20)
    func `the solution satisfies the equations`(seed: Int) {
        // A Gram matrix is positive definite.
        let vectors = (0..<5).map { row in (0..<9).map { sin(Double(seed * 31 + 7 * row * row + 3 * $0 * row + $0)) } }
        var rows = (0..<5).map { i in
            var row = SIMD16<Double>()
            for k in 0..<5 { row[k] = zip(vectors[i], vectors[k]).reduce(0) { $0 + $1.0 * $1.1 } }
            row[i] += 0.1
            row[5] = cos(Double(seed + i))
            return row
        }
        let equations = rows
        LinearSystem.solve(&rows)
        for equation in equations {
            let side = (0..<5).reduce(0) { $0 + equation[$1] * rows[$1][5] }
            #expect(abs(side - equation[5]) < 1e-9)
        }
    }
}
