internal import Glibc

/// A power in dB, with a floor at −100.
@inline(__always) func dB(_ power: Float) -> Float { 10 * log10(power + 1e-10) }
