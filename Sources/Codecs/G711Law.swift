/// One of the two companding laws of ITU-T G.711, sample by sample.
package enum G711Law: Sendable, Hashable {
    case mu
    case a

    private static let muSamples = G711.muLawValues.map { Float($0) / 32_768 }
    private static let aSamples = G711.aLawValues.map { Float($0) / 32_768 }

    /// The value of each code in −1…1.
    package var samples: [Float] { self == .mu ? Self.muSamples : Self.aSamples }

    /// The value of a code in −1…1.
    package func sample(_ code: UInt8) -> Float { samples[Int(code)] }

    /// The code whose interval holds `sample`, which is clipped to −1…1.
    package func code(_ sample: Float) -> UInt8 {
        let value = Int16(min(32_767, max(-32_768, (sample * 32_768).rounded())))
        return self == .mu ? G711.muLaw(value) : G711.aLaw(value)
    }
}
