extension SampleEncoding {
    /// Appends the bytes of `samples` to `bytes`. Values beyond full scale are clipped, and NaN becomes silence.
    package func encode(_ samples: Span<Float>, appendingTo bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: samples.count * bytesPerSample))
        unsafe bytes.withUnsafeMutableBytes { raw in
            for i in samples.indices { unsafe encode(samples[i], into: raw, at: start + i * bytesPerSample) }
        }
    }

    /// Writes the bytes of one sample to `raw` from `offset` on.
    package func encode(_ sample: Float, into raw: UnsafeMutableRawBufferPointer, at offset: Int) {
        switch (kind, bytesPerSample) {
        case (.muLaw, _): unsafe raw[offset] = G711.muLaw(Int16(SampleEncoding.integer(sample, bits: 16)))
        case (.aLaw, _): unsafe raw[offset] = G711.aLaw(Int16(SampleEncoding.integer(sample, bits: 16)))
        case (.unsigned, _): unsafe raw[offset] = UInt8(SampleEncoding.integer(sample, bits: 8) + 128)
        case (.signed, 1):
            unsafe raw[offset] = UInt8(bitPattern: Int8(SampleEncoding.integer(sample, bits: 8)))
        case (.signed, 2):
            let bits = UInt16(bitPattern: Int16(SampleEncoding.integer(sample, bits: 16)))
            unsafe raw.storeBytes(of: ordered(bits), toByteOffset: offset, as: UInt16.self)
        case (.signed, 3):
            let value = SampleEncoding.integer(sample, bits: 24)
            let (low, high) = isBigEndian ? (2, 0) : (0, 2)
            unsafe raw[offset + low] = UInt8(truncatingIfNeeded: value)
            unsafe raw[offset + 1] = UInt8(truncatingIfNeeded: value >> 8)
            unsafe raw[offset + high] = UInt8(truncatingIfNeeded: value >> 16)
        case (.signed, _):
            let bits = UInt32(bitPattern: Int32(SampleEncoding.integer(sample, bits: 32)))
            unsafe raw.storeBytes(of: ordered(bits), toByteOffset: offset, as: UInt32.self)
        case (.float, 4):
            unsafe raw.storeBytes(of: ordered(sample.bitPattern), toByteOffset: offset, as: UInt32.self)
        case (.float, _):
            unsafe raw.storeBytes(of: ordered(Double(sample).bitPattern), toByteOffset: offset, as: UInt64.self)
        }
    }

    /// `sample` on the scale of `bits`-wide integers: rounded to the nearest, clipped, 0 for NaN.
    static func integer(_ sample: Float, bits: Int) -> Int {
        let scale = Double(1 << (bits - 1))
        let scaled = (Double(sample) * scale).rounded()
        guard scaled == scaled else { return 0 }
        return Int(min(max(scaled, -scale), scale - 1))
    }
}
