extension StringProtocol {
    /// Whether it has as many digits in a row as a card number has, 12 or more: what people or gateways write may hold one.
    public var mayHoldCardNumber: Bool {
        split { !$0.isNumber }.contains { $0.count >= 12 }
    }
}
