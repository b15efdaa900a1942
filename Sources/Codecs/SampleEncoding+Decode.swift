import CVector

extension SampleEncoding {
    /// Samples in −1…1 from the bytes of whole samples; `samples` is overwritten and takes their number.
    ///
    /// Bytes after the last whole sample are ignored. The result is exact for integers of up to 24 bits, G.711 and
    /// 32-bit floats.
    package func decode(_ bytes: Span<UInt8>, into samples: inout [Float]) {
        let count = bytes.count / bytesPerSample
        if samples.count != count { samples = [Float](repeating: 0, count: count) }
        guard count > 0 else { return }
        unsafe bytes.withUnsafeBytes { raw in
            unsafe samples.withUnsafeMutableBufferPointer { target in unsafe decode(raw, into: target) }
        }
    }

    /// The same without an array, for callers that own their memory; `target` holds as many samples as are decoded.
    package func decode(_ raw: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
        switch (kind, bytesPerSample) {
        case (.muLaw, _): unsafe expand(raw, G711.muLawValues, into: target)
        case (.aLaw, _): unsafe expand(raw, G711.aLawValues, into: target)
        case (.unsigned, _):
            for i in 0..<target.count { unsafe target[i] = (Float(raw[i]) - 128) * 0x1p-7 }
        case (.signed, 1):
            for i in 0..<target.count { unsafe target[i] = Float(Int8(bitPattern: raw[i])) * 0x1p-7 }
        case (.signed, 2): unsafe decode16(raw, into: target)
        case (.signed, 3): unsafe decode24(raw, into: target)
        case (.signed, _):
            for i in 0..<target.count {
                let bits = unsafe raw.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)
                unsafe target[i] = Float(Int32(bitPattern: ordered(bits))) * 0x1p-31
            }
        case (.float, 4):
            for i in 0..<target.count {
                let bits = unsafe raw.loadUnaligned(fromByteOffset: 4 * i, as: UInt32.self)
                unsafe target[i] = Float(bitPattern: ordered(bits))
            }
        case (.float, _):
            for i in 0..<target.count {
                let bits = unsafe raw.loadUnaligned(fromByteOffset: 8 * i, as: UInt64.self)
                unsafe target[i] = Float(Double(bitPattern: ordered(bits)))
            }
        }
    }

    @inline(__always)
    func ordered<Bits: FixedWidthInteger>(_ bits: Bits) -> Bits {
        isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits)
    }

    private func expand(
        _ raw: UnsafeRawBufferPointer, _ values: [Int16], into target: UnsafeMutableBufferPointer<Float>
    ) {
        for i in 0..<target.count { unsafe target[i] = Float(values[Int(raw[i])]) * 0x1p-15 }
    }

    private func decode16(_ raw: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
        let swapped = (Int16(1).littleEndian == 1) == isBigEndian
        if swapped {
            for i in 0..<target.count {
                let bits = unsafe raw.loadUnaligned(fromByteOffset: 2 * i, as: UInt16.self)
                unsafe target[i] = Float(Int16(bitPattern: bits.byteSwapped)) * 0x1p-15
            }
        } else {
            unsafe tonewall_convert16(raw.baseAddress, target.count, target.baseAddress)
        }
    }

    private func decode24(_ raw: UnsafeRawBufferPointer, into target: UnsafeMutableBufferPointer<Float>) {
        let (low, high) = isBigEndian ? (2, 0) : (0, 2)
        for i in 0..<target.count {
            let bytes = unsafe (raw[3 * i + low], raw[3 * i + 1], raw[3 * i + high])
            let bits = UInt32(bytes.0) << 8 | UInt32(bytes.1) << 16 | UInt32(bytes.2) << 24
            unsafe target[i] = Float(Int32(bitPattern: bits)) * 0x1p-31
        }
    }
}
