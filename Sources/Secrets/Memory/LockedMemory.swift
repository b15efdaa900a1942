internal import Glibc
package import SecretProtocols

/// The locked memory of this process, in which cards lie while a payment is taken.
package struct LockedMemory: SecretStore {
    /// Why no payment is taken: the system locks too little memory.
    package struct Refusal: Error, Hashable {
        /// Bytes that a process may lock (`RLIMIT_MEMLOCK`); `nil` where that is not the reason.
        package var limit: Int?
        /// Bytes that one payment needs.
        package var needed: Int
    }

    package init() {}

    package func buffer(capacity: Int) -> (any SecretBuffer)? { LockedBuffer(capacity: capacity) }

    /// Pages that one payment holds at most: one for each of five fields and for the one being keyed, and for two
    /// request bodies.
    private static let pages = 8
    /// Pages of the HTTP library's own buffer that a body goes through.
    private static let uploadPages = 2

    /// Bytes of locked memory that one payment needs at most.
    package static var neededForPayment: Int { (pages + uploadPages) * LockedPages.size }

    /// Locks what one payment needs before its call begins, and keeps it at hand.
    ///
    /// - Throws: A refusal where the system does not lock as much. A card must not be swapped to a disk.
    package static func prepareForPayment() throws(Refusal) {
        let buffers = ([Int](repeating: 1, count: pages) + [uploadPages]).map {
            LockedBuffer(capacity: $0 * LockedPages.size)
        }
        if buffers.contains(where: { $0 == nil }) { throw Refusal(limit: limit, needed: neededForPayment) }
    }

    /// Bytes that this process may lock; `nil` where there is no limit.
    private static var limit: Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit) == 0 else { return nil }
        return Int(exactly: limit.rlim_cur)
    }
}
