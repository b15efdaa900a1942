internal import AtomicFiles
package import Failures
internal import Foundation
internal import Glibc
package import Ledger

/// A file with ends of audit logs, one a line. Keep it where users who can write the ledger cannot write.
package enum ChainHeadFile {
    /// The line for an end: the entry's number, its code, and the present time.
    package static func line(_ end: ChainHead, at clock: ZonedClock) -> String {
        "\(end.text) \(clock.text(Int(Date().timeIntervalSince1970 * 1000)))\n"
    }

    /// Appends the line of an end to the file at `path`, which is created if it is missing.
    ///
    /// - Throws: ``Failure`` if the file holds something else or cannot be written.
    package static func add(_ end: ChainHead, to path: String, at clock: ZonedClock) throws(Failure) {
        let file = unsafe open(
            path.systemName, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o666)
        guard file >= 0 else { throw failure(.cannotCreate, "file.cannot-create", path, "cannot be made") }
        defer { Glibc.close(file) }
        // A line must not be added to a file of another kind.
        var first = [UInt8](repeating: 0, count: end.text.utf8.count)
        let count = unsafe pread(file, &first, first.count, 0)
        guard count == 0 || count == first.count && ChainHead(String(decoding: first, as: UTF8.self)) != nil else {
            throw Failure(
                .usage, code: "chain-end.other-file", file: path, "holds something else than ends of audit logs",
                advice: "name another file")
        }
        let bytes = Array(line(end, at: clock).utf8)
        guard unsafe Glibc.write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            throw failure(.inputOutput, "output.unwritten", path, "cannot be written")
        }
    }

    /// The ends in `text`, the content of the file at `path`, one a line. Empty lines are skipped.
    ///
    /// - Throws: ``Failure`` if a line is not an end, or if there are no lines.
    package static func ends(in text: String, of path: String) throws(Failure) -> [ChainHead] {
        var ends: [ChainHead] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            guard let end = ChainHead(line) else {
                throw unreadable(path, "line \(index + 1) holds no end of an audit log", "--head FILE")
            }
            ends.append(end)
        }
        guard !ends.isEmpty else { throw unreadable(path, "holds no end of an audit log", "--head") }
        return ends
    }

    private static func unreadable(_ path: String, _ what: String, _ option: String) -> Failure {
        Failure(
            .dataError, code: "chain-end.unreadable", file: path, what,
            advice: "as tonewall ledger reconcile \(option) writes it")
    }

    private static func failure(_ status: Failure.Status, _ code: String, _ path: String, _ what: String) -> Failure {
        Failure(
            status, code: code, file: path, "\(what): \(unsafe String(cString: strerror(errno)))",
            advice: "check the folder and its permissions")
    }
}
