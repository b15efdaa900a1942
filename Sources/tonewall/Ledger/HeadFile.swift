import AtomicFiles
import Failures
import Foundation
import Glibc
import Ledger
import ProcessIO

/// A file of ends of audit logs, a line each, that is kept away from the ledger.
enum HeadFile {
    /// Adds a line: the entry's number, its code, and the time.
    static func add(_ end: ChainHead, to path: String, at clock: ZonedClock) throws {
        let line = "\(end.text) \(clock.text(Int(Date().timeIntervalSince1970 * 1000)))\n"
        if path == "-" { return StandardOutput.write(line) }
        let file = unsafe open(
            path.systemName, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0o666)
        guard file >= 0 else { throw failure(.cannotCreate, path, "cannot be made") }
        defer { close(file) }
        // Nobody's document gets a line that it does not want.
        var first = [UInt8](repeating: 0, count: end.text.utf8.count)
        let count = unsafe pread(file, &first, first.count, 0)
        guard count == 0 || count == first.count && ChainHead(String(decoding: first, as: UTF8.self)) != nil else {
            throw Failure(
                .usage, file: path, "holds something else than ends of audit logs", advice: "name another file")
        }
        let bytes = Array(line.utf8)
        guard unsafe write(file, bytes, bytes.count) == bytes.count, fsync(file) == 0 else {
            throw failure(.inputOutput, path, "cannot be written")
        }
    }

    /// The ends that the lines of `path` hold; empty lines are passed over.
    static func read(_ path: String) throws -> [ChainHead] {
        let text = try SmallFile.text(of: path, limit: 1 << 24)
        var ends: [ChainHead] = []
        for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
            guard line.contains(where: { !$0.isWhitespace }) else { continue }
            guard let end = ChainHead(line) else {
                throw Failure(
                    .dataError, file: path, "line \(index + 1) holds no end of an audit log",
                    advice: "as tonewall ledger reconcile --head FILE writes it")
            }
            ends.append(end)
        }
        guard !ends.isEmpty else {
            throw Failure(
                .dataError, file: path, "holds no end of an audit log",
                advice: "as tonewall ledger reconcile --head writes it"
            )
        }
        return ends
    }

    private static func failure(_ status: Failure.Status, _ path: String, _ what: String) -> Failure {
        Failure(
            status, file: path, "\(what): \(unsafe String(cString: strerror(errno)))",
            advice: "check the folder and its permissions")
    }
}
