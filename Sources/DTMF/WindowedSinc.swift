import Glibc

/// Low-pass filters made of a windowed sinc.
package enum WindowedSinc {
    /// The taps at `times`; they add up to 1.
    ///
    /// - Parameters:
    ///   - times: Positions of the taps in samples from the filter's centre.
    ///   - corner: Corner frequency in cycles a sample.
    ///   - window: Weight of a tap by its position.
    package static func taps(at times: [Double], corner: Double, window: (Double) -> Double) -> [Float] {
        let taps = times.map { time in
            let x = 2 * Double.pi * corner * time
            return (x == 0 ? 1 : sin(x) / x) * window(time)
        }
        let sum = taps.reduce(0, +)
        return taps.map { Float($0 / sum) }
    }
}
