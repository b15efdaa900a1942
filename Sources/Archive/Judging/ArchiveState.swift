internal import AtomicFiles
internal import AudioIO
package import Failures
internal import Glibc
internal import Synchronization
internal import Verification

/// The judgements of earlier runs in a file, so that a run can continue where another stopped.
///
/// A judgement is valid while the recording has the same device, inode, size, times and SHA-256, and the tool has the
/// same version. The file's first line names the tool's version. Every other line is a judgement, with an HMAC of both
/// lines. The key is stored beside the state.
///
/// A line that was cut off or changed is dropped, and its recording is judged again. A later line about a recording
/// replaces an earlier one. Neither digits nor frequencies are kept.
package final class ArchiveState: Sendable {
    private let file: AppendOnlyFile
    private let seal: StateAuthenticator
    private let known: Mutex<[String: StoredJudgement]>
    /// Lines that were cut off or changed. They were dropped, and their recordings are judged again.
    package let damagedLines: Int
    /// Whether the judgements of another version were dropped.
    package let wasRenewed: Bool

    /// Bytes of the longest state file that is read: two million recordings.
    static let longest = 1 << 30
    private static let mark = "tonewall verify state "
    private static let form = "3, "

    /// Opens or creates the state at `path` for the tool's version `version`.
    ///
    /// - Throws: ``ArchiveStateError`` if the file is not a state, is in use by another run, or cannot be made.
    package init(path: String, version: String) throws(ArchiveStateError) {
        let head = Array((Self.mark + Self.form + version + "\n").utf8)
        do throws(AtomicFileError) {
            file = try AppendOnlyFile(path)
            if !file.isPrivate { throw AtomicFileError(path: path, code: EPERM, step: .creating) }
            guard let bytes = try file.contents(limit: Self.longest) else {
                throw AtomicFileError(path: path, code: EFBIG, step: .creating)
            }
            let isOwn = bytes.starts(with: Self.mark.utf8)
            // A run that was killed may have written only a part of the first line.
            if !isOwn && !head.starts(with: bytes) { throw AtomicFileError(path: path, code: EILSEQ, step: .creating) }
            let isCurrent = bytes.starts(with: head)
            if !isCurrent {
                try file.clear()
                try file.append(head)
            }
            wasRenewed = !isCurrent && isOwn
            seal = try StateAuthenticator(keyPath: path + ".key", head: head)
            let kept = isCurrent ? seal.read(bytes.dropFirst(head.count)) : StateAuthenticator.Lines()
            damagedLines = kept.damaged
            if damagedLines > 0 {
                try file.clear()
                try file.append(head + kept.whole.joined())
            }
            known = Mutex(kept.judgements)
        } catch { throw ArchiveStateError(error) }
    }

    /// A judgement of an earlier run if it is still valid, else `nil`. The whole file is read for its digest.
    ///
    /// - Parameters:
    ///   - path: The recording.
    ///   - shouldContinue: Called after each block; `false` gives `nil`.
    package func judgement(of path: String, shouldContinue: () -> Bool = { true }) -> RecordingJudgement? {
        guard let name = FileStatus.resolvedIfThere(path), let status = FileStatus(path),
            let kept = known.withLock({ $0[PathBytes.base64(name)] }), kept.holds(for: status),
            let digest = try? FileDigest.sha256(of: path, shouldContinue: shouldContinue), digest == kept.sha256,
            FileStatus(path) == status
        else { return nil }
        return kept.judgement(of: path, status: status)
    }

    /// Adds a new judgement. An unjudged recording is not added, so that it is tried again.
    package func keep(_ judgement: RecordingJudgement) throws(ArchiveStateError) {
        guard let name = FileStatus.resolvedIfThere(judgement.path), let kept = StoredJudgement(judgement, name: name)
        else { return }
        if known.withLock({ $0[kept.name] == kept }) { return }
        do throws(AtomicFileError) { try file.append(seal.line(of: kept)) } catch {
            throw ArchiveStateError(error)
        }
        known.withLock { $0[kept.name] = kept }
    }
}

/// A state file that cannot be used.
package struct ArchiveStateError: Error, Sendable, Hashable {
    /// The cause of the error.
    package enum Cause: Sendable, Hashable {
        /// The file holds something else, or is too long. It was not changed.
        case noState
        /// Another run has it open.
        case inUse
        /// The file belongs to another user, or others may write it, so its content is not trusted.
        case writable
        /// The system reported an error, in these words.
        case system(String)
    }

    package var path: String
    package var cause: Cause

    init(_ error: AtomicFileError) {
        path = error.path
        cause =
            switch error.code {
            case EILSEQ, EFBIG, EINVAL, ELOOP: .noState
            case EWOULDBLOCK: .inUse
            case EPERM: .writable
            default: .system(error.reason)
            }
    }
}

extension ArchiveStateError: ReportableError {
    package var failure: Failure {
        switch cause {
        case .noState:
            Failure(
                .dataError, code: "state.not-one", file: path, "is no state file of verify, and was left as it is",
                advice: "name another file, or remove it")
        case .inUse:
            Failure(
                .cannotCreate, code: "state.in-use", file: path, "is another run's just now",
                advice: "let it end, or name another file")
        case .writable:
            Failure(
                .dataError, code: "state.exposed", file: path,
                "is another user's, or others may write it: it is not believed",
                advice: "take the right to write from others with chmod go-w, or name another file")
        case .system(let reason):
            Failure(
                .cannotCreate, code: "state.cannot-write", file: path, "cannot keep what was judged: \(reason)",
                advice: "choose another file")
        }
    }
}
