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
    ///
    /// - Parameters:
    ///   - view: What the agent sees of the session.
    ///   - merchant: Who is paid; left out where it is not known.
    ///   - paid: When the answer came.
    public init?(_ view: AgentView, merchant: Merchant?, paid: Moment) {
        guard case .ended(let end) = view.state, case .approved(let approval) = end,
            let money = Money(view.amount, view.currency), let card = view.card
        else { return nil }
        self.init(
            OutcomeWord(end), money, brand: card.brand, ending: card.ending,
            reference: view.accountNumber.map { Reference($0) }, payment: PaymentName(approval.paymentID),
            merchant: merchant, paid: paid, isTest: view.isTest)
    }

    /// The receipt of a payment that is kept somewhere.
    ///
    /// - Parameters:
    ///   - outcome: How the payment stands.
    ///   - amount: What was paid.
    ///   - brand: The card's scheme, where it is known.
    ///   - ending: The last four digits of the card.
    ///   - reference: The account or invoice that it is filed under.
    ///   - payment: The gateway's name for it.
    ///   - merchant: Who is paid; left out where it is not known.
    ///   - paid: When the gateway's answer came.
    ///   - returns: What was given back of it, oldest first.
    ///   - isTest: Whether no money moved.
    public init(
        _ outcome: OutcomeWord, _ amount: Money, brand: CardBrand?, ending: LastFour, reference: Reference?,
        payment: PaymentName, merchant: Merchant?, paid: Moment, returns: [MoneyBack] = [], isTest: Bool = false
    ) {
        if isTest { add(TestMark()) }
        if let merchant { add(merchant) }
        add(paid)
        add(OrderKind())
        add(outcome)
        add(amount)
        if let brand { add(brand) }
        add(ending)
        if let reference { add(reference) }
        add(payment)
        for money in returns { add(money) }
    }

    private mutating func add<Element: ReceiptDisclosable>(_ element: Element) {
        lines.append(Line(element: Element.element, text: element.disclosed))
    }

    /// Whether it says who is paid.
    public var namesMerchant: Bool { lines.contains { $0.element == .merchant } }

    /// The receipt as plain text.
    public var text: String {
        lines.map { line in
            let name = line.element.rawValue
            // No text from outside can pass for a line of its own.
            let text = line.text.unicodeScalars.map { scalar in
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator: "\u{FFFD}"
                default: String(scalar)
                }
            }.joined()
            return name + String(repeating: " ", count: max(1, 12 - name.count)) + text + "\n"
        }.joined()
    }
}
