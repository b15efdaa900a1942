internal import Glibc

/// The shades of a spectrogram, computed as samples arrive: columns of values 0 (silence) … 1 (full scale).
///
/// Columns begin narrow. Once there are twice as many as a picture needs, each two are merged and keep their louder
/// shade. So memory does not grow with the call, and no short tone is missed. Samples are kept for one window (25 ms).
package struct Spectrogram {
    /// Levels in dBm0 at the ends of the scale.
    static let darkest = -78.0
    static let brightest = -3.0
    /// Length of a window. 25 ms separate neighbouring tones of a group (Hann: 160 Hz from zero to zero), and a
    /// fragment of 10 ms is still visible.
    static let windowSeconds = 0.025

    /// Samples taken so far.
    package private(set) var frames = 0
    let topHz: Double
    let rows: Int
    private let masked: Bool
    private let most: Int
    /// Distance between windows in samples.
    private let hop: Int
    /// Number of windows in one column.
    private var windowsPerColumn = 1
    private var windowsInLast = 0
    private var shades: [Float] = []
    private let transform: ShortTimeSpectrum
    /// Samples that the next window needs. The first windows begin before the first sample.
    private var held: [Float]
    private var power: [Float]

    /// A spectrogram of one channel.
    ///
    /// - Parameters:
    ///   - sampleRate: Samples a second, in Hz.
    ///   - columns: Largest number of columns of a picture.
    ///   - rows: Rows of the picture, 60 or more, from 0 Hz to 4 kHz or to half the sample rate.
    ///   - masked: Whether the rows of each tone group are merged at once, so that even memory does not reveal the key.
    package init(sampleRate: Double, columns: Int = 1200, rows: Int = 240, masked: Bool = true) {
        self.rows = max(60, rows)
        self.masked = masked
        topHz = min(4000, sampleRate / 2)
        most = 2 * max(1, columns)
        let length = max(16, Int(Self.windowSeconds * sampleRate))
        hop = max(1, length / 4)
        transform = ShortTimeSpectrum(sampleRate: sampleRate, length: length, size: smoothSize(atLeast: 2 * length))
        held = [Float](repeating: 0, count: length / 2)
        held.reserveCapacity(length)
        power = [Float](repeating: 0, count: transform.bins)
    }

    /// Takes the next samples. Of interleaved samples it uses the first of each `stride`.
    package mutating func process(_ samples: Span<Float>, every stride: Int = 1) {
        for index in Swift.stride(from: 0, to: samples.count, by: stride) {
            frames += 1
            held.append(samples[index])
            if held.count == transform.length { measure() }
        }
    }

    /// Ends the audio. Measures the windows that extend beyond its end, and overwrites the held samples.
    package mutating func finish() {
        for _ in 0..<transform.length / 2 {
            held.append(0)
            if held.count == transform.length { measure() }
        }
        for index in held.indices { held[index] = 0 }
        for index in power.indices { power[index] = 0 }
        transform.wipe()
    }

    private mutating func measure() {
        Self.measure(held, by: transform, into: &power)
        held.removeFirst(hop)
        var column = (0..<rows).map { row in
            Self.shade(power, at: topHz * (Double(row) + 0.5) / Double(rows) / transform.binWidth)
        }
        if masked { KeyMask.apply(to: &column, topHz: topHz, onlyStripes: false) }
        if windowsInLast == windowsPerColumn || shades.isEmpty {
            if shades.count == most * rows { halve() }
            shades += column
            windowsInLast = 1
        } else {
            let last = shades.count - rows
            for row in 0..<rows { shades[last + row] = max(shades[last + row], column[row]) }
            windowsInLast += 1
        }
    }

    private static func measure(_ window: [Float], by transform: ShortTimeSpectrum, into power: inout [Float]) {
        transform.measure(window.span, at: 0, into: &power)
    }

    private mutating func halve() {
        for column in 0..<most / 2 {
            let left = 2 * column * rows
            for row in 0..<rows { shades[column * rows + row] = max(shades[left + row], shades[left + rows + row]) }
        }
        shades.removeLast(shades.count / 2)
        windowsPerColumn *= 2
    }

    /// The shades of a stretch of frames, from 0 Hz upwards. Each is the loudest of all columns in the stretch.
    func column(over stretch: Range<Int>) -> [Float] {
        let width = hop * windowsPerColumn
        var result = [Float](repeating: 0, count: rows)
        for column in stretch.lowerBound / width...max(stretch.lowerBound, stretch.upperBound - 1) / width
        where column * rows < shades.count {
            for row in 0..<rows { result[row] = max(result[row], shades[column * rows + row]) }
        }
        return result
    }

    private static func shade(_ power: [Float], at position: Double) -> Float {
        let bin = min(Int(position), power.count - 2)
        let part = Float(position - Double(bin))
        let value = Double(power[bin] * (1 - part) + power[bin + 1] * part)
        let level = 10 * log10(max(value, 1e-12)) + Level.fullScaleSine
        return Float(min(1, max(0, (level - darkest) / (brightest - darkest))))
    }
}

/// The smallest even number, `least` or more, without a prime factor above 7. FFTW transforms such sizes fast.
func smoothSize(atLeast least: Int) -> Int {
    var size = least + least % 2
    while true {
        var rest = size
        for prime in [2, 3, 5, 7] { while rest % prime == 0 { rest /= prime } }
        if rest == 1 { return size }
        size += 2
    }
}

/// Hides the key of a tone pair: the rows of each tone group are merged into one stripe.
enum KeyMask {
    /// Stripe of each group in Hz: the group and the width of a short tone's spectrum.
    static let stripes = [500.0..<1075.0, 1075.0..<1850.0]

    /// Merges the rows of each stripe of a column. With `onlyStripes`, every other row becomes silent.
    static func apply(to shades: inout [Float], topHz: Double, onlyStripes: Bool) {
        var rest = Set(shades.indices)
        for stripe in stripes {
            let rows = shades.indices.filter {
                stripe.contains(topHz * (Double($0) + 0.5) / Double(shades.count))
            }
            let loudest = rows.map { shades[$0] }.max() ?? 0
            for row in rows { shades[row] = loudest }
            rest.subtract(rows)
        }
        if onlyStripes { for row in rest { shades[row] = 0 } }
    }
}

/// Shades from black over violet and orange to pale yellow, with even steps in lightness.
enum ColourMap {
    private static let stops: [(Float, Float, Float)] = [
        (4, 4, 20), (48, 12, 92), (120, 28, 109), (188, 55, 84), (237, 105, 37), (251, 180, 26), (252, 255, 190),
    ]

    /// The colour of `shade`, 0…1.
    static func colour(_ shade: Float) -> Canvas.Colour {
        let position = min(max(shade, 0), 1) * Float(stops.count - 1)
        let index = min(Int(position), stops.count - 2)
        let part = position - Float(index)
        let (from, to) = (stops[index], stops[index + 1])
        return Canvas.Colour(
            red: UInt8(from.0 + (to.0 - from.0) * part), green: UInt8(from.1 + (to.1 - from.1) * part),
            blue: UInt8(from.2 + (to.2 - from.2) * part))
    }
}
