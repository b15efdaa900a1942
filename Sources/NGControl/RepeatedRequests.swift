/// Replies that were sent lately, by their requests.
///
/// UDP loses packets: a proxy that hears nothing sends its request again, byte by byte. It gets the same reply, and the
/// request is not carried out twice. Time is given from outside.
///
/// A request is known by all its bytes, not by its cookie alone. A proxy that starts again may count its cookies from 0
/// once more: an order to hide keys must then be carried out, and not get the reply of an older request.
package struct RepeatedRequests: Sendable {
    /// Who sent a request, and the request: those of two proxies may be the same.
    private struct Key: Hashable {
        let sender: [UInt8]
        let request: [UInt8]
    }

    private var replies: [Key: (reply: [UInt8], time: Duration)] = [:]
    /// Keys in the order of their times, from ``oldest`` on.
    private var order: [Key] = []
    private var oldest = 0
    private var size = 0
    /// Replies kept at most.
    package let capacity: Int
    /// Bytes of requests and replies kept at most.
    package let bytes: Int
    /// How long a reply is kept.
    package let lifetime: Duration

    package init(capacity: Int = 10_000, bytes: Int = 32 << 20, lifetime: Duration = .seconds(60)) {
        (self.capacity, self.bytes, self.lifetime) = (max(1, capacity), bytes, lifetime)
    }

    /// Number of replies that are kept.
    package var count: Int { replies.count }

    /// The reply that `sender` got for `request`, the bytes of a message; `nil` for a new one.
    package func reply(to request: [UInt8], from sender: [UInt8], at time: Duration) -> [UInt8]? {
        let key = Key(sender: sender, request: request)
        guard let known = replies[key], time - known.time < lifetime else { return nil }
        return known.reply
    }

    /// Keeps `reply`. The oldest replies make room. Times must not go back.
    package mutating func keep(_ reply: [UInt8], to request: [UInt8], from sender: [UInt8], at time: Duration) {
        let key = Key(sender: sender, request: request)
        while let first = oldestTime, time - first >= lifetime { dropOldest() }
        // A request anew within its lifetime keeps its place in the order, and its first time.
        if let known = replies[key] {
            size += reply.count - known.reply.count
            replies[key] = (reply, known.time)
        } else {
            replies[key] = (reply, time)
            order.append(key)
            size += request.count + reply.count
        }
        while !replies.isEmpty, replies.count > capacity || size > bytes { dropOldest() }
    }

    private var oldestTime: Duration? {
        oldest < order.count ? replies[order[oldest]]?.time : nil
    }

    private mutating func dropOldest() {
        let key = order[oldest]
        if let known = replies.removeValue(forKey: key) { size -= key.request.count + known.reply.count }
        oldest += 1
        if oldest > 1024 && oldest * 2 > order.count {
            order.removeFirst(oldest)
            oldest = 0
        }
    }
}
