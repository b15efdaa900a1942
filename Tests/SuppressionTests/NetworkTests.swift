import Support
import Testing

@testable import Suppression

/// The taught networks' arithmetic.
@Suite struct NetworkTests {
    /// A network of `units` with weights by chance, and the same arithmetic written down plainly.
    private func example(
        units: Int, seed: UInt64
    ) -> (network: Network, plain: ([Float]) -> Float) {
        var random = SeededGenerator(seed: seed)
        func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
        let (means, scales) = (numbers(5), numbers(5).map { 1.5 + $0 })
        let (inner, innerBias, outer, bias) = (numbers(5 * units), numbers(units), numbers(units), numbers(1)[0])
        let network = Network(
            means: means, scales: scales, inner: inner, innerBias: innerBias, outer: outer, bias: bias)
        return (
            network,
            { measures in
                (0..<units).reduce(bias) { sum, unit in
                    let weighed = (0..<5).reduce(innerBias[unit]) {
                        $0 + min(max((measures[$1] - means[$1]) * scales[$1], -4), 4) * inner[units * $1 + unit]
                    }
                    return sum + max(0, weighed) * outer[unit]
                }
            }
        )
    }

    @Test(arguments: [8, 16, 96])
    func `Units worked out eight at a time say what each alone would`(units: Int) {
        let seed = UInt64(units)
        let (network, plain) = example(units: units, seed: seed)
        var random = SeededGenerator(seed: seed + 1)
        for _ in 0..<50 {
            let measures = InlineArray<5, Float> { _ in Float.random(in: -9...9, using: &random) }
            let expected = plain(measures.indices.map { measures[$0] })
            #expect(abs(network.sum(of: measures) - expected) < 1e-3, "seed \(seed)")
        }
    }

    @Test func `What lies far out counts as four deviations`() {
        let (network, _) = example(units: 8, seed: 3)
        let far = InlineArray<5, Float> { $0 % 2 == 0 ? 1e6 : -1e6 }
        let farther = InlineArray<5, Float> { $0 % 2 == 0 ? 1e9 : -1e9 }
        #expect(network.sum(of: far) == network.sum(of: farther))
    }
}
