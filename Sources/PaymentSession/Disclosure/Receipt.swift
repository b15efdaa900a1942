/// What a customer keeps of an approved payment.
///
/// Only what ``ReceiptDisclosable`` allows can be put on it.
public struct Receipt: Sendable, Hashable {
    /// A line: what it is and its text.
    public struct Line: Sendable, Hashable {
        /// Which element it is.
        public let element: DataElement
        /// The element's text.
        public let text: String
    }

    /// The lines, in order.
    public private(set) var lines: [Line] = []

    /// The receipt of a session that an agent sees as approved; `nil` where it is not.
    public init?(_ view: AgentView) {
        guard case .ended(let end) = view.state, case .approved(let approval) = end,
            let money = Money(view.amount, view.currency), let card = view.card
        else { return nil }
        if view.isTest { add(TestMark()) }
        add(OutcomeWord(end))
        add(money)
        add(card.brand)
        add(card.ending)
        if let account = view.accountNumber { add(Reference(account)) }
        add(PaymentName(approval.paymentID))
    }

    /// The receipt of a payment that is kept somewhere.
    public init(
        _ outcome: OutcomeWord, _ amount: Money, brand: CardBrand?, ending: LastFour, reference: Reference?,
        payment: PaymentName, isTest: Bool = false
    ) {
        if isTest { add(TestMark()) }
        add(outcome)
        add(amount)
        if let brand { add(brand) }
        add(ending)
        if let reference { add(reference) }
        add(payment)
    }

    private mutating func add<Element: ReceiptDisclosable>(_ element: Element) {
        lines.append(Line(element: Element.element, text: element.disclosed))
    }

    /// The receipt as plain text.
    public var text: String {
        lines.map { line in
            let name = line.element.rawValue
            return name + String(repeating: " ", count: max(1, 12 - name.count)) + line.text + "\n"
        }.joined()
    }
}
