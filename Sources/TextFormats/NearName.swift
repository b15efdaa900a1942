/// Suggests a name for a mistyped one.
package enum NearName {
    /// The nearest of `names`, with at most a third of its characters wrong, or `nil`.
    package static func of(_ text: String, among names: [String]) -> String? {
        let ranked = names.map { (distance(Array(text), Array($0)), $0) }.sorted { $0 < $1 }
        guard let (distance, name) = ranked.first, 3 * distance <= max(3, text.count) else { return nil }
        return name
    }

    /// Number of characters to insert, delete or change (Levenshtein).
    private static func distance(_ a: [Character], _ b: [Character]) -> Int {
        var row = Array(0...b.count)
        for (i, left) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, right) in b.enumerated() {
                let change = diagonal + (left == right ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(change, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
