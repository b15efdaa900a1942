/// The coding of one stream of audio: a packet in, frames out, and back.
///
/// A codec keeps what it needs from one packet to the next, so each direction of each stream has its own. Packets come
/// in the order in which they were sent, each as its sender made it; how long one is, and whether it has a head of its
/// own, is the codec's to know.
package protocol AudioCodec: Sendable {
    /// Samples a frame, interleaved.
    var channels: Int { get }

    /// The samples, in −1…1, of the frames that `packet` completes; `samples` is overwritten and takes their number.
    mutating func decode(_ packet: Span<UInt8>, into samples: inout [Float])

    /// Appends the bytes of interleaved `samples` that are due to `packet`.
    mutating func encode(_ samples: Span<Float>, appendingTo packet: inout [UInt8])

    /// Forgets the stream: the next packet is another's first.
    mutating func reset()
}

/// PCM and G.711: each sample is that many bytes, whatever came before it. Packets may be cut anywhere, as those of a
/// pipe are: the samples are those of the whole stream.
package struct SampleCodec: AudioCodec {
    package let encoding: SampleEncoding
    package let channels: Int
    /// The bytes of a frame whose end has not come.
    private var cut: [UInt8] = []

    /// - Parameter channels: samples a frame, 1 or more.
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
