package import Archive
internal import AtomicFiles
package import Failures
internal import Glibc

/// Cleans many recordings, in place or into a folder, and reports each result and the run's end.
package struct RedactionRun {
    /// The end of a run.
    package enum Ending: Sendable, Hashable {
        /// Every recording was processed. The status is the worst result, or `nil` if all recordings are free of tones.
        case complete(Failure.Status?)
        /// The run was told to stop.
        case stopped
    }

    private let list: RecordingList
    private let redactor: Redactor
    private let format: RedactionFormat
    private let follow: Bool
    private let tell: (RunMessage) -> Void
    private var plan: OutputPlan?
    private var totals = RedactionTotals()
    private var statuses: Set<Failure.Status> = []
    /// Files that have lost a name to their clean copy, and that name.
    private var former: [FileIdentity: (path: String, names: Int)] = [:]
    /// Recordings in the folder of the copies.
    private var inOutput: [String] = []

    /// - Parameters:
    ///   - out: The folder for clean copies; `nil` to replace each recording.
    ///   - follow: Whether a recording that is reached through a link is replaced.
    ///   - tell: Receives the messages in order.
    package init(
        _ list: RecordingList, by redactor: Redactor, out: String?, format: RedactionFormat, follow: Bool,
        tell: @escaping (RunMessage) -> Void
    ) {
        (self.list, self.redactor, self.format, self.follow, self.tell) = (list, redactor, format, follow, tell)
        plan = out.map { out in
            // The files already there are from an earlier run.
            let folder = OutputPlan(folder: out, sources: [])
            let items = list.items.filter { !folder.holds($0.path, below: Self.root(of: $0)) }
            return OutputPlan(folder: out, sources: items.map(\.path), names: items.map(\.name))
        }
    }

    /// Cleans every recording.
    ///
    /// - Parameters:
    ///   - state: Receives every verified copy.
    ///   - shouldContinue: Called before each recording, with the number done, and after each.
    package mutating func run(
        state: ArchiveState?, shouldContinue: (Int) -> Bool
    ) throws(ArchiveStateError) -> Ending {
        for (index, item) in list.items.enumerated() {
            guard shouldContinue(index) else { return .stopped }
            let result = redact(item)
            guard shouldContinue(index) else { return .stopped }
            guard let result else { continue }
            report(result, of: item)
            for judgement in state == nil ? [] : result.judgements { try state?.keep(judgement) }
        }
        finish()
        return .complete(status)
    }

    /// The result for a recording; `nil` if it is not part of this run or the run was told to stop.
    private mutating func redact(_ item: RecordingList.Item) -> Redaction? {
        guard var plan else {
            return redactor.redact(item.path, onlyAt: item.root == nil || follow ? nil : item.resolvedPath)
        }
        defer { self.plan = plan }
        if plan.holds(item.path, below: Self.root(of: item)) {
            inOutput.append(item.path)
            return nil
        }
        return redactor.redact(item.path, called: item.name, &plan)
    }

    /// The folder below which a recording was found.
    private static func root(of item: RecordingList.Item) -> String { item.root ?? PathBytes.folder(of: item.path) }

    private mutating func report(_ result: Redaction, of item: RecordingList.Item) {
        let isElsewhere = result.formerFile != nil && result.output != item.resolvedPath
        tell(.result(result.line(format, target: isElsewhere ? result.output : nil)))
        for name in result.removed { tellRemoved(name, besides: result.output ?? result.before.path) }
        totals.add(result)
        if result.outcome == .failed {
            fail(
                Failure(
                    .finding, code: "redaction.not-clean", file: result.before.path,
                    "left as it was: tones are found in every copy that was made",
                    advice: "write it with --out DIR --as wav or flac"))
        }
        if let refusal = result.refusal {
            fail(refusal.failure)
        } else if let unjudged = UnjudgedRecording(result.before) {
            fail(unjudged.failure)
        }
        if let file = result.formerFile { former[file.identity] = (result.before.path, file.names) }
    }

    /// The messages after the last recording.
    private mutating func finish() {
        for file in list.skippedFiles { reportSkipped(file) }
        for path in inOutput where !(plan?.isMade(path) ?? true) {
            fail(
                Failure(
                    .dataError, code: "redaction.in-output", file: path,
                    "lies where the copies go, and is none of this run", advice: "judge it with tonewall verify"))
        }
        for path in redactor.cleanCopies.isNone ? [] : list.otherFiles {
            fail(
                Failure(
                    .dataError, code: "redaction.not-copied", file: path, "is no recording and was not copied",
                    advice: "copy it yourself"))
        }
        for (identity, file) in former.sorted(by: { $0.value.path < $1.value.path }) where file.names > 0 {
            let folder = PathBytes.folder(of: file.path).quoted
            let names = file.names == 1 ? "name" : "names"
            fail(
                Failure(
                    .finding, code: "redaction.other-names", file: file.path,
                    "its tones are still in \(file.names) other \(names) of its file (hard links)",
                    advice: "find them from \(folder) up with find -inum \(identity.inode), and redact them too"))
        }
        if format == .text && (list.items.count != 1 || totals.skippedFiles > 0) { tell(.result(totals.line)) }
    }

    /// Reports the skipped files. An unfinished copy of a killed run beside its recording is removed.
    private mutating func reportSkipped(_ file: SkippedFile) {
        if file.reason == .unfinished, plan == nil {
            switch StaleFiles.remove(at: PathBytes.bytes(file.path)) {
            case .stale: return tellRemoved(PathBytes.lastName(file.path), besides: file.path)
            // The cleaning of its recording has removed and reported it.
            case .none where !Self.exists(file.path): return
            case .none, .beingWritten: break
            }
        }
        totals.skippedFiles += 1
        fail(file.failure)
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path.systemName, &status) == 0
    }

    /// The worst result of the run; `nil` if all is well.
    private var status: Failure.Status? {
        let order: [Failure.Status] = [.finding, .cannotCreate, .inputOutput, .noInput, .dataError]
        guard let worst = order.first(where: statuses.contains) else { return nil }
        return list.items.count > 1 && worst == .noInput ? .dataError : worst
    }

    private mutating func fail(_ failure: Failure) {
        tell(.failure(failure))
        statuses.insert(failure.status)
    }

    private func tellRemoved(_ name: String, besides path: String) {
        let place = PathBytes.join(PathBytes.folder(of: path), name)
        tell(.note(file: place, "an unfinished copy that a killed run left was removed"))
    }
}
