/// What is done with each sample that has not left.
///
/// Samples that nothing was decided about pass. Decisions are about samples from ``first`` on, the next one to leave.
struct SuppressionPlan: Sendable {
    /// The decision about one sample.
    struct Decision {
        var action: SampleAction
        /// Whether a receiver confirmed that the sample is part of a digit, or no mark may be revoked.
        var isConfirmed: Bool
        /// What is subtracted from a sample whose action is ``SampleAction/cancel`` or ``SampleAction/tailPair``.
        var cancelled: Float
        /// What is subtracted from a sample that passes, so that a receiver does not take the sound for a digit.
        var surplus: Float
    }

    private var actions: [SampleAction]
    /// Samples that a receiver confirmed; none if no mark may be revoked.
    private var confirmed: [Bool]
    /// What is subtracted from each sample. What is subtracted from one that passes lies in a half of its own if a mark
    /// on it may be revoked.
    private var subtracted: [Float]
    private let surplusHalf: Int
    private let mask: Int
    /// Whether what no receiver confirms may pass after all.
    private let isRevocable: Bool
    /// The next sample to leave.
    private(set) var first = 0
    /// One past the last sample that something was decided about.
    private(set) var end = 0

    /// - Parameters:
    ///   - held: Samples between a sample's arrival and its departure, at most.
    ///   - ahead: Samples after the newest one that may be marked.
    ///   - isRevocable: Whether what no receiver confirms may pass after all.
    init(held: Int, ahead: Int, isRevocable: Bool) {
        self.isRevocable = isRevocable
        actions = Array(repeating: .pass, count: SampleRing.capacity(keeping: held + ahead))
        confirmed = Array(repeating: false, count: isRevocable ? actions.count : 0)
        let capacity = SampleRing.capacity(keeping: held)
        (mask, surplusHalf) = (capacity - 1, isRevocable ? capacity : 0)
        subtracted = Array(repeating: 0, count: capacity + surplusHalf)
    }

    /// Whether every sample passes.
    @inline(__always) var isEmpty: Bool { first >= end }

    /// The part of `range` that may still be decided about, no more than `capacity` samples.
    ///
    /// After the end of the audio, silence is judged while the last samples are held. It never leaves.
    private func open(_ range: Range<Int>, _ capacity: Int) -> Range<Int> {
        let lower = max(range.lowerBound, first)
        return lower..<max(lower, min(range.upperBound, first + capacity))
    }

    /// Marks a range.
    mutating func mark(_ range: Range<Int>, _ action: SampleAction) {
        let range = open(range, actions.count)
        // In one piece, or two where the ring ends.
        let start = range.lowerBound & (actions.count - 1)
        let first = min(range.count, actions.count - start)
        unsafe actions.withUnsafeMutableBufferPointer { actions in
            guard let base = actions.baseAddress else { return }
            unsafe (base + start).update(repeating: action, count: first)
            unsafe base.update(repeating: action, count: range.count - first)
        }
        end = max(end, range.upperBound)
    }

    /// Marks a range that a receiver confirmed. A press stays one.
    mutating func confirm(_ range: Range<Int>, isEcho: Bool) {
        let range = open(range, actions.count)
        for index in range {
            let slot = index & (actions.count - 1)
            if isRevocable { confirmed[slot] = true }
            if actions[slot] != .press { actions[slot] = isEcho ? .echo : .press }
        }
        end = max(end, range.upperBound)
    }

    /// Subtracts `value` from a sample, if it passes.
    mutating func cancel(_ index: Int, _ value: Float, isConfirmed: Bool) {
        subtract(value, from: index, .cancel, isConfirmed: isConfirmed, isOverMarks: false)
    }

    /// - Parameter isOverMarks: Whether a sample that is marked but not confirmed counts as one that passes.
    private mutating func subtract(
        _ value: Float, from index: Int, _ action: SampleAction, isConfirmed: Bool, isOverMarks: Bool
    ) {
        let slot = index & (actions.count - 1)
        guard !open(index..<index + 1, mask + 1).isEmpty,
            actions[slot] == .pass || isOverMarks && !confirmed[slot]
        else { return }
        subtracted[index & mask] = value
        actions[slot] = action
        if isConfirmed, isRevocable { confirmed[slot] = true }
        end = max(end, index + 1)
    }

    /// Marks a range as the tail of a digit. It cannot be revoked.
    mutating func fillTail(_ range: Range<Int>) {
        let range = open(range, actions.count)
        for index in range {
            let slot = index & (actions.count - 1)
            actions[slot] = .tail
            if isRevocable { confirmed[slot] = true }
        }
        end = max(end, range.upperBound)
    }

    /// Subtracts `value`, the tail of a digit, from a sample that is not certain to be filled.
    ///
    /// - Parameter isConfirmed: Whether a receiver gave the end of the digit. Else what is marked there may be that
    ///   digit itself.
    mutating func subtractTail(_ index: Int, _ value: Float, isConfirmed: Bool) {
        subtract(value, from: index, .tailPair, isConfirmed: true, isOverMarks: isRevocable && isConfirmed)
    }

    /// Subtracts `value` from a sample as long as it passes.
    mutating func attenuate(_ index: Int, by value: Float) {
        let action = actions[index & (actions.count - 1)]
        guard !open(index..<index + 1, mask + 1).isEmpty, isRevocable || action != .cancel && action != .tailPair
        else { return }
        subtracted[surplusHalf + index & mask] = value
        end = max(end, index + 1)
    }

    /// Whether sample `index`, which has not left, belongs to a press or a fragment.
    func fillsTone(at index: Int) -> Bool {
        let action = actions[index & (actions.count - 1)]
        return index >= first && index < end && action.isOwnTone
    }

    /// Whether most of `range`, as far as it has not left, is taken out as an echo.
    func removesEcho(in range: Range<Int>) -> Bool {
        let range = open(range, actions.count)
        let count = range.count {
            let action = actions[$0 & (actions.count - 1)]
            return action == .echo || action == .cancel
        }
        return 2 * count > range.count
    }

    /// What happens to the next sample to leave. Where every sample passes, no memory is read.
    @inline(__always) var action: SampleAction { isEmpty ? .pass : actions[first & (actions.count - 1)] }

    /// The decision about the next sample to leave.
    @inline(__always)
    var decision: Decision {
        let slot = first & (actions.count - 1)
        return Decision(
            action: actions[slot], isConfirmed: !isRevocable || confirmed[slot], cancelled: subtracted[first & mask],
            surplus: subtracted[surplusHalf + first & mask])
    }

    /// How many of the next samples, `most` at most, have the action of the next one. Those that pass have no surplus.
    ///
    /// - Returns: 0 if something is subtracted from the next sample.
    func run(_ most: Int) -> Int {
        guard !isEmpty else { return most }
        let action = action
        guard action != .cancel, action != .tailPair else { return 0 }
        var length = 0
        while length < most, actions[(first + length) & (actions.count - 1)] == action,
            action != .pass || subtracted[surplusHalf + (first + length) & mask] == 0
        {
            length += 1
        }
        return length
    }

    /// So many samples have left.
    @inline(__always)
    mutating func advance(by count: Int) {
        for index in first..<min(first + count, max(first, end)) {
            let slot = index & (actions.count - 1)
            (actions[slot], subtracted[surplusHalf + index & mask]) = (.pass, 0)
            if isRevocable { confirmed[slot] = false }
        }
        first += count
    }
}
