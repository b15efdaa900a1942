/// Steady tones under a key that continue without it, such as a dial tone.
extension CoherentPairDetector {
    /// Windows before or after a frame that must hold a line: half a second.
    private static let side = 100
    /// Distance of the windows that are checked.
    private static let step = 4
    /// Least share of a line in a window's power.
    private static let minimumShare: Float = 0.03
    /// Largest number of lines. A telephone's tones have two, a chord has more.
    private static let maximumBins = 2
    /// Largest change of a line's power in either direction. It also limits a tone of the pair that is a held note.
    private static let change: Float = 4
    private static let noteChange: Float = 30

    /// Power in window `index` of the lines beside the pair of `frame` that last for half a second before or after it.
    ///
    /// It is 0 if a tone of the pair lasts as long. A voice that holds its pitch holds all its harmonics.
    func background(of frame: PairFrame, at index: Int) -> Float {
        max(background(of: frame, at: index, from: index - Self.side), background(of: frame, at: index, from: index))
    }

    private func background(of frame: PairFrame, at index: Int, from first: Int) -> Float {
        let windows = stride(from: first, through: first + Self.side, by: Self.step)
        guard first >= 0, isUnbroken(first...first + Self.side) else { return 0 }
        let (low, high) = (bin(of: frame.lowHz), bin(of: frame.highHz))
        func continues(_ bin: Int, within change: Float) -> Bool {
            let now = power(bin, index)
            return windows.allSatisfy { power(bin, $0) > now / change && power(bin, $0) < now * change }
        }
        if continues(low, within: Self.noteChange) || continues(high, within: Self.noteChange) { return 0 }
        var (sum, next, lines) = (Float(0), beside.lowerBound, 0)
        for bin in beside.lowerBound + 1..<beside.upperBound {
            let now = power(bin, index)
            guard now > Self.minimumShare * frame.total, now >= power(bin - 1, index), now >= power(bin + 1, index),
                continues(bin, within: Self.change)
            else { continue }
            let end = min(bin + Self.lobe, beside.upperBound)
            for part in stride(from: max(next, bin - Self.lobe), through: end, by: 1)
            where abs(part - low) > Self.lobe && abs(part - high) > Self.lobe { sum += power(part, index) }
            next = end + 1
            lines += 1
        }
        return lines > Self.maximumBins ? 0 : sum
    }
}
