import DTMF

extension Array where Element == Float {
    /// Overwrites every sample with 0 and keeps the room: what held a caller's tones is not left behind.
    package mutating func wipe() {
        for index in indices { self[index] = 0 }
        removeAll(keepingCapacity: true)
    }
}

extension Array where Element == Key {
    /// Overwrites every key and keeps the room.
    mutating func wipe() {
        for index in indices { self[index] = .one }
        removeAll(keepingCapacity: true)
    }
}
