import Support
import Testing

@testable import Suppression

/// The arithmetic of the trained networks.
@Suite struct DenseNetworkTests {
    /// A network of `units` with weights by chance, and the same arithmetic recorded plainly.
    private func example(
        units: Int, seed: UInt64
    ) -> (network: DenseNetwork, plain: ([Float]) -> Float) {
        var random = SeededGenerator(seed: seed)
        func numbers(_ count: Int) -> [Float] { (0..<count).map { _ in Float.random(in: -1...1, using: &random) } }
        let (means, scales) = (numbers(5), numbers(5).map { 1.5 + $0 })
        let (inner, innerBias, outer, bias) = (numbers(5 * units), numbers(units), numbers(units), numbers(1)[0])
        let network = DenseNetwork(
            means: means, scales: scales, inner: inner, innerBias: innerBias, outer: outer, bias: bias)
        return (
            network,
            { features in
                (0..<units).reduce(bias) { sum, unit in
                    let weighed = (0..<5).reduce(innerBias[unit]) {
                        $0 + min(max((features[$1] - means[$1]) * scales[$1], -4), 4) * inner[units * $1 + unit]
                    }
                    return sum + max(0, weighed) * outer[unit]
                }
            }
        )
    }

    @Test(arguments: [8, 16, 96])
    func `Units computed eight at a time give the same as one at a time`(units: Int) {
        let seed = UInt64(units)
        let (network, plain) = example(units: units, seed: seed)
        var random = SeededGenerator(seed: seed + 1)
        for _ in 0..<50 {
            let features = InlineArray<5, Float> { _ in Float.random(in: -9...9, using: &random) }
            let expected = plain(features.indices.map { features[$0] })
            #expect(abs(network.sum(of: features) - expected) < 1e-3, "seed \(seed)")
        }
    }

    @Test func `A feature is clipped to four deviations`() {
        let (network, _) = example(units: 8, seed: 3)
        let far = InlineArray<5, Float> { $0 % 2 == 0 ? 1e6 : -1e6 }
        let farther = InlineArray<5, Float> { $0 % 2 == 0 ? 1e9 : -1e9 }
        #expect(network.sum(of: far) == network.sum(of: farther))
    }
}
