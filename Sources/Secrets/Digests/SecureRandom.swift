internal import CCrypto

/// libcrypto's random generator, seeded by the kernel.
package enum SecureRandom {
    /// `count` random bytes.
    package static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let isMade = unsafe RAND_bytes(&bytes, Int32(count)) == 1
        precondition(isMade, "the kernel gives no randomness")
        return bytes
    }
}
