internal import Codecs
internal import AtomicFiles
internal import AudioIO
internal import Glibc

extension Encoder {
    /// Largest mean amplitude, relative to full scale, of sound that an encoder's delay may replace.
    private static let quiet = 0.01

    /// Encodes `samples` so that the copy plays them at the recording's times. Returns the changes.
    ///
    /// Some encoders insert silence at the beginning, and neither container nor stream gives its length. So the result
    /// is decoded and compared. If it is late and its beginning is not loud, the same number of frames is left out
    /// there, and the rest is encoded again.
    func encodeInPlace(_ samples: AtomicFile) throws(RedactionRefusal) -> [String]? {
        guard let changes = try encodeAsItIs(samples), let first = try alignment(samples) else { return nil }
        if first.delay == 0 { return changes }
        if let delay = first.delay, try isQuiet(samples, frames: delay) {
            let count = samples.size / reader.format.bytesPerFrame
            var missing = 0
            for _ in 0..<2 {
                let moved = try self.moved(samples, by: delay, adding: missing)
                guard try restart(), let changes = try encodeAsItIs(moved), let now = try alignment(samples) else {
                    return nil
                }
                if now.delay == 0 && now.frames >= count { return changes }
                missing += max(0, count - now.frames)
            }
        }
        guard try restart(), let changes = try encodeAsItIs(samples) else { return nil }
        return changes + [Self.words(first.delay, rate: reader.format.sampleRate)]
    }

    private static func words(_ delay: Int?, rate: Int) -> String {
        let cure = "--out DIR --as wav or flac keeps it in its place"
        guard let delay else {
            return "its coder may move what it plays by some milliseconds, which nothing in it is loud enough to tell: "
                + cure
        }
        let milliseconds = Int((1000 * Double(abs(delay)) / Double(rate)).rounded(.up))
        return "what it plays comes \(milliseconds) ms \(delay < 0 ? "earlier" : "later"), by its coder: \(cure)"
    }

    /// The delay of the copy relative to `samples`; `nil` if it was stopped.
    private func alignment(_ samples: AtomicFile) throws(RedactionRefusal) -> Alignment? {
        guard let path = file.temporaryPath else { return nil }
        let copy = try audio { () throws(AudioFileError) in try AudioReader(path) }
        guard copy.format.sampleRate == reader.format.sampleRate, copy.format.channels == reader.format.channels else {
            throw refusal("its copy has another rate or other channels")
        }
        let found = try Alignment(
            of: copy, with: { (range) throws(RedactionRefusal) in try floats(samples, range) },
            frames: samples.size / reader.format.bytesPerFrame, shouldContinue)
        return shouldContinue() ? found : nil
    }

    private func isQuiet(_ samples: AtomicFile, frames: Int) throws(RedactionRefusal) -> Bool {
        let start = try floats(samples, 0..<max(0, frames))
        let energy = start.reduce(0) { $0 + Double($1) * Double($1) }
        return (energy / Double(max(1, start.count))).squareRoot() <= Self.quiet
    }

    private func floats(_ samples: AtomicFile, _ range: Range<Int>) throws(RedactionRefusal) -> [Float] {
        let size = reader.format.bytesPerFrame
        guard let bytes = FileBytes.read(samples.descriptor, range.lowerBound * size..<range.upperBound * size) else {
            throw .audio(.readFailed(path: recording.path, reason: systemReason()))
        }
        var floats: [Float] = []
        reader.format.encoding.decode(bytes.span, into: &floats)
        return floats
    }

    /// `samples` without the first `delay` frames, or with that many zeros before them, and `missing` zeros after them.
    private func moved(_ samples: AtomicFile, by delay: Int, adding missing: Int) throws(RedactionRefusal) -> AtomicFile
    {
        let moved = try scratch()
        let format = reader.format
        func silence(_ frames: Int) throws(RedactionRefusal) {
            var zeros: [UInt8] = []
            format.encoding.encode([Float](repeating: 0, count: frames * format.channels).span, appendingTo: &zeros)
            try attempt { () throws(AtomicFileError) in try moved.write(zeros.span) }
        }
        if delay < 0 { try silence(-delay) }
        let start = min(samples.size, max(0, delay) * format.bytesPerFrame)
        _ = try FileBytes.copy(samples.descriptor, start..<samples.size, to: moved, of: recording.path, shouldContinue)
        if missing > 0 { try silence(missing) }
        return moved
    }

    /// Empties the file for another attempt; `false` if it was stopped.
    private func restart() throws(RedactionRefusal) -> Bool {
        guard ftruncate(file.descriptor, 0) == 0, lseek(file.descriptor, 0, SEEK_SET) == 0 else {
            throw .unreadable(path: recording.path, reason: systemReason())
        }
        return shouldContinue()
    }
}
