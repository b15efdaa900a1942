import Support
import Testing

@testable import Suppression

/// The ring of a leg's last samples.
@Suite struct SampleRingTests {
    @Test(arguments: [1, 7, 64, 100, 1000])
    func `The last samples are kept, and every older one is gone at once`(kept: Int) {
        var generator = SeededGenerator(seed: 26)
        var ring = SampleRing(keeping: kept)
        let capacity = SampleRing.capacity(keeping: kept)
        while ring.count < 5 * capacity {
            let number = Int.random(in: 1...capacity, using: &generator)
            // Sample n is n + 1, so that none is zero.
            let samples = (ring.count..<ring.count + number).map { Float($0 + 1) }
            if number == 1 { ring.append(samples[0]) } else { ring.append(samples.span) }
            let oldest = max(0, ring.count - kept)
            #expect((oldest..<ring.count).allSatisfy { ring[$0] == Float($0 + 1) })
            let left = ring.withPlaces { ring in
                ring.indices.count { ring[$0] != 0 }
            } floats: { ring in
                ring.indices.count { ring[$0] != 0 }
            }
            #expect(left == min(kept, ring.count))
        }
    }

    private static func isShort(_ ring: SampleRing) -> Bool {
        ring.withPlaces { _ in
            true
        } floats: { _ in
            false
        }
    }

    /// Samples of 16 bits, the largest among them, until one at `other` is none.
    @Test(arguments: [Int.max, 0, 99, 1000, 2500], [7, 300, 1500])
    func `Samples of 16 bits and others are read as they came, to the bit`(other: Int, kept: Int) {
        var random = SeededGenerator(seed: 27)
        var (ring, copied) = (SampleRing(keeping: kept), [Float](repeating: 0, count: kept))
        let others: [Float] = [0.1, -0.0, 1, -1.00004, .infinity, .nan, 1e-9, -1e30]
        var samples = (0..<4000).map { _ in Float(Int16.random(in: .min ... .max, using: &random)) * 0x1p-15 }
        samples.replaceSubrange(10..<12, with: [-1, Float(Int16.max) * 0x1p-15])
        if other < samples.count { samples[other] = others.randomElement(using: &random)! }
        while ring.count < samples.count {
            let end = min(samples.count, ring.count + .random(in: 1...kept, using: &random))
            ring.append(samples.span.extracting(ring.count..<end))
            #expect(Self.isShort(ring) == (ring.count <= other))
            let range = max(0, ring.count - kept)..<ring.count
            let expected = samples[range].map(\.bitPattern)
            ring.copy(range, into: &copied)
            #expect(copied.prefix(range.count).map(\.bitPattern) == expected)
            #expect(range.map { ring[$0].bitPattern } == expected)
            ring.withSamples(range) { span in
                #expect(span.indices.map { span[$0].bitPattern } == expected)
            }
        }
    }

    @Test(arguments: [100, 2000]) func `A sample that is written is that float, and a copy keeps its own`(kept: Int) {
        var ring = SampleRing(keeping: kept)
        ring.append([Float](repeating: 0.5, count: kept).span)
        let before = ring
        ring[3] = 0.1
        let between = ring
        ring[3] = 0.2
        ring.append(0.3)
        #expect((before[3], between[3], ring[3], ring[4], ring[kept]) == (0.5, 0.1, 0.2, 0.5, 0.3))
        ring.clear()
        #expect(ring.count == 0 && ring[3] == 0 && between[3] == 0.1)
    }
}
