internal import Glibc

/// The level of `power` in dB. The floor is −100 dB.
@inline(__always) func dB(_ power: Float) -> Float { 10 * log10(power + 1e-10) }
