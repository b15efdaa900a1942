/// The companding laws of ITU-T G.711, on the scale of 16-bit samples.
package enum G711 {
    /// 16-bit value of every µ-law code (table 2a; −32,124…32,124).
    package static let muLawValues: [Int16] = (0...255).map { muLawValue(UInt8($0)) }
    /// 16-bit value of every A-law code (table 1a; −32,256…32,256).
    package static let aLawValues: [Int16] = (0...255).map { aLawValue(UInt8($0)) }

    /// The µ-law code whose interval holds `sample`.
    package static func muLaw(_ sample: Int16) -> UInt8 {
        let bias: Int32 = 0x84
        let magnitude = min(abs(Int32(sample)), 32_635) + bias
        let segment = Int32(24 - magnitude.leadingZeroBitCount)
        let mantissa = (magnitude >> (segment + 3)) & 0x0F
        let code = ~UInt8(segment << 4 | mantissa)
        return sample < 0 ? code & 0x7F : code
    }

    /// The A-law code whose interval holds `sample`.
    package static func aLaw(_ sample: Int16) -> UInt8 {
        let magnitude = sample < 0 ? ~Int32(sample) : Int32(sample)
        let segment = magnitude < 256 ? 0 : Int32(24 - magnitude.leadingZeroBitCount)
        let mantissa = (magnitude >> (segment == 0 ? 4 : segment + 3)) & 0x0F
        let code = UInt8(segment << 4 | mantissa) ^ 0x55
        return sample < 0 ? code : code | 0x80
    }

    private static func muLawValue(_ code: UInt8) -> Int16 {
        let bits = Int32(~code)
        let magnitude = (((bits & 0x0F) << 3) + 0x84) << ((bits & 0x70) >> 4) - 0x84
        return Int16(bits & 0x80 != 0 ? -magnitude : magnitude)
    }

    private static func aLawValue(_ code: UInt8) -> Int16 {
        let bits = Int32(code ^ 0x55)
        let segment = (bits & 0x70) >> 4
        let mantissa = (bits & 0x0F) << 4
        let magnitude = segment == 0 ? mantissa + 8 : (mantissa + 0x108) << (segment - 1)
        return Int16(bits & 0x80 != 0 ? magnitude : -magnitude)
    }
}
