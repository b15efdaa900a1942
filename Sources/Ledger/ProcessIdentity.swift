/// Identifies a process of this machine, even after its number is used again.
package struct ProcessIdentity: Sendable, Hashable {
    package let id: Int
    /// Clock ticks from the start of the machine to the start of the process.
    package let start: Int

    package init(id: Int, start: Int) {
        self.id = id
        self.start = start
    }
}

/// The processes that concern a ledger: its own, and whether others still run.
package struct ProcessTable: Sendable {
    /// The process that writes the rows.
    package let own: ProcessIdentity
    private let runs: @Sendable (ProcessIdentity) -> Bool

    package init(own: ProcessIdentity, runs: @escaping @Sendable (ProcessIdentity) -> Bool) {
        self.own = own
        self.runs = runs
    }

    /// Whether the process of a row still runs; `false` if the row has none.
    func isAlive(_ id: Int?, _ start: Int?) -> Bool {
        guard let id, let start else { return false }
        return runs(ProcessIdentity(id: id, start: start))
    }
}
