package import Codecs
package import DTMF
package import Suppression

/// A suppressor for encoded audio. Its output is identical to the bit where there was no tone.
///
/// The original bytes are kept beside the samples. A sample that the suppressor did not change leaves as its original
/// bytes. Only changed samples are encoded again. So every encoding passes without loss, even one that a `Float` cannot
/// hold.
package struct SuppressedStream: Sendable {
    /// Delay in frames.
    package var latency: Int { suppressor.latency }
    /// What has been removed from each channel so far.
    package var counts: [SuppressionCount] { suppressor.counts }

    /// The stretches that ended in the last call of ``process(_:into:)`` or ``finish(into:)``.
    package var events: [SuppressionEvent] { suppressor.events }
    /// The digits that were decided or ended in that call.
    package var keyEvents: [ChannelEvent] { suppressor.keyEvents }

    private let encoding: SampleEncoding
    private var suppressor: Suppressor
    private var samples: [Float] = []
    private var output: [Float] = []
    /// Bytes that went in and have not come out, and their samples.
    private var heldBytes: [UInt8] = []
    private var heldSamples: [Float] = []

    /// Supported sample rates, in Hz.
    package static let sampleRates = 4_000...768_000

    /// A stream of `format`, whose rate is one of ``sampleRates``.
    ///
    /// - Parameter presses: For each channel, the presses that are known before, as `Suppressor` takes them.
    package init(format: AudioFormat, configuration: Suppressor.Configuration = .init(), presses: [[KeyPress]] = []) {
        encoding = format.encoding
        suppressor = Suppressor(
            sampleRate: Double(format.sampleRate), channels: format.channels, configuration: configuration,
            presses: presses)
    }

    /// Takes whole frames, and appends the frames that are due to `result`, in the same encoding.
    package mutating func process(_ encoded: Span<UInt8>, into result: inout [UInt8]) {
        encoding.decode(encoded, into: &samples)
        for index in encoded.indices { heldBytes.append(encoded[index]) }
        heldSamples.append(contentsOf: samples)
        output.removeAll(keepingCapacity: true)
        suppressor.process(samples, into: &output)
        release(into: &result)
    }

    /// Ends the audio and appends the frames that are still held.
    package mutating func finish(into result: inout [UInt8]) {
        output.removeAll(keepingCapacity: true)
        suppressor.finish(into: &output)
        release(into: &result)
    }

    private mutating func release(into result: inout [UInt8]) {
        let size = encoding.bytesPerSample
        let start = result.count
        result.append(contentsOf: heldBytes.prefix(output.count * size))
        let (encoding, output, original) = (encoding, output, heldSamples)
        unsafe result.withUnsafeMutableBytes { raw in
            for index in output.indices where output[index].bitPattern != original[index].bitPattern {
                // Minus zero and zero are equal, so such a sample counts as unchanged.
                if output[index] != original[index] {
                    unsafe encoding.encode(output[index], into: raw, at: start + index * size)
                }
            }
        }
        heldBytes.removeFirst(output.count * size)
        heldSamples.removeFirst(output.count)
    }
}
