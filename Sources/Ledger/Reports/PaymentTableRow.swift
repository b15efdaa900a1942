internal import Currencies
internal import TextFormats

/// One row of a table of payments: named values in order. Every row has the same names.
package struct PaymentTableRow: Sendable, Hashable {
    package enum Value: Sendable, Hashable {
        case text(String)
        case number(Int)
        case boolean(Bool)
        /// An absent value.
        case none
    }

    package struct Cell: Sendable, Hashable {
        package var name: String
        package var value: Value
    }

    package private(set) var cells: [Cell] = []

    mutating func add(_ name: String, _ text: String?) { add(name, text.map(Value.text)) }
    mutating func add(_ name: String, _ number: Int?) { add(name, number.map(Value.number)) }
    mutating func add(_ name: String, _ boolean: Bool?) { add(name, boolean.map(Value.boolean)) }

    private mutating func add(_ name: String, _ value: Value?) {
        cells.append(Cell(name: name, value: value ?? .none))
    }

    /// Adds an amount in major units, and in minor units (ISO 4217) as `NAME_minor`. With an unknown currency it has
    /// minor units only.
    /// units only.
    mutating func add(_ name: String, minorUnits: Int?, of currency: String) {
        add(name, minorUnits.flatMap { amount in Currency(currency)?.decimal(of: amount) })
        add(name + "_minor", minorUnits)
    }
}

extension PaymentTableRow {
    /// The rows as comma-separated values (RFC 4180) with a header; the header of `empty` if there are no rows.
    ///
    /// - Parameters:
    ///   - rows: Rows of one table.
    ///   - empty: A row of the same table, which gives the names.
    ///   - marked: Whether a byte order mark shows a spreadsheet that the text is UTF-8.
    package static func csv(_ rows: [PaymentTableRow], empty: PaymentTableRow, marked: Bool = false) -> String {
        let header = CSV.row((rows.first ?? empty).cells.map(\.name))
        return (marked ? CSV.byteOrderMark : "") + header
            + rows.map { CSV.row($0.cells.map(\.value.text)) }.joined()
    }
}

extension PaymentTableRow.Value {
    /// The value as text in a table.
    package var text: String {
        switch self {
        case .text(let text): text
        case .number(let number): String(number)
        case .boolean(let boolean): boolean ? "true" : "false"
        case .none: ""
        }
    }
}

extension ReconciliationLine {
    /// The attempt as a row, with times of `clock`.
    package func row(_ clock: ZonedClock) -> PaymentTableRow {
        var row = PaymentTableRow()
        row.add("session", attempt.session)
        row.add("attempt", attempt.number)
        row.add("reference", attempt.reference)
        row.add("amount", minorUnits: attempt.amount, of: attempt.currency)
        row.add("currency", attempt.currency)
        row.add("brand", attempt.brand)
        row.add("last_four", attempt.lastFour)
        row.add("expiry", attempt.expiry)
        row.add("outcome", outcome)
        row.add("state", attempt.state.rawValue)
        row.add("check", check)
        row.add("gateway", attempt.gateway)
        row.add("payment", attempt.payment)
        row.add("code", attempt.code)
        row.add("decline_code", attempt.declineCode)
        row.add("charge_state", charge?.state.rawValue)
        row.add("refunded", minorUnits: charge?.givenBack(refunds), of: attempt.currency)
        row.add("refunded_at", refunds.last { $0.state == .done }.map { clock.text($0.answered ?? $0.requested) })
        row.add("refund_open", minorUnits: charge.map { _ in refunds.openAmount }, of: attempt.currency)
        row.add("sent_at", clock.text(attempt.sent))
        row.add("answered_at", attempt.answered.map(clock.text))
        row.add("idempotency_key", attempt.key)
        row.add("test", isTest)
        return row
    }

    /// What a person must ask the gateway or decide; `nil` if nothing is open.
    package var check: String? {
        let refunds = openRefunds.map { "ask the gateway about \($0.isVoid ? "void" : "refund") \($0.key)" }
        let attempt = attempt.state.isFinal ? [] : ["ask the gateway"]
        let unwanted = isUnwanted ? ["paid though its session was given up: tonewall ledger void gives it back"] : []
        let all = attempt + refunds + unwanted
        return all.isEmpty ? nil : all.joined(separator: "; ")
    }
}

extension PaymentSummary {
    /// The session as a row, with times of `clock`.
    package func row(_ clock: ZonedClock) -> PaymentTableRow {
        let last = attempts.last
        var row = PaymentTableRow()
        row.add("session", session.id)
        row.add("state", outcome)
        row.add("amount", minorUnits: session.amount, of: session.currency)
        row.add("currency", session.currency)
        row.add("reference", session.reference)
        row.add("opened", clock.text(session.opened))
        row.add("closed", session.closed.map(clock.text))
        row.add("attempts", attempts.count)
        row.add("attempt_state", last?.state.rawValue)
        row.add("brand", last?.brand)
        row.add("last_four", last?.lastFour)
        row.add("payment", charge?.payment ?? last?.payment)
        row.add("token", last?.token)
        row.add("refunded", minorUnits: charge?.givenBack(refunds), of: session.currency)
        row.add("refunded_at", refunds.last { $0.state == .done }.map { clock.text($0.answered ?? $0.requested) })
        row.add("refund_open", minorUnits: charge.map { _ in refunds.openAmount }, of: session.currency)
        row.add("gateway", last?.gateway)
        row.add("idempotency_key", last?.key)
        row.add("test", isTest)
        return row
    }
}

extension PaymentTotals {
    /// The totals as rows, one for each currency and outcome.
    package var rows: [PaymentTableRow] { totals.map(\.row) }
}

extension PaymentTotals.Total {
    package var row: PaymentTableRow {
        var row = PaymentTableRow()
        row.add("currency", currency)
        row.add("outcome", outcome)
        row.add("count", count)
        row.add("amount", minorUnits: amount, of: currency)
        row.add("refunded", minorUnits: refunded, of: currency)
        row.add("left", minorUnits: left, of: currency)
        row.add("test", isTest)
        return row
    }
}

extension PaymentTableRow {
    /// A row of ``PaymentSummary/row(_:)`` without values, for the names of its cells.
    package static var emptyEntry: PaymentTableRow { PaymentSummary(session: .nothing).row(.utc) }

    /// A row of ``ReconciliationLine/row(_:)`` without values, for the names of its cells.
    package static var emptyLine: PaymentTableRow { ReconciliationLine(attempt: .nothing).row(.utc) }

    /// A row of ``PaymentTotals/Total/row`` without values, for the names of its cells.
    package static var emptyTotal: PaymentTableRow {
        PaymentTotals.Total(currency: "", outcome: "", isTaken: false).row
    }
}

extension SessionRecord {
    fileprivate static var nothing: SessionRecord {
        SessionRecord(id: "", amount: 0, currency: "", state: .open, opened: 0)
    }
}

extension RecordedAttempt {
    fileprivate static var nothing: RecordedAttempt {
        RecordedAttempt(
            key: "", session: "", number: 0, amount: 0, currency: "", brand: "", lastFour: "", expiry: "",
            state: .unknown,
            gateway: "", sent: 0, process: 0, processStart: 0)
    }
}
