/// `value` with a fixed count of decimals (0 to 9), rounded to the nearest, the point a point in every locale.
///
/// A value that is not finite, or too large for 18 digits, is written as Swift writes it.
package func fixed(_ value: Double, decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    guard value.isFinite, abs(value) * scale < 9e18 else { return String(value) }
    return decimal(Int((value * scale).rounded()), decimals: decimals)
}
