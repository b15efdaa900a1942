/// The customer's receipt of an approved payment.
///
/// It can hold only elements that ``ReceiptDisclosable`` allows.
public struct Receipt: Sendable, Hashable {
    /// One line of a receipt.
    public struct Line: Sendable, Hashable {
        /// The kind of element.
        public let element: DataElement
        /// The element's text.
        public let text: String
    }

    /// The lines, in order.
    public private(set) var lines: [Line] = []

    /// The receipt of an approved session; `nil` if the session is not approved.
    ///
    /// - Parameters:
    ///   - view: The agent's view of the session.
    ///   - merchant: The payee; `nil` if unknown, which omits the line.
    ///   - paid: When the gateway's answer came.
    public init?(_ view: AgentView, merchant: Merchant?, paid: Moment) {
        guard case .ended(let end) = view.state, case .approved(let approval) = end,
            let money = Money(view.amount, view.currency), let card = view.card
        else { return nil }
        self.init(
            OutcomeWord(end), money, brand: card.brand, ending: card.ending,
            reference: view.accountNumber.map { Reference($0) }, payment: PaymentName(approval.paymentID),
            merchant: merchant, paid: paid, isTest: view.isTest)
    }

    /// The receipt of a stored payment.
    ///
    /// - Parameters:
    ///   - outcome: The present state of the payment.
    ///   - amount: The amount paid.
    ///   - brand: The card's scheme, if known.
    ///   - ending: The last four digits of the card.
    ///   - reference: The account or invoice number.
    ///   - payment: The gateway's identifier of the payment.
    ///   - merchant: The payee; `nil` if unknown, which omits the line.
    ///   - paid: When the gateway's answer came.
    ///   - returns: The amounts returned, oldest first.
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

    /// Whether it names the payee.
    public var namesMerchant: Bool { lines.contains { $0.element == .merchant } }

    /// The receipt as plain text.
    public var text: String {
        lines.map { line in
            let name = line.element.rawValue
            // A line feed in text from outside must not create a further line.
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
