/// One of the two companding laws of ITU-T G.711, sample by sample.
package enum G711Law: Sendable, Hashable {
    case mu
    case a

    /// The value of a code in −1…1.
    package func sample(_ code: UInt8) -> Float {
        Float(self == .mu ? G711.muLawValues[Int(code)] : G711.aLawValues[Int(code)]) / 32_768
    }

    /// The code whose interval holds `sample`, which is clipped to −1…1.
    package func code(_ sample: Float) -> UInt8 {
        let value = Int16(min(32_767, max(-32_768, (sample * 32_768).rounded())))
        return self == .mu ? G711.muLaw(value) : G711.aLaw(value)
    }
}
