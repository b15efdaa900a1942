import Synchronization

/// A bounded queue from one thread to another. It takes no lock, and allocates nothing after it is created.
///
/// One thread puts elements, and one takes them. A taken element is overwritten with `blank`, so that its value does
/// not stay in memory.
@safe package final class SingleProducerRing<Element: Sendable>: @unchecked Sendable {
    private let storage: UnsafeMutableBufferPointer<Element>
    private let blank: Element
    /// Number of elements put and taken so far. The difference is the number in the ring.
    private let put = Atomic<Int>(0)
    private let taken = Atomic<Int>(0)

    /// A ring with room for `capacity` elements.
    package init(capacity: Int, blank: Element) {
        unsafe storage = .allocate(capacity: capacity)
        unsafe storage.initialize(repeating: blank)
        self.blank = blank
    }

    deinit {
        unsafe storage.deinitialize()
        unsafe storage.deallocate()
    }

    package var capacity: Int { unsafe storage.count }

    /// Number of elements waiting to be taken.
    package var count: Int { put.load(ordering: .acquiring) - taken.load(ordering: .acquiring) }

    /// Appends `element`. Returns `false` if there is no room.
    package func put(_ element: Element) -> Bool {
        let end = put.load(ordering: .relaxed)
        guard end - taken.load(ordering: .acquiring) < capacity else { return false }
        unsafe storage[end % capacity] = element
        put.store(end + 1, ordering: .releasing)
        return true
    }

    /// Appends all of `elements`, or none of them if there is no room for all.
    package func put(contentsOf elements: [Element]) -> Bool {
        let end = put.load(ordering: .relaxed)
        guard end + elements.count - taken.load(ordering: .acquiring) <= capacity else { return false }
        for index in elements.indices { unsafe storage[(end + index) % capacity] = elements[index] }
        put.store(end + elements.count, ordering: .releasing)
        return true
    }

    /// Takes the next element; `nil` from an empty ring.
    package func take() -> Element? {
        let start = taken.load(ordering: .relaxed)
        guard start < put.load(ordering: .acquiring) else { return nil }
        let element = unsafe storage[start % capacity]
        unsafe storage[start % capacity] = blank
        taken.store(start + 1, ordering: .releasing)
        return element
    }

    /// Takes up to `limit` elements and appends them to `elements`.
    package func take(upTo limit: Int, appendingTo elements: inout [Element]) {
        let start = taken.load(ordering: .relaxed)
        let count = min(limit, put.load(ordering: .acquiring) - start)
        for index in start..<(start + count) {
            unsafe elements.append(storage[index % capacity])
            unsafe storage[index % capacity] = blank
        }
        taken.store(start + count, ordering: .releasing)
    }
}
