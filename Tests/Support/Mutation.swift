internal import Foundation

/// Gives `body` mutants of `seeds`, each by turns at random: as many as `TONEWALL_MUTANTS` says, else `usually`.
///
/// - Parameter share: what part of that number is made, where each takes long.
public func forEachMutant(
    of seeds: [[UInt8]], usually: Int = 500, share: Int = 1, seed: UInt64 = SeededGenerator.seedOfRun(),
    _ body: ([UInt8]) throws -> Void
) rethrows {
    print("seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let count = ProcessInfo.processInfo.environment["TONEWALL_MUTANTS"].flatMap { Int($0) } ?? usually
    for _ in 0..<max(1, count / share) {
        try body((seeds.randomElement(using: &generator) ?? []).mutated(using: &generator))
    }
}

extension [UInt8] {
    /// One to eight changes at random: bytes changed, taken out, put in, said again, and the rest cut off.
    public func mutated(using generator: inout some RandomNumberGenerator) -> [UInt8] {
        var bytes = self
        for _ in 0..<Int.random(in: 1...8, using: &generator) {
            guard !bytes.isEmpty else { return bytes }
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            let end = Swift.min(bytes.count, place + Int.random(in: 1...16, using: &generator))
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
            case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            case 2: bytes.removeSubrange(place..<end)
            case 3: bytes.insert(contentsOf: bytes[place..<end], at: place)
            case 4: bytes.insert(contentsOf: Self.telling.randomElement(using: &generator) ?? [], at: place)
            case 5: bytes.replaceSubrange(place..<end, with: Self.telling.randomElement(using: &generator) ?? [])
            case 6: bytes.insert(UInt8.random(in: .min ... .max, using: &generator), at: place)
            default: if Int.random(in: 0..<8, using: &generator) == 0 { bytes.removeSubrange(place...) }
            }
        }
        return bytes
    }

    /// Pieces of text at which readers have failed.
    private static let telling: [[UInt8]] = [
        "9223372036854775807", "-9223372036854775808", "18446744073709551616", "-1", "0", "nan", "inf", "1e999", "null",
        "[]", "{}", "[[[[", "\"\"", "\\ud800", "\\u0000", "%00", "%ff", "%", "\r\n", "\n", "\0", "&", "=", "[", "]",
        ":",
        "\u{FEFF}", "\u{202E}", "\u{1B}[2J", "true", "AND", "'",
    ].map { Array($0.utf8) }
}
