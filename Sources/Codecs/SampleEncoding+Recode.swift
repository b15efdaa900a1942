extension SampleEncoding {
    /// Whether samples of this encoding become samples of `other` without any loss, by ``recode(_:as:appendingTo:)``.
    package func isWithin(_ other: SampleEncoding) -> Bool {
        switch (kind, other.kind) {
        case (.signed, .signed), (.unsigned, .signed), (.unsigned, .unsigned), (.signed, .unsigned):
            bytesPerSample <= other.bytesPerSample
        case (.float, .float): bytesPerSample == other.bytesPerSample
        default: self == other
        }
    }

    /// Converts samples to an encoding that holds them without loss, with another byte order or more bits. It works on
    /// bits, without a `Float`.
    package func recode(_ bytes: Span<UInt8>, as other: SampleEncoding, appendingTo result: inout [UInt8]) {
        let (from, to) = (bytesPerSample, other.bytesPerSample)
        // The high byte of an offset binary number is that of the signed number with the sign bit inverted.
        let flip: UInt8 = (kind == .unsigned) != (other.kind == .unsigned) ? 0x80 : 0
        let start = result.count
        result.append(contentsOf: repeatElement(0, count: bytes.count / from * to))
        for sample in 0..<bytes.count / from {
            // Samples are left-justified, so the high bytes are aligned.
            for rank in 0..<from {
                let byte = bytes[sample * from + (isBigEndian ? rank : from - 1 - rank)]
                result[start + sample * to + (other.isBigEndian ? rank : to - 1 - rank)] =
                    rank == 0 ? byte ^ flip : byte
            }
        }
    }

    /// WAVE's encoding for such samples: the low byte first, and 8-bit integers unsigned.
    package var inWAVE: SampleEncoding {
        if self == .signed8 { return .unsigned8 }
        var encoding = self
        encoding.isBigEndian = false
        return encoding
    }
}
