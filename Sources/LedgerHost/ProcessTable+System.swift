internal import Glibc
package import Ledger

extension ProcessTable {
    /// The processes of this machine, with this process as its own.
    package static let system = ProcessTable(own: .own) { startTime(of: $0.id) == $0.start }

    /// The processes of this machine, with `own` as its own.
    package static func system(own: ProcessIdentity) -> ProcessTable {
        ProcessTable(own: own) { startTime(of: $0.id) == $0.start }
    }
}

extension ProcessIdentity {
    /// The identity of this process.
    package static let own = ProcessIdentity(id: Int(getpid()), start: startTime(of: Int(getpid())) ?? 0)
}

/// Clock ticks from the machine's start to a process's (`/proc/PID/stat`, field 22); `nil` if it does not run.
private func startTime(of id: Int) -> Int? {
    let file = unsafe open("/proc/\(id)/stat", O_RDONLY)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var text = [UInt8](repeating: 0, count: 1024)
    let count = unsafe read(file, &text, text.count)
    guard count > 0 else { return nil }
    // The command's name stands in parentheses and may hold anything; fields are counted from behind it.
    let fields = String(decoding: text[..<count], as: UTF8.self)
    guard let name = fields.lastIndex(of: ")") else { return nil }
    let rest = fields[name...].split(separator: " ")
    // A process that is dead but not yet waited for sends nothing any more.
    guard rest.count > 20, rest[1] != "Z", rest[1] != "X" else { return nil }
    return Int(rest[20])
}
