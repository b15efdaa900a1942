extension GatewayStore {
    /// A page of a table, newest first, with `limit`, `starting_after`, `ending_before`, `created`, and the filters
    /// that the caller names.
    func page<Record>(
        of table: Table<Record>, at url: String, _ query: FormValue, filters: [String],
        json: (Record) -> JSON
    ) throws(APIError) -> JSON {
        try query.allowOnly(Set(filters).union(["limit", "starting_after", "ending_before", "created"]))
        let limit = try query.integer("limit") ?? 10
        guard (1...100).contains(limit) else {
            throw .invalid(
                "Invalid limit: must be between 1 and 100.", code: "parameter_invalid_integer", parameter: "limit")
        }
        var names = table.order.reversed()[...]
        for cursor in ["starting_after", "ending_before"] {
            guard let id = query.text(cursor) else { continue }
            guard let position = names.firstIndex(of: id) else {
                throw .noSuch("object", id, parameter: cursor, status: 400)
            }
            names = cursor == "starting_after" ? names[names.index(after: position)...] : names[..<position]
        }
        let created = try CreationRange(query["created"])
        let backwards = query.text("ending_before") != nil
        var found: [JSON] = []
        var hasMore = false
        for name in backwards ? AnySequence(names.reversed()) : AnySequence(names) {
            guard let object = table[name].map(json), created.contains(object["created"]),
                filters.allSatisfy({ filter in query.text(filter).map { object[filter] == .string($0) } ?? true })
            else { continue }
            if found.count == limit {
                hasMore = true
                break
            }
            found.append(object)
        }
        return [
            "object": "list", "url": .string(url), "has_more": .bool(hasMore),
            "data": .array(backwards ? found.reversed() : found),
        ]
    }
}

/// A range of creation times in seconds since 1970.
private struct CreationRange {
    private var bounds: [(name: String, time: Int)] = []

    /// Reads `created=T` or `created[gt|gte|lt|lte]=T`.
    init(_ form: FormValue?) throws(APIError) {
        guard let form else { return }
        if case .text(let text) = form {
            guard let exact = Int(text) else { throw .invalid("Invalid timestamp", parameter: "created") }
            bounds = [("gte", exact), ("lte", exact)]
            return
        }
        for name in ["gt", "gte", "lt", "lte"] {
            if let time = try form.integer(name) { bounds.append((name, time)) }
        }
    }

    func contains(_ created: JSON?) -> Bool {
        guard case .int(let created) = created else { return false }
        return bounds.allSatisfy { name, time in
            switch name {
            case "gt": created > time
            case "gte": created >= time
            case "lt": created < time
            default: created <= time
            }
        }
    }
}
