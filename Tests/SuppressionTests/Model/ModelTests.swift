import CAllocations
import Foundation
import Secrets
import Support
import Testing

@testable import Suppression

/// What is shipped is what `Tools/train/train` wrote: weights, model card and golden scores belong together.
@Suite struct ModelTests {
    private static let models = [
        ("OnsetModel", OnsetModel.weights, OnsetModel.digest),
        ("NextDigitModel", NextDigitModel.weights, NextDigitModel.digest),
    ]

    /// SHA-256 of the weights as little-endian floats, in the order of the file.
    private func digest(_ weights: ModelWeights) -> String {
        let parts = [
            weights.means, weights.scales, weights.inner, weights.innerBias, weights.outer, [weights.bias],
        ]
        let bytes = parts.joined().flatMap { value in
            (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
        }
        return SHA256.digest(of: bytes).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    }

    private var card: String {
        get throws {
            let page = "Sources/Suppression/Suppression.docc/ModelCard.md"
            return try String(contentsOf: BuiltCommand.packageFolder.appendingPathComponent(page), encoding: .utf8)
        }
    }

    @Test func `The weights are those of the model card`() throws {
        let card = try card
        for (name, weights, written) in Self.models {
            #expect(digest(weights) == written, "\(name)")
            #expect(card.contains("`\(written)`"), "\(name)")
        }
    }

    @Test func `The model card lists the features in the order of the weights`() throws {
        let names = PairFeature.allCases.map { "`\($0.name)`" }.joined(separator: ", ")
        #expect(try card.contains("In the order of the weights: \(names)."))
    }

    @Test func `The weights have the shape of the features`() {
        #expect(OnsetModel.weights.means.count == PairFeature.allCases.count)
        #expect(NextDigitModel.weights.means.count == PairFeature.allCases.count + 1)
        #expect(FeatureVector().values.count == PairFeature.allCases.count)
        for (name, weights, _) in Self.models {
            #expect(weights.inner.count == weights.means.count * weights.outer.count, "\(name)")
            #expect(weights.outer.count % 8 == 0, "\(name)")
        }
    }

    @Test func `The scores are those that training gave`() {
        let count = PairFeature.allCases.count
        #expect(GoldenScores.rows.count >= 20)
        for (number, row) in GoldenScores.rows.enumerated() {
            var vector = FeatureVector()
            for feature in PairFeature.allCases { vector[feature] = row[feature.rawValue] }
            let onset = PairScore.bounded(vector.logOdds)
            let next = PairScore.bounded(vector.logOdds(ofNextDigitAt: row[count]))
            #expect(abs(onset - row[count + 1]) < 0.002, "row \(number)")
            #expect(abs(next - row[count + 2]) < 0.002, "row \(number)")
        }
    }

    /// In a process of its own, since a model is built once in a process.
    @Test func `No model is built after an onset detector is made`() async {
        await #expect(processExitsWith: .success) {
            let detector = OnsetDetector(sampleRate: 8000, policy: .always, lookAhead: 0.02, echoes: 1)
            let vector = FeatureVector()
            allocations_watch()
            let scores = vector.logOdds + vector.logOdds(ofNextDigitAt: 0)
            let seen = allocations_seen()
            precondition(seen == 0 && scores.isFinite && !detector.isAmidDigits)
        }
    }
}
