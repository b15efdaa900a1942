/// Objects of one kind by their names, oldest first.
struct Table<Record: Sendable & Codable>: Sendable {
    private(set) var byID: [String: Record] = [:]
    /// Names, oldest first.
    private(set) var order: [String] = []
    /// Names of objects that were made, changed or removed since the last write to a state file.
    var changed: Set<String> = []

    /// The object with the ID `id`. Setting `nil` removes it.
    subscript(id: String) -> Record? {
        get { byID[id] }
        set {
            if byID[id] == nil, newValue != nil { order.append(id) }
            if newValue == nil { order.removeAll { $0 == id } }
            byID[id] = newValue
            changed.insert(id)
        }
    }
}
