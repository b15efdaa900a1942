import Foundation

/// The state of a running process according to `/proc`.
extension Process {
    /// Waits until the process has a handler for `signal`; before that it would end as any process does.
    func waitUntilItTakes(_ signal: Int32) {
        while isRunning, !isSet(signal, in: "SigCgt:") { usleep(1_000) }
    }

    /// Waits until a signal that was sent is no longer pending: a second one then counts as a second one.
    func waitUntilDelivered(_ signal: Int32) {
        while isRunning, isSet(signal, in: "ShdPnd:") { usleep(1_000) }
    }

    /// Whether the process has `signal` in a set of `/proc/PID/status`.
    private func isSet(_ signal: Int32, in field: String) -> Bool {
        let status = try? String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8)
        let line = status?.split(separator: "\n").first { $0.hasPrefix(field) }
        let set = line?.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
        return (set ?? 0) & 1 << UInt64(signal - 1) != 0
    }

    /// Whether all threads slept through five looks in a row.
    var sleeps: Bool {
        let folder = "/proc/\(processIdentifier)/task"
        for _ in 0..<5 {
            for thread in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [] {
                let stat = try? String(contentsOfFile: "\(folder)/\(thread)/stat", encoding: .utf8)
                if stat?.split(separator: ")").last?.hasPrefix(" S") == false { return false }
            }
            usleep(2_000)
        }
        return true
    }
}
