/// The name that somebody who mistyped one may have meant.
package enum NearName {
    /// The nearest of `names`, at most a third of whose characters are wrong; `nil` where none is near.
    package static func of(_ text: String, among names: [String]) -> String? {
        let ranked = names.map { (distance(Array(text), Array($0)), $0) }.sorted { $0 < $1 }
        guard let (distance, name) = ranked.first, 3 * distance <= max(3, text.count) else { return nil }
        return name
    }

    /// Characters to put in, take out or change (Levenshtein).
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
