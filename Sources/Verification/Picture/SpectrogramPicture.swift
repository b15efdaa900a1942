internal import Glibc
internal import TextFormats

/// Spectrograms of one or more channels, one below the other on one time axis, with findings marked.
///
/// A spectrogram of a key press reveals the key. Unless it is made with `masked: false`, the rows of each tone group
/// are merged into one stripe. Inside a marked finding only the two stripes are drawn. So the picture shows when there
/// were tones and how loud they were, but not which tones.
package struct SpectrogramPicture {
    /// One channel of a picture.
    package struct Panel {
        /// Text above the spectrogram.
        package var title: String
        /// The channel's shades, after `finish()`.
        package var spectrogram: Spectrogram
        /// The stretches to mark, in frames from the first of the channel.
        package var marks: [Range<Int>]
        /// Other tones in view. They are masked like ``marks`` and framed more faintly.
        package var neighbours: [Range<Int>]
        /// The channel's samples, −1…1, if the waveform is drawn below the spectrogram.
        package var waveform: [Float]?

        package init(
            title: String, spectrogram: Spectrogram, marks: [Range<Int>] = [], neighbours: [Range<Int>] = [],
            waveform: [Float]? = nil
        ) {
            self.title = title
            self.spectrogram = spectrogram
            self.marks = marks
            self.neighbours = neighbours
            self.waveform = waveform
        }
    }

    private let sampleRate: Double
    private let panels: [Panel]
    private let width: Int
    private let masked: Bool
    private let firstSecond: Double

    /// A picture of one or more channels.
    ///
    /// - Parameters:
    ///   - sampleRate: Frames a second of every panel, in Hz.
    ///   - panels: The channels, from top to bottom.
    ///   - width: Pixels across, 240 or more.
    ///   - masked: Whether the picture hides which keys the tones belong to.
    ///   - firstSecond: Time in seconds at the beginning of the time axis.
    package init(
        sampleRate: Double, panels: [Panel], width: Int = 1200, masked: Bool = true,
        firstSecond: Double = 0
    ) {
        self.sampleRate = sampleRate
        self.panels = panels
        self.width = max(240, width)
        self.masked = masked
        self.firstSecond = firstSecond
    }

    /// The picture as a PNG file in memory.
    package func png() throws(PictureError) -> [UInt8] { try draw().png() }
}

extension SpectrogramPicture {
    private var left: Int { 46 }
    private var right: Int { 12 }
    private var titleHeight: Int { 16 }
    private var axisHeight: Int { 22 }
    private var waveHeight: Int { 64 }
    private var columns: Int { width - left - right }
    private var frames: Int { max(1, panels.map(\.spectrogram.frames).max() ?? 1) }
    private var panelHeight: Int { panels.first?.spectrogram.rows ?? 60 }
    private var topHz: Double { panels.first?.spectrogram.topHz ?? 4000 }

    private func draw() -> Canvas {
        let heights = panels.map { titleHeight + panelHeight + ($0.waveform != nil ? waveHeight + 4 : 0) + 8 }
        var canvas = Canvas(width: width, height: heights.reduce(4, +) + axisHeight)
        var top = 4
        for (panel, height) in zip(panels, heights) {
            draw(panel, at: top, on: &canvas)
            top += height
        }
        drawTimeAxis(at: top - 6, on: &canvas)
        return canvas
    }

    private func draw(_ panel: Panel, at top: Int, on canvas: inout Canvas) {
        canvas.write(panel.title, x: left, y: top + 2)
        let plot = top + titleHeight
        let marks = panel.marks.map(columns)
        let neighbours = panel.neighbours.map(columns)
        for x in 0..<columns {
            // The reach of a window is added, so that no part of a tone is visible beside its mark.
            let marked = (marks + neighbours).contains { $0.lowerBound - 3 <= x && x < $0.upperBound + 3 }
            let from = frames * x / columns
            var shades = panel.spectrogram.column(over: from..<max(from + 1, frames * (x + 1) / columns))
            if masked { KeyMask.apply(to: &shades, topHz: topHz, onlyStripes: marked) }
            for (row, shade) in shades.enumerated() {
                canvas.set(left + x, plot + panelHeight - 1 - row, ColourMap.colour(shade))
            }
        }
        if let samples = panel.waveform {
            drawWaveform(samples, at: plot + panelHeight + 4, on: &canvas)
        }
        let bottom = plot + panelHeight + (panel.waveform != nil ? waveHeight + 4 : 0)
        for (mark, colour) in neighbours.map({ ($0, Canvas.Colour.faint) }) + marks.map({ ($0, .mark) }) {
            let x = left + max(0, mark.lowerBound - 2)..<left + min(columns, mark.upperBound + 2)
            canvas.frame(x: x, y: plot..<bottom, colour)
            canvas.fill(x: x, y: plot - 3..<plot, colour)
        }
        for kilohertz in 0...Int(topHz / 1000) {
            let y = plot + panelHeight - 1 - Int(Double(panelHeight - 1) * Double(kilohertz) * 1000 / topHz)
            canvas.fill(x: left - 4..<left, y: y..<y + 1, .ink)
            canvas.write("\(kilohertz) kHz", x: 4, y: min(max(plot, y - 3), plot + panelHeight - 7))
        }
    }

    private func drawWaveform(_ samples: [Float], at top: Int, on canvas: inout Canvas) {
        let middle = top + waveHeight / 2
        canvas.fill(x: left..<left + columns, y: middle..<middle + 1, .faint)
        for x in 0..<columns {
            let from = min(samples.count, frames * x / columns)
            let to = min(samples.count, max(from + 1, frames * (x + 1) / columns))
            guard from < to else { continue }
            // Two tones beat at their difference frequency. An envelope finer than 8 ms would show the beat and reveal
            // the key.
            let reach = masked ? Int(0.004 * sampleRate) : 0
            let piece = samples[max(0, from - reach)..<min(samples.count, to + reach)]
            let peak = piece.reduce(Float(0)) { max($0, abs($1)) }
            let half = Int(Float(waveHeight / 2 - 1) * min(1, peak))
            canvas.fill(x: left + x..<left + x + 1, y: middle - half..<middle + half + 1, .wave)
        }
    }

    private func drawTimeAxis(at top: Int, on canvas: inout Canvas) {
        let seconds = Double(frames) / sampleRate
        let steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600]
        let step = steps.first { seconds / $0 <= Double(columns) / 80 } ?? 7200
        let decimals = step < 0.1 ? 2 : step < 1 ? 1 : 0
        var at = (firstSecond / step).rounded(.up) * step
        while at <= firstSecond + seconds + 1e-9 {
            let x = left + Int(Double(columns - 1) * (at - firstSecond) / seconds)
            canvas.fill(x: x..<x + 1, y: top..<top + 5, .ink)
            let label = fixed(at, decimals: decimals) + " s"
            let start = min(x - label.count * Glyphs.advance / 2, width - label.count * Glyphs.advance)
            canvas.write(label, x: max(2, start), y: top + 8)
            at += step
        }
    }

    private func columns(_ mark: Range<Int>) -> Range<Int> {
        let first = column(ofFrame: mark.lowerBound)
        return first..<max(first + 1, column(ofFrame: mark.upperBound))
    }

    private func column(ofFrame frame: Int) -> Int { min(columns - 1, max(0, frame * columns / frames)) }
}
