/// The codec of one stream of audio: it decodes packets to frames, and encodes frames to packets.
///
/// A codec keeps state from one packet to the next, so each direction of each stream has its own. Packets arrive in the
/// order in which they were sent, with their original boundaries. The codec knows their length, and whether they have a
/// header.
package protocol AudioCodec: Sendable {
    /// Number of samples in a frame, interleaved.
    var channels: Int { get }

    /// Decodes the frames that `packet` completes to samples in −1…1. `samples` is overwritten and gets their number.
    mutating func decode(_ packet: Span<UInt8>, into samples: inout [Float])

    /// Appends the encoded bytes of interleaved `samples` to `packet`.
    mutating func encode(_ samples: Span<Float>, appendingTo packet: inout [UInt8])

    /// Resets the state. The next packet begins another stream.
    mutating func reset()
}

/// PCM and G.711. Every sample has the same number of bytes and depends on no other. Packets may be cut anywhere, like
/// those of a pipe, without an effect on the samples.
package struct SampleCodec: AudioCodec {
    package let encoding: SampleEncoding
    package let channels: Int
    /// The bytes of an incomplete frame.
    private var cut: [UInt8] = []

    /// - Parameter channels: Number of samples in a frame, 1 or more.
    package init(_ encoding: SampleEncoding, channels: Int) {
        self.encoding = encoding
        self.channels = channels
    }

    package mutating func decode(_ packet: Span<UInt8>, into samples: inout [Float]) {
        let frame = channels * encoding.bytesPerSample
        if cut.isEmpty {
            let whole = packet.count - packet.count % frame
            encoding.decode(packet.extracting(0..<whole), into: &samples)
            for index in whole..<packet.count { cut.append(packet[index]) }
        } else {
            for index in packet.indices { cut.append(packet[index]) }
            let whole = cut.count - cut.count % frame
            encoding.decode(cut.span.extracting(0..<whole), into: &samples)
            cut.removeFirst(whole)
        }
    }

    package mutating func encode(_ samples: Span<Float>, appendingTo packet: inout [UInt8]) {
        encoding.encode(samples, appendingTo: &packet)
    }

    package mutating func reset() { cut = [] }
}

extension AudioFormat {
    /// A codec for a stream of this format.
    package var codec: SampleCodec { SampleCodec(encoding, channels: channels) }
}
