/// Identifies a process of this machine, also after its number is used again.
package struct ProcessIdentity: Sendable, Hashable {
    package let id: Int
    /// Clock ticks between the machine's start and the process's.
    package let start: Int

    package init(id: Int, start: Int) {
        self.id = id
        self.start = start
    }
}

/// The processes that a ledger has to know of: its own, and whether others still run.
package struct ProcessTable: Sendable {
    /// The process that the rows are of.
    package let own: ProcessIdentity
    private let runs: @Sendable (ProcessIdentity) -> Bool

    package init(own: ProcessIdentity, runs: @escaping @Sendable (ProcessIdentity) -> Bool) {
        self.own = own
        self.runs = runs
    }

    /// Whether the process that a row names still runs; `false` if the row names none.
    func isAlive(_ id: Int?, _ start: Int?) -> Bool {
        guard let id, let start else { return false }
        return runs(ProcessIdentity(id: id, start: start))
    }
}
