internal import Glibc
package import SecretProtocols

/// The locked memory of this process, which holds cards during payments.
package struct LockedMemory: SecretStore {
    /// A payment is refused because the system locks too little memory.
    package struct Refusal: Error, Hashable {
        /// Bytes that a process may lock (`RLIMIT_MEMLOCK`); `nil` if the limit is not the reason.
        package var limit: Int?
        /// Bytes that one payment needs.
        package var needed: Int
    }

    package init() {}

    package func buffer(capacity: Int) -> (any SecretBuffer)? { LockedBuffer(capacity: capacity) }

    /// Largest number of pages of one payment: one for each of five fields and for the one being keyed, and two request
    /// bodies.
    private static let pages = 8
    /// Pages of the HTTP library's own buffer for a body.
    private static let uploadPages = 2

    /// Largest number of bytes of locked memory in one payment.
    package static var neededForPayment: Int { (pages + uploadPages) * LockedPages.size }

    /// Locks the memory of one payment before its call begins, and keeps it ready.
    ///
    /// - Throws: A refusal if the system does not lock that much. A card must not be swapped to a disk.
    package static func prepareForPayment() throws(Refusal) {
        let buffers = ([Int](repeating: 1, count: pages) + [uploadPages]).map {
            LockedBuffer(capacity: $0 * LockedPages.size)
        }
        if buffers.contains(where: { $0 == nil }) { throw Refusal(limit: limit, needed: neededForPayment) }
    }

    /// Bytes that this process may lock; `nil` if there is no limit.
    private static var limit: Int? {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(__RLIMIT_MEMLOCK.rawValue), &limit) == 0 else { return nil }
        return Int(exactly: limit.rlim_cur)
    }
}
