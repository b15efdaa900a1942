extension Array where Element == Float {
    /// Overwrites every sample with 0 and keeps the room: what held a caller's tones is not left behind.
    package mutating func wipe() {
        for index in indices { self[index] = 0 }
        removeAll(keepingCapacity: true)
    }
}
