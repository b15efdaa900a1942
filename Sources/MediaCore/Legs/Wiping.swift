import DTMF

extension Array where Element == Float {
    /// Overwrites every sample with 0 and keeps the storage, so that no tone of a caller stays in memory.
    package mutating func wipe() {
        for index in indices { self[index] = 0 }
        removeAll(keepingCapacity: true)
    }
}

extension Array where Element == Key {
    /// Overwrites every key and keeps the storage.
    mutating func wipe() {
        for index in indices { self[index] = .one }
        removeAll(keepingCapacity: true)
    }
}
