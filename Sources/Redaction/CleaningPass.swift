import StreamSuppression
import Codecs
internal import DTMF
internal import Archive
internal import AudioIO
internal import Glibc
internal import Suppression
internal import Verification

/// One way to remove the tones from a recording.
struct CleaningPass {
    /// The suppressor's settings; `nil` changes nothing except ``silenced``.
    var suppression: Suppressor.Configuration?
    /// Stretches that are silenced, whatever they hold.
    var silenced: [Finding] = []
    /// For each channel, the presses that are known before.
    var presses: [[KeyPress]] = []
    /// Seconds silenced before and after such a stretch.
    static let silenceMargin = 0.025

    /// Reads `reader` to its end and gives the bytes of each block before and after the removal; `false` if it was
    /// stopped.
    func run(
        _ reader: AudioReader, _ shouldContinue: () -> Bool,
        _ emit: (_ frame: Int, _ before: [UInt8], _ after: inout [UInt8]) throws(AudioFileError) -> Void
    ) throws(AudioFileError) -> Bool {
        let format = reader.format
        var stream = suppression.map { SuppressedStream(format: format, configuration: $0, presses: presses) }
        var (block, held, clean): ([UInt8], [UInt8], [UInt8]) = ([], [], [])
        var position = 0
        var isOver = false
        while !isOver {
            guard shouldContinue() else { return false }
            let count = try reader.read(frames: 4096, into: &block)
            isOver = count == 0
            clean.removeAll(keepingCapacity: true)
            held += block
            if stream == nil { clean = block }
            if isOver { stream?.finish(into: &clean) } else { stream?.process(block.span, into: &clean) }
            guard !clean.isEmpty else { continue }
            silence(&clean, from: position, format)
            try emit(position, Array(held.prefix(clean.count)), &clean)
            held.removeFirst(clean.count)
            position += clean.count / format.bytesPerFrame
        }
        return true
    }

    private func silence(_ bytes: inout [UInt8], from position: Int, _ format: AudioFormat) {
        let margin = Int(Self.silenceMargin * Double(format.sampleRate))
        let end = position + bytes.count / format.bytesPerFrame
        let size = format.encoding.bytesPerSample
        var zero: [UInt8] = []
        format.encoding.encode([Float(0)].span, appendingTo: &zero)
        for finding in silenced {
            let first = max(position, finding.start - margin)
            for frame in first..<max(first, min(end, finding.end + margin)) {
                let at = (frame - position) * format.bytesPerFrame + finding.channel * size
                for byte in 0..<size { bytes[at + byte] = zero[byte] }
            }
        }
    }
}
