/// `value` with a fixed number of decimals (0 to 9), rounded to the nearest, with a point in every locale.
///
/// An infinite or NaN value, or one with more than 18 digits, is written as Swift writes it.
package func fixed(_ value: Double, decimals: Int) -> String {
    var scale = 1.0
    for _ in 0..<decimals { scale *= 10 }
    guard value.isFinite, abs(value) * scale < 9e18 else { return String(value) }
    return decimal(Int((value * scale).rounded()), decimals: decimals)
}
