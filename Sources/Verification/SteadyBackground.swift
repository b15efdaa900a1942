/// Steady tones under a key that are there without it, as a dial tone is.
extension SteadyPairJudge {
    /// Windows before or behind a look in which a line must be there: half a second of them.
    private static let side = 100
    /// Every how many windows it is looked for.
    private static let step = 4
    /// Least share of a window's power that makes a line worth a look.
    private static let leastShare: Float = 0.03
    /// Lines that a telephone's tones have at most; a chord has more.
    private static let most = 2
    /// How far its power may change, either way; and that of a tone of the pair that is a held note.
    private static let change: Float = 4
    private static let changeOfNote: Float = 30

    /// Power in the window `look` of the lines that go on for half a second before it or behind it, beside the pair of `frame`.
    ///
    /// None where a tone of the pair goes on as long: a voice that holds its pitch holds all its harmonics.
    func background(of frame: PairFrame, at look: Int) -> Float {
        max(background(of: frame, at: look, from: look - Self.side), background(of: frame, at: look, from: look))
    }

    private func background(of frame: PairFrame, at look: Int, from first: Int) -> Float {
        let windows = stride(from: first, through: first + Self.side, by: Self.step)
        guard first >= 0, isUnbroken(first...first + Self.side) else { return 0 }
        let (low, high) = (bin(of: frame.lowHz), bin(of: frame.highHz))
        func goesOn(_ bin: Int, within change: Float) -> Bool {
            let now = power(bin, look)
            return windows.allSatisfy { power(bin, $0) > now / change && power(bin, $0) < now * change }
        }
        if goesOn(low, within: Self.changeOfNote) || goesOn(high, within: Self.changeOfNote) { return 0 }
        var (sum, next, lines) = (Float(0), beside.lowerBound, 0)
        for bin in beside.lowerBound + 1..<beside.upperBound {
            let now = power(bin, look)
            guard now > Self.leastShare * frame.total, now >= power(bin - 1, look), now >= power(bin + 1, look),
                goesOn(bin, within: Self.change)
            else { continue }
            let end = min(bin + Self.lobe, beside.upperBound)
            for part in stride(from: max(next, bin - Self.lobe), through: end, by: 1)
            where abs(part - low) > Self.lobe && abs(part - high) > Self.lobe { sum += power(part, look) }
            next = end + 1
            lines += 1
        }
        return lines > Self.most ? 0 : sum
    }
}
