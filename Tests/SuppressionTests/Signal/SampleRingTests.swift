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
            let left = unsafe ring.withRing { ring, mask in (0...mask).count { unsafe ring[$0] != 0 } }
            #expect(left == min(kept, ring.count))
        }
    }
}
