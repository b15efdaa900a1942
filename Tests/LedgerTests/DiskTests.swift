import GRDB
import Gateway
import Glibc
import PaymentSession
import Support
import Synchronization
import Testing

@testable import Ledger
@testable import LedgerSQLite

/// A disk that loses a write once, and then says that all is well.
struct DiskTests {
    /// Fails at its time of number `failsAt`, as a disk that is full of errors does: once.
    private final class Disk: Sendable {
        private let times = Mutex(0)
        private let failsAt: Int

        init(failsAt: Int) { self.failsAt = failsAt }

        var synced: Int { times.withLock { $0 } }

        func sync() -> DiskFailure? {
            times.withLock { times in
                times += 1
                return times == failsAt ? DiskFailure(code: EIO) : nil
            }
        }
    }

    /// Something that has happened.
    private final class Flag: Sendable {
        private let value = Atomic(false)

        var isSet: Bool { value.load(ordering: .sequentiallyConsistent) }

        func set() { value.store(true, ordering: .sequentiallyConsistent) }
    }

    private let folder = TemporaryFolder()

    private func ledger(_ disk: Disk) throws -> Ledger {
        try Ledger(folder("day.ledger"), by: Origin(who: "clerk", place: "desk"), sync: { disk.sync() })
    }

    private var lost: LedgerError {
        .notOnDisk(path: folder("day.ledger"), StoreFailure("Input/output error", code: Int(EIO), isLost: true))
    }

    @Test func `After a lost write the ledger refuses every change, even if the disk reports success again`()
        async throws
    {
        let disk = Disk(failsAt: 2)
        let ledger = try ledger(disk)
        try await LedgerProbe.pay("before", in: ledger)
        await #expect(throws: lost) {
            try await ledger.begin(LedgerProbe.order("lost"), with: LedgerProbe.facts, at: LedgerProbe.address)
        }
        let entries = ledger.verify().entries
        for session in ["after", "later"] {
            await #expect(throws: lost) {
                try await ledger.begin(LedgerProbe.order(session), with: LedgerProbe.facts, at: LedgerProbe.address)
            }
        }
        await #expect(throws: lost) { try await ledger.conclude("before-1", .unreachable) }
        await #expect(throws: lost) { try await ledger.end(LedgerProbe.order("x"), as: .cancelled) }
        await #expect(throws: lost) {
            try await ledger.beginRefund(of: "pi_before", amount: 1, isVoid: false, at: LedgerProbe.address)
        }
        #expect(disk.synced == 2, "nothing is asked of it any more")
        #expect(ledger.verify().entries == entries, "nothing is written any more")
        // Data that was read stays readable, and a new opening starts from the data on the disk.
        #expect(try ledger.charge("pi_before").amount == 4200)
        let next = try Ledger(folder("day.ledger"), by: Origin(who: "clerk", place: "desk"))
        try await LedgerProbe.pay("next", in: next)
        #expect(next.verify().findings.isEmpty)
    }

    @Test func `An attempt that may be lost is not sent`() async throws {
        let ledger = try ledger(Disk(failsAt: 3))
        let gateway = ScriptedGateway(.approved(Approval(paymentID: "pi_1")))
        // What the ledger is and the session come to the disk, the attempt does not.
        let state = try await LedgerProbe.pay("a", through: gateway, in: ledger).state
        #expect(state == .ended(.failed(.ledger)))
        await #expect(throws: lost) { _ = try await LedgerProbe.pay("b", through: gateway, in: ledger) }
        #expect(gateway.log.isEmpty)
    }

    @Test func `Of many concurrent writes, none is reported as durable after one was lost`() async throws {
        let ledger = try ledger(Disk(failsAt: 3))
        let failed = Flag()
        for wave in 0..<5 {
            await withTaskGroup { group in
                for number in 0..<40 {
                    group.addTask {
                        let wasLost = failed.isSet
                        let order = LedgerProbe.order("s\(wave)-\(number)")
                        do {
                            try await ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
                            #expect(!wasLost, "\(order.sessionID) began after a write was lost")
                        } catch {
                            failed.set()
                        }
                    }
                }
            }
        }
        #expect(failed.isSet)
    }

    @Test func `Of many concurrent writes, each without room fails, and the others are whole`() async throws {
        let ledger = try ledger(Disk(failsAt: .max))
        try await LedgerProbe.pay("before", in: ledger)
        let pool = try #require(ledger.pool)
        let pages = try await pool.writeWithoutTransaction { database in
            let pages = try Int.fetchOne(database, sql: "PRAGMA page_count") ?? 0
            try database.execute(sql: "PRAGMA max_page_count = \(pages + 20)")
            return pages
        }
        let begun = await withTaskGroup(of: String?.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let order = LedgerProbe.order("s\(number)")
                    do throws(LedgerError) {
                        try await ledger.begin(order, with: LedgerProbe.facts, at: LedgerProbe.address)
                        return order.idempotencyKey
                    } catch {
                        if case .writeFailed(ledger.path, let failure) = error {
                            #expect(failure.reason == "database or disk is full" && failure.code == 13)
                            #expect(failure.statement != nil)
                        } else {
                            Issue.record(error)
                        }
                        return nil
                    }
                }
            }
            return await group.reduce(into: Set<String>()) { keys, key in if let key { keys.insert(key) } }
        }
        #expect(!begun.isEmpty && begun.count < 200, "\(begun.count) begun")
        try await pool.writeWithoutTransaction { database in
            try database.execute(sql: "PRAGMA max_page_count = \(pages + 1000)")
        }
        try await LedgerProbe.pay("after", in: ledger)
        #expect(ledger.verify().findings.isEmpty)
        let written = try ledger.attempts(reference: "R").map(\.key)
        #expect(Set(written) == begun.union(["before-1", "after-1"]))
    }

    @Test func `A ledger without its folder refuses writes without a trap`() async throws {
        let folder = TemporaryFolder()
        let ledger = try Ledger(folder("day.ledger"), by: Origin(who: "clerk", place: "desk"))
        try await LedgerProbe.pay("before", in: ledger)
        for name in folder.contents { unsafe unlink(folder(name)) }
        for session in ["a", "b", "c"] {
            _ = try? await ledger.begin(LedgerProbe.order(session), with: LedgerProbe.facts, at: LedgerProbe.address)
            _ = try? await ledger.end(LedgerProbe.order(session), as: .cancelled)
        }
        await #expect(throws: LedgerError.self) {
            try await ledger.begin(LedgerProbe.order("x"), with: LedgerProbe.facts, at: LedgerProbe.address)
        }
    }

    @Test func `A file that replaced the log is not taken for the synced file`() throws {
        let path = folder.write([1, 2, 3], to: "log")
        let file = FsyncedFile(path)
        #expect(file.sync() == nil)
        let other = folder.write([1], to: "other")
        #expect(unsafe rename(other, path) == 0)
        #expect(file.sync()?.code == ESTALE)
        unsafe unlink(path)
        #expect(file.sync()?.code == ENOENT)
        #expect(FsyncedFile(folder("none")).sync()?.code == ENOENT)
    }
}
