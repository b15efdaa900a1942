internal import Codecs
internal import AudioIO

/// Finds the delay of a copy. An encoder may insert silence at the beginning without any header to say so.
///
/// It looks for the recording's loudest rises in the decoded copy.
struct Alignment {
    /// The copy's delay in frames; `nil` if nothing is loud or distinct enough.
    private(set) var delay: Int?
    /// Frames of the copy.
    private(set) var frames = 0

    /// Frames searched in either direction, frames compared, and number of places.
    private static let (reach, window, places) = (4096, 768, 4)
    /// Least correlation, and the share of the best one at which no delay is preferred. A periodic sound correlates
    /// with itself.
    private static let (least, preference) = (0.5, 0.98)

    /// A stretch of the recording, and the longer stretch of the copy that is searched for it.
    private struct Place {
        var start: Int
        var wanted: [Float]
        var found: [Float]
    }

    /// Compares the copy that `reader` reads to its end with `samples`, frame by frame.
    init(
        of reader: AudioReader, with samples: (Range<Int>) throws(RedactionRefusal) -> [Float], frames count: Int,
        _ shouldContinue: () -> Bool
    ) throws(RedactionRefusal) {
        let channels = reader.format.channels
        var places: [Place] = []
        for start in try Self.rises(samples, frames: count, channels: channels) {
            let size = (Self.window + 2 * Self.reach) * channels
            places.append(
                Place(
                    start: start, wanted: try samples(start..<start + Self.window),
                    found: [Float](repeating: 0, count: size)))
        }
        var block: [Float] = []
        while shouldContinue() {
            let count = try audio { () throws(AudioFileError) in try reader.read(frames: 4096, into: &block) }
            if count == 0 { break }
            for index in places.indices { Self.gather(block, at: frames, channels, into: &places[index]) }
            frames += count
        }
        delay = Self.bestLag(places, channels)
    }

    /// The places where the amplitude rises most, slightly before the rise.
    private static func rises(
        _ samples: (Range<Int>) throws(RedactionRefusal) -> [Float], frames count: Int, channels: Int
    ) throws(RedactionRefusal) -> [Int] {
        var rises: [(rise: Float, start: Int)] = []
        var last: Float = 0
        let lead = window / 3
        for start in stride(from: 0, to: count - 2 * window, by: window) {
            let energy = try samples(start..<start + window).reduce(Float(0)) { $0 + $1 * $1 }
            let amplitude = energy.squareRoot()
            rises.append((amplitude - last, max(0, start - lead)))
            last = amplitude
        }
        return rises.sorted { $0.rise > $1.rise }.prefix(places).map(\.start)
    }

    private static func gather(_ block: [Float], at first: Int, _ channels: Int, into place: inout Place) {
        let origin = place.start - reach
        let wanted = origin..<origin + place.found.count / channels
        let there = wanted.clamped(to: first..<first + block.count / channels)
        if there.isEmpty { return }
        let source = (there.lowerBound - first) * channels..<(there.upperBound - first) * channels
        let target = (there.lowerBound - origin) * channels..<(there.upperBound - origin) * channels
        place.found.replaceSubrange(target, with: block[source])
    }

    /// The shift with the highest correlation over all places.
    private static func bestLag(_ places: [Place], _ channels: Int) -> Int? {
        let size = window * channels
        var products = [Float](repeating: 0, count: 2 * reach + 1)
        var energies = products
        var own: Float = 0
        for place in places {
            own += place.wanted.reduce(0) { $0 + $1 * $1 }
            unsafe place.wanted.withUnsafeBufferPointer { wanted in
                unsafe place.found.withUnsafeBufferPointer { found in
                    for bestLag in products.indices {
                        let base = bestLag * channels
                        var (product, energy): (Float, Float) = (0, 0)
                        for index in 0..<size {
                            let value = unsafe found[base + index]
                            unsafe product += wanted[index] * value
                            energy += value * value
                        }
                        products[bestLag] += product
                        energies[bestLag] += energy
                    }
                }
            }
        }
        // Digital silence correlates nowhere.
        if own == 0 { return 0 }
        func correlation(_ bestLag: Int) -> Double {
            Double(products[bestLag]) / max(1e-30, (Double(own) * Double(energies[bestLag])).squareRoot())
        }
        guard let best = products.indices.max(by: { correlation($0) < correlation($1) }), correlation(best) >= least
        else {
            return nil
        }
        return correlation(reach) >= preference * correlation(best) ? 0 : best - reach
    }
}
