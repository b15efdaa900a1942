package import Foundation
internal import Synchronization

/// Requests to gateways and their outcomes, in a store that several processes may use at once.
///
/// It holds no card data beyond brand, last four digits, expiry and the gateway's token. Every change is recorded in an
/// append-only audit log, whose entries are chained by a keyed hash. A request is on the disk before it is sent. After
/// a loss of power, its outcome is found again by asking the gateway.
/// disk before it is; the outcome of it is found again after a loss of power by asking the gateway.
package final class Ledger: Sendable {
    package let store: any LedgerStore
    /// `nil` if the ledger was opened for reading without it.
    let key: AuditKey?
    private let origin: Origin
    private let clock: @Sendable () -> Date
    /// The process that writes the rows, and whether other processes run.
    let processes: ProcessTable
    /// The ledger's identity, after ``adopt(_:)`` has set it.
    let adopted = Mutex<LedgerIdentity?>(nil)

    /// The ledger in `store`.
    ///
    /// - Parameters:
    ///   - key: The audit log's key; `nil` if the ledger is only read and not verified.
    ///   - origin: The author of changes and the author's place, for the audit log.
    package init(
        in store: any LedgerStore, key: AuditKey?, by origin: Origin, processes: ProcessTable,
        clock: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.store = store
        self.key = key
        self.origin = origin
        self.processes = processes
        self.clock = clock
    }

    /// Its name in messages: the file.
    package var path: String { store.name }

    /// Refuses all further writes, as after a lost write.
    package func fail() { store.fail() }

    /// The mark of rows in a ledger of test payments.
    var testMark: Int? { adopted.withLock { $0?.kind } == .test ? 1 : nil }

    /// Milliseconds since 1970.
    func now() -> Int { Int(clock().timeIntervalSince1970 * 1000) }

    /// Makes a change and records it in the audit log, both or neither.
    ///
    /// - Parameters:
    ///   - isDurable: Whether to return only after both are on the disk.
    ///   - time: Time of the change in milliseconds since 1970; now by default.
    @discardableResult
    func change<Value: Sendable>(
        isDurable: Bool, at time: Int? = nil,
        _ work: @escaping @Sendable (any LedgerTransaction, _ log: AuditLog) throws -> Value
    ) async throws(LedgerError) -> Value {
        guard let key else { throw .writeFailed(path: path, StoreFailure("it was opened to be read")) }
        let log = AuditLog(origin: origin, hash: key.hash, at: time ?? now())
        let result = ResultSlot<Value>()
        do {
            try await store.write(isDurable: isDurable, log) { result.value = try work($0, $1) }
        } catch let error as LedgerError {
            throw error
        } catch {
            let failure = Self.failure(error)
            throw failure.isLost ? .notOnDisk(path: path, failure) : .writeFailed(path: path, failure)
        }
        guard let value = result.value else { throw .writeFailed(path: path, StoreFailure("nothing was done")) }
        return value
    }

    /// Reads without waiting for writers.
    func read<Value: Sendable>(_ work: @Sendable (any LedgerReader) throws -> Value) throws(LedgerError) -> Value {
        do {
            return try store.read(work)
        } catch {
            throw .notALedger(path: path, Self.failure(error))
        }
    }

    static func failure(_ error: any Error) -> StoreFailure {
        switch error {
        case let failure as StoreFailure: failure
        case RowError.unknownWord: StoreFailure("a row holds a word that means nothing")
        case is RowError: StoreFailure("a row holds what its column cannot")
        default: StoreFailure("the database cannot be used")
        }
    }

    /// The present end of the audit log. Kept elsewhere, it proves later that no earlier entry was changed or cut off.
    package func end() throws(LedgerError) -> ChainHead { try read { try $0.chainHead() } }
}

/// The result of a transaction.
private final class ResultSlot<Value: Sendable>: Sendable {
    private let held = Mutex<Value?>(nil)

    var value: Value? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}
