internal import DTMF

/// Keys that can be heard in memory, whatever the samples are taken for.
///
/// What an attacker with an image of a process does: takes each stretch for samples of every kind, one channel or two,
/// and listens.
public struct MemoryAudio {
    /// What bytes are taken for.
    public enum Layout: String, CaseIterable, Sendable {
        case float, double, int16
        /// The samples begin at odd addresses.
        case oddInt16

        var size: Int {
            switch self {
            case .float: 4
            case .double: 8
            case .int16, .oddInt16: 2
            }
        }
    }

    /// Keys that were read one after the other in one stretch.
    public struct Finding: CustomStringConvertible {
        public var layout: Layout
        public var keys: String
        public var place: String

        public init(layout: Layout, keys: String, place: String) {
            self.layout = layout
            self.keys = keys
            self.place = place
        }

        public var description: String { "\(keys) as \(layout) \(place)" }
    }

    /// Samples of a window that is sound or is not.
    private static let window = 64
    /// Windows without sound that a stretch may hold, and windows that it has at least: three keys of 40 ms have more
    /// at 8 kHz.
    private static let (gap, least) = (512, 12)
    /// Below is nothing that a receiver hears, above no audio.
    private static let audible = Float(5e-4)...Float(8)

    private let layout: Layout
    private let rates: [Double]
    private var findings: [Finding] = []

    /// What can be heard in `regions` at `rates` (Hz).
    public static func findings(in regions: [MemoryReader.Region], at rates: [Double]) -> [Finding] {
        Layout.allCases.flatMap { layout in
            var audio = MemoryAudio(layout: layout, rates: rates)
            for region in regions where !region.isOfFile {
                audio.listen(to: audio.samples(of: region.bytes[...]), region.name)
            }
            return audio.findings
        }
    }

    private init(layout: Layout, rates: [Double]) {
        self.layout = layout
        self.rates = rates
    }

    /// The bytes as samples. Bytes that are not sound become silence.
    private func samples(of bytes: ArraySlice<UInt8>) -> [Float] {
        let bytes = layout == .oddInt16 ? bytes.dropFirst() : bytes
        let count = bytes.count / layout.size
        return unsafe bytes.withUnsafeBytes { raw in
            (0..<count).map { index in
                let value: Float =
                    switch layout {
                    case .float: unsafe raw.loadUnaligned(fromByteOffset: 4 * index, as: Float.self)
                    case .double: unsafe Float(raw.loadUnaligned(fromByteOffset: 8 * index, as: Double.self))
                    case .int16, .oddInt16:
                        unsafe Float(raw.loadUnaligned(fromByteOffset: 2 * index, as: Int16.self)) * 0x1p-15
                    }
                return Self.audible.contains(abs(value)) ? value : 0
            }
        }
    }

    /// Listens to each stretch with enough sound in it.
    private mutating func listen(to samples: [Float], _ place: String) {
        var stretch: Range<Int>?
        for window in 0..<(samples.count / Self.window) {
            let range = window * Self.window..<(window + 1) * Self.window
            guard samples[range].count(where: { $0 != 0 }) > Self.window / 2 else { continue }
            if let begun = stretch, window <= begun.upperBound + Self.gap {
                stretch = begun.lowerBound..<window + 1
            } else {
                if let stretch { listen(to: samples, windows: stretch, place) }
                stretch = window..<window + 1
            }
        }
        if let stretch { listen(to: samples, windows: stretch, place) }
    }

    private mutating func listen(to samples: [Float], windows: Range<Int>, _ place: String) {
        guard windows.count >= Self.least else { return }
        let from = max(0, (windows.lowerBound - 4) * Self.window)
        let stretch = samples[from..<min(samples.count, (windows.upperBound + 4) * Self.window)]
        for step in [1, 2] {
            for first in 0..<step {
                let channel = stride(from: stretch.startIndex + first, to: stretch.endIndex, by: step).map {
                    stretch[$0]
                }
                for rate in rates {
                    hear(channel, rate, "\(step == 1 ? "mono" : "channel \(first)") at \(rate) Hz, \(place)")
                }
            }
        }
    }

    private mutating func hear(_ channel: [Float], _ rate: Double, _ place: String) {
        var detector = Detector(sampleRate: rate)
        var keys = ""
        func take() {
            for event in detector.events { if case .decided(let key, _) = event { keys.append(key.character) } }
        }
        detector.process(channel)
        take()
        detector.finish()
        take()
        if !keys.isEmpty { findings.append(Finding(layout: layout, keys: keys, place: place)) }
    }
}
