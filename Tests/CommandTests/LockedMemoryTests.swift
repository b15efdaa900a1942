import Foundation
import Glibc
import Support
import Testing

/// Payments where a process may lock little memory.
@Suite(.ownThread) struct `Payments and locked memory` {
    let folder = TemporaryFolder()

    /// Runs `tonewall` with so many KB that it may lock, without the right to lock more (CAP_IPC_LOCK).
    private func tonewall(_ arguments: [String], locking limit: Int) throws -> Command.Result {
        var own = rlimit()
        _ = unsafe getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &own)
        // Only root may set more than it has.
        let bytes = geteuid() == 0 ? limit << 10 : Int(min(UInt(limit << 10), own.rlim_max))
        var line = ["/usr/bin/prlimit", "--memlock=\(bytes):\(bytes)"]
        // Only who is root has that right to lose.
        if geteuid() == 0 { line += ["/usr/bin/setpriv", "--bounding-set=-ipc_lock", "--inh-caps=-ipc_lock"] }
        let command = try Command(Array(line.dropFirst()) + [Command.path] + arguments, of: line[0])
        return command.finish()
    }

    private func payment() throws -> [String] {
        let call = try #require(FixtureCall.all.first { $0.expect.outcome == "approved" })
        return ["pay", call.path, "--gateway", "mock", "--ledger", folder("l.db")] + call.arguments
    }

    @Test(arguments: [0, 4, 36]) func `a payment is refused before its call is played`(limit: Int) throws {
        let result = try tonewall(payment() + ["--format", "ndjson"], locking: limit)
        #expect(result.status == 70 && result.output.isEmpty)
        #expect(
            result.errors == "tonewall: no payment is taken: memory for its card cannot be locked (40 KB are needed, "
                + "\(limit) KB are allowed) (allow 64 KB or more: 'ulimit -l 64' as root, LimitMEMLOCK=64K in a "
                + "systemd unit)\n")
        #expect(folder.contents.isEmpty, "nothing is written, no gateway asked")
    }

    @Test func `a live payment is refused before its devices are opened`() throws {
        let devices = ["--caller-in", "none", "--agent-out", "none"]
        let result = try tonewall(
            ["live", "--amount", "42.00", "--gateway", "mock", "--no-ledger"] + devices, locking: 0)
        #expect(result.status == 70)
        #expect(result.errors.hasPrefix("tonewall: no payment is taken: memory for its card cannot be locked"))
    }

    /// 64 KB is the limit of older systems, 8 MB that of Debian 12.
    @Test(arguments: [64, 8192]) func `the usual limit of locked memory is enough`(limit: Int) throws {
        let result = try tonewall(payment(), locking: limit)
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test func `a command without a payment needs no locked memory`() throws {
        let call = try #require(FixtureCall.all.first)
        let result = try tonewall(["decode", call.path], locking: 0)
        #expect(result.status == 0, "\(result.errors)")
    }
}
