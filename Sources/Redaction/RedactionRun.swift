package import Archive
internal import AtomicFiles
package import Failures
internal import Glibc

/// Cleans many recordings, in place or into a folder, and reports each result and the run's end.
package struct RedactionRun {
    /// How a run ended.
    package enum Ending: Sendable, Hashable {
        /// Everything was seen; the worst of what came of it, `nil` where every recording is free of tones now.
        case complete(Failure.Status?)
        /// It was told to stop.
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
    /// Files that lost a name to their clean copy, and the name.
    private var former: [FileIdentity: (path: String, names: Int)] = [:]
    /// Recordings that lie in the folder of the copies.
    private var inOutput: [String] = []

    /// - Parameters:
    ///   - out: The folder where clean copies go; `nil` where each takes its recording's place.
    ///   - follow: Whether a recording is cleaned in its place where a link leads to it.
    ///   - tell: Given what is to be said, in order.
    package init(
        _ list: RecordingList, by redactor: Redactor, out: String?, format: RedactionFormat, follow: Bool,
        tell: @escaping (RunMessage) -> Void
    ) {
        (self.list, self.redactor, self.format, self.follow, self.tell) = (list, redactor, format, follow, tell)
        plan = out.map { out in
            // What lies there already is of an earlier run.
            let folder = OutputPlan(folder: out, sources: [])
            let items = list.items.filter { !folder.holds($0.path, below: Self.root(of: $0)) }
            return OutputPlan(folder: out, sources: items.map(\.path), names: items.map(\.name))
        }
    }

    /// Cleans every recording.
    ///
    /// - Parameters:
    ///   - state: Told of every copy that was verified.
    ///   - shouldContinue: Asked before each recording, with how many are done, and after each.
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

    /// What becomes of a recording; `nil` where it is no matter of this run, or the run was told to stop.
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

    /// What is said once every recording was seen.
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

    /// What was passed over; a copy in the making that a killed run left beside its recording is removed.
    private mutating func reportSkipped(_ file: SkippedFile) {
        if file.reason == .unfinished, plan == nil {
            switch StaleFiles.remove(at: PathBytes.bytes(file.path)) {
            case .stale: return tellRemoved(PathBytes.lastName(file.path), besides: file.path)
            // The recording that it was a copy of removed it, and told.
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

    /// The worst of what came of the run; `nil` where all is well.
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
