extension ArraySlice<UInt8> {
    /// An unsigned number of up to 8 bytes, `offset` from the start; of 8 bytes the highest bit is left out.
    func littleEndian(at offset: Int, bytes: Int) -> Int {
        (0..<bytes).reversed().reduce(0) { ($0 & (.max >> 8)) << 8 | Int(self[startIndex + offset + $1]) }
    }

    /// The same with the high byte first; all 64 bits of an 8-byte number.
    func bigEndian(at offset: Int, bytes: Int) -> Int {
        (0..<bytes).reduce(0) { $0 << 8 | Int(self[startIndex + offset + $1]) }
    }

    /// Four characters, `offset` from the start.
    func text(at offset: Int) -> String {
        String(decoding: self[(startIndex + offset)..<(startIndex + offset + 4)], as: UTF8.self)
    }

    /// An 80-bit IEEE 754 float, as AIFF writes rates; `nil` unless it is finite and at least 0.
    func extendedFloat(at offset: Int) -> Double? {
        let exponent = bigEndian(at: offset, bytes: 2)
        guard exponent < 0x7FFF else { return nil }
        let mantissa = UInt64(bitPattern: Int64(bigEndian(at: offset + 2, bytes: 8)))
        let value =
            Double(sign: .plus, exponent: Swift.max(-1000, exponent - 16383 - 63), significand: 1) * Double(mantissa)
        return value.isFinite ? value : nil
    }
}
