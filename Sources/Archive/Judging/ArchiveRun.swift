/// Many recordings heard side by side and told in order.
package enum ArchiveRun {
    /// Hears every recording of `paths`, `jobs` at a time, and tells each judgement in the order of `paths`.
    ///
    /// - Parameters:
    ///   - known: a judgement from an earlier run, where there is one that still holds; asked side by side.
    ///   - shouldContinue: asked by every job after each block, with the block's seconds; once it says no, the rest is
    ///     left.
    ///   - report: told each judgement, with whether it comes from an earlier run.
    /// - Returns: how many recordings were judged; fewer than `paths` where the run was stopped.
    package static func judge(
        _ paths: [String], jobs: Int, options: JudgingOptions,
        known: @escaping @Sendable (String) -> RecordingJudgement?,
        shouldContinue: @escaping @Sendable (Double) -> Bool,
        _ report: (RecordingJudgement, _ isKnown: Bool) throws -> Void
    ) async throws -> Int {
        var reported = 0
        var waiting: [Int: Reported] = [:]
        var isStopped = false
        try await withThrowingTaskGroup(of: Reported.self) { group in
            var (next, running) = (0, 0)
            while running > 0 || (!isStopped && next < paths.count) {
                // Not far ahead of what is told: one long recording must not pile up the judgements behind it.
                while !isStopped, running < max(1, jobs), next < min(paths.count, reported + 64 * max(1, jobs)) {
                    let (index, path) = (next, paths[next])
                    (next, running) = (next + 1, running + 1)
                    group.addTask {
                        if !shouldContinue(0) { return Reported(index: index, judgement: nil, isKnown: false) }
                        if let judgement = known(path) {
                            return Reported(index: index, judgement: judgement, isKnown: true)
                        }
                        let judgement = RecordingJudgement.judge(path, options: options, shouldContinue: shouldContinue)
                        return Reported(index: index, judgement: judgement, isKnown: false)
                    }
                }
                guard let done = try await group.next() else { break }
                running -= 1
                if done.judgement != nil { waiting[done.index] = done } else { isStopped = true }
                while let first = waiting.removeValue(forKey: reported), let judgement = first.judgement {
                    try report(judgement, first.isKnown)
                    reported += 1
                }
            }
            // What was judged out of turn when the run was stopped is not lost.
            for (_, rest) in waiting.sorted(by: { $0.key < $1.key }) {
                guard let judgement = rest.judgement else { continue }
                try report(judgement, rest.isKnown)
                reported += 1
            }
        }
        return reported
    }

    private struct Reported: Sendable {
        var index: Int
        var judgement: RecordingJudgement?
        var isKnown: Bool
    }
}
