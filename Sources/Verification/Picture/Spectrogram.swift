internal import Glibc

/// The shades of a spectrogram: columns of values 0 (silence) … 1 (full scale).
struct Spectrogram {
    /// Levels in dBm0 that the ends of the scale stand for.
    static let darkest = -78.0
    static let brightest = -3.0

    private let rows: Int
    private var shades: [Float]

    /// Shades of `samples` on `columns` columns that span `frames` frames and `rows` rows that span 0…`topHz` Hz.
    init(samples: [Float], sampleRate: Double, columns: Int, frames: Int, rows: Int, topHz: Double) {
        self.rows = rows
        shades = [Float](repeating: 0, count: columns * rows)
        // 25 ms tells neighbouring tones of a group apart (Hann: 160 Hz from zero to zero) and still shows a 10 ms rest.
        let length = max(16, Int(0.025 * sampleRate))
        let transform = ShortTimeSpectrum(sampleRate: sampleRate, length: length, size: smoothSize(atLeast: 2 * length))
        let padded = [Float](repeating: 0, count: length / 2) + samples + [Float](repeating: 0, count: length)
        var power = [Float](repeating: 0, count: transform.bins)
        var loudest = power
        for column in 0..<columns {
            for bin in loudest.indices { loudest[bin] = 0 }
            let from = frames * column / columns
            let to = max(from + 1, frames * (column + 1) / columns)
            // Every hop of the column counts, so that a long recording's picture misses no short tone.
            for start in stride(from: from, to: to, by: max(1, length / 4)) where start < samples.count {
                transform.measure(padded.span, at: start, into: &power)
                for bin in loudest.indices { loudest[bin] = max(loudest[bin], power[bin]) }
            }
            for row in 0..<rows {
                let hertz = topHz * (Double(row) + 0.5) / Double(rows)
                shades[column * rows + row] = Self.shade(loudest, at: hertz / transform.binWidth)
            }
        }
    }

    /// The shades of one column from 0 Hz upwards.
    func column(_ index: Int) -> [Float] { Array(shades[index * rows..<(index + 1) * rows]) }

    private static func shade(_ power: [Float], at position: Double) -> Float {
        let bin = min(Int(position), power.count - 2)
        let part = Float(position - Double(bin))
        let value = Double(power[bin] * (1 - part) + power[bin + 1] * part)
        let level = 10 * log10(max(value, 1e-12)) + Level.fullScaleSine
        return Float(min(1, max(0, (level - darkest) / (brightest - darkest))))
    }
}

/// The smallest even number from `least` on that has no prime factor over 7, which FFTW transforms fast.
func smoothSize(atLeast least: Int) -> Int {
    var size = least + least % 2
    while true {
        var rest = size
        for prime in [2, 3, 5, 7] { while rest % prime == 0 { rest /= prime } }
        if rest == 1 { return size }
        size += 2
    }
}

/// The stripes that hide which key a tone pair stands for.
enum Veil {
    /// Where each group's stripe lies in Hz: the group and the reach of a short tone's spectrum.
    static let stripes = [500.0..<1075.0, 1075.0..<1850.0]

    /// Merges the rows of each stripe of a column; with `onlyGroups`, every other row is made silent.
    static func cover(_ shades: inout [Float], topHz: Double, onlyGroups: Bool) {
        var rest = Set(shades.indices)
        for stripe in stripes {
            let rows = shades.indices.filter {
                stripe.contains(topHz * (Double($0) + 0.5) / Double(shades.count))
            }
            let loudest = rows.map { shades[$0] }.max() ?? 0
            for row in rows { shades[row] = loudest }
            rest.subtract(rows)
        }
        if onlyGroups { for row in rest { shades[row] = 0 } }
    }
}

/// Shades from black over violet and orange to pale yellow, rising evenly in lightness.
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
