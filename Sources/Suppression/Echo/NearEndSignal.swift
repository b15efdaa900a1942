/// What one other leg carries while an ``EchoAdaptation`` learns from a piece of a press, in the tone band.
struct NearEndSignal: Sendable {
    /// Seconds before and after a block over which the power of the leg is measured.
    private static let powerReach = 0.032
    /// Added to a mean power before division, mean square.
    private static let leastLoudness: Float = 1e-9

    private(set) var leg = 0
    /// The samples from sample ``lags`` on. The first ones are multiplied by weights from the power around them, as far
    /// as those are known.
    private(set) var sound: ReservedFloats.Piece
    /// Weight of each block.
    private(set) var weights: ReservedFloats.Piece
    /// Samples that were filtered; less than 0 while the filter runs in.
    private(set) var filtered = 0
    /// Blocks that were weighed.
    private(set) var weighed = 0
    /// Lags that were learned.
    private(set) var lags = 0
    /// Σ x² of each block, without the weights.
    private(set) var energies: ReservedFloats.Piece
    private var band: ToneBandFilter
    /// Number of blocks.
    private var blocks = 0
    /// Blocks before and after a block over which the power is measured.
    private let breadth: Int
    /// Σ x² of the blocks around the next one to be weighed.
    private var energy: Float = 0
    private var around = 0..<0

    /// - Parameters:
    ///   - piece: Samples of the longest piece, whole blocks.
    ///   - lags: Number of lags, whole blocks.
    ///   - memory: Gives the memory of the samples and blocks.
    init(rate: Double, piece: Int, lags: Int, _ band: ToneBandFilter, in memory: inout ReservedFloats.Allotment) {
        weights = memory.next((piece + lags) / EchoPath.block)
        energies = memory.next((piece + lags) / EchoPath.block)
        self.band = band
        breadth = Int(Self.powerReach * rate) / EchoPath.block
        // The lags that can be learned lag behind by a piece and by half of the sound that a weight depends on.
        sound = memory.next(piece + min(lags, 2 * breadth * EchoPath.block))
    }

    /// Samples for which there is room.
    var room: Int { sound.count - max(0, filtered - lags) }

    /// Forgets the samples before lag `end`, up to which the lags were learned.
    mutating func learned(to end: Int) {
        let kept = max(0, filtered - end)
        for index in 0..<kept { sound[index] = sound[end - lags + index] }
        lags = end
    }

    /// Begins to take `count` samples of `leg`.
    mutating func begin(on leg: Int, count: Int, _ band: ToneBandFilter) {
        (self.leg, self.band, blocks) = (leg, band, count / EchoPath.block)
        (filtered, weighed, lags) = (-EchoAdaptation.filterMemory, 0, 0)
        (energy, around) = (0, 0..<0)
    }

    /// Filters the next `count` samples. Sample 0 of the sound is sample `first` of the leg.
    mutating func filter(_ count: Int, from first: Int, _ decimator: Decimator, _ ring: SampleRing) {
        let begun = filtered
        for index in begun..<begun + count {
            let sample = band.take(decimator.value(at: first + index) { $0 >= 0 ? ring[$0] : 0 })
            if index >= 0 { sound[index - lags] = sample }
        }
        filtered += count
        for block in max(0, begun) / EchoPath.block..<max(0, filtered) / EchoPath.block {
            let first = block * EchoPath.block - lags
            energies[block] = sound.withSpan { EchoPath.energy(of: $0, from: first) }
        }
    }

    /// Multiplies the sound by weights from the power around it, as far as that is known.
    mutating func weigh() {
        let known = max(0, filtered) / EchoPath.block
        while weighed < blocks {
            let block = weighed
            let wanted = max(0, block - breadth)..<min(blocks, block + breadth)
            guard wanted.upperBound <= known else { return }
            for added in around.upperBound..<wanted.upperBound { energy += energies[added] }
            for lost in around.lowerBound..<wanted.lowerBound { energy -= energies[lost] }
            around = wanted
            // The end of a word is louder than what follows it. Weighted by the mean alone it would dominate the sum.
            let loudness = max(energy / Float(wanted.count), energies[block]) / Float(EchoPath.block)
            let weight = 1 / (loudness + Self.leastLoudness)
            weights[block] = weight
            let first = block * EchoPath.block - lags
            for index in first..<first + EchoPath.block { sound[index] *= weight }
            weighed += 1
        }
    }

    /// The same in other memory, which is a copy.
    mutating func move(to memory: inout ReservedFloats.Allotment) {
        weights = memory.next(weights.count)
        energies = memory.next(energies.count)
        sound = memory.next(sound.count)
    }
}
