import Support

/// Where a card's digits lie in memory, and how.
struct DigitSearch {
    var number: String
    var code: String

    /// Distances in bytes at which the digits of an array of anything may lie.
    private static let steps = [2, 3, 4, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 96, 112, 128]

    func findings(in regions: [MemoryReader.Region]) -> [String] {
        regions.flatMap { region in findings(in: region).map { "\($0) in \(region.name)" } }
    }

    private func findings(in region: MemoryReader.Region) -> [String] {
        var found: [String] = []
        // A program's constants: the mock gateway's cards are among this one's, and bytes of any kind.
        if region.isOfFile { return found }
        for encoding in [DigitEncoding.packed, .packedFromLowHalf] {
            let pattern = encoding.bytes(of: number)
            // Zeros with little behind them lie everywhere by accident.
            guard Set(pattern).count > 3, region.count(of: pattern) > 0 else { continue }
            found.append("number as \(encoding)")
        }
        if region.holdsMost(of: DigitEncoding.ascii.bytes(of: number), step: 2) { found.append("number as utf16") }
        for encoding in [DigitEncoding.ascii, .values, .keys] {
            let pattern = encoding.bytes(of: number)
            if region.holdsMost(of: pattern) { found.append("number as \(encoding)") }
            for step in Self.steps where region.count(of: pattern, step: step) > 0 {
                found.append("number as \(encoding), \(step) bytes apart")
            }
        }
        found += codes(in: region)
        if region.count(of: DigitEncoding.utf16.bytes(of: code)) > 0 { found.append("code as utf16") }
        for size in [4, 8] {
            let pattern = DigitEncoding.values.bytes(of: code).flatMap { [$0] + [UInt8](repeating: 0, count: size - 1) }
            if region.count(of: pattern) > 0 { found.append("code as integers of \(size) bytes") }
        }
        return found
    }

    /// Where the code lies as a text by itself or as an array of bytes: its four bytes alone occur everywhere by
    /// accident, and three do in any way.
    private func codes(in region: MemoryReader.Region) -> [String] {
        guard code.count > 3 else { return [] }
        let arrays = [DigitEncoding.values, .keys].flatMap { region.arrays(beginningWith: $0.bytes(of: code)) }
        return region.words(DigitEncoding.ascii.bytes(of: code)).map { "code as ascii within '\($0)'" }
            + arrays.map { "code in an array within '\($0)'" }
    }
}

extension DigitSearch {
    /// Digits in a row that are too many to be heard: fewer are of no use to anybody who does not know where in the
    /// number they stand.
    static let fewest = 3

    /// What of `findings` tells that many digits of the number or of the code, in their order.
    func telling(_ findings: [MemoryAudio.Finding]) -> [MemoryAudio.Finding] {
        let runs = [number, code].flatMap { digits in
            (0...digits.count - Self.fewest).map { String(digits.dropFirst($0).prefix(Self.fewest)) }
        }
        return findings.filter { finding in runs.contains { finding.keys.contains($0) } }
    }
}
