import SecretProtocols
import Synchronization

/// A store in ordinary memory that counts the buffers somebody holds.
final class CountingStore: SecretStore {
    private let count = Atomic(0)
    private let last = Mutex<Weak>(Weak())
    private let most: Int

    private struct Weak { weak var buffer: Buffer? }

    /// - Parameter most: Buffers that are given at a time.
    init(most: Int = .max) { self.most = most }

    /// Buffers that somebody holds.
    var live: Int { count.load(ordering: .relaxed) }

    /// Whether `bytes` lie one after another in the newest buffer.
    func holds(_ bytes: [UInt8]) -> Bool { last.withLock { $0.buffer?.bytes.contains(bytes) ?? false } }

    func buffer(capacity: Int) -> (any SecretBuffer)? {
        guard live < most else { return nil }
        count.add(1, ordering: .relaxed)
        let buffer = Buffer(self, capacity)
        last.withLock { $0.buffer = buffer }
        return buffer
    }

    /// Used by one test at a time.
    private final class Buffer: SecretBuffer, @unchecked Sendable {
        private let store: CountingStore
        fileprivate var bytes: [UInt8]

        init(_ store: CountingStore, _ capacity: Int) {
            self.store = store
            bytes = [UInt8](repeating: 0, count: capacity)
        }

        deinit { store.count.subtract(1, ordering: .relaxed) }

        subscript(index: Int) -> UInt8 {
            get { bytes[index] }
            set { bytes[index] = newValue }
        }

        func withBytes<R, E: Error>(in range: Range<Int>, _ body: (Span<UInt8>) throws(E) -> R) throws(E) -> R {
            let part = Array(bytes[range])
            return try body(part.span)
        }

        func wipe(_ range: Range<Int>) { for index in range { bytes[index] = 0 } }
    }
}
